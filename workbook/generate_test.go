package workbook_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

type object = map[string]any

// awkward are texts that spreadsheets, XML or people's programs treat in ways of
// their own.
var awkward = []string{
	"=1+1", "+41 22", "-2", "@SUM(A1)", "=cmd|'/c calc'!A0", "line\nline", "line\r\nline", "a\rb", "\ttab", " spaces around ", "a  b", "'quoted",
	"👩‍👩‍👧 emoji", "שלום العالم RTL", "_x0041_", "_x005F_x0041_", "_x0041_x0042_", "nul\x00here", "\x1f", "\uffff", "\ufffe", "<5", "<b>&amp;", "]]>", "1e5", "007",
	"TRUE", "2018-03-01", "43160", "#N/A", "\u202eright", "e\u0301", "x", "\u2028", "field /answers", "note", "yes", "Yes",
}

// generator makes valid submissions of a questionnaire.
type generator struct {
	t *rapid.T
	q rapporteur.Questionnaire
}

func (g generator) chance(what string, of int) bool {
	return rapid.IntRange(1, of).Draw(g.t, what) == 1
}

func (g generator) text(most, words int) string {
	var s string
	switch rapid.IntRange(0, 3).Draw(g.t, "sort of text") {
	case 0:
		s = rapid.SampledFrom(awkward).Draw(g.t, "awkward")
	case 1:
		s = rapid.StringN(1, min(most, 40), -1).Draw(g.t, "text")
	default:
		s = strings.Join(rapid.SliceOfN(rapid.SampledFrom(append([]string{"words", "of", "it."}, awkward...)), 1, 5).Draw(g.t, "words"), " ")
	}
	// One word or less: the limits of words are not what is tested.
	if s = strings.ToValidUTF8(s, "?"); strings.TrimSpace(s) == "" {
		s = "a" + s
	}
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most-1]) + "z"
	}
	if words > 0 && len(strings.Fields(s)) > words/3 {
		s = "few"
	}
	return s
}

func (g generator) date() string {
	return time.Date(rapid.SampledFrom([]int{1, 1889, 1900, 1904, 2018, 9999}).Draw(g.t, "year"), time.Month(rapid.IntRange(1, 12).Draw(g.t, "month")),
		rapid.IntRange(1, 28).Draw(g.t, "day"), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

func (g generator) period() object {
	return object{"from": "2017-11-21", "to": rapid.SampledFrom([]string{"2017-11-21", "2018-08-31"}).Draw(g.t, "to")}
}

func (g generator) count(persons bool) any {
	if persons && g.chance("masked", 4) {
		return "<5"
	}
	return json.Number(rapid.SampledFrom([]string{"0", "1", "4", "5", "17", "1000000000", "12.0", "1e3"}).Draw(g.t, "count"))
}

func (g generator) decimal(most string) json.Number {
	return json.Number(rapid.SampledFrom([]string{
		"0", "0.1", "12.5", "12.50", "99.99999999999999", "1e1", "0.30000000000000004", "0.1000000000000000055511151231257827", "1E-7", most,
	}).Draw(g.t, "decimal"))
}

func some[T any](g generator, of []T, least int) []T {
	all := rapid.Permutation(of).Draw(g.t, "order")
	return all[:rapid.IntRange(least, len(all)).Draw(g.t, "how many")]
}

func (g generator) texts() []any {
	list := make([]any, rapid.IntRange(0, 4).Draw(g.t, "texts"))
	for n := range list {
		list[n] = g.text(500, 0)
	}
	return list
}

// field is a field that may be left out.
type field struct {
	name  string
	value any
}

func (g generator) perhaps(to object, of int, fields []field) {
	for _, f := range fields {
		if g.chance(f.name, of) {
			to[f.name] = f.value
		}
	}
}

// submission is a valid body: with answers, or a return that says why there are
// none.
func (g generator) submission() object {
	doc := object{
		"questionnaire": g.q.ID, "version": g.q.Version, "return_type": "answered",
		"language": rapid.SampledFrom(rapporteur.Languages).Draw(g.t, "language"), "header": g.header(),
	}
	if g.chance("nil return", 10) {
		doc["return_type"] = rapid.SampledFrom([]string{"nil", "not-applicable", "covered", "declined"}).Draw(g.t, "return type")
		doc["reason"] = g.text(4000, 200)
		return doc
	}
	if g.chance("justifications", 3) {
		justifications := object{}
		for range rapid.IntRange(0, 4).Draw(g.t, "justified") {
			key := rapid.SampledFrom(append([]string{"", "figures/sex-adds-up", "figures/sex-adds-up /answers/Q3.4/identified", "a/b~c"}, awkward...)).Draw(g.t, "rule")
			justifications[key] = g.text(4000, 150)
		}
		doc["justifications"] = justifications
	}
	answers := object{}
	for _, section := range g.q.Sections {
		for _, question := range some(g, section.Questions, 0) {
			answers[question.ID] = g.answer(question)
		}
	}
	if len(answers) == 0 {
		question := g.q.Sections[0].Questions[0]
		answers[question.ID] = object{"status": "no"}
	}
	doc["answers"] = answers
	return doc
}

func (g generator) header() object {
	header := object{"authority": g.text(300, 0), "period": g.period(), "may_be_quoted": rapid.Bool().Draw(g.t, "quoted"), "classification": "unclassified"}
	if g.chance("officer", 2) {
		officer := object{}
		g.perhaps(officer, 2, []field{{"name", g.text(200, 0)}, {"title", g.text(200, 0)}, {"email", "desk@example.org"}, {"telephone", "+41 22 555 0100"}})
		header["officer"] = officer
	}
	g.perhaps(header, 3, []field{{"permanent_mission", g.text(300, 0)}, {"note_verbale", g.text(300, 0)}, {"assistance_needed", "in_part"}})
	return header
}

func (g generator) answer(question rapporteur.Question) object {
	answer := object{"status": rapid.SampledFrom([]string{"yes", "in_part", "no"}).Draw(g.t, "status")}
	assistance := object{"needed": "no"}
	if g.chance("which assistance", 3) {
		assistance = object{"needed": "yes", "kind": g.text(1000, 60)}
	}
	g.perhaps(answer, 6, []field{
		{"reason", g.text(4000, 100)}, {"text", g.text(8000, 250)}, {"legal_reference", g.texts()}, {"source", g.texts()}, {"period", g.period()},
		{"classification", "unclassified"}, {"may_be_quoted", false}, {"assistance_needed", assistance},
	})
	for _, part := range question.Parts {
		if part.Kind != rapporteur.PartStatus && g.chance(part.Name, 2) {
			answer[part.Name] = g.part(part)
		}
	}
	return answer
}

func (g generator) part(part rapporteur.QuestionPart) any {
	switch part.Kind {
	case rapporteur.PartDate:
		return g.date()
	case rapporteur.PartNumber:
		return g.count(part.Persons)
	case rapporteur.PartPercent:
		return g.decimal("100")
	case rapporteur.PartText:
		return g.text(16000, part.MaxWords)
	case rapporteur.PartRef:
		return g.text(500, 0)
	case rapporteur.PartChoice:
		return rapid.SampledFrom(part.Options).Draw(g.t, "choice").Code
	case rapporteur.PartChoices:
		var codes []any
		for _, o := range some(g, part.Options, 1) {
			codes = append(codes, o.Code)
		}
		return codes
	case rapporteur.PartFigures:
		return g.figures(part)
	case rapporteur.PartRows:
		return g.rows(part)
	}
	panic(fmt.Sprintf("no generator for %s", part.Kind))
}

func (g generator) figures(part rapporteur.QuestionPart) []any {
	var all []object
	for _, sex := range part.Sexes {
		if len(part.Ages) == 0 {
			all = append(all, object{"sex": sex})
		}
		for _, age := range part.Ages {
			if len(part.Forms) == 0 {
				all = append(all, object{"sex": sex, "age": age})
			}
			for _, form := range part.Forms {
				all = append(all, object{"sex": sex, "age": age, "form": form})
			}
		}
	}
	chosen := some(g, all, 1)
	if len(chosen) > 12 && !g.chance("a full table", 10) {
		chosen = chosen[:12]
	}
	var cells []any
	for _, cell := range chosen {
		cell["value"] = g.count(true)
		cells = append(cells, cell)
	}
	return cells
}

func (g generator) rows(part rapporteur.QuestionPart) []any {
	rows := make([]any, rapid.IntRange(1, min(12, max(part.MaxRows, 1))).Draw(g.t, "rows"))
	for n := range rows {
		row := object{}
		for _, c := range part.Columns {
			row[c.Name] = g.column(c)
		}
		// Which fields may be left out, the schema alone knows.
		for _, name := range []string{"count", "note", "transit", "visit_from", "visit_to", "follow_up_due", "ungm"} {
			if _, there := row[name]; there && len(row) > 1 && part.Columns[0].Name != "year" && g.chance("without "+name, 2) {
				delete(row, name)
			}
		}
		rows[n] = row
	}
	return rows
}

func (g generator) column(c rapporteur.Column) any {
	switch {
	case c.Kind == rapporteur.PartChoice:
		return rapid.SampledFrom(c.Options).Draw(g.t, c.Name)
	case c.Kind == rapporteur.PartDate:
		return g.date()
	case c.Name == "year":
		return json.Number("2018")
	case c.Kind == rapporteur.PartNumber && c.Name == "amount":
		return g.decimal("123456789012345.67")
	case c.Kind == rapporteur.PartNumber:
		return g.count(c.Persons)
	case c.Format == "country":
		return rapid.SampledFrom([]string{"KEN", "NGA", "LBY", "ITA", "PSE", "VAT"}).Draw(g.t, c.Name)
	case c.Format == "currency":
		return "EUR"
	case c.Format == "language":
		return rapid.SampledFrom([]string{"ar", "sw", "ti"}).Draw(g.t, c.Name)
	case c.Name == "ungm":
		return "000123"
	}
	return g.text(30, 0)
}

// valid reports whether the catalogue would take a body: no finding of the
// schema. Warnings, and texts that look like telephone numbers, are no matter.
func valid(tb testing.TB, t *rapid.T, q rapporteur.Questionnaire, body []byte) bool {
	tb.Helper()
	c, err := catalogue()
	if err != nil {
		tb.Fatal(err)
	}
	_, findings, err := c.Check(tb.Context(), q.QuestionnaireRef, body)
	if err != nil {
		t.Fatalf("not checked: %v", err)
	}
	for _, f := range findings {
		if strings.HasPrefix(f.Rule, "schema/") {
			t.Logf("%s at %s", f.Rule, f.Pointer)
			return false
		}
	}
	return utf8.Valid(body)
}
