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
	var all []*sheet
	for id, value := range newSheet(body, q.answerDocument(tree)).answers {
		answer, ok := value.(map[string]any)
		if each == eachAnswer && ok && q.parts[id] != nil {
			s := newSheet(body, q.answerDocument(tree))
			s.id, s.answer = id, answer
			all = append(all, s)
		}
	}
	if each == "" {
		all = append(all, newSheet(body, q.answerDocument(tree)))
	}
	return all
}

// Where a filter tells, CEL says the same.
func TestFiltersAgreeWithCEL(t *testing.T) {
	told := map[verdict]int{}
	rapid.Check(t, func(r *rapid.T) {
		id := rapid.SampledFrom(questionnaireIDs).Draw(r, "questionnaire")
		draws := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 1))
		q := load(t).latest[id]
		tree, err := readBody(encode(t, mutated(draws, sample(t, q.Questionnaire), rapid.IntRange(0, 6).Draw(r, "mutations"))), nil)
		if err != nil {
			r.Skip("two keys are the same")
		}
		for _, rule := range q.rules {
			if rule.when == nil {
				continue
			}
			for _, s := range sheets(q, tree, rule.each) {
				verdict := rule.filter.judge(s)
				told[verdict]++
				if verdict == cannotTell {
					continue
				}
				holds, err := hold(rule.when, s)
				if err != nil || holds != (verdict == applies) {
					r.Fatalf("%s: the filter says %d, CEL %t, %v", rule.id, verdict, holds, err)
				}
			}
		}
	})
	if told[applies] == 0 || told[appliesNot] == 0 || told[cannotTell] == 0 {
		t.Errorf("too little was told: %v", told)
	}
}

// The rules of the release ask what filters know: but for some, CEL is not
// needed to see that a rule does not apply.
func TestFiltersKnowTheRules(t *testing.T) {
	unknown := 0
	for _, id := range questionnaireIDs {
		for _, r := range load(t).latest[id].rules {
			if r.when != nil && len(r.filter.tests) == 0 {
				unknown++
				t.Logf("%s %s", id, r.id)
			}
		}
	}
	if unknown > 0 {
		t.Errorf("%d conditions have no term that a filter knows", unknown)
	}
}
