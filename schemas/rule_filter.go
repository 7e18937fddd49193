package schemas

import (
	"slices"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
)

// Most rules begin by asking whether an answer has this part or that status,
// and most answers say no. A filter knows these questions without evaluating an
// expression; for whatever it cannot tell, CEL is asked.

// verdict is what a filter can say of a condition.
type verdict int

const (
	cannotTell verdict = iota
	applies
	appliesNot
)

// test is one term of a condition that is a conjunction.
type test func(*sheet) verdict

// filter is the terms of a condition that can be told, and whether these are all
// of it.
type filter struct {
	tests []test
	whole bool
}

// newFilter takes a condition apart. CEL's && is false as soon as one term is,
// whatever becomes of the others, so one known term is enough to say no.
func newFilter(condition *cel.Ast) filter {
	f := filter{whole: true}
	var split func(e ast.Expr)
	split = func(e ast.Expr) {
		if call, ok := callOf(e, operators.LogicalAnd); ok {
			for _, term := range call.Args() {
				split(term)
			}
			return
		}
		t := testOf(e)
		if t == nil {
			f.whole = false
			return
		}
		f.tests = append(f.tests, t)
	}
	split(condition.NativeRep().Expr())
	return f
}

// judge says whether the condition holds on a sheet, as far as it can be told.
func (f filter) judge(s *sheet) verdict {
	all := applies
	if !f.whole {
		all = cannotTell
	}
	for _, t := range f.tests {
		switch t(s) {
		case appliesNot:
			return appliesNot
		case cannotTell:
			all = cannotTell
		case applies:
		}
	}
	return all
}

// testOf recognizes a term; nil is for one that only CEL can tell.
func testOf(e ast.Expr) test {
	if call, ok := callOf(e, "has"); ok && isVariable(call.Target(), "answers") {
		if names := textsOf(call.Args()); len(names) == 2 {
			return func(s *sheet) verdict { return saying(s.value(names[0], names[1]) != nil) }
		}
	}
	if e.Kind() == ast.SelectKind && e.AsSelect().IsTestOnly() {
		return presence(e.AsSelect())
	}
	if call, ok := callOf(e, operators.Equals); ok {
		return oneOf(call.Args()[0], textsOf(call.Args()[1:]))
	}
	if call, ok := callOf(e, operators.In); ok && call.Args()[1].Kind() == ast.ListKind {
		return oneOf(call.Args()[0], textsOf(call.Args()[1].AsList().Elements()))
	}
	return nil
}

// presence is has(answer.field) and the like.
func presence(e ast.SelectExpr) test {
	read := objectOf(e.Operand())
	if read == nil {
		return nil
	}
	return func(s *sheet) verdict {
		object, ok := read(s)
		if !ok {
			return cannotTell // to CEL a missing step on the way is an error
		}
		_, there := object[e.FieldName()]
		return saying(there)
	}
}

// oneOf is a text that is compared with one or several.
func oneOf(e ast.Expr, codes []string) test {
	read := textOf(e)
	if read == nil || len(codes) == 0 {
		return nil
	}
	return func(s *sheet) verdict {
		text, ok := read(s)
		if !ok {
			return cannotTell
		}
		return saying(slices.Contains(codes, text))
	}
}

// textOf reads answers.status("Q"), answers.text("Q", "part") or a field.
func textOf(e ast.Expr) func(*sheet) (string, bool) {
	if e.Kind() == ast.SelectKind && !e.AsSelect().IsTestOnly() {
		field, read := e.AsSelect().FieldName(), objectOf(e.AsSelect().Operand())
		if read == nil {
			return nil
		}
		return func(s *sheet) (string, bool) {
			object, _ := read(s)
			text, ok := object[field].(string)
			return text, ok
		}
	}
	var names []string
	if call, ok := callOf(e, "status"); ok && isVariable(call.Target(), "answers") {
		names = append(textsOf(call.Args()), "status")
	} else if call, ok := callOf(e, "text"); ok && isVariable(call.Target(), "answers") {
		names = textsOf(call.Args())
	}
	if len(names) != 2 {
		return nil
	}
	return func(s *sheet) (string, bool) { return stringOf(s.value(names[0], names[1])), true }
}

// objectOf reads the answer, the document, or an object inside one.
func objectOf(e ast.Expr) func(*sheet) (map[string]any, bool) {
	switch {
	case isVariable(e, "answer"):
		return func(s *sheet) (map[string]any, bool) { return s.answer, true }
	case isVariable(e, "doc"):
		return func(s *sheet) (map[string]any, bool) { return s.doc, true }
	case e.Kind() != ast.SelectKind || e.AsSelect().IsTestOnly():
		return nil
	}
	field, read := e.AsSelect().FieldName(), objectOf(e.AsSelect().Operand())
	if read == nil {
		return nil
	}
	return func(s *sheet) (map[string]any, bool) {
		outer, _ := read(s)
		inner, ok := outer[field].(map[string]any)
		return inner, ok
	}
}

func callOf(e ast.Expr, function string) (ast.CallExpr, bool) {
	if e.Kind() != ast.CallKind || e.AsCall().FunctionName() != function {
		return nil, false
	}
	return e.AsCall(), true
}

func isVariable(e ast.Expr, name string) bool {
	return e.Kind() == ast.IdentKind && e.AsIdent() == name
}

// textsOf are literal texts; none when one of them is something else.
func textsOf(list []ast.Expr) []string {
	var texts []string
	for _, e := range list {
		if e.Kind() != ast.LiteralKind {
			return nil
		}
		text, ok := e.AsLiteral().Value().(string)
		if !ok {
			return nil
		}
		texts = append(texts, text)
	}
	return texts
}

func saying(holds bool) verdict {
	if holds {
		return applies
	}
	return appliesNot
}
