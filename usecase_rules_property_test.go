package rapporteur_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/needs"
)

// hold is a cycle whose rules are suspended and lifted at random while
// contributors answer, with what the record must then say.
type hold struct {
	*house
	cycle    rapporteur.Cycle
	who      []rapporteur.ContributorID
	inForce  map[int]rapporteur.RuleSuspension
	made     int
	accepted map[rapporteur.ContributorID][]acceptedBody
}

type acceptedBody struct {
	body       []byte
	submission string // as it was acknowledged
}

// In whatever order rules are suspended and hold again, every answer stands as a
// check by the rules in force finds it, nothing is un-accepted, and no version
// changes.
func TestAnyCourseOfSuspensionsLeavesAnswersAsTheRulesInForceFindThem(t *testing.T) {
	h := newHouse(t)
	rapid.Check(t, func(t *rapid.T) {
		c := &hold{
			house: h, who: []rapporteur.ContributorID{unodc, france, kenya},
			inForce: map[int]rapporteur.RuleSuspension{}, accepted: map[rapporteur.ContributorID][]acceptedBody{},
		}
		c.cycle = h.collecting(c.who...)
		t.Repeat(map[string]func(*rapid.T){
			"":        c.check,
			"submit":  c.answerAny,
			"again":   c.answerAny,
			"suspend": c.suspendAny,
			"lift":    c.liftAny,
		})
	})
}

// bodies are answers that break a warning, an error, both or nothing.
func (c *hold) anyBody(t *rapid.T, id rapporteur.ContributorID) []byte {
	first, second := "Q2.1", "Q8.2"
	part := `"trained":[{"sex":"F","value":6},{"sex":"M","value":7},{"sex":"total","value":20}]`
	if id == unodc {
		first, second, part = "Q9.1", "Q11.1", `"consulted":4,"raised":5`
	}
	answers := []string{}
	if rapid.Bool().Draw(t, "unreasoned") {
		answers = append(answers, fmt.Sprintf(`%q:{"status":"not_applicable"}`, first))
	}
	if rapid.Bool().Draw(t, "short") {
		answers = append(answers, fmt.Sprintf(`%q:{"status":"yes","text":"Words.",%s}`, second, part))
	}
	if len(answers) == 0 {
		return c.nilReturn(id, "Nothing.")
	}
	joined := answers[0]
	if len(answers) == 2 {
		joined += "," + answers[1]
	}
	members := []string{`"return_type":"answered","answers":{` + joined + `}`, header}
	if rapid.Bool().Draw(t, "justified") {
		members = append(members, `"justifications":{"figures/sex-adds-up":"Counted twice.","entity/raised-within-consulted":"Earlier ones."}`)
	}
	return c.body(id, members...)
}

// found is what the rules in force find in a body.
func (c *hold) found(t *rapid.T, id rapporteur.ContributorID, body []byte) []rapporteur.Finding {
	questionnaire := c.request(c.cycle, id).Questionnaire
	_, found, err := c.catalogue.Check(t.Context(), questionnaire, body)
	if err != nil {
		t.Fatal(err)
	}
	var suspensions []rapporteur.RuleSuspension
	for _, s := range c.inForce {
		suspensions = append(suspensions, s)
	}
	return rapporteur.Suspend(found, questionnaire.ID, suspensions)
}

func (c *hold) answerAny(t *rapid.T) {
	who := rapid.SampledFrom(c.who).Draw(t, "who")
	body := c.anyBody(t, who)
	versions := c.accepted[who]
	repeats := len(versions) > 0 && bytes.Equal(versions[len(versions)-1].body, body)
	want := repeats || !rapporteur.Blocked(c.found(t, who, body))
	s, err := c.submit(c.cycle, who, body)
	if (err == nil) != want || err != nil && !rapporteur.IsProblem(err, rapporteur.ProblemRejected) {
		t.Fatalf("%s: the answer was accepted: %v, want %t", who, err, want)
	}
	if err == nil && !repeats {
		c.accepted[who] = append(versions, acceptedBody{body, inWords(t, s)})
	}
}

func inWords(t *rapid.T, s rapporteur.Submission) string {
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (c *hold) suspendAny(t *rapid.T) {
	rule := rapid.SampledFrom([]string{sexAdds, reasons, "entity/raised-within-consulted"}).Draw(t, "rule")
	questionnaire := rapid.SampledFrom([]string{"", "member-state", "entity"}).Draw(t, "questionnaire")
	change, err := c.suspend(c.cycle, rule, questionnaire, "")
	if harmless(t, err) {
		c.made++
		if change.Suspension.Number != c.made {
			t.Fatalf("suspension %d has the number %d", c.made, change.Suspension.Number)
		}
		c.inForce[c.made] = change.Suspension
	}
}

func (c *hold) liftAny(t *rapid.T) {
	if c.made == 0 {
		return
	}
	number := rapid.IntRange(1, c.made).Draw(t, "number")
	_, known := c.inForce[number]
	_, err := c.lift(c.cycle, number, "")
	if (err == nil) != known || !known && !rapporteur.IsProblem(err, rapporteur.ProblemConflict) {
		t.Fatalf("lifting %d, in force %t: %v", number, known, err)
	}
	delete(c.inForce, number)
}

// check compares the record with what the rules in force find.
func (c *hold) check(t *rapid.T) {
	listed, err := c.secretariat.Findings(t.Context(), c.cycle.ID, rapporteur.FindingFilter{})
	if err != nil {
		t.Fatal(err)
	}
	present := map[rapporteur.ContributorID][]rapporteur.Finding{}
	for _, l := range listed {
		present[l.Contributor] = l.Findings
	}
	var blocking []rapporteur.ContributorID
	for _, who := range c.who {
		versions := c.accepted[who]
		if len(versions) == 0 {
			continue
		}
		want := c.found(t, who, versions[len(versions)-1].body)
		if len(want) == 0 {
			want = nil
		}
		if diff := cmp.Diff(want, present[who]); diff != "" {
			t.Fatalf("the answer of %s stands otherwise (-want +got):\n%s", who, diff)
		}
		if rapporteur.Blocked(want) {
			blocking = append(blocking, who)
		}
		for n, v := range versions {
			if got := inWords(t, c.stored(c.cycle, who, n+1)); got != v.submission {
				t.Fatalf("version %d of %s was %s and is %s", n+1, who, v.submission, got)
			}
		}
		if r := c.request(c.cycle, who); r.State != rapporteur.RequestReceived || r.Version != len(versions) {
			t.Fatalf("the request of %s is %s at version %d", who, r.State, r.Version)
		}
	}
	if got := c.blocking(c.cycle); !slices.Equal(got, blocking) {
		t.Fatalf("blocking are %v, want %v", got, blocking)
	}
}

// Whoever answers while rules are suspended and lifted without pause is judged
// by one state of them, and looked at again after each change.
func TestManyAnswerWhileRulesAreSuspended(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { manyAnswerUnderRules(t, newHouse(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { manyAnswerUnderRules(t, houseOn(t, needs.StartPostgreSQL(t))) })
}

func manyAnswerUnderRules(t *testing.T, h *house) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var who []rapporteur.ContributorID
	for _, c := range h.catalogue.Contributors(opens, rapporteur.KindMemberState)[:16] {
		who = append(who, c.ID)
		h.reachable(c.ID)
	}
	cycle := h.collecting(who...)
	var all sync.WaitGroup
	var errs failures
	for _, id := range who {
		all.Go(func() {
			for n := range 6 {
				_, err := h.correspondence.Submit(ctx, by(id), key(cycle, id), h.sexes(id, fmt.Sprint(n), false))
				if !rapporteur.IsProblem(err, rapporteur.ProblemRejected) {
					errs.add(err)
				}
			}
		})
	}
	const changes = 5
	all.Go(func() {
		for n := range changes {
			_, err := h.suspend(cycle, sexAdds, "", fmt.Sprint(n))
			errs.add(err)
			if n < changes-1 {
				_, err = h.lift(cycle, n+1, fmt.Sprint(n))
				errs.add(err)
			}
		}
	})
	all.Wait()
	must(t, errs.err())
	change, err := h.lift(cycle, changes, "last")
	must(t, err)
	answered := 0
	for _, id := range who {
		if h.request(cycle, id).Version > 0 {
			answered++
		}
	}
	if got := h.blocking(cycle); len(got) != answered || len(change.Affected) != answered {
		t.Errorf("%d have answered against a rule that holds again, %d show up, %d are said to be affected", answered, len(got), len(change.Affected))
	}
}
