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
	ofPart := func(name string, result *cel.Type, get func(s *sheet, question, part string) ref.Val) cel.EnvOption {
		return cel.Function(name, unguarded, cel.MemberOverload("answers_"+name, []*cel.Type{record, str, str}, result,
			cel.FunctionBinding(func(args ...ref.Val) ref.Val {
				question, _ := args[1].Value().(string)
				part, _ := args[2].Value().(string)
				return get(sheetOf(args[0]), question, part)
			})))
	}
	return []cel.EnvOption{
		cel.Function("status", unguarded, cel.MemberOverload("answers_status", []*cel.Type{record, str}, str,
			cel.BinaryBinding(func(answers, question ref.Val) ref.Val {
				id, _ := question.Value().(string)
				return types.String(stringOf(sheetOf(answers).value(id, "status")))
			}))),
		ofPart("has", cel.BoolType, func(s *sheet, question, part string) ref.Val { return types.Bool(s.value(question, part) != nil) }),
		ofPart("text", cel.StringType, func(s *sheet, question, part string) ref.Val {
			return types.String(stringOf(s.value(question, part)))
		}),
		ofPart("number", cel.DoubleType, func(s *sheet, question, part string) ref.Val {
			return types.Double(numberOf(s.value(question, part)))
		}),
		ofPart("low", cel.IntType, func(s *sheet, question, part string) ref.Val {
			low, _ := s.persons(question, part)
			return types.Int(low)
		}),
		ofPart("high", cel.IntType, func(s *sheet, question, part string) ref.Val {
			_, high := s.persons(question, part)
			return types.Int(high)
		}),
		ofPart("list", cel.ListType(cel.DynType), func(s *sheet, question, part string) ref.Val {
			list, _ := s.value(question, part).([]any)
			return types.DefaultTypeAdapter.NativeToValue(list)
		}),
		cel.Function("adds", unguarded, cel.MemberOverload("rows_adds", []*cel.Type{cel.ListType(cel.DynType), str}, cel.BoolType,
			cel.BinaryBinding(func(rows, dimension ref.Val) ref.Val {
				name, _ := dimension.Value().(string)
				return types.Bool(tableOf(rows).addsUp(name))
			}))),
		cel.Function("distinct", unguarded, cel.MemberOverload("rows_distinct", []*cel.Type{cel.ListType(cel.DynType)}, cel.BoolType,
			cel.UnaryBinding(func(rows ref.Val) ref.Val { return types.Bool(tableOf(rows).distinct()) }))),
		cel.Function("words", unguarded, cel.MemberOverload("string_words", []*cel.Type{str}, cel.IntType,
			cel.UnaryBinding(func(s ref.Val) ref.Val { return types.Int(countWords(stringOf(s.Value()))) }))),
	}
}

// sheetOf is the sheet behind the variable answers. A map that an expression
// made by itself is a sheet of nothing else.
func sheetOf(answers ref.Val) *sheet {
	if known, ok := answers.(answersValue); ok {
		return known.sheet
	}
	all, _ := answers.Value().(map[string]any)
	return &sheet{answers: all, tables: map[[2]string]*table{}}
}

// tableOf is the table behind the variable rows, or one made of another list.
func tableOf(rows ref.Val) *table {
	if known, ok := rows.(rowsValue); ok {
		return known.table
	}
	return newTable(cellsOf(rows.Value()))
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
