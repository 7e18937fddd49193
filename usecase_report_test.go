package rapporteur_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/notify/smtpsink"
)

// twice does a step of the engine and then again, as a retried activity does;
// the second time must change nothing.
func (h *house) twice(what string, step func(rapporteur.Moment) error) {
	h.t.Helper()
	m := h.moment()
	must(h.t, step(m))
	mails := h.sink.Count()
	h.unchanged(what+" again", func() { must(h.t, step(m)) })
	if h.sink.Count() != mails {
		h.t.Errorf("%s again writes to somebody", what)
	}
}

func TestCollectSettlesWhatCame(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, france, unodc)
	h.twice("collecting nothing", func(m rapporteur.Moment) error {
		_, err := h.conduct.Collect(t.Context(), cycle.ID, m, noProgress)
		return err
	})
	h.answer(cycle, kenya, "x")
	h.answer(cycle, unodc, "x")
	var counts rapporteur.Counts
	h.twice("collecting", func(m rapporteur.Moment) (err error) {
		counts, err = h.conduct.Collect(t.Context(), cycle.ID, m, noProgress)
		return err
	})
	if counts.Asked != 3 || counts.Settled != 2 || counts.Open != 1 || counts.Received != 0 || counts.Outcomes[rapporteur.ReturnNil] != 2 {
		t.Errorf("counts are %+v", counts)
	}
	records := h.audited(cycle, rapporteur.ActionCollected)
	if len(records) != 1 || records[0].Details["collected"] != "2" || records[0].Details["open"] != "1" {
		t.Errorf("the audit says %+v", records)
	}
	s := h.answer(cycle, kenya, "a better answer")
	if s.Version != 2 || h.request(cycle, kenya).State != rapporteur.RequestReceived {
		t.Errorf("after collection the answer is %+v", s)
	}
	m := h.moment()
	for range 2 { // an attempt that is repeated after more has come
		_, err := h.conduct.Collect(t.Context(), cycle.ID, m, noProgress)
		must(t, err)
		h.answer(cycle, france, "x")
	}
	if n := len(h.audited(cycle, rapporteur.ActionCollected)); n != 3 {
		t.Errorf("%d audit records, want one for each time something was settled", n)
	}
}

// overtaken is a store in which something happens after bodies were read.
type overtaken struct {
	rapporteur.Store
	happens func()
}

// Read is the store's.
func (o overtaken) Read(ctx context.Context, fn func(context.Context, rapporteur.Reader) error) error {
	read := false
	err := o.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error { return fn(ctx, bodyReader{r, &read}) })
	if read {
		o.happens()
	}
	return err
}

// bodyReader notes that bodies were read.
type bodyReader struct {
	rapporteur.Reader
	read *bool
}

// Bodies is the reader's.
func (b bodyReader) Bodies(ctx context.Context, hashes []string) (map[string][]byte, error) {
	*b.read = true
	return b.Reader.Bodies(ctx, hashes)
}

// A version that comes while its predecessor is being checked waits for the
// next collection.
func TestCollectLeavesWhatItHasNotChecked(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, france)
	h.answer(cycle, kenya, "first")
	once := true
	h.conduct.Store = overtaken{h.store, func() {
		if once {
			once = false
			h.answer(cycle, kenya, "second")
		}
	}}
	counts, err := h.conduct.Collect(t.Context(), cycle.ID, h.moment(), noProgress)
	must(t, err)
	if counts.Received != 1 || counts.Settled != 0 || len(h.audited(cycle, rapporteur.ActionCollected)) > 0 {
		t.Errorf("counts are %+v", counts)
	}
	counts, err = h.conduct.Collect(t.Context(), cycle.ID, h.moment(), noProgress)
	must(t, err)
	if counts.Settled != 1 {
		t.Errorf("counts are %+v", counts)
	}
}

// cleared takes the first draft through all of its clearance.
func (h *house) cleared(cycle rapporteur.Cycle) {
	h.t.Helper()
	for n := range 50 {
		state, err := h.conduct.LoadClearance(h.t.Context(), cycle.ID, 1)
		must(h.t, err)
		if state.Outcome != rapporteur.ClearancePending {
			return
		}
		for _, office := range state.Step().Offices {
			h.decide(state, office, fmt.Sprintf("%s-%d", office, n), true, "", "")
		}
	}
	h.t.Fatal("the clearance has no end")
}

func (h *house) decide(s rapporteur.ClearanceState, office, id string, approve bool, returnTo, comments string) {
	h.t.Helper()
	_, err := h.conduct.Decide(h.t.Context(), decision(s, office, id, approve, returnTo, comments), h.moment())
	must(h.t, err)
}

func decision(s rapporteur.ClearanceState, office, id string, approve bool, returnTo, comments string) rapporteur.Decision {
	return rapporteur.Decision{
		ID: id, Cycle: s.Cycle, Draft: s.Draft, DraftHash: s.DraftHash, Step: s.Step().ID, Office: office,
		Actor: "key-" + office, Approve: approve, ReturnTo: returnTo, Comments: comments,
	}
}

func (h *house) draft(cycle rapporteur.Cycle, number int) rapporteur.Draft {
	h.t.Helper()
	return read(h, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Draft, error) {
		return r.Draft(ctx, cycle.ID, number)
	})
}

// drafted is a cycle with a draft in clearance.
func (h *house) drafted() rapporteur.Cycle {
	h.t.Helper()
	cycle := h.collecting(kenya, france, unodc)
	h.answer(cycle, kenya, "x")
	_, err := h.conduct.CloseCollection(h.t.Context(), cycle.ID, h.moment())
	must(h.t, err)
	_, err = h.conduct.Compile(h.t.Context(), cycle.ID, h.moment())
	must(h.t, err)
	must(h.t, h.conduct.SubmitDraft(h.t.Context(), cycle.ID, 1, h.moment()))
	h.relay()
	return cycle
}

func TestFromTheEndOfCollectionToTheSealedRecord(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, france, unodc)
	phase := func(want rapporteur.Phase) {
		t.Helper()
		if got := h.cycle(cycle.ID).Phase; got != want {
			t.Fatalf("the cycle is %s, want %s", got, want)
		}
	}
	h.answer(cycle, kenya, "collected")
	_, err := h.conduct.Collect(t.Context(), cycle.ID, h.moment(), noProgress)
	must(t, err)
	h.answer(cycle, unodc, "not collected yet")
	var counts rapporteur.Counts
	h.twice("closing the collection", func(m rapporteur.Moment) (err error) {
		counts, err = h.conduct.CloseCollection(t.Context(), cycle.ID, m)
		return err
	})
	if counts.Settled != 2 || counts.NoReply != 1 || counts.Pending() {
		t.Errorf("counts are %+v", counts)
	}
	phase(rapporteur.PhaseCompiling)
	must(t, h.secretariat.PutObservations(t.Context(), staff, cycle.ID, []string{"Much remains to be done."}))
	h.twice("compiling", func(m rapporteur.Moment) error {
		number, err := h.conduct.Compile(t.Context(), cycle.ID, m)
		if number != 1 {
			t.Errorf("the draft is number %d", number)
		}
		return err
	})
	hash := h.draft(cycle, 1).Report.Hash
	h.relay()
	h.twice("submitting the draft", func(m rapporteur.Moment) error { return h.conduct.SubmitDraft(t.Context(), cycle.ID, 1, m) })
	phase(rapporteur.PhaseClearing)
	same(t, "outbox", h.relayed(), []string{"start-clearance clearance/" + string(cycle.ID) + "/1"})
	check := func(want rapporteur.ClearanceOutcome) {
		t.Helper()
		h.twice("checking the clearance", func(m rapporteur.Moment) error {
			outcome, err := h.conduct.CheckClearance(t.Context(), cycle.ID, 1, m)
			if outcome != want {
				t.Errorf("the clearance is %s, want %s", outcome, want)
			}
			return err
		})
	}
	check(rapporteur.ClearancePending)
	h.cleared(cycle)
	same(t, "outbox", h.relayed(), []string{"hint cycle/" + string(cycle.ID)})
	check(rapporteur.ClearanceCleared)
	phase(rapporteur.PhaseCleared)
	refused(t, h.secretariat.PutObservations(t.Context(), staff, cycle.ID, []string{"One more thing."}), rapporteur.ProblemConflict)
	transmittal := rapporteur.Transmittal{Symbol: "S/2018/1042", Masthead: mandated, By: staff.ID}
	h.twice("transmitting", func(m rapporteur.Moment) error { return h.conduct.Transmit(t.Context(), cycle.ID, 1, transmittal, m) })
	phase(rapporteur.PhaseTransmitted)
	d := h.draft(cycle, 1)
	if d.Report.Masthead.Symbol != "S/2018/1042" || d.Report.Masthead.Date != mandated || d.Report.Hash != hash || d.Outcome != rapporteur.ClearanceCleared {
		t.Errorf("the transmitted draft is %+v of %s", d.Report.Masthead, d.Outcome)
	}
	if now, err := rapporteur.ContentHash(d.Report); err != nil || now != hash {
		t.Errorf("what was transmitted is not what was cleared: %s, %v", now, err)
	}
	h.twice("closing", func(m rapporteur.Moment) error { return h.conduct.Close(t.Context(), cycle.ID, m) })
	phase(rapporteur.PhaseClosed)
	refused(t, h.conduct.Cancel(t.Context(), cycle.ID, "too late", staff.ID, h.moment(), ignored), rapporteur.ProblemConflict)
	sequence(t, h.audit(cycle))
}

// sequence checks that the audit's sequence grows.
func sequence(t testing.TB, records []rapporteur.AuditRecord) {
	t.Helper()
	for n := 1; n < len(records); n++ {
		if records[n].Seq <= records[n-1].Seq {
			t.Errorf("audit record %d follows %d", records[n].Seq, records[n-1].Seq)
		}
	}
}

func TestAReturnedDraftIsCompiledAnew(t *testing.T) {
	h := newHouse(t)
	cycle := h.drafted()
	state, err := h.conduct.LoadClearance(t.Context(), cycle.ID, 1)
	must(t, err)
	office := state.Step().Offices[0]
	h.decide(state, office, "no", false, rapporteur.ToDrafting, "Paragraph 4 is unclear.")
	if d := h.draft(cycle, 1); d.Outcome != rapporteur.ClearanceReturned || d.Comments != "Paragraph 4 is unclear." {
		t.Errorf("the draft is %s: %q", d.Outcome, d.Comments)
	}
	h.twice("checking", func(m rapporteur.Moment) error {
		outcome, err := h.conduct.CheckClearance(t.Context(), cycle.ID, 1, m)
		same(t, "outcome", outcome, rapporteur.ClearanceReturned)
		return err
	})
	if c := h.cycle(cycle.ID); c.Phase != rapporteur.PhaseCompiling || c.Attention == "" {
		t.Errorf("the cycle is %s and says %q", c.Phase, c.Attention)
	}
	must(t, h.apply(cycle, rapporteur.Command{ID: "r", Kind: rapporteur.CommandRedraft}))
	if c := h.cycle(cycle.ID); c.Attention != "" {
		t.Errorf("the cycle still says %q", c.Attention)
	}
	must(t, h.secretariat.PutObservations(t.Context(), staff, cycle.ID, []string{"Clearer now."}))
	number, err := h.conduct.Compile(t.Context(), cycle.ID, h.moment())
	must(t, err)
	if number != 2 || h.draft(cycle, 2).Report.Hash == h.draft(cycle, 1).Report.Hash {
		t.Errorf("the next draft is number %d", number)
	}
	must(t, h.conduct.SubmitDraft(t.Context(), cycle.ID, 2, h.moment()))
	h.unchanged("a late decision on the old draft", func() {
		_, err := h.conduct.Decide(t.Context(), decision(state, office, "late", true, "", ""), h.moment())
		refused(t, err, rapporteur.ProblemConflict)
	})
}

func TestObservationsAreChecked(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya)
	h.unchanged("a refused observation", func() {
		refused(t, h.secretariat.PutObservations(t.Context(), staff, cycle.ID, []string{"Good.", " \n"}), rapporteur.ProblemInvalid, "2")
	})
	must(t, h.secretariat.PutObservations(t.Context(), staff, cycle.ID, []string{" Good. "}))
	got := read(h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Observation, error) {
		return r.Observations(ctx, cycle.ID)
	})
	same(t, "observations", got, []rapporteur.Observation{{Text: "Good.", Author: staff.ID}})
	refused(t, h.secretariat.PutObservations(t.Context(), staff, "s-res-2388-2017/op34/1945", nil), rapporteur.ProblemNotFound)
}

func TestCancelTellsEverybodyOnce(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	h.answer(cycle, kenya, "x")
	_, err := h.correspondence.AskExtension(t.Context(), by(france), key(cycle, france), closes, "Elections", "")
	must(t, err)
	h.relay()
	h.treat(unodc, smtpsink.Defer)
	m := h.moment()
	cancel := func(m rapporteur.Moment) error {
		return h.conduct.Cancel(t.Context(), cycle.ID, "The Council has moved on.", staff.ID, m, ignored)
	}
	if err := cancel(m); err == nil {
		t.Fatal("a temporary failure is no success")
	}
	if c := h.cycle(cycle.ID); c.Phase != rapporteur.PhaseCancelled || h.counts(cycle).Withdrawn != len(everybody) {
		t.Errorf("the cycle is %s, %+v", c.Phase, h.counts(cycle))
	}
	h.treat(unodc, smtpsink.Accept)
	h.twice("cancelling", cancel)
	same(t, "mails", h.mails(), []string{
		"withdrawn entity-iom", "withdrawn entity-unodc", "withdrawn mission-unami", "withdrawn mission-unmiss", "withdrawn state-fra", "withdrawn state-ken",
	})
	same(t, "outbox", h.relayed(), []string{"hint follow-up/" + string(cycle.ID) + "/state-fra/1"})
	records := h.audited(cycle, rapporteur.ActionCancelled)
	if len(records) != 1 || records[0].Actor != staff.ID || records[0].Reason != "The Council has moved on." {
		t.Errorf("the audit says %+v", records)
	}
}

func TestCancellingAPlannedCycle(t *testing.T) {
	h := newHouse(t)
	cycle := h.planned("2018")
	h.twice("cancelling", func(m rapporteur.Moment) error {
		return h.conduct.Cancel(t.Context(), cycle.ID, "Not this year.", staff.ID, m, ignored)
	})
	if c := h.cycle(cycle.ID); c.Phase != rapporteur.PhaseCancelled || h.sink.Count() > 0 {
		t.Errorf("the cycle is %s, %d mails", c.Phase, h.sink.Count())
	}
	h.unchanged("opening a cancelled cycle", func() {
		counts, err := h.conduct.Open(t.Context(), cycle.ID, h.moment())
		must(t, err)
		same(t, "asked", counts.Asked, 0)
	})
	h.unchanged("closing the collection of a cancelled cycle", func() {
		_, err := h.conduct.CloseCollection(t.Context(), cycle.ID, h.moment())
		must(t, err)
	})
	h.unchanged("a preflight of a cancelled cycle", func() {
		_, err := h.conduct.Preflight(t.Context(), cycle.ID, h.moment())
		must(t, err)
	})
}

func TestCancellingWhileADraftIsClearing(t *testing.T) {
	h := newHouse(t)
	cycle := h.drafted()
	must(t, h.conduct.Cancel(t.Context(), cycle.ID, "Overtaken.", staff.ID, h.moment(), ignored))
	same(t, "outbox", h.relayed(), []string{"hint clearance/" + string(cycle.ID) + "/1"})
	state, err := h.conduct.LoadClearance(t.Context(), cycle.ID, 1)
	must(t, err)
	same(t, "outcome", state.Outcome, rapporteur.ClearanceReturned)
	h.unchanged("checking the clearance of a cancelled cycle", func() {
		_, err := h.conduct.CheckClearance(t.Context(), cycle.ID, 1, h.moment())
		must(t, err)
	})
}

func TestOfficesAreToldOncePerStep(t *testing.T) {
	h := newHouse(t)
	cycle := h.drafted()
	state, err := h.conduct.LoadClearance(t.Context(), cycle.ID, 1)
	must(t, err)
	office := rapporteur.OfficeContributor(state.Step().Offices[0])
	h.reachable(office)
	dead := h.died().AnnounceStep(t.Context(), state, h.moment())
	if !errors.Is(dead, errDied) {
		t.Fatalf("error is %v", dead)
	}
	h.twice("announcing", func(m rapporteur.Moment) error { return h.conduct.AnnounceStep(t.Context(), state, m) })
	same(t, "mails", h.mails(), []string{"clearance " + string(office)})
	state, err = h.conduct.LoadClearance(t.Context(), cycle.ID, 1)
	must(t, err)
	if !state.Announced {
		t.Error("the step is not marked as announced")
	}
	h.decide(state, state.Step().Offices[0], "yes", true, "", "")
	must(t, h.conduct.AnnounceStep(t.Context(), state, h.moment())) // too late: of the step before
	state, err = h.conduct.LoadClearance(t.Context(), cycle.ID, 1)
	must(t, err)
	if state.Announced || state.Current != 1 {
		t.Errorf("the next step begins as %+v", state)
	}
	h.twice("announcing to nobody", func(m rapporteur.Moment) error { return h.conduct.AnnounceStep(t.Context(), state, m) })
}

func TestDecisionsAndDelegations(t *testing.T) {
	h := newHouse(t)
	cycle := h.drafted()
	state, err := h.conduct.LoadClearance(t.Context(), cycle.ID, 1)
	must(t, err)
	office := state.Step().Offices[0]
	today := rapporteur.DateOf(h.clock())
	delegation := rapporteur.Delegation{
		ID: "g", Cycle: cycle.ID, Draft: 1, Office: office, From: "key-chief", To: "key-deputy", Starts: today, Ends: today.AddDays(7),
	}
	byDeputy := decision(state, office, "d", true, "", "")
	byDeputy.Actor, byDeputy.For = "key-deputy", "key-chief"
	refuse := func(what string, kind rapporteur.ProblemKind, d rapporteur.Decision) {
		t.Helper()
		h.unchanged(what, func() {
			_, err := h.conduct.Decide(t.Context(), d, h.moment())
			refused(t, err, kind)
		})
	}
	refuse("a decision without delegation", rapporteur.ProblemForbidden, byDeputy)
	stale := decision(state, office, "d", true, "", "")
	stale.DraftHash = "0000"
	refuse("a decision about another text", rapporteur.ProblemStale, stale)
	refuse("a return without comments", rapporteur.ProblemInvalid, decision(state, office, "d", false, rapporteur.ToDrafting, " "))
	refuse("another office", rapporteur.ProblemForbidden, decision(state, "OIOS", "d", true, "", ""))
	h.twice("delegating", func(m rapporteur.Moment) error {
		_, err := h.conduct.Delegate(t.Context(), delegation, m)
		return err
	})
	h.unchanged("a delegation without end", func() {
		endless := delegation
		endless.ID, endless.Ends = "g2", rapporteur.Date{}
		_, err := h.conduct.Delegate(t.Context(), endless, h.moment())
		refused(t, err, rapporteur.ProblemInvalid)
	})
	h.twice("deciding", func(m rapporteur.Moment) error {
		got, err := h.conduct.Decide(t.Context(), byDeputy, m)
		if got.Current != 1 {
			t.Errorf("the clearance is at step %d", got.Current)
		}
		return err
	})
	records := h.audited(cycle, rapporteur.ActionDecided)
	if len(records) != 1 || records[0].Actor != "key-deputy" || records[0].Details["for"] != "key-chief" || records[0].Details["hash"] != state.DraftHash {
		t.Errorf("the audit says %+v", records)
	}
	state, err = h.conduct.LoadClearance(t.Context(), cycle.ID, 1)
	must(t, err)
	reused := decision(state, state.Step().Offices[0], "d", true, "", "")
	h.unchanged("an id that decided before", func() {
		got, err := h.conduct.Decide(t.Context(), reused, h.moment())
		must(t, err)
		same(t, "step", got.Current, 1)
	})
}

// noProgress is for whoever does not wait for a step's progress.
func noProgress(int) {}
