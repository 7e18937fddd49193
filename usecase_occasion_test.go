package rapporteur_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/notify/smtpsink"
)

// The briefing under test: invitations on 24 April, replies due on 15 May, the
// event on 22 May, follow-up until 5 June, the outcome due on 12 June 2018.
var briefing = rapporteur.Start{
	Instrument: instrument, Stream: "op23a", Authority: "S/2018/400", Title: "Briefing on trafficking in Libya",
	Only: []rapporteur.ContributorID{unodc, iom, unmiss},
	Event: rapporteur.Event{
		Date: day(time.May, 22), Time: "10 a.m.", Place: "Security Council Chamber", Body: "Security Council, 8263rd meeting",
	},
}

func (h *house) occasion(start rapporteur.Start) rapporteur.Cycle {
	h.t.Helper()
	cycle, err := h.secretariat.Start(h.t.Context(), staff, start)
	must(h.t, err)
	return cycle
}

// inviting starts an occasion and sends its invitations.
func (h *house) inviting(start rapporteur.Start) rapporteur.Cycle {
	h.t.Helper()
	cycle := h.occasion(start)
	h.set(cycle.Plan.Date(rapporteur.DateOpens).At(rapporteur.SendHour))
	_, err := h.conduct.Open(h.t.Context(), cycle.ID, h.moment())
	must(h.t, err)
	h.relay()
	state, err := h.conduct.LoadCycle(h.t.Context(), cycle.ID)
	must(h.t, err)
	step, rung := state.Due(h.clock())
	if step != rapporteur.StepSendRung {
		h.t.Fatalf("the first step is %q", step)
	}
	_, err = h.conduct.SendRung(h.t.Context(), cycle.ID, rung, h.moment(), ignored)
	must(h.t, err)
	return h.cycle(cycle.ID)
}

// reply is a contributor's answer to an invitation.
func (h *house) reply(cycle rapporteur.Cycle, id rapporteur.ContributorID, status string) error {
	h.t.Helper()
	body := fmt.Appendf(nil, `{"questionnaire":"briefing-reply","version":"1.0.0","return_type":"answered","language":"en",%s,
		"answers":{"B23.1":{"status":%q,"text":"As agreed."}}}`, header, status)
	_, err := h.correspondence.Submit(h.t.Context(), by(id), key(cycle, id), body)
	return err
}

// From the invitations to the closed record, as the engine does it.
func TestAnOccasionFromInvitationToOutcome(t *testing.T) {
	h := newHouse(t)
	cycle := h.inviting(briefing)
	same(t, "mails", h.mails(), []string{"invitation entity-iom", "invitation entity-unodc", "invitation mission-unmiss"})
	for _, words := range []string{"Briefing on trafficking in Libya", "22 May 2018", "Security Council Chamber", "operative paragraph 23 (a)"} {
		if raw := string(h.sink.Messages()[0].Raw); !strings.Contains(raw, words) {
			t.Errorf("the invitation does not say %q:\n%s", words, raw)
		}
	}
	h.set(day(time.May, 10).At(9))
	must(t, h.reply(cycle, unodc, "yes"))
	must(t, h.reply(cycle, iom, "yes"))
	_, err := h.conduct.Collect(t.Context(), cycle.ID, h.moment(), noProgress)
	must(t, err)
	h.set(day(time.May, 24).At(9)) // after the event: what was promised becomes what was done
	must(t, h.reply(cycle, iom, "no"))
	if r := h.request(cycle, iom); r.Version != 2 || r.State != rapporteur.RequestReceived {
		t.Errorf("the changed reply is %+v", r)
	}
	must(t, h.apply(cycle, rapporteur.Command{
		ID: "outcome", Kind: rapporteur.CommandRecordOutcome, Outcome: rapporteur.OutcomeHeld, Date: day(time.May, 23), Symbol: "S/PV.8263",
		Summary: "Two briefers spoke.", Participants: []rapporteur.ContributorID{unodc, unmiss},
	}))
	got := h.cycle(cycle.ID)
	want := rapporteur.Outcome{
		Kind: rapporteur.OutcomeHeld, HeldOn: day(time.May, 23), Record: "S/PV.8263", Summary: "Two briefers spoke.",
		Participants: []rapporteur.ContributorID{unodc, unmiss}, By: staff.ID, At: h.clock(),
	}
	same(t, "outcome", got.Outcome, want)
	if got.Phase != rapporteur.PhaseCollecting || got.Plan.Date(rapporteur.DateMandated) != day(time.May, 23) || got.Event.Date != day(time.May, 22) {
		t.Errorf("the cycle is %s, the event was to be on %s and was on %s", got.Phase, got.Event.Date, got.Plan.Date(rapporteur.DateMandated))
	}
	record := h.audited(cycle, rapporteur.ActionOutcomeRecorded)
	if len(record) != 1 || strings.Contains(fmt.Sprint(record), "briefers") || record[0].Details["participants"] != "2" {
		t.Errorf("the audit says %+v", record)
	}
	h.set(day(time.June, 6).At(13))
	counts, err := h.conduct.CloseCollection(t.Context(), cycle.ID, h.moment())
	must(t, err)
	if counts.Settled != 2 || counts.NoReply != 1 || h.cycle(cycle.ID).Phase != rapporteur.PhaseTransmitted {
		t.Errorf("closed with %+v, the cycle is %s", counts, h.cycle(cycle.ID).Phase)
	}
	must(t, h.conduct.Close(t.Context(), cycle.ID, h.moment()))
	if phase := h.cycle(cycle.ID).Phase; phase != rapporteur.PhaseClosed {
		t.Errorf("the cycle is %s", phase)
	}
}

// An outcome that is late is asked for, once, and ends the cycle.
func TestALateOutcomeIsAskedFor(t *testing.T) {
	h := newHouse(t)
	cycle := h.inviting(briefing)
	h.unchanged("asking while the cycle collects", func() { must(t, h.conduct.ChaseOutcome(t.Context(), cycle.ID, h.moment())) })
	h.set(day(time.June, 12).At(13))
	_, err := h.conduct.CloseCollection(t.Context(), cycle.ID, h.moment())
	must(t, err)
	must(t, h.conduct.ChaseOutcome(t.Context(), cycle.ID, h.moment()))
	got := h.cycle(cycle.ID)
	if got.Phase != rapporteur.PhaseRecording || !strings.Contains(got.Attention, "22 May 2018") {
		t.Errorf("the cycle is %s and says %q", got.Phase, got.Attention)
	}
	h.unchanged("asking again", func() { must(t, h.conduct.ChaseOutcome(t.Context(), cycle.ID, h.moment())) })
	outcome := rapporteur.Command{ID: "o", Kind: rapporteur.CommandRecordOutcome, Outcome: rapporteur.OutcomeHeld, Date: day(time.May, 22), Participants: []rapporteur.ContributorID{"entity-xyz"}}
	refused(t, h.apply(cycle, outcome), rapporteur.ProblemNotFound, "entity-xyz")
	outcome.Participants = nil
	must(t, h.apply(cycle, outcome))
	if got = h.cycle(cycle.ID); got.Phase != rapporteur.PhaseTransmitted || got.Attention != "" {
		t.Errorf("with the outcome the cycle is %s and says %q", got.Phase, got.Attention)
	}
}

func TestReschedulingAnOccasion(t *testing.T) {
	h := newHouse(t)
	cycle := h.inviting(briefing)
	h.set(day(time.May, 2).At(9))
	must(t, h.reply(cycle, iom, "yes"))
	_, err := h.correspondence.AskExtension(t.Context(), by(unmiss), key(cycle, unmiss), day(time.May, 20), "Rotation", "")
	must(t, err)
	must(t, h.decided(cycle, unmiss, rapporteur.ExtensionDecision{ID: "d", Granted: true, Until: day(time.May, 20)}))
	before := h.sink.Count()
	moved := rapporteur.Command{ID: "r", Kind: rapporteur.CommandReschedule, Date: day(time.June, 19), Authority: "S/2018/500", Reason: "The Council moved it."}
	must(t, h.apply(cycle, moved))
	got := h.cycle(cycle.ID)
	same(t, "calendar", planDates(got.Plan), "2018-06-19 2018-04-24 2018-06-12 2018-07-03 2018-07-10 2018-07-10")
	same(t, "deadlines", []rapporteur.Date{h.request(cycle, unodc).Due, h.request(cycle, unmiss).Due, h.request(cycle, iom).Due},
		[]rapporteur.Date{day(time.June, 12), day(time.May, 20), day(time.May, 15)})
	if got.Event.Date != day(time.June, 19) {
		t.Errorf("the event is on %s", got.Event.Date)
	}
	told := h.mails()
	same(t, "mails", told[:3], []string{"event-moved entity-iom", "event-moved entity-unodc", "event-moved mission-unmiss"})
	for _, m := range h.sink.Messages()[before:] { // whoever was given more time reads the own date
		raw, answerBy := string(m.Raw), "12 June 2018"
		if strings.Contains(raw, "X-Rapporteur-Contributor: mission-unmiss") {
			answerBy = "20 May 2018"
		}
		if !strings.Contains(raw, "19 June 2018") || !strings.Contains(raw, answerBy) || !strings.Contains(raw, "The Council moved it.") {
			t.Errorf("the mail does not say the dates and the reason:\n%s", raw)
		}
	}
	h.unchanged("the command again", func() { must(t, h.apply(cycle, moved)) })
	if record := h.audited(cycle, rapporteur.ActionRescheduled); len(record) != 1 || record[0].Details["authority"] != "S/2018/500" {
		t.Errorf("the audit says %+v", record)
	}
}

// Of two moves in a row, each contributor reads the one that holds; whoever was
// given more time keeps it.
func TestTheTellingOfAMoveThatIsOvertaken(t *testing.T) {
	h := newHouse(t)
	start := briefing
	start.Only = []rapporteur.ContributorID{unodc}
	cycle := h.inviting(start)
	h.set(day(time.May, 2).At(9))
	first := rapporteur.Command{ID: "first", Kind: rapporteur.CommandReschedule, Date: day(time.June, 19), Authority: "S/2018/500"}
	second := rapporteur.Command{ID: "second", Kind: rapporteur.CommandReschedule, Date: day(time.June, 26), Authority: "S/2018/501"}
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
	same(t, "ledger", h.chased(cycle)[:2], []string{
		"entity-unodc event-moved-first 2018-06-12 superseded", "entity-unodc event-moved-second 2018-06-19 sent",
	})
}

// Nothing more is asked where the event did not take place; what has come stays.
func TestCallingOffAnOccasion(t *testing.T) {
	h := newHouse(t)
	cycle := h.inviting(briefing)
	h.set(day(time.May, 10).At(9))
	must(t, h.reply(cycle, unodc, "yes"))
	h.unchanged("calling off what is not off", func() { must(t, h.conduct.CallOff(t.Context(), cycle.ID, h.moment(), ignored)) })
	h.set(day(time.May, 22).At(20))
	must(t, h.apply(cycle, rapporteur.Command{
		ID: "off", Kind: rapporteur.CommandRecordOutcome, Outcome: rapporteur.OutcomePostponed, Reason: "The Council had to meet on something else.",
	}))
	before := h.sink.Count()
	h.treat(iom, smtpsink.Defer)
	if err := h.conduct.CallOff(t.Context(), cycle.ID, h.moment(), ignored); err == nil {
		t.Fatal("a temporary failure is no success")
	}
	h.treat(iom, smtpsink.Accept)
	for range 2 {
		must(t, h.conduct.CallOff(t.Context(), cycle.ID, h.moment(), ignored))
	}
	same(t, "mails", h.mails()[3:], []string{"withdrawn entity-iom", "withdrawn mission-unmiss"})
	if !strings.Contains(string(h.sink.Messages()[before].Raw), "The Council had to meet on something else.") {
		t.Error("nobody reads why")
	}
	if record := h.audited(cycle, rapporteur.ActionCalledOff); len(record) != 1 || record[0].Details["told"] != "2" {
		t.Errorf("the audit says %+v", record)
	}
	_, err := h.conduct.CloseCollection(t.Context(), cycle.ID, h.moment())
	must(t, err)
	counts := h.counts(cycle)
	if got := h.cycle(cycle.ID); got.Phase != rapporteur.PhaseTransmitted || counts.Settled != 1 || counts.Withdrawn != 2 || counts.NoReply != 0 {
		t.Errorf("the cycle is %s with %+v", got.Phase, counts)
	}
	h.unchanged("calling off after the end", func() { must(t, h.conduct.CallOff(t.Context(), cycle.ID, h.moment(), ignored)) })
}

// Of OP27.b nothing of substance is ever kept: invitations go out, a body is
// refused before anything is done with it, and the outcome is a day and a number.
func TestWhereOnlyReceiptsAreKept(t *testing.T) {
	h := newHouse(t)
	const caac = rapporteur.ContributorID("entity-osrsg-caac")
	h.reachable(caac)
	cycle := h.inviting(rapporteur.Start{
		Instrument: instrument, Stream: "op27b", Only: []rapporteur.ContributorID{caac},
		Event: rapporteur.Event{Date: day(time.May, 22), Body: "Committee pursuant to resolution 1970 (2011)"},
	})
	same(t, "mails", h.mails(), []string{"invitation entity-osrsg-caac"})
	same(t, "planned", h.audited(cycle, rapporteur.ActionCyclePlanned)[0].Details["asks"], "receipt")
	// It invites, though what it asks for is due after the event.
	if raw := string(h.sink.Messages()[0].Raw); !strings.Contains(raw, "Invitation for 22 May 2018, receipt by 5 June 2018") {
		t.Errorf("the mail says:\n%s", raw)
	}
	if r := h.request(cycle, caac); r.Questionnaire != (rapporteur.QuestionnaireRef{}) {
		t.Errorf("the request asks %s", r.Questionnaire)
	}
	body := []byte(`{"questionnaire":"briefing-reply","version":"1.0.0","secret":"A Name"}`)
	h.unchanged("a body", func() {
		_, err := h.correspondence.Submit(t.Context(), by(caac), key(cycle, caac), body)
		refused(t, err, rapporteur.ProblemReceiptOnly, "receipt")
		_, err = h.correspondence.Check(t.Context(), key(cycle, caac), body)
		refused(t, err, rapporteur.ProblemReceiptOnly, "receipt")
	})
	h.set(day(time.May, 23).At(9))
	outcome := rapporteur.Command{ID: "o", Kind: rapporteur.CommandRecordOutcome, Outcome: rapporteur.OutcomeHeld, Date: day(time.May, 22), Present: 2}
	for name, spoil := range map[string]func(*rapporteur.Command){
		"a summary":    func(c *rapporteur.Command) { c.Summary = "Two names were given." },
		"participants": func(c *rapporteur.Command) { c.Participants = []rapporteur.ContributorID{caac} },
		"a symbol":     func(c *rapporteur.Command) { c.Symbol = "S/AC.52/2018/1" },
	} {
		spoilt := outcome
		spoil(&spoilt)
		h.unchanged(name, func() { refused(t, h.apply(cycle, spoilt), rapporteur.ProblemInvalid, "receipt") })
	}
	must(t, h.apply(cycle, outcome))
	if got := h.cycle(cycle.ID).Outcome; got.Present != 2 || got.HeldOn != day(time.May, 22) {
		t.Errorf("the outcome is %+v", got)
	}
}

// What the engine and the record make of an occasion's commands is the same.
func TestTheStateOfAnOccasionIsThatOfTheRecord(t *testing.T) {
	h := newHouse(t)
	cycle := h.inviting(briefing)
	h.set(day(time.May, 2).At(9))
	state, err := h.conduct.LoadCycle(t.Context(), cycle.ID)
	must(t, err)
	for _, cmd := range []rapporteur.Command{
		{ID: "r1", Kind: rapporteur.CommandReschedule, Date: day(time.May, 4), Authority: "S/2018/500"},
		{ID: "r2", Kind: rapporteur.CommandReschedule, Date: day(time.June, 19), Authority: "S/2018/501"},
		{ID: "o", Kind: rapporteur.CommandRecordOutcome, Outcome: rapporteur.OutcomeHeld, Date: day(time.June, 20), Symbol: "S/PV.8291"},
	} {
		cmd.Actor = staff.ID
		if cmd.Kind == rapporteur.CommandRecordOutcome {
			h.set(day(time.June, 20).At(18))
		}
		cmd.At = h.clock()
		state, err = state.Next(rapporteur.CycleEvent{Command: &cmd}, cmd.At)
		must(t, err)
		h.set(cmd.At.Add(20 * time.Hour)) // a worker takes the step the day after
		must(t, h.apply(cycle, cmd))
	}
	loaded, err := h.conduct.LoadCycle(t.Context(), cycle.ID)
	must(t, err)
	if diff := cmp.Diff(loaded.Plan, state.Plan); diff != "" || loaded.Outcome != state.Outcome || loaded.Phase != state.Phase {
		t.Errorf("the record and the state differ (-record +state):\n%s", diff)
	}
}

// A receipt stands for the answer: nobody is reminded after it.
func TestAReceiptSettlesARequest(t *testing.T) {
	receipt := rapporteur.RequestEvent{Receipt: true}
	for events, want := range map[string]rapporteur.RequestState{
		"": rapporteur.RequestSettled, "ask": rapporteur.RequestSettled, "escalate": rapporteur.RequestSettled,
		"submit": rapporteur.RequestSettled, "withdraw": "", "close": "",
	} {
		r := happen(t, events)
		next, effects, err := r.Next(receipt, early)
		if want == "" {
			if problemKind(err) != rapporteur.ProblemClosed {
				t.Errorf("a receipt after %q: %v", events, err)
			}
			continue
		}
		must(t, err)
		if next.State != want || next.Outcome != rapporteur.ReturnAnswered || next.Version != r.Version || next.AnsweredAt.IsZero() || next.Extension == rapporteur.ExtensionAsked {
			t.Errorf("a receipt after %q gives %+v", events, next)
		}
		if r.OffPath && !slices.Contains(effects, rapporteur.EffectWakeFollowUp) {
			t.Errorf("a receipt after %q wakes no follow-up", events)
		}
	}
	settled, _, err := openRequest().Next(receipt, requestDue.End().Add(time.Hour))
	must(t, err)
	if !settled.Late {
		t.Error("a receipt after the deadline is on time")
	}
	if _, _, err := settled.Next(requestEvents["return"], early); problemKind(err) != rapporteur.ProblemConflict {
		t.Errorf("what was never here is returned: %v", err)
	}
}

// A list has the events too.
func TestTheEventIsReadAsItWasWritten(t *testing.T) {
	h := newHouse(t)
	cycle := h.occasion(briefing)
	same(t, "listed", read(h, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Event, error) {
		cycles, err := r.Cycles(ctx, "", 1)
		return cycles[0].Event, err
	}), cycle.Event)
}

// What occasions have for the report: those held since the report before, each
// with its outcome; of those where only receipts are kept how many there were.
func TestOccasionsForTheReport(t *testing.T) {
	h := newHouse(t)
	record := func(stream string, since time.Time) []rapporteur.StreamRecord {
		return read(h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.StreamRecord, error) {
			return h.conduct.StreamRecords(ctx, r, instrument, stream, since)
		})
	}
	cycle := h.inviting(briefing)
	h.set(day(time.May, 10).At(9))
	must(t, h.reply(cycle, unodc, "yes"))
	same(t, "before the outcome", len(record("op23a", time.Time{})), 0)
	h.set(day(time.May, 24).At(9))
	must(t, h.apply(cycle, rapporteur.Command{
		ID: "o", Kind: rapporteur.CommandRecordOutcome, Outcome: rapporteur.OutcomeHeld, Date: day(time.May, 22), Symbol: "S/PV.8263",
		Participants: []rapporteur.ContributorID{unodc, "mission-unsmil"}, // one of them was not asked
	}))
	told := record("op23a", time.Time{})
	want := "The briefing “Briefing on trafficking in Libya” took place on 22 May 2018 (Security Council, 8263rd meeting; S/PV.8263). " +
		"United Nations Office on Drugs and Crime (UNODC) and United Nations Support Mission in Libya (UNSMIL) took part. Of the 3 asked, 1 replied."
	if len(told) != 1 || told[0].Text != want || !slices.Equal(told[0].Provisions, []string{"OP23.a"}) {
		t.Errorf("told %+v", told)
	}
	same(t, "told before", len(record("op23a", h.clock())), 0)

	for n, outcome := range []rapporteur.Command{
		{Outcome: rapporteur.OutcomeHeld, Date: day(time.May, 22), Present: 2}, {Outcome: rapporteur.OutcomeNotHeld, Reason: "Overtaken."},
		{Outcome: rapporteur.OutcomeHeld, Date: day(time.May, 22), Present: 3}, {},
	} {
		h.set(day(time.March, 1).At(9))
		c := h.inviting(rapporteur.Start{
			Instrument: instrument, Stream: "op27b", Only: []rapporteur.ContributorID{unodc}, Title: fmt.Sprintf("Briefing %d", n),
			Event: rapporteur.Event{Date: day(time.May, 22)},
		})
		h.set(day(time.May, 24).At(9))
		if outcome.ID, outcome.Kind = "o", rapporteur.CommandRecordOutcome; outcome.Outcome != "" {
			must(t, h.apply(c, outcome))
		}
	}
	told = record("op27b", time.Time{})
	if len(told) != 1 || told[0].Text != "In all, 2 briefings took place." || len(told[0].Sources) != 2 || !slices.Equal(told[0].Provisions, []string{"OP27.b"}) {
		t.Errorf("told %+v", told)
	}
	same(t, "told before", len(record("op27b", h.clock())), 0)
}

// Whoever answers after the event is asked to report on it, also when added
// later.
func TestWhoIsAskedToReportOnAnEvent(t *testing.T) {
	h := newHouse(t)
	cycle := h.inviting(rapporteur.Start{
		Instrument: instrument, Stream: "op26", Only: []rapporteur.ContributorID{unmiss}, Event: rapporteur.Event{Date: day(time.May, 22)},
	})
	must(t, h.apply(cycle, rapporteur.Command{ID: "a", Kind: rapporteur.CommandAddContributor, Contributor: unami}))
	same(t, "mails", h.mails(), []string{"invitation mission-unami", "invitation mission-unmiss"})
	for _, m := range h.sink.Messages() {
		if !strings.Contains(string(m.Raw), "Report requested by 21 June 2018") {
			t.Errorf("the mail says:\n%s", m.Raw)
		}
	}
}
