package workbook_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

func fail(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// answers is the answers of a body, by question.
func answers(t *testing.T, body []byte) object {
	t.Helper()
	var doc struct{ Answers object }
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.UseNumber()
	fail(t, d.Decode(&doc))
	return doc.Answers
}

// People fill in a blank workbook in ways of their own.
func TestWhatPeopleWrite(t *testing.T) {
	q := questionnaire(t, "member-state")
	file := edited(t, write(t, q, nil), func(f *excelize.File) {
		set(t, f, "field /answers/Q2.1/status", 4, "  yes ")
		set(t, f, "field /answers/Q2.1/deposited", 4, "2018-03-01")
		set(t, f, "field /answers/Q2.1/reservations", 4, 2018)
		set(t, f, "field /answers/Q2.1/may_be_quoted", 4, true)
		set(t, f, "field /answers/Q2.1/source", 4, "one\n\n  \ntwo")
		set(t, f, "field /answers/Q2.2/status", 4, "Oui") // in another language
		set(t, f, "field /answers/Q2.2/deposited", 4, 43160)
		set(t, f, "choice /answers/Q2.4/instruments cedaw", 4, "X")
		set(t, f, "choice /answers/Q2.4/instruments regional", 4, 1)
		set(t, f, "figures /answers/Q3.4/conflict_linked 0-17", 5, "< 5")
		set(t, f, "figures /answers/Q3.4/conflict_linked 0-17", 6, "12")
		set(t, f, "row /answers/Q3.6/partners", 4, "Kenya (KEN)")
		set(t, f, "row /answers/Q3.6/partners", 5, 3)
	})
	filled := read(t, q, file)
	if len(filled.Findings) > 0 {
		t.Errorf("findings %+v", filled.Findings)
	}
	n := func(s string) json.Number { return json.Number(s) }
	want := object{
		"Q2.1": object{"status": "yes", "deposited": "2018-03-01", "reservations": "2018", "may_be_quoted": true, "source": []any{"one", "two"}},
		"Q2.2": object{"status": "yes", "deposited": "2018-03-01"},
		"Q2.4": object{"instruments": []any{"cedaw", "regional"}},
		"Q3.4": object{"conflict_linked": []any{object{"age": "0-17", "sex": "F", "value": "<5"}, object{"age": "0-17", "sex": "M", "value": n("12")}}},
		"Q3.6": object{"partners": []any{object{"state": "KEN", "count": n("3")}}},
	}
	if diff := cmp.Diff(want, answers(t, filled.Body)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if filled.RequestKey != facts.RequestKey {
		t.Errorf("it is for %v", filled.RequestKey)
	}
	for pointer, cell := range map[string]string{
		"/answers/Q3.4/conflict_linked/1/value": "Section 2!F", "/answers/Q3.6/partners/0/count": "Section 2!E", "/answers/Q2.1": "Section 1!D",
		"/answers/Q2.4/instruments/1": "Section 1!D", "/header/officer/email": "Header!D", "/nowhere": "",
	} {
		if got := filled.Cell(pointer); !strings.HasPrefix(got, cell) || cell == "" && got != "" {
			t.Errorf("%s is at %q, want %q", pointer, got, cell)
		}
	}
}

// Every mistake is told with its cell, and never with what is there.
func TestMistakesNameTheirCells(t *testing.T) {
	q := questionnaire(t, "member-state")
	want := []string{}
	told := func(rule, pointer, cell string) { want = append(want, rule+" "+pointer+" "+cell) }
	const secret = "Jane Roe"
	file := edited(t, write(t, q, nil), func(f *excelize.File) {
		told("workbook/choice", "/answers/Q2.1/status", set(t, f, "field /answers/Q2.1/status", 4, secret))
		told("workbook/date", "/answers/Q2.1/deposited", set(t, f, "field /answers/Q2.1/deposited", 4, secret))
		told("workbook/date", "/answers/Q2.2/deposited", set(t, f, "field /answers/Q2.2/deposited", 4, 3))
		told("workbook/choice", "/answers/Q2.1/may_be_quoted", set(t, f, "field /answers/Q2.1/may_be_quoted", 4, "perhaps"))
		told("workbook/choice", "/answers/Q2.4/instruments", set(t, f, "choice /answers/Q2.4/instruments cedaw", 4, secret))
		told("workbook/number", "/answers/Q3.4/identified", set(t, f, "figures /answers/Q3.4/identified 0-17 SERVITUDE", 6, secret))
		told("workbook/number", "/answers/Q3.6/partners/0/count", set(t, f, "row /answers/Q3.6/partners", 5, secret))
		told("workbook/outside", "/answers/Q3.6/partners", set(t, f, "row /answers/Q3.6/partners", 7, secret))
		told("workbook/no-rule", "/justifications", strings.Replace(set(t, f, "justification /justifications", 4, secret), "!D", "!C", 1))
		at := find(t, f, "field /answers/Q4.1/article")
		fail(t, f.SetCellFormula(at.sheet, at.cell(t, 4), "1+1"))
		told("workbook/formula", "/answers/Q4.1/article", at.sheet+"!"+at.cell(t, 4))
		at = find(t, f, "field /answers/Q4.2/reason")
		fail(t, f.SetCellValue(at.sheet, at.cell(t, 1), "field /answers/Q99/reason"))
		told("workbook/unknown-row", "", at.sheet+"!"+at.cell(t, 3))
		told("workbook/row-missing", "/answers/Q4.2/reason", "")
		at = find(t, f, "field /answers/Q4.3/reason")
		fail(t, f.SetCellValue(at.sheet, at.cell(t, 1), "field /answers/Q4.3/text"))
		next := found{at.sheet, at.row + 1}
		told("workbook/row-twice", "/answers/Q4.3/text", next.sheet+"!"+next.cell(t, 4))
		told("workbook/row-missing", "/answers/Q4.3/reason", "")
		fail(t, f.SetCellValue("Section 4", "D900", secret))
		told("workbook/outside", "", "Section 4!D900")
	})
	filled := read(t, q, file)
	got := []string{}
	for _, f := range filled.Findings {
		got = append(got, f.Rule+" "+f.Pointer+" "+f.Cell)
		if f.Severity != rapporteur.SeverityError || f.Message["en"] == "" || f.Message["fr"] == "" {
			t.Errorf("%+v has no words or no weight", f)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if text := fmt.Sprintf("%+v", filled.Findings); strings.Contains(text, "Jane") || strings.Contains(text, "perhaps") {
		t.Error("a finding says what is in a cell")
	}
}

// Rows can be inserted into a table, and rows above do not matter.
func TestInsertedRowsAreRead(t *testing.T) {
	q := questionnaire(t, "member-state")
	file := edited(t, write(t, q, nil), func(f *excelize.File) {
		at := find(t, f, "row /answers/Q3.6/partners")
		set(t, f, "row /answers/Q3.6/partners", 4, "KEN")
		fail(t, f.InsertRows(at.sheet, at.row+1, 2))
		for n, state := range []string{"NGA", "LBY"} {
			fail(t, f.SetCellValue(at.sheet, found{at.sheet, at.row + 1 + n}.cell(t, 4), state))
		}
		fail(t, f.InsertRows(at.sheet, 3, 1))
	})
	filled := read(t, q, file)
	want := object{"Q3.6": object{"partners": []any{object{"state": "KEN"}, object{"state": "NGA"}, object{"state": "LBY"}}}}
	if diff := cmp.Diff(want, answers(t, filled.Body)); diff != "" || len(filled.Findings) > 0 {
		t.Errorf("findings %v (-want +got):\n%s", filled.Findings, diff)
	}
}

// What cells cannot show stays as it was where nothing was changed, and gives
// way where something was.
func TestWhatCellsCannotShowGivesWay(t *testing.T) {
	q := questionnaire(t, "member-state")
	body := []byte(`{"questionnaire":"member-state","version":"1.0.0","return_type":"answered","language":"en",
		"header":{"authority":"a\u0000b","period":{"from":"2017-11-21","to":"2018-06-30"},"may_be_quoted":true,"classification":"unclassified","officer":{}},
		"answers":{"Q2.4":{"status":"yes","instruments":["regional","cedaw"],"source":[]},
		"Q3.4":{"status":"yes","how_determined":"one\r\ntwo","conflict_linked":[{"sex":"total","age":"total","value":12.0},{"sex":"F","age":"0-17","value":3}]}}}`)
	file := write(t, q, body)
	if diff := cmp.Diff(tree(t, body), tree(t, read(t, q, file).Body)); diff != "" {
		t.Errorf("unchanged (-want +got):\n%s", diff)
	}
	file = edited(t, file, func(f *excelize.File) {
		set(t, f, "field /header/authority", 4, "Ministry")
		set(t, f, "choice /answers/Q2.4/instruments other", 4, "x")
		set(t, f, "field /answers/Q3.4/how_determined", 4, "one\nthree")
		set(t, f, "figures /answers/Q3.4/conflict_linked 0-17", 5, 4)
	})
	filled := read(t, q, file)
	want := strings.NewReplacer(`"a\u0000b"`, `"Ministry"`, `["regional","cedaw"]`, `["regional","cedaw","other"]`, `"one\r\ntwo"`, `"one\nthree"`,
		`"value":3}`, `"value":4}`).Replace(string(body))
	if diff := cmp.Diff(tree(t, []byte(want)), tree(t, filled.Body)); diff != "" {
		t.Errorf("changed (-want +got):\n%s", diff)
	}
}

// Whatever an answer holds, changing one cell of a table changes that alone.
func TestOneChangeChangesNothingElse(t *testing.T) {
	rounds(t, 25)
	q := questionnaire(t, "glotip-extract")
	rapid.Check(t, func(r *rapid.T) {
		g := generator{r, q}
		doc := g.submission()
		found, ok := doc["answers"].(object)
		if !ok {
			return // a return without answers
		}
		var tables []string
		for _, section := range q.Sections {
			for _, question := range section.Questions {
				answer, _ := found[question.ID].(object)
				for _, part := range question.Parts {
					if _, given := answer[part.Name].([]any); given && part.Kind == rapporteur.PartFigures {
						tables = append(tables, question.ID+" "+part.Name)
					}
				}
			}
		}
		if len(tables) == 0 {
			return
		}
		question, part, _ := strings.Cut(rapid.SampledFrom(tables).Draw(r, "table"), " ")
		answer, _ := found[question].(object)
		cells, _ := answer[part].([]any)
		body, err := json.Marshal(doc)
		fail(t, err)
		n := rapid.IntRange(0, len(cells)-1).Draw(r, "cell")
		cell, _ := cells[n].(object)
		key := strings.Join(strings.Fields(fmt.Sprint("figures /answers/", question, "/", part, " ", textOf(cell["age"]), " ", textOf(cell["form"]))), " ")
		column := 5 + slices.Index([]string{"F", "M", "other", "unknown", "total"}, textOf(cell["sex"]))
		var value any
		if rapid.Bool().Draw(r, "cleared") && len(cells) > 1 {
			answer[part] = slices.Delete(slices.Clone(cells), n, n+1)
		} else {
			value = 777
			cell["value"] = 777
		}
		filled := read(t, q, edited(t, write(t, q, body), func(f *excelize.File) { set(t, f, key, column, value) }))
		want, err := json.Marshal(doc)
		fail(t, err)
		if diff := cmp.Diff(plainNumbers(tree(t, want)), plainNumbers(tree(t, filled.Body))); diff != "" {
			r.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

func textOf(v any) string {
	s, _ := v.(string)
	return s
}

// plainNumbers is JSON in which 12.0 is 12: in a table that has changed, a
// number may be written in another way.
func plainNumbers(v any) any {
	switch v := v.(type) {
	case object:
		for key, item := range v {
			v[key] = plainNumbers(item)
		}
	case []any:
		for n, item := range v {
			v[n] = plainNumbers(item)
		}
	case json.Number:
		f, _ := v.Float64()
		return f
	}
	return v
}

// Texts longer than a cell are split over rows and come back whole.
func TestLongTextsAreNotLost(t *testing.T) {
	q := questionnaire(t, "member-state")
	for _, long := range []string{strings.Repeat("é👩‍👧 ", 20_000), strings.Repeat("=", 32_767*2), strings.Repeat("line\n", 30_000) + "end", strings.Repeat("'", 1_900_000)} {
		encoded, err := json.Marshal(object{
			"questionnaire": q.ID, "version": q.Version, "language": "en",
			"answers": object{"Q2.5": object{"measures": long, "source": []any{long[:40_000], "short"}}, "Q6.2": object{"proceeds": []any{object{"currency": long}}}},
		})
		fail(t, err)
		if filled := read(t, q, write(t, q, encoded)); cmp.Diff(tree(t, encoded), tree(t, filled.Body)) != "" {
			t.Errorf("a text of %d bytes is lost: %.200s", len(long), filled.Body)
		}
	}
}

// The same answer always gives the same bytes.
func TestBytesAreTheSame(t *testing.T) {
	q := questionnaire(t, "entity")
	body := full(t, q)
	first := write(t, q, body)
	for range 5 {
		if !bytes.Equal(write(t, q, body), first) {
			t.Fatal("the bytes differ")
		}
	}
}

// Whoever is asked in Arabic reads from right to left.
func TestSheetsAreProtectedAndTurned(t *testing.T) {
	q := questionnaire(t, "member-state")
	for language, turned := range map[string]bool{"en": false, "ar": true} {
		file, err := books.Write(q, nil, in(language))
		fail(t, err)
		_ = edited(t, file, func(f *excelize.File) {
			for _, sheet := range f.GetSheetList() {
				visible, err := f.GetSheetVisible(sheet)
				fail(t, err)
				if hidden := sheet == "Lists" || sheet == "Rapporteur"; visible == hidden {
					t.Errorf("%s is visible: %v", sheet, visible)
				}
				protection, err := f.GetSheetProtection(sheet)
				fail(t, err)
				if protection.FormatCells || !protection.SelectUnlockedCells {
					t.Errorf("%s is not protected: %+v", sheet, protection)
				}
				view, err := f.GetSheetView(sheet, 0)
				fail(t, err)
				if visible && (view.RightToLeft != nil && *view.RightToLeft) != turned {
					t.Errorf("%s in %s is turned: %v", sheet, language, view.RightToLeft)
				}
			}
			at := find(t, f, "field /answers/Q2.1/status")
			style, err := f.GetCellStyle(at.sheet, at.cell(t, 4))
			fail(t, err)
			if s, err := f.GetStyle(style); err != nil || s.Protection == nil || s.Protection.Locked {
				t.Errorf("an input is locked: %+v (%v)", s, err)
			}
		})
	}
}

// Another questionnaire's workbook is refused.
func TestAnotherQuestionnaireIsRefused(t *testing.T) {
	_, err := books.Read(write(t, questionnaire(t, "mission"), nil), questionnaire(t, "entity"))
	if !rapporteur.IsProblem(err, rapporteur.ProblemStale) {
		t.Errorf("it is %v", err)
	}
}
