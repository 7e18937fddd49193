package rapporteur

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestWithoutSources looks for what must not leave anywhere in the report, and
// at the report it was made from, which must not change.
func TestWithoutSources(t *testing.T) {
	source := []Source{{Contributor: "state-xyz", Version: 1, Pointer: "/answers/Q1"}}
	report := Report{
		Sections: []ReportSection{{
			Heading: "A", Blocks: []Block{{Paragraph: &Paragraph{Text: "Text", Sources: source}}},
			Sections: []ReportSection{{Heading: "B", Blocks: []Block{{
				Table: &Table{Title: "Table", Rows: []TableRow{{Label: "Row", Cells: []Cell{{Text: "12", Sources: source}}}}},
			}}}},
		}},
		Annexes: []Annex{{Items: []AnnexItem{{Text: "Item", Sources: source}}}},
	}
	public, err := json.Marshal(report.WithoutSources())
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(public), "state-xyz") {
		t.Errorf("a source is left: %s", public)
	}
	for _, text := range []string{"Text", "Table", "Row", "12", "Item"} {
		if !strings.Contains(string(public), text) {
			t.Errorf("%q is gone", text)
		}
	}
	whole, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(whole), "state-xyz"); n != 3 {
		t.Errorf("the report itself has %d sources left of 3", n)
	}
}
