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

// lists keeps the order of a list where that is all that its cells do not say,
// what differs in an item where items are in their places, or else the list.
func (k *keeping) lists(at string, is, said []any) {
	if bytes.Equal(canonical(is), canonical(said)) {
		return
	}
	if order := k.order(at, is, said); order != nil {
		k.kept = append(k.kept, kept{At: at, Order: order})
		return
	}
	inner := &keeping{}
	for n := range is {
		if n < len(said) {
			inner.values(at+"/"+strconv.Itoa(n), is[n], said[n])
		}
	}
	missing := func(entry kept) bool { return entry.Was == "" }
	if len(is) != len(said) || slices.ContainsFunc(inner.kept, missing) {
		k.add(at, said, is)
		return
	}
	k.kept = append(k.kept, inner.kept...)
}

// order is the order of a list's items, where they are those that the cells say,
// each once.
func (k *keeping) order(at string, is, said []any) []string {
	table := k.tables[at]
	if table == nil || len(is) != len(said) {
		return nil
	}
	ids := make(map[string]string, len(said)) // by what an item is
	for n, v := range said {
		if table.items[n].id != "" {
			ids[string(canonical(v))] = table.items[n].id
		}
	}
	order := make([]string, 0, len(is))
	for _, v := range is {
		id, there := ids[string(canonical(v))]
		if !there {
			return nil
		}
		delete(ids, string(canonical(v)))
		order = append(order, id)
	}
	return order
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
