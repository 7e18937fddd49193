package schemas

import (
	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/decls"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
)

// ruleFunctions are what rules can ask of answers and figures, so that a rule
// is one readable line and never fails on what was left out:
//
//	answers.status("Q2.1")            its status, or ""
//	answers.has("Q2.1", "deposited")  whether the part was given
//	answers.text("Q2.1", "deposited") the part as text, or ""; dates compare as text
//	answers.number("Q6.1", "share")   the part as a number, or 0
//	answers.low("Q3.4", "identified") fewest persons that the part may stand for
//	answers.high("Q3.4", "identified") most persons; "<5" is 0 to 4
//	answers.list("Q16.1", "roles")    the part as a list, or []
//	rows.adds("sex")                  whether each total fits what it is made of
//	rows.distinct()                   whether no cell is there twice
//	"some text".words()               its number of words
func ruleFunctions() []cel.EnvOption {
	record, str := cel.MapType(cel.StringType, cel.DynType), cel.StringType
	// The functions bear with values of any type, so CEL need not look through
	// a whole answer to see whether it is a map of texts.
	unguarded := decls.DisableTypeGuards(true)
	ofPart := func(name string, result *cel.Type, get func(any) ref.Val) cel.EnvOption {
		return cel.Function(name, unguarded, cel.MemberOverload("answers_"+name, []*cel.Type{record, str, str}, result,
			cel.FunctionBinding(func(args ...ref.Val) ref.Val {
				return get(partValue(args[0], args[1], args[2]))
			})))
	}
	return []cel.EnvOption{
		cel.Function("status", unguarded, cel.MemberOverload("answers_status", []*cel.Type{record, str}, str,
			cel.BinaryBinding(func(answers, question ref.Val) ref.Val {
				return types.String(stringOf(partValue(answers, question, types.String("status"))))
			}))),
		ofPart("has", cel.BoolType, func(v any) ref.Val { return types.Bool(v != nil) }),
		ofPart("text", cel.StringType, func(v any) ref.Val { return types.String(stringOf(v)) }),
		ofPart("number", cel.DoubleType, func(v any) ref.Val { return types.Double(numberOf(v)) }),
		ofPart("low", cel.IntType, func(v any) ref.Val { low, _ := persons(v); return types.Int(low) }),
		ofPart("high", cel.IntType, func(v any) ref.Val { _, high := persons(v); return types.Int(high) }),
		ofPart("list", cel.ListType(cel.DynType), func(v any) ref.Val {
			list, _ := v.([]any)
			return types.DefaultTypeAdapter.NativeToValue(list)
		}),
		cel.Function("adds", unguarded, cel.MemberOverload("rows_adds", []*cel.Type{cel.ListType(cel.DynType), str}, cel.BoolType,
			cel.BinaryBinding(func(rows, dimension ref.Val) ref.Val {
				name, _ := dimension.Value().(string)
				return types.Bool(addsUp(cellsOf(rows.Value()), name))
			}))),
		cel.Function("distinct", unguarded, cel.MemberOverload("rows_distinct", []*cel.Type{cel.ListType(cel.DynType)}, cel.BoolType,
			cel.UnaryBinding(func(rows ref.Val) ref.Val { return types.Bool(distinct(cellsOf(rows.Value()))) }))),
		cel.Function("words", unguarded, cel.MemberOverload("string_words", []*cel.Type{str}, cel.IntType,
			cel.UnaryBinding(func(s ref.Val) ref.Val { return types.Int(countWords(stringOf(s.Value()))) }))),
	}
}

// partValue is a part of an answer as it was submitted, or nil.
func partValue(answers, question, part ref.Val) any {
	all, _ := answers.Value().(map[string]any)
	id, _ := question.Value().(string)
	name, _ := part.Value().(string)
	answer, _ := all[id].(map[string]any)
	return answer[name]
}

func stringOf(v any) string {
	s, _ := v.(string)
	return s
}

func numberOf(v any) float64 {
	switch n := v.(type) {
	case int64:
		return float64(n)
	case float64:
		return n
	}
	return 0
}

// persons is how many persons a count or a table of figures stands for.
func persons(v any) (low, high int) {
	if rows, ok := v.([]any); ok {
		return interval(cellsOf(rows))
	}
	return countOf(v)
}
