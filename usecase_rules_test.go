package rapporteur_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/rapporteur/rapporteur"
)

const (
	sexAdds = "figures/sex-adds-up"  // a warning
	reasons = "answer/reason-needed" // an error
)

// sexes is an answer of a Member State whose figures by sex fall short of their
// total; words make bodies differ, and justified says why they do.
func (h *house) sexes(id rapporteur.ContributorID, words string, justified bool) []byte {
	more := ""
	if justified {
		more = `,"justifications":{"` + sexAdds + `":"Two services count in two ways."}`
	}
	return h.body(id, fmt.Sprintf(`"return_type":"answered","answers":{"Q8.2":{"status":"yes","text":%q,"trained":[{"sex":"F","value":6},{"sex":"M","value":7},{"sex":"total","value":20}]}}%s`, words, more), header)
}

// unreasoned is an answer that an error rejects.
func (h *house) unreasoned(id rapporteur.ContributorID) []byte {
	return h.body(id, `"return_type":"answered","answers":{"Q2.1":{"status":"not_applicable"}}`, header)
}

func (h *house) submit(cycle rapporteur.Cycle, id rapporteur.ContributorID, body []byte) (rapporteur.Submission, error) {
	return h.correspondence.Submit(h.t.Context(), by(id), key(cycle, id), body)
}

func (h *house) suspend(cycle rapporteur.Cycle, rule, questionnaire, key string) (rapporteur.RuleChange, error) {
	return h.secretariat.SuspendRule(h.t.Context(), staff, rapporteur.RuleSuspension{
		Cycle: cycle.ID, Rule: rule, Questionnaire: questionnaire, Reason: "Too many truthful answers fail.",
	}, key)
}

func (h *house) lift(cycle rapporteur.Cycle, number int, key string) (rapporteur.RuleChange, error) {
	return h.secretariat.LiftRule(h.t.Context(), staff, cycle.ID, number, "The rule was mended.", key)
}

// affected is a change in words: who, of which version, findings gone and new.
func affected(change rapporteur.RuleChange) []string {
	lines := []string{}
	for _, r := range change.Affected {
		lines = append(lines, fmt.Sprintf("%s %d: %d gone, %d new, blocked %t", r.Contributor, r.Version, len(r.Gone()), len(r.New()), rapporteur.Blocked(r.Findings)))
	}
	return lines
}

func (h *house) blocking(cycle rapporteur.Cycle) []rapporteur.ContributorID {
	h.t.Helper()
	found, err := h.secretariat.Findings(h.t.Context(), cycle.ID, rapporteur.FindingFilter{Blocking: true})
	must(h.t, err)
	who := []rapporteur.ContributorID{}
	for _, f := range found {
		who = append(who, f.Contributor)
	}
	return who
}

func (h *house) stored(cycle rapporteur.Cycle, id rapporteur.ContributorID, version int) rapporteur.Submission {
	h.t.Helper()
	return read(h, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Submission, error) {
		return r.Submission(ctx, key(cycle, id), version)
	})
}

// An error rejects and privacy blocks whatever is said to them, a warning passes
// with a justification, advice passes.
func TestLevelsOfFindings(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	answers := func(answer, justified string) []byte {
		return h.body(kenya, `"return_type":"answered","answers":{`+answer+`},"justifications":{`+justified+`}`, header)
	}
	for name, c := range map[string]struct {
		body     []byte
		severity rapporteur.Severity
		accepted bool
	}{
		"an error":                    {answers(`"Q2.1":{"status":"not_applicable"}`, ""), rapporteur.SeverityError, false},
		"an error that is justified":  {answers(`"Q2.1":{"status":"not_applicable"}`, `"answer/reason-needed":"There is none."`), rapporteur.SeverityError, false},
		"a warning":                   {h.sexes(kenya, "x", false), rapporteur.SeverityWarning, false},
		"a warning that is justified": {h.sexes(kenya, "x", true), rapporteur.SeverityWarning, true},
		"privacy":                     {answers(`"Q2.1":{"status":"yes","text":"Ask +254 20 123 4567."}`, ""), rapporteur.SeverityPrivacy, false},
		"privacy that is justified":   {answers(`"Q2.1":{"status":"yes","text":"Ask +254 20 123 4567."}`, `"privacy/telephone":"It is public."`), rapporteur.SeverityPrivacy, false},
		"advice":                      {answers(`"Q2.1":{"status":"yes"}`, ""), rapporteur.SeverityAdvice, true},
	} {
		t.Run(name, func(t *testing.T) {
			verdict, err := h.correspondence.Check(t.Context(), key(cycle, kenya), c.body)
			must(t, err)
			if len(verdict.Findings) != 1 || verdict.Findings[0].Severity != c.severity || verdict.Findings[0].Where("en") == verdict.Findings[0].Pointer || verdict.Accepted != c.accepted {
				t.Errorf("the verdict is %+v", verdict)
			}
			_, err = h.submit(cycle, kenya, c.body)
			if (err == nil) != c.accepted || err != nil && !rapporteur.IsProblem(err, rapporteur.ProblemRejected) {
				t.Errorf("submitted: %v, want accepted %t", err, c.accepted)
			}
		})
	}
}

// A suspended rule stops nobody, tells so, and leaves other rules, cycles and
// questionnaires alone.
func TestASuspendedRuleIsAdvice(t *testing.T) {
	h := newHouse(t)
	cycle, other := h.collecting(), h.collecting(france)
	for rule, body := range map[string][]byte{sexAdds: h.sexes(kenya, "x", false), reasons: h.unreasoned(france)} {
		id := kenya
		if rule == reasons {
			id = france
		}
		_, err := h.submit(cycle, id, body)
		refused(t, err, rapporteur.ProblemRejected)
		_, err = h.suspend(cycle, rule, "member-state", "")
		must(t, err)
		verdict, err := h.correspondence.Check(t.Context(), key(cycle, id), body)
		must(t, err)
		s, err := h.submit(cycle, id, body)
		must(t, err)
		same(t, "verdict", verdict.Findings, s.Findings)
		n := slices.IndexFunc(s.Findings, func(f rapporteur.Finding) bool { return f.Rule == rule })
		if !verdict.Accepted || n < 0 || !s.Findings[n].Suspended || s.Findings[n].Severity != rapporteur.SeverityAdvice {
			t.Errorf("%s: the findings are %+v", rule, s.Findings)
		}
	}
	_, err := h.submit(other, france, h.unreasoned(france))
	refused(t, err, rapporteur.ProblemRejected)
	_, err = h.submit(cycle, unodc, h.body(unodc, `"return_type":"answered","answers":{"Q9.1":{"status":"not_applicable"}}`, header))
	refused(t, err, rapporteur.ProblemRejected)
	_, err = h.submit(cycle, kenya, h.body(kenya, `"return_type":"nil"`, header))
	refused(t, err, rapporteur.ProblemRejected)
}

// Suspending checks what was accepted again, leaves every version as it was, and
// says so in the record.
func TestSuspendingChecksWhatWasAcceptedAgain(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	accepted, err := h.submit(cycle, kenya, h.sexes(kenya, "x", true))
	must(t, err)
	h.answer(cycle, france, "nothing")
	change, err := h.suspend(cycle, sexAdds, "", "key-1")
	must(t, err)
	same(t, "affected", affected(change), []string{"state-ken 1: 1 gone, 0 new, blocked false"})
	if !change.Suspension.Revalidated || change.Suspension.Number != 1 || change.Suspension.SuspendedBy != staff.ID || !change.Suspension.SuspendedAt.Equal(h.clock()) {
		t.Errorf("the suspension is %+v", change.Suspension)
	}
	same(t, "the version", h.stored(cycle, kenya, 1), accepted)
	found, err := h.secretariat.Findings(t.Context(), cycle.ID, rapporteur.FindingFilter{Rule: sexAdds})
	must(t, err)
	if len(found) != 1 || found[0].Because != 1 || !found[0].Findings[0].Suspended || found[0].Findings[0].Justification != "Two services count in two ways." {
		t.Errorf("the findings are %+v", found)
	}
	h.unchanged("the same call again", func() {
		again, err := h.suspend(cycle, sexAdds, "", "key-1")
		must(t, err)
		same(t, "answer", again, change)
	})
	change, err = h.lift(cycle, 1, "key-2")
	must(t, err)
	same(t, "affected by lifting", affected(change), []string{"state-ken 1: 0 gone, 1 new, blocked false"})
	h.unchanged("the same calls again", func() {
		again, err := h.lift(cycle, 1, "key-2")
		must(t, err)
		same(t, "answer", again, change)
		before, err := h.suspend(cycle, sexAdds, "", "key-1")
		must(t, err)
		same(t, "answer to the first call", affected(before), []string{"state-ken 1: 1 gone, 0 new, blocked false"})
	})
	var told []string
	for _, r := range h.audit(cycle) {
		switch r.Action {
		case rapporteur.ActionRuleSuspended, rapporteur.ActionRuleLifted, rapporteur.ActionRevalidated:
			told = append(told, fmt.Sprintf("%s %s %q %s %s", r.Action, r.Actor, r.Reason, r.Details["rule"], r.Details["affected"]))
		}
	}
	same(t, "audit", told, []string{
		`rule.suspended key-staff "Too many truthful answers fail." figures/sex-adds-up `, `submissions.revalidated key-staff "" figures/sex-adds-up 1`,
		`rule.lifted key-staff "The rule was mended." figures/sex-adds-up `, `submissions.revalidated key-staff "" figures/sex-adds-up 1`,
	})
}

// What a rule finds fault with once it holds again shows up, stays accepted and
// can be returned; its retry is still the same version, and is collected.
func TestLiftingShowsWhatIsToBeReturned(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	for _, rule := range []string{sexAdds, reasons} {
		_, err := h.suspend(cycle, rule, "", "")
		must(t, err)
	}
	warned, err := h.submit(cycle, kenya, h.sexes(kenya, "x", false))
	must(t, err)
	_, err = h.submit(cycle, france, h.unreasoned(france))
	must(t, err)
	counts, err := h.conduct.Collect(t.Context(), cycle.ID, h.moment(), noProgress)
	must(t, err)
	if counts.Settled != 2 {
		t.Errorf("under suspension %+v are collected", counts)
	}
	same(t, "blocking", h.blocking(cycle), []rapporteur.ContributorID{})
	change, err := h.lift(cycle, 2, "")
	must(t, err)
	same(t, "affected", affected(change), []string{"state-fra 1: 0 gone, 1 new, blocked true"})
	change, err = h.lift(cycle, 1, "")
	must(t, err)
	same(t, "affected", affected(change), []string{"state-ken 1: 0 gone, 1 new, blocked true"})
	same(t, "blocking", h.blocking(cycle), []rapporteur.ContributorID{france, kenya})
	same(t, "states", []rapporteur.RequestState{h.request(cycle, kenya).State, h.request(cycle, france).State}, []rapporteur.RequestState{rapporteur.RequestSettled, rapporteur.RequestSettled})
	h.unchanged("a retry of what was accepted", func() {
		again, err := h.submit(cycle, kenya, h.sexes(kenya, "x", false))
		must(t, err)
		same(t, "receipt", again, warned)
		_, err = h.submit(cycle, kenya, h.sexes(kenya, "another", false))
		refused(t, err, rapporteur.ProblemRejected)
	})
	_, err = h.secretariat.Return(t.Context(), staff, key(cycle, kenya), rapporteur.Date{}, "The rule holds again; say why the sum differs.", "")
	must(t, err)
	_, err = h.submit(cycle, kenya, h.sexes(kenya, "x", true))
	must(t, err)
	same(t, "blocking after the correction", h.blocking(cycle), []rapporteur.ContributorID{france})
	counts, err = h.conduct.Collect(t.Context(), cycle.ID, h.moment(), noProgress)
	must(t, err)
	if counts.Settled != 2 || counts.Received != 0 {
		t.Errorf("after lifting %+v are collected", counts)
	}
}

func TestWhatCannotBeSuspendedOrLifted(t *testing.T) {
	h := newHouse(t)
	cycle, closed, planned := h.collecting(), h.collecting(kenya), h.planned("later", kenya)
	must(t, h.conduct.Cancel(t.Context(), closed.ID, "no longer needed", staff.ID, h.moment(), ignored))
	_, err := h.suspend(cycle, sexAdds, "", "")
	must(t, err)
	_, err = h.suspend(cycle, reasons, "entity", "")
	must(t, err)
	_, err = h.lift(cycle, 2, "")
	must(t, err)
	suspend := func(rule, questionnaire string) func() error {
		return func() error { _, err := h.suspend(cycle, rule, questionnaire, ""); return err }
	}
	lift := func(number int) func() error {
		return func() error { _, err := h.lift(cycle, number, ""); return err }
	}
	for name, c := range map[string]struct {
		try  func() error
		kind rapporteur.ProblemKind
		says string
	}{
		"privacy":                 {suspend("privacy/e-mail", ""), rapporteur.ProblemInvalid, "protects persons"},
		"the schema":              {suspend("schema/required", ""), rapporteur.ProblemInvalid, "only cross-field rules"},
		"no rule of that name":    {suspend("figures/nothing", ""), rapporteur.ProblemInvalid, "figures/nothing"},
		"another's rule":          {suspend("member-state/plan-in-order", "entity"), rapporteur.ProblemInvalid, "member-state/plan-in-order"},
		"no such questionnaire":   {suspend(reasons, "panel"), rapporteur.ProblemInvalid, "panel"},
		"suspended already":       {suspend(sexAdds, ""), rapporteur.ProblemConflict, "Suspension 1"},
		"suspended for all":       {suspend(sexAdds, "member-state"), rapporteur.ProblemConflict, "Suspension 1"},
		"no such suspension":      {lift(3), rapporteur.ProblemNotFound, "3"},
		"suspension 0":            {lift(0), rapporteur.ProblemNotFound, "0"},
		"lifted already":          {lift(2), rapporteur.ProblemConflict, "lifted already"},
		"in a cycle that is over": {func() error { _, err := h.suspend(closed, sexAdds, "", ""); return err }, rapporteur.ProblemConflict, "cancelled"},
		"in no cycle":             {func() error { _, err := h.suspend(rapporteur.Cycle{ID: "a/b/c"}, sexAdds, "", ""); return err }, rapporteur.ProblemNotFound, "a/b/c"},
		"suspending without a reason": {func() error {
			_, err := h.secretariat.SuspendRule(t.Context(), staff, rapporteur.RuleSuspension{Cycle: cycle.ID, Rule: reasons, Reason: " "}, "")
			return err
		}, rapporteur.ProblemInvalid, "reason"},
		"lifting without a reason": {func() error {
			_, err := h.secretariat.LiftRule(t.Context(), staff, cycle.ID, 1, "", "")
			return err
		}, rapporteur.ProblemInvalid, "reason"},
	} {
		t.Run(name, func(t *testing.T) {
			h.unchanged(name, func() { refused(t, c.try(), c.kind, c.says) })
		})
	}
	change, err := h.suspend(planned, sexAdds, "", "")
	must(t, err)
	if len(change.Affected) > 0 {
		t.Errorf("in a planned cycle %v are affected", affected(change))
	}
}

// A suspension for all and one for a questionnaire are two: the rule holds again
// when both are lifted.
func TestSuspensionsThatOverlap(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	for _, questionnaire := range []string{"member-state", ""} {
		_, err := h.suspend(cycle, sexAdds, questionnaire, "")
		must(t, err)
	}
	_, err := h.submit(cycle, kenya, h.sexes(kenya, "x", false))
	must(t, err)
	change, err := h.lift(cycle, 1, "")
	must(t, err)
	same(t, "affected by the first", affected(change), []string{})
	change, err = h.lift(cycle, 2, "")
	must(t, err)
	same(t, "affected by the second", affected(change), []string{"state-ken 1: 0 gone, 1 new, blocked true"})
	rules, suspensions, err := h.secretariat.Rules(t.Context(), cycle.ID)
	must(t, err)
	if len(suspensions) != 2 || slices.ContainsFunc(rules, func(r rapporteur.RuleState) bool { return r.Suspended }) {
		t.Errorf("the suspensions are %+v", suspensions)
	}
}

// interrupting is a store before whose next write something happens.
type interrupting struct {
	rapporteur.Store
	happens func()
}

func (s interrupting) Write(ctx context.Context, fn func(context.Context, rapporteur.Tx) error) error {
	s.happens()
	return s.Store.Write(ctx, fn)
}

// An answer that is checked before a suspension is lifted and comes to be
// accepted after it is judged as the rule then stands.
func TestTheRuleThatHoldsWhenAnAnswerIsAcceptedCounts(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	_, err := h.suspend(cycle, sexAdds, "", "")
	must(t, err)
	h.correspondence.Store = interrupting{h.store, func() {
		_, err := h.lift(cycle, 1, "key")
		must(t, err)
	}}
	_, err = h.submit(cycle, kenya, h.sexes(kenya, "x", false))
	refused(t, err, rapporteur.ProblemRejected)
	if rows := h.everything(); len(rows["submissions"])+len(rows["bodies"]) > 0 {
		t.Errorf("%d submissions are stored", len(rows["submissions"]))
	}
}

// What comes in while answers are checked again is looked at as well.
func TestAnAnswerThatComesMeanwhileIsCheckedToo(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	_, err := h.suspend(cycle, sexAdds, "", "")
	must(t, err)
	_, err = h.submit(cycle, kenya, h.sexes(kenya, "first", false))
	must(t, err)
	came := false
	h.secretariat.Catalogue = changing{h.catalogue, func() {
		if came {
			return
		}
		came = true
		// As if its transaction had read the suspension before it was lifted.
		must(t, h.store.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
			first, err := tx.Submission(ctx, key(cycle, kenya), 1)
			if err != nil {
				return err
			}
			request, err := tx.LockRequest(ctx, key(cycle, kenya))
			if err != nil {
				return err
			}
			request.Version, first.Version = 2, 2
			if err := tx.UpdateRequest(ctx, request); err != nil {
				return err
			}
			return tx.InsertSubmission(ctx, first, h.sexes(kenya, "first", false))
		}))
	}}
	change, err := h.lift(cycle, 1, "")
	must(t, err)
	same(t, "affected", affected(change), []string{"state-ken 2: 0 gone, 1 new, blocked true"})
}

var errCut = errors.New("cut short")

// cutting is a catalogue that stops answering after some checks.
type cutting struct {
	rapporteur.Catalogue
	left *int
}

func (c cutting) Check(ctx context.Context, ref rapporteur.QuestionnaireRef, body []byte) (rapporteur.AnswerDocument, []rapporteur.Finding, error) {
	*c.left--
	if *c.left < 0 {
		return rapporteur.AnswerDocument{}, nil, errCut
	}
	return c.Catalogue.Check(ctx, ref, body)
}

// Checking again goes in steps; one that was cut short is finished by the same
// call, with its key or without.
func TestCheckingAgainIsResumed(t *testing.T) {
	for _, retry := range []string{"key-1", ""} {
		t.Run("with the key "+retry, func(t *testing.T) {
			h := newHouse(t)
			var who []rapporteur.ContributorID
			for _, c := range h.catalogue.Contributors(opens, rapporteur.KindMemberState)[:130] { // more than one step takes
				who = append(who, c.ID)
				h.reachable(c.ID)
			}
			cycle := h.collecting(who...)
			for _, id := range who {
				_, err := h.submit(cycle, id, h.sexes(id, "x", true))
				must(t, err)
			}
			left := 110
			h.secretariat.Catalogue = cutting{h.catalogue, &left}
			if _, err := h.suspend(cycle, sexAdds, "", "key-1"); !errors.Is(err, errCut) {
				t.Fatal(err)
			}
			_, suspensions, err := h.secretariat.Rules(t.Context(), cycle.ID)
			must(t, err)
			if len(suspensions) != 1 || suspensions[0].Revalidated || suspensions[0].CheckedTo != who[99] {
				t.Errorf("the suspensions are %+v", suspensions)
			}
			left = 30 // of those that are done none is checked once more
			change, err := h.suspend(cycle, sexAdds, "", retry)
			must(t, err)
			if len(change.Affected) != len(who) || !change.Suspension.Revalidated {
				t.Errorf("%d are affected by %+v", len(change.Affected), change.Suspension)
			}
			rows := h.everything()
			if n := len(rows["revalidations"]); n != len(who) || len(rows["rule_suspensions"]) != 1 || len(h.audited(cycle, rapporteur.ActionRevalidated)) != 1 {
				t.Errorf("%d rows, %d suspensions, %d records", n, len(rows["rule_suspensions"]), len(h.audited(cycle, rapporteur.ActionRevalidated)))
			}
		})
	}
}

// BenchmarkSuspendAndLift checks the answers of all Member States again, twice.
func BenchmarkSuspendAndLift(b *testing.B) {
	h := newHouse(b)
	var who []rapporteur.ContributorID
	for _, c := range h.catalogue.Contributors(opens, rapporteur.KindMemberState) {
		who = append(who, c.ID)
		h.reachable(c.ID)
	}
	cycle := h.collecting(who...)
	for _, id := range who {
		_, err := h.submit(cycle, id, h.sexes(id, "x", true))
		must(b, err)
	}
	number := 0
	for b.Loop() {
		number++
		_, err := h.suspend(cycle, sexAdds, "", "")
		must(b, err)
		change, err := h.lift(cycle, number, "")
		must(b, err)
		if len(change.Affected) != len(who) {
			b.Fatalf("%d are affected, want %d", len(change.Affected), len(who))
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(2*number*len(who)), "µs/answer")
}
