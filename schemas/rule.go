package schemas

import (
	"fmt"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"

	"github.com/rapporteur/rapporteur"
)

// rule is one cross-field rule in the Common Expression Language. Where When
// holds, Assert must; otherwise there is a finding. With Each, the rule is
// asked about every answer (variables id and answer) or about every table of
// figures (variables id, part and rows); At is then relative to it.
type rule struct {
	id       string
	severity rapporteur.Severity
	each     string
	at       string
	when     *condition // nil for always
	assert   *condition
	message  text
}

// The things that a rule can be asked about one by one.
const (
	eachAnswer  = "answer"
	eachFigures = "figures"
)

// ruleLanguage is the language of rules: CEL with the functions of
// rule_functions.go.
type ruleLanguage struct{ env *cel.Env }

// ruleCost is how much one rule may cost to evaluate, in CEL's units: some
// hundred times what the dearest rule costs on the longest honest answer.
const ruleCost = 1_000_000

func newRuleLanguage() (*ruleLanguage, error) {
	record := cel.MapType(cel.StringType, cel.DynType)
	options := append([]cel.EnvOption{
		cel.Variable("doc", record),
		cel.Variable("answers", record),
		cel.Variable("id", cel.StringType),
		cel.Variable("answer", record),
		cel.Variable("part", cel.StringType),
		cel.Variable("rows", cel.ListType(cel.DynType)),
	}, ruleFunctions()...)
	env, err := cel.NewEnv(options...)
	if err != nil {
		return nil, fmt.Errorf("cannot make rule language: %w", err)
	}
	return &ruleLanguage{env: env}, nil
}

// compile reads the rules of a file; every fault names the rule's field.
func (l *ruleLanguage) compile(d *jsonDocument, rows []ruleRow, texts texts, all *faults) []rule {
	seen := map[string]bool{}
	var compiled []rule
	for n, row := range rows {
		at := fmt.Sprintf("/x-rules/%d", n)
		if seen[row.ID] {
			all.add(d.fault(at+"/id", "%s is there twice", row.ID))
		}
		seen[row.ID] = true
		texts.add(at+"/message", d, row.Message, all)
		r := rule{
			id: row.ID, severity: rapporteur.Severity(row.Severity), each: row.Each, at: row.At, message: row.Message,
		}
		var err error
		if row.When != "" {
			if r.when, err = l.condition(row.When); err != nil {
				all.add(d.fault(at+"/when", "%s", err))
			}
		}
		if r.assert, err = l.condition(row.Assert); err != nil {
			all.add(d.fault(at+"/assert", "%s", err))
		}
		compiled = append(compiled, r)
	}
	return compiled
}

// condition is one expression of a rule.
type condition struct {
	terms   terms // what can be told without CEL
	program cel.Program
}

// condition prepares an expression. What it may cost is only counted where it
// can go through a list, for counting costs more than most expressions do;
// without a list, an expression costs no more than it is long.
func (l *ruleLanguage) condition(expression string) (*condition, error) {
	checked, issues := l.env.Compile(expression)
	if issues.Err() != nil {
		return nil, fmt.Errorf("cannot read expression: %w", issues.Err())
	}
	if !checked.OutputType().IsExactType(cel.BoolType) {
		return nil, fmt.Errorf("cannot read expression: want true or false, not %s", checked.OutputType())
	}
	options := []cel.ProgramOption{cel.EvalOptions(cel.OptOptimize)}
	loops := ast.MatchDescendants(ast.NavigateAST(checked.NativeRep()), ast.KindMatcher(ast.ComprehensionKind))
	if len(loops) > 0 {
		options = append(options, cel.CostLimit(ruleCost))
	}
	program, err := l.env.Program(checked, options...)
	if err != nil {
		return nil, fmt.Errorf("cannot prepare expression: %w", err)
	}
	return &condition{terms: termsOf(checked.NativeRep().Expr()), program: program}, nil
}

// broken reports whether the rule applies and does not hold.
func (r *rule) broken(s *sheet) (bool, error) {
	if r.when != nil {
		applies, err := r.when.holds(s)
		if err != nil || !applies {
			return false, err
		}
	}
	holds, err := r.assert.holds(s)
	return !holds && err == nil, err
}

// holds asks the terms first and CEL where they cannot tell. Its cost limit, not
// a context, ends an expression that runs too long: looking at a context would
// cost more than the rules do.
func (c *condition) holds(s *sheet) (bool, error) {
	if told := c.terms.judge(s); told != cannotTell {
		return told == isTrue, nil
	}
	return c.evaluate(s)
}

func (c *condition) evaluate(s *sheet) (bool, error) {
	value, _, err := c.program.Eval(s)
	if err != nil {
		return false, fmt.Errorf("cannot evaluate rule: %w", err)
	}
	holds, _ := value.Value().(bool)
	return holds, nil
}
