package schemas

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rapporteur/rapporteur"
)

// mappingReader reads a mapping and collects what is wrong with it.
type mappingReader struct {
	*document
	from, to *questionnaire
	mapping  *mapping
	all      faults
	named    map[answerPlace]bool // places of the earlier version that the file names
	arrivals map[answerPlace]bool // places of the later one that something comes to
	fresh    map[answerPlace]bool // places that only the later version asks
}

func (r *mappingReader) read(row mappingRow) {
	r.named, r.arrivals, r.fresh = map[answerPlace]bool{}, map[answerPlace]bool{}, map[answerPlace]bool{}
	for n, text := range row.New {
		if r.exists(r.to, fmt.Sprintf("new[%d]", n), text) {
			r.fresh[placeOf(text)] = true
		}
	}
	for n, k := range row.Kept {
		at := fmt.Sprintf("kept[%d].from", n)
		if r.exists(r.from, at, k.From) && r.once(r.named, at, k.From) {
			r.mapping.kept[placeOf(k.From)] = k.Reason
		}
	}
	for n, m := range row.Moves {
		r.move(fmt.Sprintf("moves[%d]", n), m)
	}
	if len(r.all) > 0 {
		return // what follows from the rest would only repeat it
	}
	r.rest()
	r.mapping.fresh = r.fresh
}

// exists reports whether a version has a place.
func (r *mappingReader) exists(q *questionnaire, at, text string) bool {
	p := placeOf(text)
	parts, ok := q.parts[p.question]
	if _, is := parts[p.part]; ok && (p.part == "" || is) {
		return true
	}
	r.all.add(r.fault(at, "%s has no %s", q.QuestionnaireRef, text))
	return false
}

func (r *mappingReader) once(places map[answerPlace]bool, at, text string) bool {
	if places[placeOf(text)] {
		r.all.add(r.fault(at, "%s is named twice", text))
		return false
	}
	places[placeOf(text)] = true
	return true
}

func (r *mappingReader) move(at string, m moveRow) {
	if m.To == "" {
		m.To = m.From
	}
	if !r.exists(r.from, at+".from", m.From) || !r.exists(r.to, at+".to", m.To) {
		return
	}
	from, to := placeOf(m.From), placeOf(m.To)
	if (from.part == "") != (to.part == "") {
		r.all.add(r.fault(at+".to", "a question goes to a question and a part to a part"))
		return
	}
	if !r.once(r.named, at+".from", m.From) || !r.once(r.arrivals, at+".to", m.To) {
		return
	}
	if r.fresh[to] {
		r.all.add(r.fault(at+".to", "%s is said to be new, and %s comes to it", m.To, m.From))
		return
	}
	if from == to && len(m.Options) == 0 {
		r.all.add(r.fault(at, "%s stays where it is, with the same codes: leave it out", m.From))
		return
	}
	if from.part == "" {
		if len(m.Options) > 0 {
			r.all.add(r.fault(at+".options", "codes are those of a part: name the part"))
		}
		r.mapping.moved[from] = to
		return
	}
	r.options(at, m, from, to)
}

// options checks the codes of a part that is moved, and keeps what is told of
// it.
func (r *mappingReader) options(at string, m moveRow, from, to answerPlace) {
	before, after := r.from.parts[from.question][from.part], r.to.parts[to.question][to.part]
	for _, code := range slices.Sorted(maps.Keys(m.Options)) {
		switch {
		case !hasCode(before, code):
			r.all.add(r.fault(at+".options", "%s of %s has no code %s", m.From, r.from.Version, code))
		case !hasCode(after, m.Options[code]):
			r.all.add(r.fault(at+".options."+code, "%s of %s has no code %s", m.To, r.to.Version, m.Options[code]))
		}
	}
	if why := differs(before, after, m.Options); why != "" {
		r.all.add(r.fault(at, "%s", why))
	}
	r.mapping.moved[from] = to
	if len(m.Options) > 0 {
		r.mapping.options[from] = m.Options
	}
}

func hasCode(part rapporteur.QuestionPart, code string) bool {
	return slices.ContainsFunc(part.Options, func(o rapporteur.Option) bool { return o.Code == code })
}

// differs says why a part could not take the answers to another; empty where it
// can. Limits and rules are not looked at: each answer is checked by them.
func differs(before, after rapporteur.QuestionPart, renamed map[string]string) string {
	switch {
	case before.Kind != after.Kind:
		return fmt.Sprintf("it is %s before and %s after", before.Kind, after.Kind)
	case before.ByAge != after.ByAge || before.ByForm != after.ByForm:
		return "the table is broken down in another way"
	case before.Persons != after.Persons:
		return "it counts persons only in one of the versions"
	}
	taken := map[string]string{}
	for _, o := range before.Options {
		code := o.Code
		if other, ok := renamed[code]; ok {
			code = other
		}
		if !hasCode(after, code) {
			return fmt.Sprintf("what becomes of the code %s? Name it in options, or keep the part beside", o.Code)
		}
		if other, ok := taken[code]; ok {
			return fmt.Sprintf("%s and %s would both become %s: there would be no way back", other, o.Code, code)
		}
		taken[code] = o.Code
	}
	return ""
}

// rest checks what the file does not name: it must be the same in both, and
// everything that only the later version asks must be named.
func (r *mappingReader) rest() {
	for _, id := range r.from.order() {
		target := r.question(id)
		for _, name := range slices.Sorted(maps.Keys(r.from.parts[id])) {
			r.part(answerPlace{id, name}, target)
		}
	}
	for _, id := range r.to.order() {
		whole := answerPlace{question: id}
		if !r.arrivals[whole] && !r.fresh[whole] {
			r.all.add(r.fault("new", "%s of %s comes from nowhere: name it here, or say in moves what comes to it", id, r.to.Version))
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(r.to.parts[id])) {
			place := answerPlace{id, name}
			if !r.arrivals[place] && !r.fresh[place] && !r.fresh[whole] {
				r.all.add(r.fault("new", "%s of %s comes from nowhere: name it here, or say in moves what comes to it", place, r.to.Version))
			}
		}
	}
}

// question is where a question goes: empty where its answers are kept beside or
// it is not known.
func (r *mappingReader) question(id string) string {
	whole := answerPlace{question: id}
	if _, kept := r.mapping.kept[whole]; kept {
		return ""
	}
	target, moved := r.mapping.moved[whole]
	if !moved {
		target = whole
		if r.to.parts[id] == nil {
			r.all.add(r.fault("moves", "%s has no %s any more: say in moves where it is, or in kept that it is not asked", r.to.QuestionnaireRef, id))
			return ""
		}
		if r.arrivals[target] || r.fresh[target] {
			r.all.add(r.fault("moves", "%s is to become what %s already is: say in moves where it goes, or in kept that it is not asked", target, id))
			return ""
		}
		r.arrivals[target] = true
	}
	return target.question
}

// part checks where a part goes that goes with its question.
func (r *mappingReader) part(place answerPlace, target string) {
	if r.named[place] {
		return
	}
	if target == "" {
		return // goes with its question
	}
	to := answerPlace{target, place.part}
	after, ok := r.to.parts[to.question][to.part]
	switch {
	case !ok:
		r.all.add(r.fault("moves", "%s has no %s: say in moves where %s is, or in kept that it is not asked", r.to.QuestionnaireRef, to, place))
	case r.arrivals[to] || r.fresh[to]:
		r.all.add(r.fault("moves", "%s would come to %s, to which something else comes", place, to))
	default:
		r.arrivals[to] = true
		if why := differs(r.from.parts[place.question][place.part], after, nil); why != "" {
			r.all.add(r.fault("moves", "%s is not the same in both: %s", place, why))
		}
	}
}
