package schemas

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/rapporteur/rapporteur"
)

// maxShown is how many characters of a value are shown; the patch has all.
const maxShown = 300

func same(a, b any) bool { return reflect.DeepEqual(a, b) }

// note adds a change, as far as there is room.
func (d *comparison) note(at spot, before, after any, was, is string) {
	change := rapporteur.Change{
		Kind: rapporteur.ChangeChanged, Pointer: at.pointer, Question: at.question, Place: at.place, Before: shown(was), After: shown(is),
	}
	switch {
	case before == nil:
		change.Kind, change.Before = rapporteur.ChangeAdded, ""
	case after == nil:
		change.Kind, change.After = rapporteur.ChangeRemoved, ""
	}
	d.add(change)
}

func (d *comparison) reordered(at spot) {
	d.add(rapporteur.Change{Kind: rapporteur.ChangeReordered, Pointer: at.pointer, Question: at.question, Place: at.place})
}

func (d *comparison) add(change rapporteur.Change) {
	if len(d.changes) == maxChanges {
		d.more++
		return
	}
	sentence := d.word("change/" + string(change.Kind))
	change.Text = strings.NewReplacer("{place}", change.Place, "{before}", change.Before, "{after}", change.After).Replace(sentence)
	d.changes = append(d.changes, change)
}

// shown is a value in one line, cut where it is long.
func shown(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > maxShown {
		return strings.TrimSpace(string(runes[:maxShown])) + "…"
	}
	return text
}

// values compares what has no kind of its own: objects key by key, lists by
// their entries, everything else as it is.
func (d *comparison) values(at spot, before, after any) {
	if same(before, after) {
		return
	}
	was, wasObject := before.(map[string]any)
	is, isObject := after.(map[string]any)
	if len(was)+len(is) > 0 && (wasObject || before == nil) && (isObject || after == nil) {
		for _, key := range keysOf(fieldOrder, was, is) {
			d.values(at.in(key, d.word(key)), was[key], is[key])
		}
		return
	}
	from, fromList := before.([]any)
	to, toList := after.([]any)
	if len(from)+len(to) > 0 && (fromList || before == nil) && (toList || after == nil) {
		d.entries(at, from, to)
		return
	}
	d.note(at, before, after, d.plain(before), d.plain(after))
}

// entries compares two lists: which entries have gone and which have come,
// whatever their places.
func (d *comparison) entries(at spot, before, after []any) {
	gone, come := unmatched(before, after), unmatched(after, before)
	if len(gone) == 0 && len(come) == 0 {
		d.reordered(at)
		return
	}
	for _, n := range gone {
		entry := at
		entry.pointer += "/" + strconv.Itoa(n)
		d.note(entry, before[n], nil, d.plain(before[n]), "")
	}
	for _, n := range come {
		entry := at
		entry.pointer += "/" + strconv.Itoa(n)
		d.note(entry, nil, after[n], "", d.plain(after[n]))
	}
}

// unmatched lists the places of a list whose entries another list does not have
// as often.
func unmatched(list, other []any) []int {
	left := map[string]int{}
	for _, entry := range other {
		left[exact(entry)]++
	}
	var places []int
	for n, entry := range list {
		key := exact(entry)
		if left[key] == 0 {
			places = append(places, n)
		}
		left[key] = max(left[key]-1, 0)
	}
	return places
}

// exact is a value as JSON, by which values are equal.
func exact(v any) string {
	encoded, err := json.Marshal(v)
	if err != nil {
		return "" // what was read from JSON can be written
	}
	return string(encoded)
}

// plain is a value as a person reads it.
func (d *comparison) plain(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return d.word("bool/" + strconv.FormatBool(v))
	case []any:
		return strings.Join(each(v, d.plain), "; ")
	case map[string]any:
		var fields []string
		for _, key := range keysOf(fieldOrder, v, nil) {
			fields = append(fields, d.word(key)+": "+d.plain(v[key]))
		}
		return strings.Join(fields, ", ")
	}
	return exact(v)
}

// option is a code by its name.
func (d *comparison) option(part rapporteur.QuestionPart, v any) string {
	code, ok := v.(string)
	if !ok {
		return d.plain(v)
	}
	for _, o := range part.Options {
		if o.Code == code {
			return inLanguage(o.Label, d.language)
		}
	}
	return code
}

// choices compares several codes as the set that they are.
func (d *comparison) choices(at spot, part rapporteur.QuestionPart, before, after any) {
	if same(before, after) {
		return
	}
	from, fromList := before.([]any)
	to, toList := after.([]any)
	if !fromList && before != nil || !toList && after != nil || len(from)+len(to) == 0 {
		d.values(at, before, after)
		return
	}
	if len(unmatched(from, to)) == 0 && len(unmatched(to, from)) == 0 {
		d.reordered(at)
		return
	}
	names := func(codes []any) string {
		return strings.Join(each(codes, func(v any) string { return d.option(part, v) }), "; ")
	}
	d.note(at, before, after, names(from), names(to))
}

// figures compares two tables cell by cell: a cell is what it counts, by sex,
// age and form of exploitation.
func (d *comparison) figures(at spot, part rapporteur.QuestionPart, before, after any) {
	if same(before, after) {
		return
	}
	from, fromTable := cellsByKey(before)
	to, toTable := cellsByKey(after)
	if !fromTable || !toTable || len(from.keys)+len(to.keys) == 0 {
		d.values(at, before, after)
		return
	}
	told := len(d.changes) + d.more
	tell := func(key cellKey) {
		was, wasThere := from.cells[key]
		is, isThere := to.cells[key]
		cell := at.in(strconv.Itoa(is.index), d.cell(part, key))
		if !isThere {
			cell = at.in(strconv.Itoa(was.index), d.cell(part, key))
		}
		switch {
		case wasThere && isThere && same(was.value, is.value):
		case !isThere:
			d.note(cell, was.value, nil, d.plain(was.value), "")
		case !wasThere:
			d.note(cell, nil, is.value, "", d.plain(is.value))
		default:
			d.note(cell, was.value, is.value, d.plain(was.value), d.plain(is.value))
		}
	}
	for _, key := range to.keys {
		tell(key)
	}
	for _, key := range from.keys {
		if _, isThere := to.cells[key]; !isThere {
			tell(key)
		}
	}
	if len(d.changes)+d.more == told {
		d.reordered(at)
	}
}

// cellKey is what a cell counts; a table may, by mistake, count the same twice.
type cellKey struct {
	sex, age, form string
	again          int
}

type cellAt struct {
	value any
	index int
}

// cellTable is a table by what its cells count, in its order.
type cellTable struct {
	keys  []cellKey
	cells map[cellKey]cellAt
}

// cellsByKey reads a table; false where a cell is not of the usual form.
func cellsByKey(v any) (cellTable, bool) {
	list, ok := v.([]any)
	table := cellTable{cells: map[cellKey]cellAt{}}
	if !ok {
		return table, v == nil
	}
	for n, item := range list {
		fields, ok := item.(map[string]any)
		if !ok || fields["value"] == nil {
			return table, false
		}
		for name, field := range fields {
			if _, text := field.(string); name != "value" && (!text || !slices.Contains(cellFields, name)) {
				return table, false
			}
		}
		key := cellKey{sex: stringOf(fields["sex"]), age: stringOf(fields["age"]), form: stringOf(fields["form"])}
		for table.has(key) {
			key.again++
		}
		table.keys = append(table.keys, key)
		table.cells[key] = cellAt{value: fields["value"], index: n}
	}
	return table, true
}

var cellFields = []string{"sex", "age", "form"}

func (t cellTable) has(key cellKey) bool {
	_, ok := t.cells[key]
	return ok
}

// cell names a cell: female, 0–17, forced labour or services.
func (d *comparison) cell(part rapporteur.QuestionPart, key cellKey) string {
	names := []string{d.word("sex/" + key.sex)}
	if key.age != "" {
		age := strings.ReplaceAll(key.age, "-", "–")
		if key.age == "unknown" || key.age == total {
			age = d.word("age/" + key.age)
		}
		names = append(names, age)
	}
	switch {
	case key.form == total:
		names = append(names, d.word("form/"+total))
	case key.form != "":
		names = append(names, d.option(part, key.form))
	}
	if key.again > 0 {
		names = append(names, strconv.Itoa(key.again+1))
	}
	return strings.Join(names, ", ")
}
