package report_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

func TestJSONCarriesAllProvenance(t *testing.T) {
	r := compiledReport(t)
	document := render(t, r, "json")
	var wire struct {
		Hash     string
		Sections json.RawMessage
	}
	if err := json.Unmarshal(document, &wire); err != nil {
		t.Fatal(err)
	}
	if wire.Hash != r.Hash {
		t.Errorf("the hash is %q", wire.Hash)
	}
	want := 0
	for _, p := range paragraphs(r.Sections) {
		want += len(p.Sources)
	}
	if got := bytes.Count(wire.Sections, []byte(`"version":`)) + bytes.Count(wire.Sections, []byte(`"record":`)); got < want {
		t.Errorf("%d sources are on the wire, paragraphs alone have %d", got, want)
	}
}

func TestJSONNamesOtherCycles(t *testing.T) {
	r := smallReport()
	r.Sections[0].Blocks[0].Paragraph.Sources = []rapporteur.Source{
		{Contributor: "state-alb", Version: 1, Pointer: "/answers/Q3.4"},
		{Cycle: "s-res-2388-2017/op9/window-2018-H1", Contributor: "state-alb", Version: 7, Pointer: "/answers/Q9.4"},
	}
	want := `"sources":[{"contributor":"state-alb","version":1,"pointer":"/answers/Q3.4"},` +
		`{"cycle":"s-res-2388-2017/op9/window-2018-H1","contributor":"state-alb","version":7,"pointer":"/answers/Q9.4"}]`
	if document := render(t, r, "json"); !bytes.Contains(document, []byte(want)) {
		t.Errorf("want %s in %s", want, document)
	}
}

func TestJSONHasNoNullAndNoCapitals(t *testing.T) {
	r := smallReport()
	r.Sections[0].Blocks = nil
	document := render(t, r, "json")
	if bytes.Contains(document, []byte("null")) {
		t.Errorf("there is a null in %s", document)
	}
	var tree any
	if err := json.Unmarshal(document, &tree); err != nil {
		t.Fatal(err)
	}
	var check func(any)
	check = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, member := range v {
				if key != strings.ToLower(key) {
					t.Errorf("the member %q has capitals", key)
				}
				check(member)
			}
		case []any:
			for _, item := range v {
				check(item)
			}
		}
	}
	check(tree)
}
