package rapporteur_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

// briefings is a stream of occasions: invitations four weeks before the event,
// replies a week before it, follow-up for two weeks after it.
func briefings() rapporteur.Stream {
	rule := func(key, label, from, offset string) rapporteur.DateRule {
		return rapporteur.DateRule{Key: key, Label: label, From: from, Offset: period(offset), Basis: "practice"}
	}
	rung := func(id, offset string, notice rapporteur.Notice) rapporteur.Rung {
		return rapporteur.Rung{ID: id, Offset: period(offset), Notice: notice}
	}
	return rapporteur.Stream{
		ID: "op23a", Shape: rapporteur.ShapeOccasion, Provisions: []string{"OP23.a"},
		Occasion: rapporteur.OccasionPolicy{Kind: rapporteur.EventBriefing, Title: "Briefing"},
		Policy: rapporteur.Policy{
			Dates: []rapporteur.DateRule{
				rule(rapporteur.DateOpens, "Invitations", rapporteur.DateMandated, "-P28D"),
				rule(rapporteur.DateDue, "Replies", rapporteur.DateMandated, "-P7D"),
				rule(rapporteur.DateCloses, "Follow-up", rapporteur.DateDue, "P21D"),
				rule(rapporteur.DateDraft, "Outcome", rapporteur.DateCloses, "P7D"),
				rule(rapporteur.DateTransmits, "Record", rapporteur.DateDraft, "P0D"),
			},
			Ladder: []rapporteur.Rung{
				rung("first", "-P7D", rapporteur.NoticeReminder), rung("overdue", "P2D", rapporteur.NoticeOverdue),
				rung("after-event", "P10D", rapporteur.NoticeFinal),
			},
			CollectEvery: period("P1D"),
		},
	}
}

// eventDay is when the briefing under test is to be.
var eventDay = dated("2018-11-21")

func eventPlan(t testing.TB, on, today string) rapporteur.Plan {
	t.Helper()
	p, err := rapporteur.NewEventPlan(briefings(), rapporteur.Event{Date: dated(on), Body: "Security Council, 8407th meeting"}, "S/2018/900", dated(today))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func plannedOccasion(t testing.TB) rapporteur.CycleState {
	t.Helper()
	return rapporteur.NewCycleState(rapporteur.Cycle{
		ID: "s-res-2388-2017/op23a/occasion-1", Shape: rapporteur.ShapeOccasion, Phase: rapporteur.PhasePlanned,
		Plan: eventPlan(t, eventDay.String(), "2018-10-01"), Policy: briefings().Policy, Event: rapporteur.Event{Date: eventDay},
	})
}

// afterEvent is a moment at which the event was yesterday.
var afterEvent = dated("2018-11-22").At(12)

func held() rapporteur.CycleEvent {
	return rapporteur.CycleEvent{Command: &rapporteur.Command{
		ID: "o", Kind: rapporteur.CommandRecordOutcome, Actor: "key-1", Outcome: rapporteur.OutcomeHeld, Date: eventDay, Symbol: "S/PV.8407",
		Summary: "The Council heard three briefers.", Participants: []rapporteur.ContributorID{"entity-unodc", "entity-iom"},
	}}
}

func off(kind rapporteur.OutcomeKind) rapporteur.CycleEvent {
	return rapporteur.CycleEvent{Command: &rapporteur.Command{
		ID: "n", Kind: rapporteur.CommandRecordOutcome, Actor: "key-1", Outcome: kind, Reason: "The programme of work was changed.",
	}}
}

var occasionPhases = []rapporteur.Phase{
	rapporteur.PhasePlanned, rapporteur.PhaseCollecting, rapporteur.PhaseRecording, rapporteur.PhaseTransmitted,
	rapporteur.PhaseClosed, rapporteur.PhaseCancelled,
}

// occasionIn is an occasion that went the shortest way to a phase.
func occasionIn(t testing.TB, phase rapporteur.Phase) rapporteur.CycleState {
	t.Helper()
	s := plannedOccasion(t)
	if phase == rapporteur.PhaseCancelled {
		return proceed(t, s, afterEvent, rapporteur.CycleEvent{Cancelled: true})
	}
	for _, e := range []rapporteur.CycleEvent{{Opened: &someOpen}, {Closed: &someOpen}, held(), {Sealed: true}} {
		if s.Phase == phase {
			return s
		}
		s = proceed(t, s, afterEvent, e)
	}
	return s
}

// Every command in every phase of an occasion: P planned, C collecting, R
// recording, T transmitted, and the two final phases in none.
func TestCommandsInEveryPhaseOfAnOccasion(t *testing.T) {
	letters := "PCRTEX"
	for kind, allowed := range map[rapporteur.CommandKind]string{
		rapporteur.CommandOpen: "P", rapporteur.CommandMoveDeadline: "PC", rapporteur.CommandAddContributor: "PC",
		rapporteur.CommandWithdrawContributor: "PC", rapporteur.CommandCloseCollection: "C", rapporteur.CommandReschedule: "PC",
		rapporteur.CommandRecordOutcome: "CR", rapporteur.CommandCancel: "PCR",
		rapporteur.CommandRedraft: "", rapporteur.CommandTransmit: "", rapporteur.CommandRecordIssue: "",
	} {
		for n, phase := range occasionPhases {
			s := occasionIn(t, phase)
			e := command(kind)
			e.Command.Date, e.Command.Authority = dated("2018-12-03"), "S/2018/950"
			if kind == rapporteur.CommandRecordOutcome {
				e = held()
			}
			next, err := s.Next(e, afterEvent)
			if want := slices.Contains([]byte(allowed), letters[n]); want != (err == nil) {
				t.Errorf("%s while %s: %v, want possible %v", kind, phase, err, want)
			}
			if err != nil && !reflect.DeepEqual(next, s) {
				t.Errorf("%s while %s was refused and changed the state", kind, phase)
			}
		}
	}
}

func TestARefusalSaysWhenACommandIsPossible(t *testing.T) {
	for kind, want := range map[rapporteur.CommandKind]string{
		rapporteur.CommandRecordOutcome:   "record-outcome is not possible while the cycle is planned, only while it is collecting or recording.",
		rapporteur.CommandCloseCollection: "close-collection is not possible while the cycle is planned, only while it is collecting.",
	} {
		if _, err := plannedOccasion(t).Next(command(kind), afterEvent); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// A reply to an invitation may change until collection closes, so that does not
// close when everybody has replied; the outcome is waited for.
func TestAnOccasionCollectsUntilItsClosingDate(t *testing.T) {
	s := proceed(t, occasionIn(t, rapporteur.PhaseCollecting), dated("2018-10-24").At(13),
		rapporteur.CycleEvent{Collected: &noneOpen}, rapporteur.CycleEvent{RungSent: &rapporteur.PlannedRung{Rung: rapporteur.Rung{ID: rapporteur.RungRequest}}})
	now := dated("2018-11-20").At(12)
	s = proceed(t, drain(t, s, now), now, rapporteur.CycleEvent{Collected: &noneOpen})
	if step, _ := s.Due(now); step != rapporteur.StepNone {
		t.Errorf("the day before the event, with all replies in, the step is %q", step)
	}
	closed := dated("2018-12-05").End()
	if step, _ := s.Due(closed); step != rapporteur.StepCloseCollection {
		t.Errorf("on the closing date the step is %q", step)
	}
	s = proceed(t, s, closed, rapporteur.CycleEvent{Closed: &noneOpen})
	if s.Phase != rapporteur.PhaseRecording {
		t.Fatalf("after collection the cycle is %s", s.Phase)
	}
	ask := dated("2018-12-12").At(rapporteur.SendHour)
	if step, _ := s.Due(ask.Add(-time.Second)); step != rapporteur.StepNone || !s.NextWake(closed).Equal(ask) {
		t.Errorf("before the outcome is due the step is %q, and it wakes at %s", step, s.NextWake(closed))
	}
	if step, _ := s.Due(ask); step != rapporteur.StepChaseOutcome {
		t.Errorf("when the outcome is due the step is %q", step)
	}
	s = proceed(t, s, ask, rapporteur.CycleEvent{OutcomeChased: true})
	if step, _ := s.Due(ask.Add(1000 * time.Hour)); step != rapporteur.StepNone || !s.NextWake(ask).IsZero() {
		t.Errorf("the Secretariat is asked again: %q", step)
	}
	s = proceed(t, s, ask, held())
	if step, _ := s.Due(ask); step != rapporteur.StepClose || s.Phase != rapporteur.PhaseTransmitted {
		t.Errorf("with the outcome the cycle is %s and the step %q", s.Phase, step)
	}
}

// Those who have not replied are reminded after the event too, also when its
// outcome is on the record.
func TestRemindersAfterTheEvent(t *testing.T) {
	s := occasionIn(t, rapporteur.PhaseCollecting)
	var sent []string
	for _, now := range []time.Time{dated("2018-10-24").At(13), dated("2018-11-07").At(13), dated("2018-11-16").At(13), afterEvent, dated("2018-11-24").At(13)} {
		if now.Equal(afterEvent) {
			s = proceed(t, s, now, held())
		}
		for {
			step, rung := s.Due(now)
			if step == rapporteur.StepCollect {
				s = proceed(t, s, now, rapporteur.CycleEvent{Collected: &someOpen})
				continue
			}
			if step != rapporteur.StepSendRung {
				break
			}
			sent = append(sent, string(rung.Rung.Notice))
			s = proceed(t, s, now, rapporteur.CycleEvent{RungSent: &rung})
		}
	}
	if want := []string{"invitation", "reminder", "overdue", "final"}; !slices.Equal(sent, want) {
		t.Errorf("sent %v, want %v", sent, want)
	}
	s = proceed(t, s, dated("2018-12-05").End(), rapporteur.CycleEvent{Closed: &someOpen})
	if s.Phase != rapporteur.PhaseTransmitted {
		t.Errorf("with the outcome known the cycle waits: %s", s.Phase)
	}
}

// Where the event did not take place, nobody is reminded any more: those asked
// are told, and the cycle ends.
func TestAnEventThatDidNotTakePlace(t *testing.T) {
	for _, kind := range []rapporteur.OutcomeKind{rapporteur.OutcomePostponed, rapporteur.OutcomeNotHeld} {
		s := proceed(t, occasionIn(t, rapporteur.PhaseCollecting), afterEvent, off(kind))
		var did []rapporteur.CycleStep
		for !s.Finished() && len(did) < 9 {
			step, _ := s.Due(afterEvent)
			did = append(did, step)
			s = proceed(t, s, afterEvent, map[rapporteur.CycleStep]rapporteur.CycleEvent{
				rapporteur.StepCallOff: {CalledOff: true}, rapporteur.StepCollect: {Collected: &noneOpen},
				rapporteur.StepCloseCollection: {Closed: &noneOpen}, rapporteur.StepClose: {Sealed: true},
			}[step])
		}
		if diff := cmp.Diff([]rapporteur.CycleStep{rapporteur.StepCallOff, rapporteur.StepCollect, rapporteur.StepCloseCollection, rapporteur.StepClose}, did); diff != "" {
			t.Errorf("%s (-want +did):\n%s", kind, diff)
		}
		s = proceed(t, occasionIn(t, rapporteur.PhaseRecording), afterEvent, off(kind))
		if step, _ := s.Due(afterEvent); step != rapporteur.StepClose {
			t.Errorf("%s, when collection has closed: %q", kind, step)
		}
	}
	collecting := occasionIn(t, rapporteur.PhaseCollecting)
	if _, err := collecting.Next(rapporteur.CycleEvent{CalledOff: true}, afterEvent); err == nil {
		t.Error("an event without an outcome is called off")
	}
	gone := proceed(t, collecting, afterEvent, off(rapporteur.OutcomeNotHeld))
	for name, e := range map[string]rapporteur.CycleEvent{"held after all": held(), "another date": rescheduled("2018-12-20")} {
		if _, err := gone.Next(e, afterEvent); problemKind(err) != rapporteur.ProblemConflict {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What is recorded as held may be recorded better while collection is open.
func TestAnOutcomeCanBeCorrectedWhileCollecting(t *testing.T) {
	s := proceed(t, occasionIn(t, rapporteur.PhaseCollecting), afterEvent, held())
	better := held()
	better.Command.Date, better.Command.Symbol = dated("2018-11-22"), "S/PV.8408"
	s = proceed(t, s, afterEvent, better)
	if s.Plan.Date(rapporteur.DateMandated) != dated("2018-11-22") || s.Outcome != rapporteur.OutcomeHeld {
		t.Errorf("the event was on %s", s.Plan.Date(rapporteur.DateMandated))
	}
	event := s.Plan.Dates[0]
	var steps []string
	for _, d := range event.Derivation {
		steps = append(steps, fmt.Sprintf("%s %s (%s, %s)", d.Rule, d.Result, d.Basis, d.Authority))
	}
	want := []string{
		"set 2018-11-21 (Security Council, 8407th meeting, S/2018/900)", "held 2018-11-21 (S/PV.8407, key-1)", "held 2018-11-22 (S/PV.8408, key-1)",
	}
	if diff := cmp.Diff(want, steps); diff != "" {
		t.Errorf("the event's date (-want +got):\n%s", diff)
	}
	s = proceed(t, s, afterEvent, off(rapporteur.OutcomeNotHeld))
	if step, _ := s.Due(afterEvent); step != rapporteur.StepCallOff {
		t.Errorf("recorded as held by mistake, and then as not held: %q", step)
	}
}

func TestOutcomesThatCannotBe(t *testing.T) {
	words := func(n int) string { return strings.TrimSpace(strings.Repeat("word ", n)) }
	for name, c := range map[string]struct {
		receiptOnly bool
		spoil       func(*rapporteur.Command)
		fine        bool
	}{
		"as it is":                      {false, func(*rapporteur.Command) {}, true},
		"with nothing but a day":        {false, func(c *rapporteur.Command) { c.Symbol, c.Summary, c.Participants = "", "", nil }, true},
		"a summary as long as may be":   {false, func(c *rapporteur.Command) { c.Summary = words(rapporteur.SummaryWords) }, true},
		"a reference that is no symbol": {false, func(c *rapporteur.Command) { c.Symbol = "Course report 7" }, true},
		"no outcome":                    {false, func(c *rapporteur.Command) { c.Outcome = "" }, false},
		"another outcome":               {false, func(c *rapporteur.Command) { c.Outcome = "great" }, false},
		"no day":                        {false, func(c *rapporteur.Command) { c.Date = rapporteur.Date{} }, false},
		"tomorrow":                      {false, func(c *rapporteur.Command) { c.Date = dated("2018-11-23") }, false},
		"a summary too long":            {false, func(c *rapporteur.Command) { c.Summary = words(rapporteur.SummaryWords + 1) }, false},
		"a reference too long":          {false, func(c *rapporteur.Command) { c.Symbol = strings.Repeat("x", 61) }, false},
		"a reference of two lines":      {false, func(c *rapporteur.Command) { c.Symbol = "S/PV.1\nS/PV.2" }, false},
		"a participant twice":           {false, func(c *rapporteur.Command) { c.Participants = append(c.Participants, "entity-iom") }, false},
		"a number beside names":         {false, func(c *rapporteur.Command) { c.Present = 2 }, false},
		"not held, and on a day":        {false, func(c *rapporteur.Command) { *c = *off(rapporteur.OutcomeNotHeld).Command; c.Date = eventDay }, false},
		"not held, and with participants": {false, func(c *rapporteur.Command) {
			*c = *off(rapporteur.OutcomeNotHeld).Command
			c.Participants = []rapporteur.ContributorID{"entity-iom"}
		}, false},
		"not held, and no reason":  {false, func(c *rapporteur.Command) { *c = *off(rapporteur.OutcomePostponed).Command; c.Reason = " " }, false},
		"a receipt":                {true, func(c *rapporteur.Command) { c.Symbol, c.Summary, c.Participants, c.Present = "", "", nil, 2 }, true},
		"a receipt with a summary": {true, func(c *rapporteur.Command) { c.Symbol, c.Participants = "", nil }, false},
		"a receipt with a symbol":  {true, func(c *rapporteur.Command) { c.Summary, c.Participants = "", nil }, false},
		"a receipt with names":     {true, func(c *rapporteur.Command) { c.Summary, c.Symbol = "", "" }, false},
		"fewer than nobody":        {true, func(c *rapporteur.Command) { c.Symbol, c.Summary, c.Participants, c.Present = "", "", nil, -1 }, false},
	} {
		s := occasionIn(t, rapporteur.PhaseRecording)
		s.ReceiptOnly = c.receiptOnly
		e := held()
		c.spoil(e.Command)
		next, err := s.Next(e, afterEvent)
		if c.fine != (err == nil) {
			t.Errorf("%s: %v", name, err)
		}
		if !c.fine && (problemKind(err) != rapporteur.ProblemInvalid || !reflect.DeepEqual(next, s)) {
			t.Errorf("%s: %v, state changed: %v", name, err, !reflect.DeepEqual(next, s))
		}
	}
}

func TestAnOutcomeBeforeTheEvent(t *testing.T) {
	s := occasionIn(t, rapporteur.PhaseCollecting)
	if _, err := s.Next(held(), eventDay.Start().Add(-time.Second)); problemKind(err) != rapporteur.ProblemConflict {
		t.Errorf("the outcome of an event to come: %v", err)
	}
	proceed(t, s, eventDay.Start(), held())
}
