package schemas

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// spoilers are values that have no business where they are put.
var spoilers = []any{
	nil, true, 0, -1, 1.5, 2e9, 1e300, "", " ", "<5", "<10", "yes", "total", "F", "2018-02-30", "2018-03-01", "KEN", "CAR", "EUR", "en",
	"confidential", "nil", "answered", "a.officer@example.org", "Some other words.", strings.Repeat("word ", 260), strings.Repeat("x", 8001),
	[]any{}, []any{"origin", "origin"}, []any{1, nil}, obj{}, obj{"status": "no"}, obj{"from": "2018-01-01", "to": "2017-01-01"},
}

// mutated is a copy of a document in which some places, drawn from r, are taken
// out, doubled, renamed or given another value.
func mutated(r *rand.Rand, doc any, times int) any {
	doc = copied(doc)
	for range times {
		doc = mutate(r, doc)
	}
	return doc
}

func copied(v any) any {
	switch v := v.(type) {
	case obj:
		out := obj{}
		for key, value := range v {
			out[key] = copied(value)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for n, value := range v {
			out[n] = copied(value)
		}
		return out
	}
	return v
}

// mutate changes one place at or below v and returns what v is then.
func mutate(r *rand.Rand, v any) any {
	switch v := v.(type) {
	case obj:
		keys := slices.Sorted(maps.Keys(v))
		if len(keys) == 0 || r.IntN(12) == 0 {
			v[[]string{"status", "value", "colour", "reason", "ageBroad", "count"}[r.IntN(6)]] = copied(spoilers[r.IntN(len(spoilers))])
			return v
		}
		key := keys[r.IntN(len(keys))]
		if v["answers"] != nil && r.IntN(5) > 0 {
			v["answers"] = mutate(r, v["answers"]) // most of a document is answers
			return v
		}
		switch r.IntN(8) {
		case 0:
			delete(v, key)
		case 1:
			v[keys[r.IntN(len(keys))]] = copied(v[key])
		default:
			v[key] = mutate(r, v[key])
		}
		return v
	case []any:
		if len(v) == 0 || r.IntN(6) == 0 {
			return append(v, copied(spoilers[r.IntN(len(spoilers))]))
		}
		n := r.IntN(len(v))
		switch r.IntN(6) {
		case 0:
			return slices.Delete(v, n, n+1)
		case 1:
			return append(v, copied(v[n]))
		}
		v[n] = mutate(r, v[n])
		return v
	}
	return copied(spoilers[r.IntN(len(spoilers))])
}

// Mutations must come out the same every time, or nothing that is recorded
// about them could be held.
func TestMutationsRepeat(t *testing.T) {
	doc := sample(t, latest(t, "mission"))
	one := encode(t, mutated(rand.New(rand.NewPCG(1, 2)), doc, 9))
	other := encode(t, mutated(rand.New(rand.NewPCG(1, 2)), doc, 9))
	if !bytes.Equal(one, other) {
		t.Error("the same draws gave two documents")
	}
	if bytes.Equal(one, encode(t, doc)) {
		t.Error("nothing was changed")
	}
}
