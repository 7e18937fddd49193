package schemas

import (
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
)

// Most rules ask whether an answer has this part or that status and compare two
// counts or dates, and most answers are asked in vain. Terms know these
// questions without evaluating an expression; where they cannot tell, CEL is
// asked. They are made of the expression that CEL has read and checked, and a
// test holds them against CEL.

// verdict is what terms can say of a condition.
type verdict int

const (
	cannotTell verdict = iota
	isTrue
	isFalse
)

func saying(holds bool) verdict {
	if holds {
		return isTrue
	}
	return isFalse
}

// term is a condition or a part of one; nil is one that only CEL can tell.
type term func(*sheet) verdict

// terms are what a condition joins by &&, as far as they can be told, and
// whether these are all of it.
type terms struct {
	list  []term
	whole bool
}

// termsOf takes a condition apart. CEL's && is false as soon as one term is,
// whatever becomes of the others, so one known term is enough to say no.
func termsOf(e ast.Expr) terms {
	if call, ok := callOf(e, operators.LogicalAnd); ok {
		all := terms{whole: true}
		for _, arg := range call.Args() {
			part := termsOf(arg)
			all.list, all.whole = append(all.list, part.list...), all.whole && part.whole
		}
		return all
	}
	if t := termOf(e); t != nil {
		return terms{list: []term{t}, whole: true}
	}
	return terms{}
}

// judge says whether the condition holds on a sheet, as far as it can be told.
func (t terms) judge(s *sheet) verdict {
	all := isTrue
	if !t.whole {
		all = cannotTell
	}
	for _, one := range t.list {
		switch one(s) {
		case isFalse:
			return isFalse
		case cannotTell:
			all = cannotTell
		case isTrue:
		}
	}
	return all
}

// termOf recognizes one term.
func termOf(e ast.Expr) term {
	if call, ok := callOf(e, operators.LogicalNot); ok {
		return not(termsOf(call.Args()[0]))
	}
	if e.Kind() == ast.SelectKind && e.AsSelect().IsTestOnly() {
		return presence(e.AsSelect())
	}
	if question, part := asked(e, "has"); part != "" {
		return func(s *sheet) verdict { return saying(s.value(question, part) != nil) }
	}
	if call, ok := callOf(e, "adds"); ok && isVariable(call.Target(), "rows") {
		if names := textsOf(call.Args()); len(names) == 1 {
			return func(s *sheet) verdict { return saying(s.table(s.id, s.part).addsUp(names[0])) }
		}
	}
	if call, ok := callOf(e, "distinct"); ok && isVariable(call.Target(), "rows") {
		return func(s *sheet) verdict { return saying(s.table(s.id, s.part).distinct()) }
	}
	return comparing(e)
}

func not(inner terms) term {
	if len(inner.list) == 0 {
		return nil
	}
	return func(s *sheet) verdict {
		switch inner.judge(s) {
		case isTrue:
			return isFalse
		case isFalse:
			return isTrue
		case cannotTell:
		}
		return cannotTell
	}
}

// presence is has(answer.field) and the like.
func presence(e ast.SelectExpr) term {
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
		text, ok := literal[string](e)
		if !ok {
			return nil
		}
		texts = append(texts, text)
	}
	return texts
}

func literal[T any](e ast.Expr) (T, bool) {
	var none T
	if e.Kind() != ast.LiteralKind {
		return none, false
	}
	value, ok := e.AsLiteral().Value().(T)
	return value, ok
}
