package schemas

import (
	"cmp"
	"slices"

	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
)

// reader reads one side of a comparison; it says false where only CEL knows what
// comes of it, such as a field that is missing or is no text.
type reader[T cmp.Ordered] func(*sheet) (T, bool)

// comparing recognizes two texts, two numbers of persons or two other numbers
// that are compared, and a text that is one of several.
func comparing(e ast.Expr) term {
	if e.Kind() != ast.CallKind || len(e.AsCall().Args()) != 2 {
		return nil
	}
	operator, left, right := e.AsCall().FunctionName(), e.AsCall().Args()[0], e.AsCall().Args()[1]
	if operator == operators.In && right.Kind() == ast.ListKind {
		return oneOf(textOf(left), textsOf(right.AsList().Elements()))
	}
	holds := order(operator)
	if holds == nil {
		return nil
	}
	for _, t := range []term{
		compare(textOf(left), textOf(right), holds), compare(personsOf(left), personsOf(right), holds),
		compare(numberIn(left), numberIn(right), holds),
	} {
		if t != nil {
			return t
		}
	}
	return nil
}

// order is what an operator makes of the order of two values.
func order(operator string) func(int) bool {
	switch operator {
	case operators.Equals:
		return func(c int) bool { return c == 0 }
	case operators.NotEquals:
		return func(c int) bool { return c != 0 }
	case operators.Less:
		return func(c int) bool { return c < 0 }
	case operators.LessEquals:
		return func(c int) bool { return c <= 0 }
	case operators.Greater:
		return func(c int) bool { return c > 0 }
	case operators.GreaterEquals:
		return func(c int) bool { return c >= 0 }
	}
	return nil
}

func compare[T cmp.Ordered](left, right reader[T], holds func(int) bool) term {
	if left == nil || right == nil {
		return nil
	}
	return func(s *sheet) verdict {
		l, leftTold := left(s)
		r, rightTold := right(s)
		if !leftTold || !rightTold {
			return cannotTell
		}
		return saying(holds(cmp.Compare(l, r)))
	}
}

func oneOf(read reader[string], codes []string) term {
	if read == nil || len(codes) == 0 {
		return nil
	}
	return func(s *sheet) verdict {
		text, told := read(s)
		if !told {
			return cannotTell
		}
		return saying(slices.Contains(codes, text))
	}
}

// textOf reads a literal, answers.status("Q"), answers.text("Q", "part") or a
// field.
func textOf(e ast.Expr) reader[string] {
	if text, ok := literal[string](e); ok {
		return func(*sheet) (string, bool) { return text, true }
	}
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
	question, part := asked(e, "text")
	if call, ok := callOf(e, "status"); ok && isVariable(call.Target(), "answers") {
		if names := textsOf(call.Args()); len(names) == 1 {
			question, part = names[0], "status"
		}
	}
	if part == "" {
		return nil
	}
	return func(s *sheet) (string, bool) { return stringOf(s.value(question, part)), true }
}

// personsOf reads whole numbers: a literal, the least or the most persons of a
// part, words, the fields of an answer, and sums of these.
func personsOf(e ast.Expr) reader[int64] {
	if n, ok := literal[int64](e); ok {
		return func(*sheet) (int64, bool) { return n, true }
	}
	if question, part := asked(e, "low"); part != "" {
		return func(s *sheet) (int64, bool) {
			low, _ := s.persons(question, part)
			return int64(low), true
		}
	}
	if question, part := asked(e, "high"); part != "" {
		return func(s *sheet) (int64, bool) {
			_, high := s.persons(question, part)
			return int64(high), true
		}
	}
	if call, ok := callOf(e, operators.Add); ok {
		return sumOf(personsOf(call.Args()[0]), personsOf(call.Args()[1]))
	}
	if call, ok := callOf(e, "size"); ok && len(call.Args()) == 1 && isVariable(call.Args()[0], "answer") {
		return func(s *sheet) (int64, bool) { return int64(len(s.answer)), true }
	}
	if call, ok := callOf(e, "words"); ok && call.IsMemberFunction() {
		if read := textOf(call.Target()); read != nil {
			return func(s *sheet) (int64, bool) {
				text, told := read(s)
				return int64(countWords(text)), told
			}
		}
	}
	return nil
}

func sumOf(left, right reader[int64]) reader[int64] {
	if left == nil || right == nil {
		return nil
	}
	return func(s *sheet) (int64, bool) {
		l, leftTold := left(s)
		r, rightTold := right(s)
		// Near the ends of int64 a sum is an error to CEL.
		const far = 1 << 61
		return l + r, leftTold && rightTold && -far < l && l < far && -far < r && r < far
	}
}

// numberIn reads a literal with a fraction or answers.number("Q", "part").
func numberIn(e ast.Expr) reader[float64] {
	if n, ok := literal[float64](e); ok {
		return func(*sheet) (float64, bool) { return n, true }
	}
	question, part := asked(e, "number")
	if part == "" {
		return nil
	}
	return func(s *sheet) (float64, bool) { return numberOf(s.value(question, part)), true }
}

// asked is what answers.function("Q", "part") asks for; nothing where the
// expression is none, or its arguments are not literal.
func asked(e ast.Expr, function string) (question, part string) {
	call, ok := callOf(e, function)
	if !ok || !isVariable(call.Target(), "answers") {
		return "", ""
	}
	names := textsOf(call.Args())
	if len(names) != 2 {
		return "", ""
	}
	return names[0], names[1]
}
