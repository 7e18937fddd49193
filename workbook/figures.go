package workbook

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/rapporteur/rapporteur"
)

// The columns of figures as CSV. Those after value are for reading only.
var figureColumns = []string{"question", "part", "sex", "age", "form", "value", "question_label", "part_label", "form_label"}

// WriteFigures gives every cell of every table of figures a line; those without
// a value are for filling in. No text begins as a formula would.
func (Workbooks) WriteFigures(q rapporteur.Questionnaire, body []byte, language string) ([]byte, error) {
	answer := map[string]any{}
	if body != nil {
		var err error
		if answer, err = decodeJSON(body); err != nil {
			return nil, fmt.Errorf("cannot write figures: %w", err)
		}
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	_ = w.Write(figureColumns) // a buffer takes everything; Error is asked below
	tables := figureTables(q)
	for _, t := range tables {
		values, _ := lookup(answer, t.at).([]any)
		for _, form := range orNone(t.part.Forms) {
			for _, age := range orNone(t.part.Ages) {
				l := line{age: age, form: form}
				for _, sex := range t.part.Sexes {
					_ = w.Write(t.record(language, sex, age, form, l.valueOf(values, sex)))
				}
			}
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return nil, fmt.Errorf("cannot write figures: %w", err)
	}
	return b.Bytes(), nil
}

// figureTable is one table of figures of a questionnaire.
type figureTable struct {
	question rapporteur.Question
	part     rapporteur.QuestionPart
	at       string // JSON Pointer
}

func figureTables(q rapporteur.Questionnaire) []figureTable {
	var tables []figureTable
	for _, section := range q.Sections {
		for _, question := range section.Questions {
			for _, part := range question.Parts {
				if part.Kind == rapporteur.PartFigures {
					at := "/answers/" + escape(question.ID) + "/" + escape(part.Name)
					tables = append(tables, figureTable{question, part, at})
				}
			}
		}
	}
	return tables
}

func (t figureTable) record(language, sex, age, form string, value any) []string {
	label := ""
	for _, o := range t.part.Options {
		if o.Code == form {
			label = in(o.Label, language)
		}
	}
	record := []string{
		t.question.ID, t.part.Name, sex, age, form, figureText(value), in(t.question.Label, language), in(t.part.Label, language), label,
	}
	for n, text := range record {
		record[n] = harmless(text)
	}
	return record
}

func figureText(value any) string {
	switch v := value.(type) {
	case json.Number:
		if f, err := v.Float64(); err == nil {
			return plainNumber(f)
		}
	case string: // it masks
		return v
	}
	return ""
}

// harmless is a text that no spreadsheet program takes for a formula.
func harmless(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// ReadFigures reads figures back: each line is a cell, one without a value is
// passed over. Separators may be commas, semicolons or tabs, as spreadsheet
// programs write them. Findings name line and column.
//
// It fails with a Problem: too-large over a limit, malformed for what is not
// CSV in UTF-8 with the columns question, part, sex, age, form and value.
func (Workbooks) ReadFigures(file []byte, q rapporteur.Questionnaire) (rapporteur.FilledFigures, error) {
	r, err := newFigureReader(file, q)
	if err != nil {
		return rapporteur.FilledFigures{}, err
	}
	for {
		done, err := r.line()
		if err != nil {
			return rapporteur.FilledFigures{}, err
		}
		if done {
			break
		}
	}
	answers := map[string]any{}
	for _, t := range r.tables {
		if cells := r.found[t.at]; len(cells) > 0 {
			put(answers, strings.TrimPrefix(t.at, "/answers"), cells)
		}
	}
	return rapporteur.FilledFigures{Answers: canonical(answers), Cells: len(r.seen), Findings: r.findings}, nil
}

// figureReader is where the reading of figures stands.
type figureReader struct {
	csv      *csv.Reader
	columns  map[string]int
	width    int
	tables   []figureTable
	found    map[string][]any
	seen     map[string]bool
	lines    int
	findings []rapporteur.Finding
}

func badCSV(detail string, args ...any) error {
	return rapporteur.Problemf(rapporteur.ProblemMalformed, "The figures cannot be read", detail, args...)
}

func newFigureReader(file []byte, q rapporteur.Questionnaire) (*figureReader, error) {
	if len(file) > maxCSV {
		return nil, rapporteur.Problemf(rapporteur.ProblemTooLarge, "The figures are too large", "They have %d bytes; at most %d are read.", len(file), maxCSV)
	}
	text := string(bytes.TrimPrefix(file, []byte("\xef\xbb\xbf")))
	if strings.ToValidUTF8(text, "") != text || strings.ContainsRune(text, 0) {
		return nil, badCSV("They are not UTF-8: save them as “CSV UTF-8”.")
	}
	r := &figureReader{
		csv: csv.NewReader(strings.NewReader(text)), columns: map[string]int{}, tables: figureTables(q), found: map[string][]any{}, seen: map[string]bool{},
	}
	r.csv.FieldsPerRecord, r.csv.ReuseRecord = -1, true
	first, _, _ := strings.Cut(text, "\n")
	for _, separator := range []rune{',', ';', '\t'} {
		if strings.Count(first, string(separator)) >= strings.Count(first, string(r.csv.Comma)) {
			r.csv.Comma = separator
		}
	}
	head, err := r.csv.Read()
	if err != nil {
		return nil, badCSV("There is no first line with the names of the columns.")
	}
	r.width = len(head)
	for n, name := range head {
		if name = strings.ToLower(strings.TrimSpace(name)); slices.Contains(figureColumns, name) {
			r.columns[name] = n
		}
	}
	for _, name := range figureColumns[:6] {
		if _, there := r.columns[name]; !there {
			return nil, badCSV("The first line names no column %q: want question, part, sex, age, form and value.", name)
		}
	}
	return r, nil
}

// wrong is a finding in a column of the present line.
func (r *figureReader) wrong(rule, pointer, column string) {
	if len(r.findings) == maxFindings {
		return
	}
	number, _ := r.csv.FieldPos(0)
	at := fmt.Sprintf("line %d", number)
	if n, known := r.columns[column]; known {
		at += fmt.Sprintf(", column %d", n+1)
	}
	r.findings = append(r.findings, finding(rule, pointer, at))
}

// line reads the next line; true at the end.
func (r *figureReader) line() (done bool, err error) {
	record, err := r.csv.Read()
	if err != nil {
		if broken, ok := errors.AsType[*csv.ParseError](err); ok {
			return false, badCSV("Line %d has a quotation mark where none can be, or one that is not closed.", broken.Line)
		}
		return true, nil // the end of a text in memory
	}
	r.lines++
	if r.lines > maxCSVLines {
		return false, rapporteur.Problemf(rapporteur.ProblemTooLarge, "The figures are too large", "They have more than %d lines.", maxCSVLines)
	}
	if len(record) != r.width {
		r.wrong("figures/columns", "", "")
		return false, nil
	}
	cell := func(name string) string {
		text := strings.TrimSpace(record[r.columns[name]])
		if rest := strings.TrimPrefix(text, "'"); harmless(rest) == text {
			return rest
		}
		return text
	}
	if text := cell("value"); text != "" {
		r.cell(cell, text)
	}
	return false, nil
}

// cell takes the cell of one line.
func (r *figureReader) cell(text func(string) string, value string) {
	n := slices.IndexFunc(r.tables, func(t figureTable) bool { return t.question.ID == text("question") && t.part.Name == text("part") })
	if n < 0 {
		r.wrong("figures/table", "", "question")
		return
	}
	t := r.tables[n]
	figure := map[string]any{}
	known := true
	for _, dimension := range []struct {
		name  string
		codes []string
	}{{"sex", t.part.Sexes}, {"age", t.part.Ages}, {"form", t.part.Forms}} {
		code := text(dimension.name)
		switch {
		case slices.Contains(dimension.codes, code):
			figure[dimension.name] = code
		case code != "" || len(dimension.codes) > 0:
			r.wrong("figures/code", t.at, dimension.name)
			known = false
		}
	}
	count, ok := countOf(value)
	if !ok {
		r.wrong("figures/value", t.at, "value")
	}
	if !ok || !known {
		return
	}
	id := t.at + " " + figureID(figure)
	if r.seen[id] {
		r.wrong("figures/twice", t.at, "value")
		return
	}
	r.seen[id] = true
	figure["value"] = count
	r.found[t.at] = append(r.found[t.at], figure)
}

// countOf is a number of persons, or a text that masks it.
func countOf(text string) (any, bool) {
	if masks(text) {
		masked := strings.Join(strings.Fields(text), "")
		return masked, masked == "<5"
	}
	n, ok := asNumberText(text)
	return json.Number(plainNumber(n)), ok && n >= 0 && n <= maxCount && n == math.Trunc(n)
}
