package workbook_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

const figureHead = "question,part,sex,age,form,value\n"

func readFigures(t testing.TB, file string) rapporteur.FilledFigures {
	t.Helper()
	filled, err := books.ReadFigures([]byte(file), questionnaire(t, "member-state"))
	fail(t, err)
	return filled
}

// The figures of any answer come back from CSV, table by table and cell by cell.
func TestFiguresAreNotLost(t *testing.T) {
	q := questionnaire(t, "glotip-extract")
	rapid.Check(t, func(r *rapid.T) {
		doc := generator{r, q}.submission()
		body, err := json.Marshal(doc)
		fail(t, err)
		file, err := books.WriteFigures(q, body, "fr")
		fail(t, err)
		filled, err := books.ReadFigures(file, q)
		fail(t, err)
		if len(filled.Findings) > 0 {
			r.Fatalf("findings %+v", filled.Findings)
		}
		want := map[string]any{}
		found, _ := tree(t, body).(object)["answers"].(object)
		for _, section := range q.Sections {
			for _, question := range section.Questions {
				for _, part := range question.Parts {
					answer, _ := found[question.ID].(object)
					if cells, _ := answer[part.Name].([]any); part.Kind == rapporteur.PartFigures && cells != nil {
						for _, cell := range cells {
							want[question.ID+"/"+part.Name+"/"+figureKey(cell)] = valueOf(cell)
						}
					}
				}
			}
		}
		got := map[string]any{}
		for question, answer := range tree(t, filled.Answers).(object) {
			for part, cells := range answer.(object) {
				for _, cell := range cells.([]any) {
					got[question+"/"+part+"/"+figureKey(cell)] = valueOf(cell)
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" || filled.Cells != len(want) {
			r.Fatalf("%d cells (-want +got):\n%s", filled.Cells, diff)
		}
	})
}

func figureKey(cell any) string {
	c, _ := cell.(object)
	return fmt.Sprint(c["sex"], "|", c["age"], "|", c["form"])
}

func valueOf(cell any) any {
	c, _ := cell.(object)
	return plainNumbers(c["value"])
}

// Spreadsheet programs write semicolons, tabs, marks of byte order and quotes.
func TestFiguresAsProgramsWriteThem(t *testing.T) {
	want := `{"Q3.4":{"conflict_linked":[{"age":"18+","sex":"F","value":5},{"age":"total","sex":"total","value":"<5"}]}}`
	lines := [][]string{
		{"question", "part", "sex", "age", "form", "value"},
		{"Q3.4", "conflict_linked", "F", "18+", "", "5"},
		{"Q3.4", "conflict_linked", "M", "18+", "", ""},
		{"Q3.4", "conflict_linked", "total", "total", "", "< 5"},
	}
	for name, file := range map[string]string{
		"commas":     joined(lines, ",", "\n"),
		"semicolons": "\xef\xbb\xbf" + joined(lines, ";", "\r\n"),
		"tabs":       joined(lines, "\t", "\n"),
		"quotes":     strings.ReplaceAll(joined(lines, ",", "\n"), "Q3.4", `"Q3.4"`),
		"another order": strings.Join([]string{
			"Value,Form,Part,Question,Age,Sex,remark", "5,,conflict_linked,Q3.4,18+,F,=1+1", "<5,,conflict_linked,Q3.4,total,total,\"a,b\"", "",
		}, "\n"),
	} {
		if got := readFigures(t, file); string(got.Answers) != want || len(got.Findings) > 0 || got.Cells != 2 {
			t.Errorf("%s: %s with %v", name, got.Answers, got.Findings)
		}
	}
}

func joined(lines [][]string, separator, end string) string {
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(strings.Join(line, separator) + end)
	}
	return b.String()
}

func TestWrongFiguresNameLineAndColumn(t *testing.T) {
	for line, want := range map[string]string{
		"Q9.9,identified,F,total,total,5":               "figures/table line 3, column 1 ",
		"Q3.4,status,F,total,total,5":                   "figures/table line 3, column 1 ",
		"Q3.4,conflict_linked,X,total,,5":               "figures/code line 3, column 3 /answers/Q3.4/conflict_linked",
		"Q3.4,conflict_linked,F,17-Sep,,5":              "figures/code line 3, column 4 /answers/Q3.4/conflict_linked",
		"Q3.4,conflict_linked,F,total,OTHER,5":          "figures/code line 3, column 5 /answers/Q3.4/conflict_linked",
		"Q3.4,conflict_linked,F,total,,-1":              "figures/value line 3, column 6 /answers/Q3.4/conflict_linked",
		"Q3.4,conflict_linked,F,total,,2.5":             "figures/value line 3, column 6 /answers/Q3.4/conflict_linked",
		"Q3.4,conflict_linked,F,total,,Jane Roe":        "figures/value line 3, column 6 /answers/Q3.4/conflict_linked",
		"Q3.4,conflict_linked,F,total,,<11":             "figures/value line 3, column 6 /answers/Q3.4/conflict_linked",
		"Q3.4,conflict_linked,F,total,,1000000001":      "figures/value line 3, column 6 /answers/Q3.4/conflict_linked",
		"Q3.4,conflict_linked,M,total,,5":               "figures/twice line 3, column 6 /answers/Q3.4/conflict_linked",
		"Q3.4,conflict_linked,F,total,,5,\"and, more\"": "figures/columns line 3 ",
	} {
		got := readFigures(t, figureHead+"Q3.4,conflict_linked,M,total,,3\n"+line+"\n")
		if len(got.Findings) != 1 || got.Cells != 1 {
			t.Errorf("%s: %d cells, %v", line, got.Cells, got.Findings)
			continue
		}
		f := got.Findings[0]
		if told := f.Rule + " " + f.Cell + " " + f.Pointer; told != want || strings.Contains(f.Message["en"], "Jane") || f.Message["fr"] == "" {
			t.Errorf("%s: %q, want %q: %v", line, told, want, f.Message)
		}
	}
}

func TestWhatIsNoFigures(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		kind rapporteur.ProblemKind
	}{
		"nothing": {"", rapporteur.ProblemMalformed}, "other columns": {"a,b,c\n1,2,3\n", rapporteur.ProblemMalformed},
		"UTF-16": {"\xff\xfeq\x00u\x00", rapporteur.ProblemMalformed}, "a quotation mark": {figureHead + `Q3.4,"identified,F` + "\n", rapporteur.ProblemMalformed},
		"a workbook": {"PK\x03\x04\x00", rapporteur.ProblemMalformed}, "too much": {strings.Repeat("x", 3<<20), rapporteur.ProblemTooLarge},
		"too many lines": {figureHead + strings.Repeat("a,b,,,,\n", 60_000), rapporteur.ProblemTooLarge},
	} {
		_, err := books.ReadFigures([]byte(c.file), questionnaire(t, "member-state"))
		if !rapporteur.IsProblem(err, c.kind) {
			t.Errorf("%s: %v, want %s", name, err, c.kind)
		}
	}
}

// No cell of the file is a formula to a spreadsheet program, whatever labels and
// codes a questionnaire has.
func TestFiguresHoldNoFormulas(t *testing.T) {
	q := rapporteur.Questionnaire{Sections: []rapporteur.QuestionSection{{Questions: []rapporteur.Question{{
		ID: "=Q1", Label: map[string]string{"en": "+cmd"}, Parts: []rapporteur.QuestionPart{{
			Name: "@part", Kind: rapporteur.PartFigures, Label: map[string]string{"en": "-1\ttab"}, Sexes: []string{"F"}, Ages: []string{"+18"}, Forms: []string{"\tX"},
			Options: []rapporteur.Option{{Code: "\tX", Label: map[string]string{"en": "\rform"}}},
		}},
	}}}}}
	file, err := books.WriteFigures(q, []byte(`{"answers":{"=Q1":{"@part":[{"sex":"F","age":"+18","form":"\tX","value":7}]}}}`), "en")
	fail(t, err)
	for cell := range strings.FieldsFuncSeq(string(file), func(r rune) bool { return strings.ContainsRune(",\"\r\n", r) }) {
		if strings.ContainsAny(cell[:1], "=+-@\t") {
			t.Errorf("the cell %q could be a formula in:\n%s", cell, file)
		}
	}
	filled, err := books.ReadFigures(file, q)
	fail(t, err)
	if filled.Cells != 1 || !strings.Contains(string(filled.Answers), `"=Q1":{"@part":[{"age":"+18"`) {
		t.Errorf("read back is %s with %v", filled.Answers, filled.Findings)
	}
}

// FuzzFigures holds that no text ends in anything but figures or a problem.
func FuzzFigures(f *testing.F) {
	q := questionnaire(f, "glotip-extract")
	blank, err := books.WriteFigures(q, full(f, q), "en")
	fail(f, err)
	f.Add(blank)
	f.Add([]byte(figureHead + "Q23.1,identified,F,total,total,<5\n"))
	f.Add([]byte("\xef\xbb\xbfquestion;part;sex;age;form;value\n\"a\"\"b\";;;;;=1\n"))
	f.Add([]byte(figureHead + "\"\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		filled, err := books.ReadFigures(file, q)
		if err != nil {
			if !rapporteur.IsProblem(err, rapporteur.ProblemMalformed) && !rapporteur.IsProblem(err, rapporteur.ProblemTooLarge) {
				t.Fatalf("an error that is no problem: %v", err)
			}
			return
		}
		again, err := books.WriteFigures(q, fmt.Appendf(nil, `{"answers":%s}`, filled.Answers), "en")
		fail(t, err)
		second, err := books.ReadFigures(again, q)
		fail(t, err)
		if second.Cells != filled.Cells || len(second.Findings) > 0 {
			t.Fatalf("%s is read back as %s, %v", filled.Answers, second.Answers, second.Findings)
		}
	})
}
