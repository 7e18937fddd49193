package rapporteur_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/notify/smtpsink"
)

var repairer = rapporteur.Principal{ID: "key-admin", Role: rapporteur.RoleAdministrator}

// inspector knows of the steps that a test gives it.
type inspector struct {
	steps   []rapporteur.RetryingStep
	lost    []string // workflows that do not run
	retried []string
	away    error
}

func (i *inspector) RawHistory(context.Context, string) ([]byte, error) { return nil, i.away }

func (i *inspector) Retrying(_ context.Context, workflow string) ([]rapporteur.RetryingStep, error) {
	if i.away != nil {
		return nil, i.away
	}
	if slices.Contains(i.lost, workflow) {
		return nil, rapporteur.NotFound("running workflow", workflow)
	}
	var found []rapporteur.RetryingStep
	for _, s := range i.steps {
		if s.Workflow == workflow {
			found = append(found, s)
		}
	}
	return found, nil
}

func (i *inspector) RetryNow(_ context.Context, s rapporteur.RetryingStep) error {
	i.retried = append(i.retried, s.ID)
	return i.away
}

func (h *house) repairs(i *inspector) rapporteur.Repairs {
	return rapporteur.Repairs{Store: h.store, Clock: h.clock, Inspector: i}
}

func (h *house) stuck() []rapporteur.Stuck {
	h.t.Helper()
	found, err := h.repairs(&inspector{}).Find(h.t.Context())
	must(h.t, err)
	return found.Items
}

// refusedMail is a cycle in which the mail server has refused Kenya's request.
func refusedMail(t *testing.T) (*house, rapporteur.Cycle, rapporteur.Stuck) {
	t.Helper()
	h := newHouse(t)
	h.treat(kenya, smtpsink.Refuse)
	cycle := h.collecting(kenya, france)
	h.rung(cycle)
	h.relay()
	found := h.stuck()
	if len(found) != 1 || found[0].Kind != rapporteur.StuckMail || found[0].Contributor != kenya || found[0].Repair != rapporteur.RepairSend {
		t.Fatalf("stuck: %+v", found)
	}
	return h, cycle, found[0]
}

func (h *house) rung(cycle rapporteur.Cycle) {
	h.t.Helper()
	request := rapporteur.PlannedRung{Rung: rapporteur.Rung{ID: rapporteur.RungRequest, Notice: rapporteur.NoticeRequest}, At: h.clock(), Due: due}
	_, err := h.conduct.SendRung(h.t.Context(), cycle.ID, request, h.moment(), ignored)
	must(h.t, err)
}

func (h *house) kenyasRequest(cycle rapporteur.Cycle) rapporteur.LedgerEntry {
	h.t.Helper()
	all := h.ledger(cycle)
	n := slices.IndexFunc(all, func(e rapporteur.LedgerEntry) bool { return e.Contributor == kenya && e.Rung == rapporteur.RungRequest })
	return all[n]
}

func TestARefusedMailIsSentAgainOnce(t *testing.T) {
	h, cycle, item := refusedMail(t)
	h.treat(kenya, smtpsink.Accept)
	r, mails := h.repairs(&inspector{}), len(h.mails())
	for range 2 { // a second click
		_, err := r.Order(t.Context(), repairer, item.ID(), "The mailbox exists now.", "once")
		must(t, err)
	}
	if got := h.kenyasRequest(cycle).State; got != rapporteur.LedgerAgain {
		t.Fatalf("the message is %s", got)
	}
	if hints := h.relay(); len(hints) != 1 || hints[0].WorkflowID() != rapporteur.CycleWorkflowID(cycle.ID) {
		t.Errorf("the engine is told %+v", hints)
	}
	records := h.audited(cycle, rapporteur.ActionRepairOrdered)
	if len(records) != 1 || records[0].Reason != "The mailbox exists now." || records[0].Actor != repairer.ID || records[0].Contributor != kenya {
		t.Errorf("records %+v", records)
	}
	for range 2 {
		_, err := h.conduct.Collect(t.Context(), cycle.ID, h.moment(), noProgress)
		must(t, err)
	}
	if got := h.kenyasRequest(cycle); got.State != rapporteur.LedgerSent || got.SentAt.IsZero() || got.Failure != "" {
		t.Errorf("the message is %+v", got)
	}
	if got := len(h.mails()) - mails; got != 1 {
		t.Errorf("%d mails left", got)
	}
	if found := h.stuck(); len(found) > 0 {
		t.Errorf("stuck: %+v", found)
	}
	_, err := r.Order(t.Context(), repairer, item.ID(), "Again.", "another time")
	refused(t, err, rapporteur.ProblemConflict)
}

func TestNobodyIsWrittenToAgainAfterAnAnswer(t *testing.T) {
	h, cycle, item := refusedMail(t)
	_, err := h.repairs(&inspector{}).Order(t.Context(), repairer, item.ID(), "Mended.", "once")
	must(t, err)
	h.treat(kenya, smtpsink.Accept)
	h.answer(cycle, kenya, "Nothing.")
	mails := len(h.mails())
	_, err = h.conduct.Collect(t.Context(), cycle.ID, h.moment(), noProgress)
	must(t, err)
	if got := h.kenyasRequest(cycle).State; got != rapporteur.LedgerSuperseded || len(h.mails()) != mails {
		t.Errorf("the message is %s, and %d mails left", got, len(h.mails())-mails)
	}
}

func TestARefusalAgainIsSeenAgain(t *testing.T) {
	h, cycle, item := refusedMail(t)
	_, err := h.repairs(&inspector{}).Order(t.Context(), repairer, item.ID(), "Perhaps.", "once")
	must(t, err)
	_, err = h.conduct.Collect(t.Context(), cycle.ID, h.moment(), noProgress)
	must(t, err)
	if got := h.kenyasRequest(cycle).State; got != rapporteur.LedgerFailed || len(h.stuck()) != 1 {
		t.Errorf("the message is %s", got)
	}
}

// A mail server that is away keeps no answer from being collected, and nothing
// that was to be sent is lost.
func TestAMailServerThatIsAwayKeepsNothingElseWaiting(t *testing.T) {
	h, cycle, item := refusedMail(t)
	_, err := h.repairs(&inspector{}).Order(t.Context(), repairer, item.ID(), "Mended.", "once")
	must(t, err)
	h.answer(cycle, france, "Nothing.")
	away := h.died()
	counts, err := away.Collect(t.Context(), cycle.ID, h.moment(), noProgress)
	must(t, err)
	if counts.Settled != 1 || h.kenyasRequest(cycle).State != rapporteur.LedgerAgain {
		t.Fatalf("%+v, and the message is %s", counts, h.kenyasRequest(cycle).State)
	}
	h.relay()
	h.set(h.clock().Add(2 * time.Hour))
	if found := h.stuck(); len(found) != 1 || found[0].Kind != rapporteur.StuckAgain || found[0].Repair != rapporteur.RepairTell {
		t.Errorf("stuck: %+v", found)
	}
	h.treat(kenya, smtpsink.Accept)
	_, err = h.conduct.Collect(t.Context(), cycle.ID, h.moment(), noProgress)
	must(t, err)
	if got := h.kenyasRequest(cycle).State; got != rapporteur.LedgerSent {
		t.Errorf("the message is %s", got)
	}
}

func TestWhatIsToBeSentAgainIsSupersededWhenCollectionCloses(t *testing.T) {
	h, cycle, item := refusedMail(t)
	_, err := h.repairs(&inspector{}).Order(t.Context(), repairer, item.ID(), "Mended.", "once")
	must(t, err)
	h.set(closes.End())
	_, err = h.conduct.CloseCollection(t.Context(), cycle.ID, h.moment())
	must(t, err)
	if got := h.kenyasRequest(cycle).State; got != rapporteur.LedgerSuperseded {
		t.Errorf("the message is %s", got)
	}
}

func TestTheEngineIsToldAgain(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya)
	h.relay()
	must(t, h.conduct.Attention(t.Context(), cycle.ID, "The mail server does not answer.", h.moment()))
	r := h.repairs(&inspector{})
	found := h.stuck()
	if len(found) != 1 || found[0].Kind != rapporteur.StuckAttention {
		t.Fatalf("stuck: %+v", found)
	}
	_, err := r.Order(t.Context(), repairer, found[0].ID(), "  ", "once")
	refused(t, err, rapporteur.ProblemInvalid)
	_, err = r.Order(t.Context(), repairer, found[0].ID(), "It answers.", "once")
	must(t, err)
	if hints := h.relay(); len(hints) != 1 || hints[0].Kind != rapporteur.MessageHint || hints[0].Contributor != "" {
		t.Errorf("the engine is told %+v", hints)
	}
	_, err = r.Order(t.Context(), repairer, "attention a/b/c", "It answers.", "once")
	refused(t, err, rapporteur.ProblemConflict)
}

func TestAStepIsTriedAtOnce(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya)
	h.relay()
	i := &inspector{steps: []rapporteur.RetryingStep{{Workflow: rapporteur.CycleWorkflowID(cycle.ID), Run: "run", ID: "9", Name: "send-rung", Attempt: 8}}}
	r := h.repairs(i)
	found, err := r.Find(t.Context())
	must(t, err)
	if len(found.Items) != 1 || found.Items[0].Kind != rapporteur.StuckStep {
		t.Fatalf("stuck: %+v", found)
	}
	_, err = r.Order(t.Context(), repairer, found.Items[0].ID(), "The disk has room.", "once")
	must(t, err)
	if !slices.Equal(i.retried, []string{"9"}) || len(h.audited(cycle, rapporteur.ActionRepairOrdered)) != 1 {
		t.Errorf("tried %v", i.retried)
	}
	i.away = errors.New("no connection")
	found, err = r.Find(t.Context())
	if err != nil || found.Away == nil || len(found.Items) > 0 {
		t.Errorf("with the engine away: %v, %+v", err, found)
	}
}

// What the engine does not run, though it was told to, starts again from the
// record: the cycle and the follow-ups in it that have not ended.
func TestWhatTheEngineLostStartsAgain(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, france)
	_, err := h.correspondence.AskExtension(t.Context(), by(kenya), key(cycle, kenya), due.AddDays(4), "Elections", "")
	must(t, err)
	follow := h.followUp(cycle, kenya, 1)
	i := &inspector{lost: []string{rapporteur.CycleWorkflowID(cycle.ID), rapporteur.FollowUpWorkflowID(follow.RequestKey, follow.Number)}}
	r := h.repairs(i)
	found, err := r.Find(t.Context())
	must(t, err)
	if len(found.Items) != 1 || found.Items[0].What != "The engine does not run "+i.lost[0] {
		t.Fatalf("the engine has not been told of the follow-up yet, and these are stuck: %+v", found.Items)
	}
	h.relay()
	found, err = r.Find(t.Context())
	must(t, err)
	if len(found.Items) != 1 || found.Items[0].Kind != rapporteur.StuckLost || !strings.Contains(found.Items[0].What, i.lost[0]+", "+i.lost[1]) {
		t.Fatalf("stuck: %+v", found.Items)
	}
	for range 2 {
		_, err = r.Order(t.Context(), repairer, found.Items[0].ID(), "Temporal was made anew.", "once")
		must(t, err)
	}
	want := []string{"start-again " + i.lost[0], "start-again " + i.lost[1]}
	if got := h.relayed(); !slices.Equal(got, want) {
		t.Errorf("the engine is told %v, want %v", got, want)
	}
	if records := h.audited(cycle, rapporteur.ActionRepairOrdered); len(records) != 1 || records[0].Details["stuck"] != "lost" {
		t.Errorf("records %+v", records)
	}
}

// A cycle that starts again goes on where the record says it was.
func TestStateOfACycleThatStartsAgain(t *testing.T) {
	type flags struct{ collect, redraft, submitted, check bool }
	for phase, want := range map[rapporteur.Phase]flags{
		rapporteur.PhasePlanned: {}, rapporteur.PhaseCollecting: {collect: true}, rapporteur.PhaseCompiling: {redraft: true},
		rapporteur.PhaseClearing: {submitted: true, check: true}, rapporteur.PhaseCleared: {}, rapporteur.PhaseTransmitted: {},
	} {
		s := rapporteur.NewCycleState(rapporteur.Cycle{Phase: phase, Draft: 2, Attention: "The draft was returned."})
		if got := (flags{s.Collect, s.Redraft, s.Submitted, s.Check}); got != want || s.Draft != 2 {
			t.Errorf("%s: %+v with draft %d, want %+v", phase, got, s.Draft, want)
		}
	}
	for _, untold := range []rapporteur.Cycle{{Attention: "Look."}, {Draft: 2}} {
		untold.Phase = rapporteur.PhaseCompiling
		if s := rapporteur.NewCycleState(untold); s.Redraft {
			t.Errorf("with draft %d and attention %q it waits for drafters who were not told", untold.Draft, untold.Attention)
		}
	}
}

func TestWhatAMessageStarts(t *testing.T) {
	const again = rapporteur.MessageStartAgain
	for want, m := range map[rapporteur.MessageKind]rapporteur.Message{
		rapporteur.MessageHint:           {Kind: rapporteur.MessageHint, Cycle: "a/b/c", Number: 1},
		rapporteur.MessageStartReminder:  {Kind: rapporteur.MessageStartReminder, Cycle: "a/b/c", Contributor: kenya, Number: 1},
		rapporteur.MessageStartCycle:     {Kind: again, Cycle: "a/b/c"},
		rapporteur.MessageStartCalendar:  {Kind: again, Cycle: "a/b/" + rapporteur.CalendarPeriod},
		rapporteur.MessageStartClearance: {Kind: again, Cycle: "a/b/c", Number: 1},
		rapporteur.MessageStartFollowUp:  {Kind: again, Cycle: "a/b/c", Contributor: kenya, Number: 1},
	} {
		if got := m.Starts(); got != want {
			t.Errorf("%+v starts %s, want %s", m, got, want)
		}
	}
}
