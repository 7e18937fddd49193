package workbook

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// kept is something of an answer that cells do not show as it is. It is put back
// where the cells still say what they said.
type kept struct {
	At    string          `json:"at"`
	Was   string          `json:"was,omitempty"`   // fingerprint of what the cells say; empty for nothing
	Is    json.RawMessage `json:"is,omitempty"`    // what the answer has in its place
	Order []string        `json:"order,omitempty"` // of a list: in which order its items stand
}

// keeping finds what an answer has and its cells do not say.
type keeping struct {
	tables map[string]*gatheredTable
	kept   []kept
}

// keep compares an answer with what its cells say.
func keep(answer map[string]any, said *gathering) []kept {
	k := &keeping{tables: said.tables}
	k.objects("", answer, said.tree)
	return k.kept
}

func (k *keeping) add(at string, was, is any) {
	entry := kept{At: at, Is: canonical(is)}
	if was != nil {
		entry.Was = fingerprint(was)
	}
	k.kept = append(k.kept, entry)
}

func (k *keeping) objects(at string, answer, said map[string]any) {
	for _, key := range slices.Sorted(maps.Keys(answer)) {
		was, there := said[key]
		if !there {
			was = nil
		}
		k.values(at+"/"+escape(key), answer[key], was)
	}
}

func (k *keeping) values(at string, is, was any) {
	switch is := is.(type) {
	case map[string]any:
		if said, ok := was.(map[string]any); ok {
			k.objects(at, is, said)
			return
		}
	case []any:
		if said, ok := was.([]any); ok {
			k.lists(at, is, said)
			return
		}
	default:
		if is == was && was != nil {
			return
		}
	}
	k.add(at, was, is)
}

// lists keeps the order of a list whose items have ids, and what differs in an
// item; or else the whole list, where its items are not those that cells show.
func (k *keeping) lists(at string, is, said []any) {
	if bytes.Equal(canonical(is), canonical(said)) {
		return
	}
	inner := &keeping{}
	if len(is) == len(said) {
		aligned, order := k.aligned(at, is, said)
		if order != nil {
			inner.kept = append(inner.kept, kept{At: at, Order: order})
		}
		for n := range aligned {
			inner.values(at+"/"+strconv.Itoa(n), is[n], aligned[n])
		}
		missing := func(entry kept) bool { return entry.Order == nil && entry.Was == "" }
		if aligned != nil && !slices.ContainsFunc(inner.kept, missing) {
			k.kept = append(k.kept, inner.kept...)
			return
		}
	}
	k.add(at, said, is)
}

// aligned is what cells say of each item of a list, and the order of the items
// where it is another than that of the cells. Items of tables of figures and
// choices have ids; others are in their order. It is nil where ids differ.
func (k *keeping) aligned(at string, is, said []any) (aligned []any, order []string) {
	table := k.tables[at]
	if table == nil || table.role == roleRow {
		return said, nil
	}
	byID := make(map[string]any, len(said))
	for n, v := range said {
		byID[table.items[n].id] = v
	}
	moved := false
	for n, v := range is {
		id := itemID(v)
		was, there := byID[id]
		if !there {
			return nil, nil
		}
		delete(byID, id)
		aligned, order = append(aligned, was), append(order, id)
		moved = moved || id != table.items[n].id
	}
	if !moved {
		order = nil
	}
	return aligned, order
}

// itemID is what an item is about: a code, or the place of a figure.
func itemID(v any) string {
	if figure, ok := v.(map[string]any); ok {
		return figureID(figure)
	}
	return textOf(v)
}

// orders are the orders of lists among what was kept.
func orders(entries []kept) map[string][]string {
	out := map[string][]string{}
	for _, entry := range entries {
		if entry.Order != nil {
			out[entry.At] = entry.Order
		}
	}
	return out
}

// restore puts back what was kept, where the cells say what they said then.
func restore(tree map[string]any, entries []kept) {
	for _, entry := range entries {
		var is any
		d := json.NewDecoder(bytes.NewReader(entry.Is))
		d.UseNumber()
		keys := segments(entry.At)
		if entry.Is == nil || len(keys) == 0 || d.Decode(&is) != nil {
			continue
		}
		replace(tree, keys, entry.Was, is)
	}
}

func replace(tree any, keys []string, was string, is any) {
	for _, key := range keys[:len(keys)-1] {
		tree = child(tree, key)
	}
	last := keys[len(keys)-1]
	now := child(tree, last)
	if now == nil && was != "" || now != nil && fingerprint(now) != was {
		return
	}
	switch holder := tree.(type) {
	case map[string]any:
		holder[last] = is
	case []any:
		if n, err := strconv.Atoi(last); err == nil && n >= 0 && n < len(holder) {
			holder[n] = is
		}
	}
}

func child(tree any, key string) any {
	switch holder := tree.(type) {
	case map[string]any:
		return holder[key]
	case []any:
		if n, err := strconv.Atoi(key); err == nil && n >= 0 && n < len(holder) {
			return holder[n]
		}
	}
	return nil
}

// fingerprint tells values apart as people see them: spaces do not count, which
// programs treat differently.
func fingerprint(v any) string {
	sum := sha256.Sum256(canonical(plain(v)))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

func plain(v any) any {
	switch v := v.(type) {
	case string:
		return strings.Join(strings.Fields(v), " ")
	case []any:
		out := make([]any, len(v))
		for n, item := range v {
			out[n] = plain(item)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, item := range v {
			out[key] = plain(item)
		}
		return out
	}
	return v
}

// canonical is JSON with sorted keys, no spaces, and numbers as they are.
func canonical(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil // only what is no JSON, which never was read
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// keptText is how what was kept stands in cells: so that no program minds it.
func keptText(entries []kept) (string, error) {
	if len(entries) == 0 {
		return "", nil
	}
	encoded, err := json.Marshal(entries)
	if err != nil {
		return "", fmt.Errorf("cannot keep what cells do not show: %w", err)
	}
	return base64.StdEncoding.EncodeToString(encoded), nil
}

// readKept reads it back. What somebody has changed is left out: cells count.
func readKept(rows []string) []kept {
	encoded, err := base64.StdEncoding.DecodeString(strings.Join(rows, ""))
	if err != nil {
		return nil
	}
	var entries []kept
	if json.Unmarshal(encoded, &entries) != nil {
		return nil
	}
	return entries
}
