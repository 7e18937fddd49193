package rapporteur_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

const draftHash = "9f86d081884c7d65"

var clearanceStart = dated("2018-10-12").At(9)

// The chain of the tests: an officer, three offices in parallel of which two
// are enough, two that must both concur, and the Executive Office.
func chain() []rapporteur.ClearanceStep {
	return []rapporteur.ClearanceStep{
		{ID: "drafting", Name: "Drafting officer", Offices: []string{"UNODC"}, Within: period("P3D")},
		{ID: "some", Name: "Two of three", Offices: []string{"OCT", "CTED", "OSRSG"}, Quorum: 2, Within: period("P10D")},
		{ID: "all", Name: "Both", Offices: []string{"OLA", "DPPA"}, Within: period("P5D")},
		{ID: "eosg", Name: "Executive Office", Offices: []string{"EOSG"}, Within: period("P5D")},
	}
}

func newClearance() rapporteur.ClearanceState {
	return rapporteur.NewClearanceState("s/op34/2018", 2, draftHash, chain(), clearanceStart)
}

func approval(step, office string) rapporteur.Decision {
	return rapporteur.Decision{
		ID: step + office, Cycle: "s/op34/2018", Draft: 2, DraftHash: draftHash, Step: step, Office: office,
		Actor: "key-" + office, Approve: true,
	}
}

// approve takes approvals one after the other, all of which have to be
// possible.
func approve(t *testing.T, s rapporteur.ClearanceState, now time.Time, decisions ...rapporteur.Decision) rapporteur.ClearanceState {
	t.Helper()
	for _, d := range decisions {
		next, err := s.Decide(d, now)
		if err != nil {
			t.Fatalf("%s by %s: %v", d.Step, d.Office, err)
		}
		s = next
	}
	return s
}

func TestADraftIsCleared(t *testing.T) {
	s := newClearance()
	if s.Outcome != rapporteur.ClearancePending || s.Step().ID != "drafting" || s.StepDue() != dated("2018-10-15") {
		t.Fatalf("clearance begins as %+v, due %s", s, s.StepDue())
	}
	later := clearanceStart.Add(48 * time.Hour)
	s.Announced = true
	s = approve(t, s, later, approval("drafting", "UNODC"))
	if s.Step().ID != "some" || s.StepDue() != dated("2018-10-24") || s.Announced || len(s.Approved) != 0 {
		t.Errorf("the second step begins as %+v, due %s", s, s.StepDue())
	}
	s = approve(t, s, later, approval("some", "CTED"))
	if s.Step().ID != "some" {
		t.Error("one of two was enough")
	}
	s = approve(t, s, later, approval("some", "OSRSG"), approval("all", "DPPA"))
	if s.Step().ID != "all" {
		t.Error("one of both was enough")
	}
	s = approve(t, s, later, approval("all", "OLA"), approval("eosg", "EOSG"))
	if s.Outcome != rapporteur.ClearanceCleared {
		t.Errorf("after the last approval the outcome is %s", s.Outcome)
	}
	if _, err := s.Decide(approval("eosg", "EOSG"), later); problemKind(err) != rapporteur.ProblemConflict {
		t.Errorf("a cleared draft is decided again: %v", err)
	}
}

func TestDecisionsThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*rapporteur.Decision)
		kind   rapporteur.ProblemKind
	}{
		// An approval never covers a later change of the text.
		"about another text":       {func(d *rapporteur.Decision) { d.DraftHash = "0" + draftHash[1:] }, rapporteur.ProblemStale},
		"about no text":            {func(d *rapporteur.Decision) { d.DraftHash = "" }, rapporteur.ProblemStale},
		"about part of the hash":   {func(d *rapporteur.Decision) { d.DraftHash = draftHash[:8] }, rapporteur.ProblemStale},
		"at a later step":          {func(d *rapporteur.Decision) { d.Step, d.Office = "eosg", "EOSG" }, rapporteur.ProblemConflict},
		"at an earlier step":       {func(d *rapporteur.Decision) { d.Step, d.Office = "drafting", "UNODC" }, rapporteur.ProblemConflict},
		"by an office of another":  {func(d *rapporteur.Decision) { d.Office = "OLA" }, rapporteur.ProblemForbidden},
		"by no office":             {func(d *rapporteur.Decision) { d.Office = "" }, rapporteur.ProblemForbidden},
		"twice":                    {func(d *rapporteur.Decision) { d.Office = "CTED" }, rapporteur.ProblemConflict},
		"a change of mind":         {func(d *rapporteur.Decision) { d.Office, d.Approve, d.Comments = "CTED", false, "no" }, rapporteur.ProblemConflict},
		"without a delegation":     {func(d *rapporteur.Decision) { d.For = "key-chief" }, rapporteur.ProblemForbidden},
		"returned without a word":  {func(d *rapporteur.Decision) { d.Approve, d.Comments = false, " \n" }, rapporteur.ProblemInvalid},
		"returned to itself":       {func(d *rapporteur.Decision) { d.Approve, d.Comments, d.ReturnTo = false, "x", "some" }, rapporteur.ProblemInvalid},
		"returned to a later step": {func(d *rapporteur.Decision) { d.Approve, d.Comments, d.ReturnTo = false, "x", "all" }, rapporteur.ProblemInvalid},
		"returned to nowhere":      {func(d *rapporteur.Decision) { d.Approve, d.Comments, d.ReturnTo = false, "x", "nowhere" }, rapporteur.ProblemInvalid},
	} {
		s := approve(t, newClearance(), clearanceStart, approval("drafting", "UNODC"), approval("some", "CTED"))
		d := approval("some", "OCT")
		c.change(&d)
		next, err := s.Decide(d, clearanceStart)
		if problemKind(err) != c.kind {
			t.Errorf("%s: %v, want %s", name, err, c.kind)
		}
		if !reflect.DeepEqual(next, s) {
			t.Errorf("%s: the refusal changed the state", name)
		}
	}
}

func TestReturningADraft(t *testing.T) {
	at := approve(t, newClearance(), clearanceStart, approval("drafting", "UNODC"), approval("some", "OCT"), approval("some", "CTED"), approval("all", "OLA"))
	back := approval("all", "DPPA")
	back.Approve, back.Comments = false, "paragraph 12 names a State"
	later := clearanceStart.Add(72 * time.Hour)

	for _, to := range []string{"", rapporteur.ToDrafting} {
		back.ReturnTo = to
		s := approve(t, at, later, back)
		if s.Outcome != rapporteur.ClearanceReturned {
			t.Errorf("returned to %q the outcome is %s", to, s.Outcome)
		}
	}
	back.ReturnTo = "some"
	s := approve(t, at, later, back)
	if s.Outcome != rapporteur.ClearancePending || s.Step().ID != "some" || len(s.Approved) != 0 || !s.StepStarted.Equal(later) || s.Announced {
		t.Errorf("returned to an earlier step the state is %+v", s)
	}
	// Whoever approved before has to approve again, of this step and the next.
	s = approve(t, s, later, approval("some", "OCT"), approval("some", "CTED"))
	if s.Step().ID != "all" || len(s.Approved) != 0 {
		t.Errorf("the approval of a step that was gone over again still counts: %+v", s)
	}
	if len(at.Approved) != 1 || at.Step().ID != "all" {
		t.Error("deciding changed the state that was decided on")
	}
}

func TestDelegationsHaveTheirDays(t *testing.T) {
	g := rapporteur.Delegation{
		ID: "g", Office: "UNODC", From: "key-chief", To: "key-deputy", Starts: dated("2018-10-14"), Ends: dated("2018-10-16"),
	}
	s, err := newClearance().Delegate(g)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		at     time.Time
		change func(*rapporteur.Decision)
		ok     bool
	}{
		"the day before":         {dated("2018-10-13").At(23), nil, false},
		"the first day":          {dated("2018-10-14").At(0), nil, true},
		"the last day":           {dated("2018-10-16").At(23), nil, true},
		"the day after":          {dated("2018-10-17").At(0), nil, false},
		"by somebody else":       {dated("2018-10-15").At(9), func(d *rapporteur.Decision) { d.Actor = "key-other" }, false},
		"for somebody else":      {dated("2018-10-15").At(9), func(d *rapporteur.Decision) { d.For = "key-other" }, false},
		"the officer in person":  {dated("2018-10-20").At(9), func(d *rapporteur.Decision) { d.Actor, d.For = "key-chief", "" }, true},
		"for an office not hers": {dated("2018-10-15").At(9), func(d *rapporteur.Decision) { d.Office = "OLA" }, false},
	} {
		d := approval("drafting", "UNODC")
		d.Actor, d.For = "key-deputy", "key-chief"
		if c.change != nil {
			c.change(&d)
		}
		if _, err := s.Decide(d, c.at); c.ok != (err == nil) {
			t.Errorf("%s: %v, want possible %v", name, err, c.ok)
		}
	}
	for name, change := range map[string]func(*rapporteur.Delegation){
		"to nobody":         func(g *rapporteur.Delegation) { g.To = "" },
		"to oneself":        func(g *rapporteur.Delegation) { g.To = g.From },
		"an unknown office": func(g *rapporteur.Delegation) { g.Office = "WHO" },
		"without dates":     func(g *rapporteur.Delegation) { g.Starts, g.Ends = rapporteur.Date{}, rapporteur.Date{} },
		"without an end":    func(g *rapporteur.Delegation) { g.Ends = rapporteur.Date{} },
		"backwards":         func(g *rapporteur.Delegation) { g.Ends = dated("2018-10-13") },
	} {
		bad := g
		change(&bad)
		next, err := newClearance().Delegate(bad)
		if problemKind(err) != rapporteur.ProblemInvalid || len(next.Delegations) != 0 {
			t.Errorf("a delegation %s: %v", name, err)
		}
	}
	ended := newClearance()
	ended.Outcome = rapporteur.ClearanceCleared
	if _, err := ended.Delegate(g); problemKind(err) != rapporteur.ProblemConflict {
		t.Errorf("a delegation after the end: %v", err)
	}
	day := g
	day.Ends = day.Starts
	if _, err := newClearance().Delegate(day); err != nil {
		t.Errorf("a delegation of one day: %v", err)
	}
}

func TestQuorums(t *testing.T) {
	for quorum, want := range map[int]int{-1: 3, 0: 3, 1: 1, 2: 2, 3: 3, 9: 3} {
		steps := []rapporteur.ClearanceStep{{ID: "only", Offices: []string{"A", "B", "C"}, Quorum: quorum}}
		s := rapporteur.NewClearanceState("c", 2, draftHash, steps, clearanceStart)
		n := 0
		for _, office := range steps[0].Offices {
			if s.Outcome == rapporteur.ClearancePending {
				s = approve(t, s, clearanceStart, approval("only", office))
				n++
			}
		}
		if n != want || s.Outcome != rapporteur.ClearanceCleared {
			t.Errorf("a quorum of %d needs %d approvals (%s), want %d", quorum, n, s.Outcome, want)
		}
	}
}

func TestClearancesShareNothing(t *testing.T) {
	offices := []string{"A", "B", "C", "D", "E", "F", "G"}
	steps := []rapporteur.ClearanceStep{{ID: "only", Offices: append(slices.Clone(offices), "ONE", "OTHER")}}
	s := rapporteur.NewClearanceState("c", 2, draftHash, steps, clearanceStart)
	for _, office := range offices {
		one := approve(t, s, clearanceStart, approval("only", "ONE"))
		_ = approve(t, s, clearanceStart, approval("only", "OTHER"))
		if got := one.Approved[len(one.Approved)-1]; got != "ONE" {
			t.Fatalf("after %d approvals, one attempt shows the approval of the other: %s", len(s.Approved), got)
		}
		s = approve(t, s, clearanceStart, approval("only", office))
	}
}

// Offices that concur in parallel may do so in any order.
func TestConcurrenceInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var offices []string
		for n := range rapid.IntRange(1, 6).Draw(t, "offices") {
			offices = append(offices, fmt.Sprintf("OFFICE-%d", n))
		}
		quorum := rapid.IntRange(0, len(offices)).Draw(t, "quorum")
		steps := []rapporteur.ClearanceStep{{ID: "parallel", Offices: offices, Quorum: quorum}, {ID: "last", Offices: []string{"EOSG"}}}
		one := concur(t, steps, offices)
		other := concur(t, steps, rapid.Permutation(offices).Draw(t, "order"))
		if one.Current != 1 || other.Current != 1 || !reflect.DeepEqual(one, other) {
			t.Fatalf("the order of concurrence matters:\n%+v\n%+v", one, other)
		}
	})
}

// concur lets offices approve the first step in an order until it is complete.
func concur(t *rapid.T, steps []rapporteur.ClearanceStep, order []string) rapporteur.ClearanceState {
	s := rapporteur.NewClearanceState("c", 2, draftHash, steps, clearanceStart)
	for _, office := range order {
		if s.Current > 0 {
			break
		}
		next, err := s.Decide(approval("parallel", office), clearanceStart)
		if err != nil {
			t.Fatal(err)
		}
		s = carriedOver(t, next)
	}
	return s
}

// Whatever is decided in whatever order: a draft is cleared only when each
// step of the chain, from its last return on, had its quorum of offices, each
// for exactly this text.
func TestClearanceInvariants(t *testing.T) {
	ends := map[rapporteur.ClearanceOutcome]int{}
	rapid.Check(t, func(t *rapid.T) {
		s, now := newClearance(), clearanceStart
		steps := chain()
		given := make([]map[string]bool, len(steps)) // approvals that count, by step
		for n := range given {
			given[n] = map[string]bool{}
		}
		for range rapid.IntRange(1, 60).Draw(t, "decisions") {
			now = now.Add(time.Duration(rapid.IntRange(0, 48).Draw(t, "hours")) * time.Hour)
			step := s.Step()
			if rapid.IntRange(0, 9).Draw(t, "another step") == 0 {
				step = rapid.SampledFrom(steps).Draw(t, "step")
			}
			d := approval(step.ID, rapid.SampledFrom(step.Offices).Draw(t, "office"))
			d.DraftHash = rapid.SampledFrom([]string{draftHash, draftHash, draftHash, "another"}).Draw(t, "hash")
			if rapid.IntRange(0, 9).Draw(t, "return") == 0 {
				d.Approve, d.Comments = false, "x"
				d.ReturnTo = rapid.SampledFrom([]string{"", "drafting", "some", "all", "eosg", "nowhere"}).Draw(t, "to")
			}
			next, err := s.Decide(d, now)
			if err != nil {
				if !reflect.DeepEqual(next, s) {
					t.Fatalf("a refused decision changed the state: %v", err)
				}
				continue
			}
			if d.DraftHash != draftHash || d.Step != s.Step().ID || s.Outcome != rapporteur.ClearancePending {
				t.Fatalf("%+v was taken at step %s of %s", d, s.Step().ID, s.DraftHash)
			}
			if d.Approve {
				given[s.Current][d.Office] = true
			} else {
				for n := next.Current; n < len(given); n++ {
					given[n] = map[string]bool{} // what was gone over again counts no more
				}
			}
			if next.Current > s.Current+1 {
				t.Fatalf("a step was jumped: from %d to %d", s.Current, next.Current)
			}
			s = carriedOver(t, next)
		}
		ends[s.Outcome]++
		for n, step := range steps {
			need := len(step.Offices)
			if step.Quorum > 0 {
				need = step.Quorum
			}
			passed := n < s.Current || s.Outcome == rapporteur.ClearanceCleared
			if passed && len(given[n]) < need {
				t.Fatalf("step %s was passed with %d of %d approvals", step.ID, len(given[n]), need)
			}
		}
		for _, office := range s.Approved {
			if s.Outcome == rapporteur.ClearancePending && !slices.Contains(s.Step().Offices, office) {
				t.Fatalf("%s counts for step %s", office, s.Step().ID)
			}
		}
	})
	for _, outcome := range []rapporteur.ClearanceOutcome{rapporteur.ClearanceCleared, rapporteur.ClearanceReturned, rapporteur.ClearancePending} {
		if ends[outcome] == 0 {
			t.Errorf("no clearance ended %s (%v); the test sees too little", outcome, ends)
		}
	}
}
