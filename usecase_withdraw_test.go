package rapporteur_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
)

func (h *house) withdraw(cycle rapporteur.Cycle, id rapporteur.ContributorID, version int) rapporteur.WithdrawnAnswer {
	h.t.Helper()
	done, err := h.correspondence.Withdraw(h.t.Context(), by(id), key(cycle, id), version, "The figures were wrong.")
	must(h.t, err)
	return done
}

func (h *house) versions(cycle rapporteur.Cycle, id rapporteur.ContributorID) []rapporteur.Submission {
	h.t.Helper()
	return read(h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Submission, error) {
		return r.Submissions(ctx, key(cycle, id))
	})
}

func TestAWithdrawnAnswerStaysInTheRecordAndCountsNoMore(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, france)
	h.answer(cycle, kenya, "first")
	h.answer(cycle, kenya, "second")
	h.answer(cycle, france, "x")
	_, err := h.conduct.Collect(t.Context(), cycle.ID, h.moment(), noProgress)
	must(t, err)
	h.relay()
	h.set(day(time.July, 1).At(9))
	done := h.withdraw(cycle, kenya, 2)
	want := rapporteur.Withdrawal{At: h.clock(), By: "key-state-ken", Reason: "The figures were wrong."}
	if done.Submission.Withdrawal != want || done.Request.State != rapporteur.RequestOpen || len(done.Quoted) > 0 {
		t.Errorf("the withdrawal is %+v", done)
	}
	for _, s := range h.versions(cycle, kenya) {
		if s.Withdrawal != want {
			t.Errorf("version %d is %+v", s.Version, s.Withdrawal)
		}
		body := read(h, func(ctx context.Context, r rapporteur.Reader) ([]byte, error) { return r.Body(ctx, s.Hash) })
		if len(body) != s.Size {
			t.Errorf("the body of version %d is gone", s.Version)
		}
	}
	same(t, "outbox", h.relayed(), []string{"hint cycle/" + string(cycle.ID)})
	same(t, "open", h.counts(cycle).Open, 1)
	records := h.audited(cycle, rapporteur.ActionAnswerWithdrawn)
	if len(records) != 1 || records[0].Reason != want.Reason || records[0].Actor != want.By || records[0].Details["version"] != "2" || records[0].Details["due"] != due.String() {
		t.Errorf("the audit says %+v", records)
	}
	if text := h.history(cycle); !strings.HasSuffix(text, "\nstate-ken withdrew what was answered") {
		t.Errorf("the history is\n%s", text)
	}
	h.unchanged("withdrawing again", func() {
		again := h.withdraw(cycle, kenya, 2)
		same(t, "again", again.Submission, done.Submission)
	})
	draft := h.reported(cycle)
	if draft.Report.Coverage.Outcomes[rapporteur.ReturnNil] != 1 || draft.Report.Coverage.Outcomes[rapporteur.ReturnNoReply] != 1 {
		t.Errorf("the report counts %+v", draft.Report.Coverage)
	}
	if quoted := h.quoted(cycle, kenya); len(quoted) > 0 {
		t.Errorf("the report quotes %+v", quoted)
	}
}

// quoted is where drafts rest on any version of a contributor's answer.
func (h *house) quoted(cycle rapporteur.Cycle, id rapporteur.ContributorID) []rapporteur.Quotation {
	h.t.Helper()
	return read(h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Quotation, error) {
		return rapporteur.Quotations(ctx, r, key(cycle, id), func(int) bool { return true })
	})
}

// The same bytes can be submitted again; they are the next version, with a
// lateness of its own.
func TestAfterAWithdrawalTheSameCanBeSubmittedAgain(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, france)
	first := h.answer(cycle, kenya, "the same")
	h.withdraw(cycle, kenya, 1)
	h.set(due.End().Add(time.Hour))
	again := h.answer(cycle, kenya, "the same")
	if again.Version != 2 || again.Hash != first.Hash || !again.Late || !h.request(cycle, kenya).Late || again.Withdrawn() {
		t.Errorf("the next version is %+v", again)
	}
	same(t, "standing", h.request(cycle, kenya).Standing(), 2)
	h.withdraw(cycle, kenya, 2)
	same(t, "records", len(h.audited(cycle, rapporteur.ActionAnswerWithdrawn)), 2)
}

func TestWhatCannotBeWithdrawn(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, france)
	withdraw := func(version int, reason string) error {
		_, err := h.correspondence.Withdraw(t.Context(), by(kenya), key(cycle, kenya), version, reason)
		return err
	}
	h.unchanged("a refused withdrawal", func() {
		refused(t, withdraw(1, "x"), rapporteur.ProblemNotFound)
	})
	h.answer(cycle, kenya, "first")
	h.answer(cycle, kenya, "second")
	h.unchanged("a refused withdrawal", func() {
		refused(t, withdraw(2, " \n"), rapporteur.ProblemInvalid)
		refused(t, withdraw(3, "x"), rapporteur.ProblemNotFound)
		refused(t, withdraw(1, "x"), rapporteur.ProblemStale, "Withdraw version 2")
	})
	must(t, h.conduct.Cancel(t.Context(), cycle.ID, "Overtaken.", staff.ID, h.moment(), ignored))
	h.unchanged("a refused withdrawal", func() {
		refused(t, withdraw(2, "x"), rapporteur.ProblemClosed, "write to the Secretariat")
	})
	other := h.collecting(kenya, france)
	h.answer(other, kenya, "x")
	must(t, h.apply(other, rapporteur.Command{ID: "w", Kind: rapporteur.CommandWithdrawContributor, Contributor: kenya}))
	cycle = other
	h.unchanged("a refused withdrawal", func() { refused(t, withdraw(1, "x"), rapporteur.ProblemConflict) })
}

// Who has withdrawn owes an answer again: the rungs that come remind of it, and
// those whose time was over do not come again.
func TestWhoHasWithdrawnIsChasedByTheRungsToCome(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, france)
	climb := func(r rapporteur.PlannedRung) {
		h.set(r.At)
		h.send(cycle, r)
	}
	climb(requestRung(cycle))
	climb(rung(t, cycle, "states-first"))
	h.answer(cycle, kenya, "x")
	climb(rung(t, cycle, "states-second"))
	h.withdraw(cycle, kenya, 1)
	h.send(cycle, rung(t, cycle, "states-first")) // the engine may try again what it has done
	climb(rung(t, cycle, "states-third"))
	var got []string
	for _, e := range h.ledger(cycle) {
		if e.Contributor == kenya {
			got = append(got, fmt.Sprintf("%s %s", e.Rung, e.State))
		}
	}
	same(t, "sent to Kenya", got, []string{"request sent", "states-first sent", "states-third sent"})
}

// A follow-up that runs goes on with a contributor who owes an answer again.
func TestAWithdrawalOfAReturnedAnswerGoesOnInItsFollowUp(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, france)
	h.answer(cycle, kenya, "x")
	h.returned(cycle, kenya, day(time.June, 20))
	h.relay()
	h.withdraw(cycle, kenya, 1)
	same(t, "outbox", h.relayed(), []string{"hint follow-up/" + string(cycle.ID) + "/state-ken/1", "hint cycle/" + string(cycle.ID)})
	state := h.loadFollowUp(cycle, kenya, 1)
	h.follow(cycle, kenya, state)
	if r := h.request(cycle, kenya); r.State != rapporteur.RequestOpen || !r.OffPath || r.Due != due {
		t.Errorf("the request is %+v", r)
	}
	h.set(day(time.June, 20).End().Add(rapporteur.FollowUpGrace))
	if !h.follow(cycle, kenya, state) {
		t.Error("the follow-up has no end")
	}
	if r := h.request(cycle, kenya); r.State != rapporteur.RequestOpen || r.OffPath {
		t.Errorf("after the follow-up the request is %+v", r)
	}
}

// A draft in clearance that rests on a withdrawn answer is put before the
// Secretariat, through clearance, until the next draft does without.
func TestADraftThatQuotesAWithdrawnAnswerIsPutBeforeTheSecretariat(t *testing.T) {
	h := newHouse(t)
	cycle := h.drafted()
	done := h.withdraw(cycle, kenya, 1)
	if r := done.Request; r.State != rapporteur.RequestNoReply || r.Outcome != rapporteur.ReturnNoReply || r.Standing() != 0 {
		t.Errorf("the request is %+v", r)
	}
	if len(done.Quoted) != 1 || done.Quoted[0].Cycle != cycle.ID || done.Quoted[0].Draft != 1 || !done.Quoted[0].Newest || done.Quoted[0].Version != 1 ||
		len(done.Quoted[0].Paragraphs)+len(done.Quoted[0].Annexes) == 0 {
		t.Errorf("it is quoted in %+v", done.Quoted)
	}
	const clearing = "Draft 1 rests on answers that were withdrawn by state-ken. Have it returned to drafting: the next draft does without them."
	same(t, "attention", h.cycle(cycle.ID).Attention, clearing)
	same(t, "outbox", h.relayed(), []string(nil))
	same(t, "no reply", h.counts(cycle).NoReply, 3)
	text := h.history(cycle)
	for _, line := range []string{"state-ken withdrew what was answered, quoted in draft 1", "Put before the Secretariat"} {
		if !strings.Contains(text, line) {
			t.Errorf("the history does not say %q:\n%s", line, text)
		}
	}
	h.unchanged("withdrawing again", func() { same(t, "quoted", h.withdraw(cycle, kenya, 1).Quoted, done.Quoted) })
	state, err := h.conduct.LoadClearance(t.Context(), cycle.ID, 1)
	must(t, err)
	h.decide(state, state.Step().Offices[0], "no", false, rapporteur.ToDrafting, "An answer was withdrawn.")
	_, err = h.conduct.CheckClearance(t.Context(), cycle.ID, 1, h.moment())
	must(t, err)
	must(t, h.apply(cycle, rapporteur.Command{ID: "r", Kind: rapporteur.CommandRedraft}))
	number, err := h.conduct.Compile(t.Context(), cycle.ID, h.moment())
	must(t, err)
	must(t, h.conduct.SubmitDraft(t.Context(), cycle.ID, number, h.moment()))
	same(t, "attention", h.cycle(cycle.ID).Attention, "")
	if quoted := h.quoted(cycle, kenya); len(quoted) != 1 || quoted[0].Draft != 1 || quoted[0].Newest {
		t.Errorf("it is quoted in %+v", quoted)
	}
}

func TestAClearedDraftThatQuotesAWithdrawnAnswerSaysSo(t *testing.T) {
	h := newHouse(t)
	cycle := h.drafted()
	h.withdraw(cycle, kenya, 1)
	h.cleared(cycle)
	_, err := h.conduct.CheckClearance(t.Context(), cycle.ID, 1, h.moment())
	must(t, err)
	same(t, "attention", h.cycle(cycle.ID).Attention, "The report is cleared. Give its symbol and masthead date to transmit it. "+
		"Draft 1, which is cleared, rests on answers that were withdrawn by state-ken. Transmit it as it is, or cancel the cycle.")
	must(t, h.conduct.Transmit(t.Context(), cycle.ID, 1, rapporteur.Transmittal{Symbol: "S/2018/1042", Masthead: mandated}, h.moment()))
	same(t, "attention", h.cycle(cycle.ID).Attention, "")
}

func TestWhenTheReportHasLeftNothingIsWithdrawn(t *testing.T) {
	h := newHouse(t)
	cycle := h.drafted()
	h.cleared(cycle)
	_, err := h.conduct.CheckClearance(t.Context(), cycle.ID, 1, h.moment())
	must(t, err)
	must(t, h.conduct.Transmit(t.Context(), cycle.ID, 1, rapporteur.Transmittal{Symbol: "S/2018/1042", Masthead: mandated}, h.moment()))
	h.unchanged("a withdrawal that is too late", func() {
		_, err := h.correspondence.Withdraw(t.Context(), by(kenya), key(cycle, kenya), 1, "Too late.")
		refused(t, err, rapporteur.ProblemClosed, "write to the Secretariat")
	})
}

// What is withdrawn between the compiling of a draft and its clearance is seen
// when the clearance starts.
func TestAnAnswerThatIsWithdrawnWhileADraftIsCompiled(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, france, unodc)
	h.answer(cycle, kenya, "x")
	h.answer(cycle, unodc, "x")
	h.reported(cycle)
	h.withdraw(cycle, kenya, 1)
	same(t, "attention", h.cycle(cycle.ID).Attention, "")
	h.twice("submitting the draft", func(m rapporteur.Moment) error { return h.conduct.SubmitDraft(t.Context(), cycle.ID, 1, m) })
	if text := h.cycle(cycle.ID).Attention; !strings.HasPrefix(text, "Draft 1 rests on answers that were withdrawn by state-ken.") {
		t.Errorf("the Secretariat is told %q", text)
	}
	h.withdraw(cycle, unodc, 1)
	if text := h.cycle(cycle.ID).Attention; !strings.HasPrefix(text, "Draft 1 rests on answers that were withdrawn by entity-unodc, state-ken.") {
		t.Errorf("the Secretariat is told %q", text)
	}
}

// A report tells of occasions, so an answer to an invitation can be quoted in
// the draft of another cycle; its Secretariat is told there.
func TestAWithdrawnReplyToAnOccasionIsToldWhereItIsQuoted(t *testing.T) {
	h := newHouse(t)
	report := h.collecting(kenya, france)
	h.answer(report, kenya, "x")
	h.set(day(time.March, 1).At(9))
	occasion := h.inviting(rapporteur.Start{
		Instrument: instrument, Stream: "op26", Only: []rapporteur.ContributorID{iom, unodc, unami, unmiss},
		Event: rapporteur.Event{Date: day(time.May, 22)},
	})
	h.set(day(time.May, 24).At(9))
	for _, id := range []rapporteur.ContributorID{iom, unodc, unami, unmiss} {
		h.section(occasion, id, "training-report", `"return_type":"answered","answers":{"M26.2":{"status":"yes","military":[{"sex":"F","value":30},{"sex":"M","value":90}]}}`)
	}
	must(t, h.apply(occasion, rapporteur.Command{ID: "o", Kind: rapporteur.CommandRecordOutcome, Outcome: rapporteur.OutcomeHeld, Date: day(time.May, 22)}))
	h.reported(report)
	must(t, h.conduct.SubmitDraft(t.Context(), report.ID, 1, h.moment()))
	done := h.withdraw(occasion, unodc, 1)
	if done.Request.State != rapporteur.RequestOpen || len(done.Quoted) != 1 || done.Quoted[0].Cycle != report.ID || len(done.Quoted[0].Paragraphs) != 1 {
		t.Fatalf("the withdrawal is %+v", done)
	}
	if text := h.cycle(report.ID).Attention; !strings.Contains(text, "withdrawn by entity-unodc") {
		t.Errorf("the Secretariat is told %q", text)
	}
	if text := h.history(occasion); !strings.Contains(text, fmt.Sprintf("quoted in draft %s/1", report.ID)) {
		t.Errorf("the history is\n%s", text)
	}
	told := h.audited(report, rapporteur.ActionAttention)
	if len(told) != 1 || told[0].Details["because-of"] != string(occasion.ID) {
		t.Errorf("the audit says %+v", told)
	}
}

func TestADrafterHasToBeToldOfAWithdrawnSection(t *testing.T) {
	h := calendarHouse(t)
	cycle := h.theSection()
	h.section(cycle, unmiss, "mission-section", `"return_type":"answered","answers":{
		"M33.2":{"status":"yes","areas":["police","border"],"efforts":"The mission trained police investigators in Juba."}}`)
	h.handOver(cycle)
	done := h.withdraw(cycle, unmiss, 1)
	if len(done.Quoted) != 1 || done.Request.State != rapporteur.RequestNoReply {
		t.Fatalf("the withdrawal is %+v", done)
	}
	same(t, "attention", h.cycle(cycle.ID).Attention,
		"The section that was handed over rests on an answer that was withdrawn by mission-unmiss. Tell its drafter.")
}
