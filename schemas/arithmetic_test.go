package schemas

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// known is a figure that is exact; hidden is one written <5, which is 0 to 4.
func known(sex string, n int) rapporteur.Figure { return cell(sex, "18+", "", n, n) }
func hidden(sex string) rapporteur.Figure       { return cell(sex, "18+", "", 0, maskedHigh) }

func TestTotalsAreHeldAgainstIntervals(t *testing.T) {
	for _, test := range []struct {
		name  string
		cells []rapporteur.Figure
		adds  bool
	}{
		{"nothing", nil, true},
		{"a total alone", []rapporteur.Figure{known(total, 7)}, true},
		{"parts alone", []rapporteur.Figure{known("F", 7), hidden("M")}, true},
		{"masked parts, none of whom need be there", []rapporteur.Figure{hidden("F"), hidden("M"), hidden("other"), known(total, 0)}, true},
		{"masked parts at their most", []rapporteur.Figure{hidden("F"), hidden("M"), hidden("other"), known(total, 12)}, true},
		{"masked parts past their most", []rapporteur.Figure{hidden("F"), hidden("M"), hidden("other"), known(total, 13)}, false},
		{"a masked total of masked parts", []rapporteur.Figure{hidden("F"), hidden("M"), hidden(total)}, true},
		{"a masked total at its most", []rapporteur.Figure{known("F", 4), hidden("M"), hidden(total)}, true},
		{"a masked total below its parts", []rapporteur.Figure{known("F", 5), hidden("M"), hidden(total)}, false},
		{"a residual that is told", []rapporteur.Figure{known("F", 5), known("M", 3), known("unknown", 2), known(total, 10)}, true},
		{"a residual of two sorts", []rapporteur.Figure{known("F", 5), known("M", 3), known("other", 1), known("unknown", 1), known(total, 10)}, true},
		{"a residual that is masked", []rapporteur.Figure{known("F", 5), known("M", 3), hidden("unknown"), known(total, 12)}, true},
		{"a residual larger than its mask", []rapporteur.Figure{known("F", 5), known("M", 3), hidden("unknown"), known(total, 13)}, false},
		{"a residual that nobody told", []rapporteur.Figure{known("F", 5), known("M", 3), known(total, 10)}, false},
		{"the rest of a single part is not asked for", []rapporteur.Figure{known("F", 5), known(total, 10)}, true},
		{"a residual below zero", []rapporteur.Figure{known("F", 5), known("M", 6), known("unknown", 0), known(total, 10)}, false},
		{"a residual below zero by one part alone", []rapporteur.Figure{known("F", 11), known(total, 10)}, false},
		{"a residual that masks keep at zero", []rapporteur.Figure{known("F", 10), hidden("M"), hidden("unknown"), known(total, 10)}, true},
		{"each column by itself", []rapporteur.Figure{
			known("F", 5), known("M", 5), known(total, 10), cell("F", "0-17", "", 5, 5), cell("M", "0-17", "", 5, 5), cell(total, "0-17", "", 11, 11),
		}, false},
	} {
		if got := newTable(test.cells).addsUp("sex"); got != test.adds {
			t.Errorf("%s: adds up is %t", test.name, got)
		}
	}
}

// A count below zero is no count: the schema says so, wherever one can stand.
func TestNoCountIsBelowZero(t *testing.T) {
	q := latest(t, "member-state")
	for _, doc := range []obj{{"Q3.4": yes(obj{"identified": figureByForm(-1)})}, {"Q5.3": yes(obj{"investigations": -1})}, {"Q23.2": yes(obj{"citizenship": []any{obj{"state": "SYR", "count": -1}}})}} {
		_, findings := check(t, q, envelope(q.QuestionnaireRef, doc))
		if len(findings) == 0 || findings[0].Rule != "schema/minimum" || findings[0].Severity != rapporteur.SeverityError {
			t.Errorf("%v has %v", doc, show(findings))
		}
	}
}

var (
	reckons  = regexp.MustCompile(`\.(low|high|number|adds)\(`)
	compares = regexp.MustCompile(`\.(low|high)\([^)]*\) *(<=?|>=?|==) *answers\.(low|high)\([^)]*\)`)
	fair     = regexp.MustCompile(`\.low\([^)]*\) *<= *answers\.high\([^)]*\)`)
)

// Real States fail arithmetic for good reasons: no such rule is an error, and
// whatever compares two counts compares the least of one with the most of the
// other.
func TestArithmeticAsksAndNeverRejects(t *testing.T) {
	reckoning, comparing := 0, 0
	err := everyFile([]fs.FS{Embedded()}, "questionnaires", ".json", func(fsys fs.FS, name string) error {
		content, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		var file struct {
			Rules []ruleRow `json:"x-rules"`
		}
		if err := json.Unmarshal(content, &file); err != nil {
			return err
		}
		for _, r := range file.Rules {
			at := fmt.Sprintf("%s %s: %s", name, r.ID, r.Assert)
			if reckons.MatchString(r.Assert) {
				reckoning++
				if r.Severity == string(rapporteur.SeverityError) || r.Severity == string(rapporteur.SeverityPrivacy) {
					t.Errorf("%s rejects", at)
				}
			}
			if compares.MatchString(r.Assert) {
				comparing++
				if !fair.MatchString(r.Assert) {
					t.Errorf("%s could reject what is true", at)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if reckoning < 30 || comparing < 15 {
		t.Errorf("%d rules reckon and %d compare: does the test still see them?", reckoning, comparing)
	}
}
