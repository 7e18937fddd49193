package rapporteur

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var compileUpdate = flag.Bool("update", false, "write the golden files anew")

func compiled(t *testing.T, in Compilation) Report {
	t.Helper()
	r, err := Compile(in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCompileGolden(t *testing.T) {
	got, err := json.MarshalIndent(compiled(t, compileFixture()), "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "compile", "report.json")
	if *compileUpdate {
		if err := os.MkdirAll(filepath.Dir(golden), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("the report differs from %s (-want +got):\n%s", golden, diff)
	}
}

// paragraphTexts is every paragraph of a report in order.
func paragraphTexts(r Report) []string {
	var out []string
	eachBlock(r.Sections, func(b Block) {
		if b.Paragraph != nil {
			out = append(out, b.Paragraph.Text)
		}
	})
	return out
}
