package schemas

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// sheets are what the rules of one sort are asked about in a body.
func sheets(q *questionnaire, tree any, each string) []*sheet {
	body, ok := tree.(map[string]any)
	if !ok {
		return nil
	}
	if each == "" {
		return []*sheet{newSheet(body)}
	}
	var all []*sheet
	for id, value := range newSheet(body).answers {
		answer, ok := value.(map[string]any)
		if !ok || q.parts[id] == nil {
			continue
		}
		if each == eachAnswer {
			s := newSheet(body)
			s.id, s.answer = id, answer
			all = append(all, s)
			continue
		}
		for name := range q.parts[id] {
			if rows, ok := answer[name].([]any); ok {
				s := newSheet(body)
				s.id, s.answer, s.part, s.rows = id, answer, name, rows
				all = append(all, s)
			}
		}
	}
	return all
}

// Where terms tell, CEL says the same.
func TestTermsAgreeWithCEL(t *testing.T) {
	told := map[verdict]int{}
	agree := func(r *rapid.T, rule rule, c *condition, s *sheet) {
		if c == nil {
			return
		}
		verdict := c.terms.judge(s)
		told[verdict]++
		if verdict == cannotTell {
			return
		}
		holds, err := c.evaluate(s)
		if err != nil || holds != (verdict == isTrue) {
			r.Fatalf("%s: terms say %d, CEL %t, %v", rule.id, verdict, holds, err)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		id := rapid.SampledFrom(questionnaireIDs).Draw(r, "questionnaire")
		draws := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 1))
		q := load(t).latest[id]
		tree, err := readBody(encode(t, mutated(draws, sample(t, q.Questionnaire), rapid.IntRange(0, 9).Draw(r, "mutations"))), nil)
		if err != nil {
			r.Skip("not to be read")
		}
		for _, rule := range q.rules {
			for _, s := range sheets(q, tree, rule.each) {
				agree(r, rule, rule.when, s)
				agree(r, rule, rule.assert, s)
			}
		}
	})
	if told[isTrue] == 0 || told[isFalse] == 0 || told[cannotTell] == 0 {
		t.Errorf("too little was told: %v", told)
	}
}

// CEL's own words for what terms know, on values that are not as they should be.
func TestTermsLeaveToCELWhatTheyCannotTell(t *testing.T) {
	language, err := newRuleLanguage()
	if err != nil {
		t.Fatal(err)
	}
	s := newSheet(obj{
		"header":  obj{"period": obj{"from": "2018-01-01"}, "authority": int64(3)},
		"answers": obj{"Q1": obj{"status": "yes", "n": int64(1 << 62), "m": "<5", "list": []any{}, "nothing": nil, "words": "a b c"}, "Q2": "x"},
	})
	s.id, s.answer = "Q1", s.answers["Q1"].(obj)
	for expression, want := range map[string]verdict{
		`answers.has('Q1', 'n')`: isTrue, `answers.has('Q1', 'nothing')`: isFalse, `answers.has('Q2', 'n')`: isFalse, `answers.has('Q3', 'n')`: isFalse,
		`has(answer.nothing)`: isTrue, `has(answer.colour)`: isFalse, `has(doc.header)`: isTrue, `has(doc.header.period)`: isTrue, `has(doc.footer.x)`: cannotTell,
		`answer.status == 'yes'`: isTrue, `answer.status != 'yes'`: isFalse, `answer.status in ['no', 'yes']`: isTrue, `answer.status in []`: cannotTell,
		`answer.n == 'x'`: cannotTell, `answer.colour == 'x'`: cannotTell, `doc.header.authority == 'x'`: cannotTell, `doc.header.period.from < '2018-02'`: isTrue,
		`doc.header.period.from <= doc.header.period.to`: cannotTell, `answers.status('Q1') == 'no'`: isFalse, `answers.status('Q2') == ''`: isTrue,
		`answers.text('Q1', 'words').words() == 3`: isTrue, `answers.text('Q1', 'words').words() + 1 <= 3`: isFalse, `size(answer) >= 6`: isTrue,
		`answers.low('Q1', 'm') == 0 && answers.high('Q1', 'm') == 4`: isTrue, `answers.number('Q1', 'm') > 0.0`: isFalse, `answers.low('Q1', 'list') > 0`: isFalse,
		`answers.low('Q1', 'n') + answers.low('Q1', 'n') > 0`: cannotTell, `!answers.has('Q1', 'n')`: isFalse, `!(answer.colour == 'x')`: cannotTell,
		`has(doc.footer.x) && answers.has('Q3', 'n')`: isFalse, `has(doc.footer.x) && answers.has('Q1', 'n')`: cannotTell, `true`: cannotTell,
		`answers.list('Q1', 'list').size() == 0 && answers.status('Q1') == 'no'`: isFalse, `answers.list('Q1', 'list').size() == 0`: cannotTell,
		`answers.has('Q1', 'n') || true`: cannotTell, `id == 'Q1'`: cannotTell, `part == ''`: cannotTell, `answers.has(id, 'n')`: cannotTell,
	} {
		c, err := language.condition(expression)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.terms.judge(s); got != want {
			t.Errorf("%s: terms say %d, want %d", expression, got, want)
			continue
		}
		if holds, err := c.evaluate(s); want != cannotTell && (err != nil || holds != (want == isTrue)) {
			t.Errorf("%s: CEL says %t, %v", expression, holds, err)
		}
	}
}
