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
	read         map[string]rapporteur.Answer
	// Of the answer or the table that rules are asked about; empty for rules
	// about the whole document.
	id, part string
	answer   map[string]any
	rows     []any
	cells    []rapporteur.Figure

	docValue     ref.Val
	answersValue answersValue
}

var _ cel.Activation = (*sheet)(nil)

func newSheet(body map[string]any, doc rapporteur.AnswerDocument) *sheet {
	answers, _ := body["answers"].(map[string]any)
	s := &sheet{doc: body, answers: answers, read: doc.Answers}
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

// rowsValue is the variable rows, a list that knows its cells.
type rowsValue struct {
	traits.Lister
	cells []rapporteur.Figure
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
		return rowsValue{rows, s.cells}, true
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
	rows, ok := v.([]any)
	if !ok {
		return countOf(v)
	}
	if cells := s.read[question].Values[part].Figures; cells != nil {
		return interval(cells)
	}
	return interval(cellsOf(rows))
}
