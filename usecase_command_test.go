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

func (h *house) apply(cycle rapporteur.Cycle, cmd rapporteur.Command) error {
	h.t.Helper()
	cmd.Actor = staff.ID
	return carryOut(h.t.Context(), h.conduct, cycle.ID, cmd, h.moment())
}

// carryOut applies a command and tells of it, as the engine does.
func carryOut(ctx context.Context, conduct rapporteur.Conduct, cycle rapporteur.CycleID, cmd rapporteur.Command, m rapporteur.Moment) error {
	tell, err := conduct.Apply(ctx, cycle, cmd, m)
	if err != nil || !tell {
		return err
	}
	return conduct.Tell(ctx, cycle, cmd, m)
}

// moved is a command that moves the deadline by ten days.
func moved(id string) rapporteur.Command {
	return rapporteur.Command{
		ID: id, Kind: rapporteur.CommandMoveDeadline, Date: due.AddDays(10), Authority: "S/2018/1", Reason: "More time was asked for.",
	}
}

func TestEveryCommandLeavesOneAuditRecord(t *testing.T) {
	commands := map[rapporteur.CommandKind]rapporteur.Command{
		rapporteur.CommandMoveDeadline:        moved(""),
		rapporteur.CommandAddContributor:      {Contributor: "state-deu"},
		rapporteur.CommandWithdrawContributor: {Contributor: kenya, Reason: "Merged with another."},
		rapporteur.CommandTransmit:            {Symbol: "S/2018/1042", Date: mandated},
		rapporteur.CommandRecordIssue:         {Symbol: "S/2018/831", Date: mandated, Paragraphs: "45–47"},
		rapporteur.CommandReschedule:          {Date: day(time.June, 19), Authority: "S/2018/1", Reason: "The Council moved it."},
		rapporteur.CommandRecordOutcome:       {Date: day(time.April, 20), Symbol: "S/PV.8263", Outcome: rapporteur.OutcomeHeld},
		rapporteur.CommandCancel:              {Reason: "Overtaken by events."},
	}
	actions := map[rapporteur.CommandKind]rapporteur.Action{
		rapporteur.CommandOpen: rapporteur.ActionOpenAsked, rapporteur.CommandMoveDeadline: rapporteur.ActionDeadlineMoved,
		rapporteur.CommandAddContributor:      rapporteur.ActionContributorAdded,
		rapporteur.CommandWithdrawContributor: rapporteur.ActionContributorWithdrew,
		rapporteur.CommandCloseCollection:     rapporteur.ActionCloseAsked, rapporteur.CommandRedraft: rapporteur.ActionRedraftAsked,
		rapporteur.CommandTransmit: rapporteur.ActionTransmitAsked, rapporteur.CommandRecordIssue: rapporteur.ActionIssueNoted,
		rapporteur.CommandCancel: rapporteur.ActionCancelAsked, rapporteur.CommandReschedule: rapporteur.ActionRescheduled,
		rapporteur.CommandRecordOutcome: rapporteur.ActionOutcomeRecorded,
	}
	ofOccasions := []rapporteur.CommandKind{rapporteur.CommandReschedule, rapporteur.CommandRecordOutcome}
	for _, kind := range rapporteur.Commands {
		t.Run(string(kind), func(t *testing.T) {
			h := newHouse(t)
			h.reachable("state-deu")
			cycle := h.collecting()
			if slices.Contains(ofOccasions, kind) {
				h.set(day(time.March, 1).At(9))
				cycle = h.inviting(briefing)
			}
			before := len(h.audit(cycle))
			cmd := commands[kind]
			cmd.ID, cmd.Kind = "command-1", kind
			must(t, h.apply(cycle, cmd))
			records := h.audit(cycle)[before:]
			if len(records) != 1 {
				t.Fatalf("%d audit records, want 1: %+v", len(records), records)
			}
			r := records[0]
			if r.Action != actions[kind] || r.Actor != staff.ID || r.Reason != cmd.Reason || r.Contributor != cmd.Contributor ||
				r.Details["symbol"] != cmd.Symbol || r.Details["date"] != cmd.Date.String() || r.Details["authority"] != cmd.Authority {
				t.Errorf("the audit says %+v", r)
			}
			mails := h.sink.Count()
			h.unchanged("the command again", func() { must(t, h.apply(cycle, cmd)) })
			if h.sink.Count() != mails {
				t.Error("somebody was written to twice")
			}
		})
	}
}

func TestMovingTheDeadline(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	h.set(day(time.August, 1).At(9))
	h.answer(cycle, iom, "done") // is not told: nothing is open
	for _, who := range []rapporteur.ContributorID{france, unmiss} {
		_, err := h.correspondence.AskExtension(t.Context(), by(who), key(cycle, who), due.AddDays(4), "Elections", "")
		must(t, err)
	}
	must(t, h.decided(cycle, france, rapporteur.ExtensionDecision{ID: "d", Granted: true, Until: due.AddDays(4)}))
	must(t, h.apply(cycle, moved("m")))
	plan := h.cycle(cycle.ID).Plan
	if plan.Date(rapporteur.DateDue) != due.AddDays(10) || plan.Rungs[0].Due != due.AddDays(10) {
		t.Errorf("the plan is %+v", plan)
	}
	for who, want := range map[rapporteur.ContributorID]rapporteur.Date{
		kenya: due.AddDays(10), unodc: due.AddDays(10), unmiss: due.AddDays(10), iom: due, france: due.AddDays(4),
	} {
		if got := h.request(cycle, who).Due; got != want {
			t.Errorf("%s has until %s, want %s", who, got, want)
		}
	}
	same(t, "mails", h.mails(), []string{
		"deadline-moved entity-unodc", "deadline-moved mission-unami", "deadline-moved mission-unmiss", "deadline-moved state-ken",
	})
	raw := string(h.sink.Messages()[0].Raw)
	if !strings.Contains(raw, "24 September 2018") || !strings.Contains(raw, "More time was asked for.") {
		t.Errorf("the mail does not say the date and the reason:\n%s", raw)
	}
}

// The mails of a command can fail; the record keeps the command, and the retry
// writes to the rest only.
func TestACommandWhoseMailsFailIsFinishedLater(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, france, unodc)
	h.treat(france, smtpsink.Defer)
	if err := h.apply(cycle, moved("m")); err == nil {
		t.Fatal("a temporary failure is no success")
	}
	if got := h.request(cycle, france).Due; got != due.AddDays(10) {
		t.Errorf("the deadline is %s", got)
	}
	h.answer(cycle, unodc, "meanwhile")
	h.treat(france, smtpsink.Accept)
	must(t, h.apply(cycle, moved("m")))
	same(t, "mails", h.mails(), []string{"deadline-moved entity-unodc", "deadline-moved state-fra", "deadline-moved state-ken"})
	if n := len(h.audited(cycle, rapporteur.ActionDeadlineMoved)); n != 1 {
		t.Errorf("%d audit records, want 1", n)
	}
}

// Of two moves in a row, each contributor reads the one that holds.
func TestTheTellingOfAMoveThatMovedOnIsSuperseded(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya)
	first, second := moved("first"), moved("second")
	second.Date = due.AddDays(12)
	h.sink.SetMode(smtpsink.Defer)
	for _, cmd := range []rapporteur.Command{first, second} {
		if err := h.apply(cycle, cmd); err == nil {
			t.Fatal("a temporary failure is no success")
		}
	}
	h.sink.SetMode(smtpsink.Accept)
	for _, cmd := range []rapporteur.Command{first, second} {
		must(t, h.apply(cycle, cmd))
	}
	same(t, "ledger", h.chased(cycle), []string{
		"state-ken moved-first 2018-09-24 superseded", "state-ken moved-second 2018-09-26 sent",
	})
}

func TestMovesThatAreRefused(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	for name, spoil := range map[string]func(*rapporteur.Command){
		"no authority":     func(c *rapporteur.Command) { c.Authority = "" },
		"over":             func(c *rapporteur.Command) { c.Date = opens.AddDays(-10) },
		"past the draft":   func(c *rapporteur.Command) { c.Date = day(time.December, 24) },
		"closes too early": func(c *rapporteur.Command) { c.Closes = due },
	} {
		t.Run(name, func(t *testing.T) {
			cmd := moved(name)
			spoil(&cmd)
			h.unchanged("a refused move", func() { refused(t, h.apply(cycle, cmd), rapporteur.ProblemInvalid) })
		})
	}
}

func TestAddingAContributor(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya)
	add := func(who rapporteur.ContributorID) error {
		return h.apply(cycle, rapporteur.Command{ID: "add-" + string(who), Kind: rapporteur.CommandAddContributor, Contributor: who})
	}
	h.unchanged("refused additions", func() {
		refused(t, add(kenya), rapporteur.ProblemConflict)
		refused(t, add("state-deu"), rapporteur.ProblemUnreachable)
		refused(t, add("state-xyz"), rapporteur.ProblemUnreachable)
	})
	must(t, add(unodc))
	same(t, "contributors", h.cycle(cycle.ID).Contributors, []rapporteur.ContributorID{kenya, unodc})
	if r := h.request(cycle, unodc); r.State != rapporteur.RequestOpen || r.Questionnaire.ID != "entity" {
		t.Errorf("the request is %+v", r)
	}
	h.send(cycle, requestRung(cycle)) // the request went out already
	same(t, "mails", h.mails(), []string{"request entity-unodc", "request state-ken"})
}

func TestWithdrawingAContributor(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, france)
	withdraw := func(who rapporteur.ContributorID) error {
		return h.apply(cycle, rapporteur.Command{ID: "out-" + string(who), Kind: rapporteur.CommandWithdrawContributor, Contributor: who, Reason: "Asked by mistake."})
	}
	h.unchanged("a refused withdrawal", func() { refused(t, withdraw(unodc), rapporteur.ProblemNotFound) })
	_, err := h.correspondence.AskExtension(t.Context(), by(kenya), key(cycle, kenya), closes, "Elections", "")
	must(t, err)
	must(t, h.decided(cycle, kenya, rapporteur.ExtensionDecision{ID: "d", Granted: true, Until: closes}))
	h.relay()
	must(t, withdraw(kenya))
	same(t, "outbox", h.relayed(), []string{"hint follow-up/" + string(cycle.ID) + "/state-ken/1"})
	same(t, "mails", h.mails(), []string{"withdrawn state-ken"})
	if !strings.Contains(string(h.sink.Messages()[0].Raw), "Asked by mistake.") {
		t.Error("the mail does not say why")
	}
	counts := h.counts(cycle)
	if counts.Asked != 1 || counts.Withdrawn != 1 || h.request(cycle, kenya).State != rapporteur.RequestWithdrawn {
		t.Errorf("counts are %+v", counts)
	}
	must(t, h.conduct.Cancel(t.Context(), cycle.ID, "Overtaken.", staff.ID, h.moment(), ignored)) // tells France, not Kenya again
	same(t, "mails", h.mails(), []string{"withdrawn state-fra", "withdrawn state-ken"})
}

// A withdrawal by mistake can be undone: the contributor is asked again, by a
// message of its own, and what it had answered is not lost.
func TestAddingAWithdrawnContributorAgain(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, france, unodc)
	h.answer(cycle, france, "Answered before.")
	for _, who := range []rapporteur.ContributorID{kenya, france} {
		must(t, h.apply(cycle, rapporteur.Command{ID: "out-" + string(who), Kind: rapporteur.CommandWithdrawContributor, Contributor: who, Reason: "By mistake."}))
		again := rapporteur.Command{ID: "in-" + string(who), Kind: rapporteur.CommandAddContributor, Contributor: who}
		must(t, h.apply(cycle, again))
		h.unchanged("the same command again", func() { must(t, h.apply(cycle, again)) })
	}
	same(t, "Kenya", h.request(cycle, kenya).State, rapporteur.RequestOpen)
	same(t, "France", h.request(cycle, france).State, rapporteur.RequestReceived)
	same(t, "mails", h.mails(), []string{"request state-ken", "withdrawn state-fra", "withdrawn state-ken"})
	same(t, "asked", h.counts(cycle).Asked, 3)
	must(t, h.apply(cycle, rapporteur.Command{ID: "out-again", Kind: rapporteur.CommandWithdrawContributor, Contributor: kenya, Reason: "Rightly so."}))
	must(t, h.apply(cycle, rapporteur.Command{ID: "in-again", Kind: rapporteur.CommandAddContributor, Contributor: kenya}))
	same(t, "mails", h.mails(), []string{
		"request state-ken", "request state-ken", "withdrawn state-fra", "withdrawn state-ken", "withdrawn state-ken",
	})
	h.answer(cycle, kenya, "Answered after all.")
	same(t, "Kenya", h.request(cycle, kenya).State, rapporteur.RequestReceived)
}

func TestContactsOfNobody(t *testing.T) {
	h := newHouse(t)
	contact := []rapporteur.Contact{{Role: rapporteur.ContactFocalPoint, Name: "Focal point", Address: "a@b.example", Language: "en"}}
	h.unchanged("contacts of nobody", func() {
		refused(t, h.secretariat.PutContacts(t.Context(), staff, "state-xyz", contact), rapporteur.ProblemNotFound)
		refused(t, h.secretariat.PutContacts(t.Context(), staff, "office-xyz", contact), rapporteur.ProblemNotFound)
	})
	must(t, h.secretariat.PutContacts(t.Context(), staff, "office-ola", contact))
}

// Withdrawing the last who was open ends the collection at once; the
// withdrawal is told all the same.
func TestAWithdrawalIsToldAfterTheEndOfCollection(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, unodc)
	h.answer(cycle, unodc, "done")
	cmd := rapporteur.Command{ID: "w", Kind: rapporteur.CommandWithdrawContributor, Contributor: kenya, Reason: "Not needed.", Actor: staff.ID}
	if err := carryOut(t.Context(), h.died(), cycle.ID, cmd, h.moment()); !errors.Is(err, errDied) {
		t.Fatalf("error is %v", err)
	}
	_, err := h.conduct.CloseCollection(t.Context(), cycle.ID, h.moment())
	must(t, err)
	must(t, h.apply(cycle, cmd))
	same(t, "mails", h.mails(), []string{"withdrawn state-ken"})
}

func TestCommandsBeforeTheCycleOpensWriteToNobody(t *testing.T) {
	h := newHouse(t)
	h.reachable("state-deu")
	cycle := h.planned("2018")
	must(t, h.apply(cycle, moved("m")))
	must(t, h.apply(cycle, rapporteur.Command{ID: "a", Kind: rapporteur.CommandAddContributor, Contributor: "state-deu"}))
	must(t, h.apply(cycle, rapporteur.Command{ID: "w", Kind: rapporteur.CommandWithdrawContributor, Contributor: kenya}))
	if n := h.sink.Count(); n > 0 || len(h.ledger(cycle)) > 0 {
		t.Errorf("%d mails, ledger %v", n, h.chased(cycle))
	}
	h.set(opens.At(rapporteur.SendHour))
	counts, err := h.conduct.Open(t.Context(), cycle.ID, h.moment())
	must(t, err)
	asked := h.cycle(cycle.ID).Contributors
	if counts.Asked != 6 || slices.Contains(asked, kenya) || !slices.Contains(asked, "state-deu") {
		t.Errorf("%d are asked: %v", counts.Asked, asked)
	}
	if r := h.request(cycle, "state-deu"); r.Due != due.AddDays(10) {
		t.Errorf("the answer is due on %s", r.Due)
	}
}
