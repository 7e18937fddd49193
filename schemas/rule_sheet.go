package schemas

import (
	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"

	"github.com/rapporteur/rapporteur"
)

// sheet is a body under the eyes of its rules, with the answer or the table that
// they are asked about at the moment. It gives expressions their variables and
// keeps what several of them ask for: tables are read once.
type sheet struct {
	doc, answers map[string]any
	// Of the answer or the table that rules are asked about; empty for rules
	// about the whole document.
	id, part string
	answer   map[string]any
	rows     []any

	tables map[[2]string]*table                            // by question and part
	read   func(question, part string) []rapporteur.Figure // tables that are read already; may be nil

	docValue     ref.Val
	answersValue answersValue
}

var _ cel.Activation = (*sheet)(nil)

func newSheet(body map[string]any) *sheet {
	answers, _ := body["answers"].(map[string]any)
	s := &sheet{doc: body, answers: answers, tables: map[[2]string]*table{}}
	s.docValue = types.DefaultTypeAdapter.NativeToValue(body)
	s.answersValue.Mapper, _ = types.DefaultTypeAdapter.NativeToValue(answers).(traits.Mapper)
	s.answersValue.sheet = s
	return s
}

// answersValue is the variable answers: a map to whoever looks into it, and the
// sheet to our own functions.
type answersValue struct {
	traits.Mapper
	sheet *sheet
}

// rowsValue is the variable rows: a list to whoever looks into it, and a table
// to our own functions.
type rowsValue struct {
	traits.Lister
	table *table
}

// at is a pointer to what rules are asked about.
func (s *sheet) at() string {
	switch {
	case s.id == "":
		return ""
	case s.part == "":
		return "/answers/" + escape(s.id)
	}
	return "/answers/" + escape(s.id) + "/" + escape(s.part)
}

// ResolveName gives an expression a variable.
func (s *sheet) ResolveName(name string) (any, bool) {
	switch name {
	case "doc":
		return s.docValue, true
	case "answers":
		return s.answersValue, true
	case "id":
		return s.id, true
	case "part":
		return s.part, true
	case "answer":
		return s.answer, true
	case "rows":
		rows, _ := types.DefaultTypeAdapter.NativeToValue(s.rows).(traits.Lister)
		return rowsValue{rows, s.table(s.id, s.part)}, true
	}
	return nil, false
}

// Parent is nil: a sheet has all the variables there are.
func (s *sheet) Parent() cel.Activation { return nil }

// value is a part of an answer as it was submitted, or nil.
func (s *sheet) value(question, part string) any {
	answer, _ := s.answers[question].(map[string]any)
	return answer[part]
}

// persons is how many persons a count or a table of figures stands for.
func (s *sheet) persons(question, part string) (low, high int) {
	v := s.value(question, part)
	if _, isList := v.([]any); isList {
		t := s.table(question, part)
		return t.low, t.high
	}
	return countOf(v)
}

// table is a part that is a table of figures.
func (s *sheet) table(question, part string) *table {
	at := [2]string{question, part}
	known := s.tables[at]
	if known == nil {
		var cells []rapporteur.Figure
		if s.read != nil {
			cells = s.read(question, part)
		}
		if cells == nil {
			cells = cellsOf(s.value(question, part))
		}
		known = newTable(cells)
		s.tables[at] = known
	}
	return known
}
