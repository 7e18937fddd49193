package rapporteur_test

import (
	"time"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

// year plays the engine, the Secretariat and the contributors of one cycle:
// it always does what is due, lets time pass when nothing is, and holds the
// state machine to its promises on the way.
type year struct {
	*rapid.T
	state   rapporteur.CycleState
	now     time.Time
	asked   int
	answers []time.Time // when each contributor answers; the rest stay silent
	opened  time.Time
	climbed map[rapporteur.RungMark]bool
	moves   int

	steps, cancelAt int // when somebody cancels; 0 for never
	rescheduled     int
}

func newYear(t *rapid.T) *year {
	instrument, stream := resolution()
	y := &year{
		T: t, now: instrument.Adopted.At(15), asked: rapid.IntRange(1, 6).Draw(t, "asked"), climbed: map[rapporteur.RungMark]bool{},
	}
	cycle := rapporteur.Cycle{ID: "s-res-2388-2017/op34/2018", Phase: rapporteur.PhasePlanned}
	var err error
	if rapid.Bool().Draw(t, "an occasion") {
		stream = briefings()
		cycle.ID, cycle.Shape = "s-res-2388-2017/op23a/occasion-1", rapporteur.ShapeOccasion
		cycle.Event.Date = instrument.Adopted.AddDays(rapid.IntRange(-60, 200).Draw(t, "event in days"))
		cycle.Plan, err = rapporteur.NewEventPlan(stream, cycle.Event, "S/2018/900", instrument.Adopted)
	} else {
		cycle.Plan, err = rapporteur.NewPlan(instrument, stream, rapporteur.WorkingDays{})
	}
	if err != nil {
		t.Fatal(err)
	}
	p := cycle.Plan
	cycle.Policy = stream.Policy
	y.state = rapporteur.NewCycleState(cycle)
	if rapid.Bool().Draw(t, "cancelled") {
		y.cancelAt = rapid.IntRange(1, 40).Draw(t, "cancelled at step")
	}
	opens := p.Date(rapporteur.DateOpens).At(rapporteur.SendHour)
	for range rapid.IntRange(0, y.asked).Draw(t, "answering") {
		y.answers = append(y.answers, opens.Add(time.Duration(rapid.IntRange(0, 160*24).Draw(t, "answers after"))*time.Hour))
	}
	return y
}

func (y *year) run() {
	for range 2000 {
		if y.state.Finished() {
			y.over()
			return
		}
		if rapid.IntRange(0, 9).Draw(y.T, "new run") == 0 {
			y.state = carriedOver(y.T, y.state)
		}
		y.interfere()
		step, rung := y.state.Due(y.now)
		if again, same := y.state.Due(y.now); again != step || same.Rung.ID != rung.Rung.ID {
			y.Fatalf("asked twice, %q and %q are due", step, again)
		}
		if step == rapporteur.StepNone {
			y.wait()
			continue
		}
		y.carryOut(step, rung)
	}
	y.Fatalf("the year never ends: %s at %s", y.state, y.now)
}

// happen moves the state on and checks that the phase goes forward.
func (y *year) happen(e rapporteur.CycleEvent) {
	before := y.state.Phase
	next, err := y.state.Next(e, y.now)
	if err != nil {
		y.Fatalf("%+v while %s: %v", e, before, err)
	}
	back := before == rapporteur.PhaseClearing && next.Phase == rapporteur.PhaseCompiling
	if next.Phase.Rank() < before.Rank() && !back {
		y.Fatalf("the cycle went from %s back to %s", before, next.Phase)
	}
	y.state = next
}

func (y *year) counts() rapporteur.Counts {
	settled := 0
	for _, at := range y.answers {
		if !at.After(y.now) {
			settled++
		}
	}
	return rapporteur.Counts{Asked: y.asked, Open: y.asked - settled, Settled: settled}
}

func (y *year) carryOut(step rapporteur.CycleStep, rung rapporteur.PlannedRung) {
	counts := y.counts()
	switch step {
	case rapporteur.StepPreflight, rapporteur.StepOpen:
		if rapid.IntRange(0, 3).Draw(y.T, "somebody is unreachable") == 0 {
			y.happen(rapporteur.CycleEvent{Preflighted: true})
			return
		}
		y.opened = y.now
		y.happen(rapporteur.CycleEvent{Opened: &counts})
	case rapporteur.StepSendRung:
		y.climb(rung)
	case rapporteur.StepCollect:
		y.happen(rapporteur.CycleEvent{Collected: &counts})
	case rapporteur.StepCloseCollection:
		counts.NoReply, counts.Open = counts.Open, 0
		y.happen(rapporteur.CycleEvent{Closed: &counts})
	case rapporteur.StepCompile:
		y.happen(rapporteur.CycleEvent{Compiled: y.state.Draft + 1})
	case rapporteur.StepSubmitDraft:
		y.happen(rapporteur.CycleEvent{Submitted: true})
	case rapporteur.StepCheckClearance:
		y.happen(rapporteur.CycleEvent{Clearance: rapid.SampledFrom([]rapporteur.ClearanceOutcome{
			rapporteur.ClearancePending, rapporteur.ClearanceCleared, rapporteur.ClearanceReturned,
		}).Draw(y.T, "clearance")})
	case rapporteur.StepTransmit:
		y.happen(rapporteur.CycleEvent{Transmitted: true})
	case rapporteur.StepCallOff:
		y.happen(rapporteur.CycleEvent{CalledOff: true})
	case rapporteur.StepChaseOutcome:
		y.happen(rapporteur.CycleEvent{OutcomeChased: true})
	case rapporteur.StepClose:
		y.happen(rapporteur.CycleEvent{Sealed: true})
	case rapporteur.StepCancel:
		y.happen(rapporteur.CycleEvent{Cancelled: true})
	default:
		y.Fatalf("there is no step %q", step)
	}
}

// climb sends a rung and checks that it may be sent.
func (y *year) climb(rung rapporteur.PlannedRung) {
	mark := rapporteur.RungMark{Rung: rung.Rung.ID, Due: rung.Due}
	switch {
	case y.climbed[mark]:
		y.Fatalf("the rung %s for %s is climbed twice", mark.Rung, mark.Due)
	case y.state.Phase != rapporteur.PhaseCollecting:
		y.Fatalf("the rung %s is climbed while %s", mark.Rung, y.state.Phase)
	case y.state.Outcome.Off():
		y.Fatalf("the rung %s is climbed for an event that did not take place", mark.Rung)
	case !y.now.Before(y.state.Plan.Date(rapporteur.DateCloses).End()) || y.state.CloseAsked:
		y.Fatalf("the rung %s is climbed after closing", mark.Rung)
	case rung.Due != y.state.Plan.Date(rapporteur.DateDue):
		y.Fatalf("the rung %s is reckoned from %s, not the deadline", mark.Rung, rung.Due)
	case y.now.Before(rung.At) && mark.Rung != rapporteur.RungRequest:
		y.Fatalf("the rung %s is climbed before its time", mark.Rung)
	case mark.Rung != rapporteur.RungRequest && !y.requested():
		y.Fatalf("the rung %s is climbed before the request", mark.Rung)
	}
	y.climbed[mark] = true
	y.happen(rapporteur.CycleEvent{RungSent: &rung})
}

func (y *year) requested() bool {
	for mark := range y.climbed {
		if mark.Rung == rapporteur.RungRequest {
			return true
		}
	}
	return false
}

// wait lets time pass as the engine does: until the state wants to be looked
// at, until a hint, or until somebody acts; now and then the engine is down
// and wakes late.
func (y *year) wait() {
	wake := y.state.NextWake(y.now)
	if wake.IsZero() {
		y.act()
		return
	}
	if !wake.After(y.now) {
		y.Fatalf("nothing is due while %s, and yet it wants to wake at %s, not after %s", y.state.Phase, wake, y.now)
	}
	// Nothing may become due in between: it would be missed.
	early := y.now.Add(time.Duration(rapid.Int64Range(0, int64(wake.Sub(y.now))-1).Draw(y.T, "a moment before")))
	if step, rung := y.state.Due(early); step != rapporteur.StepNone {
		y.Fatalf("%s %s is due at %s, but it sleeps from %s until %s", step, rung.Rung.ID, early, y.now, wake)
	}
	y.now = wake
	if rapid.IntRange(0, 9).Draw(y.T, "the engine was down") == 0 {
		y.now = y.now.Add(time.Duration(rapid.IntRange(1, 40*24).Draw(y.T, "for hours")) * time.Hour)
	}
	if y.state.Phase == rapporteur.PhaseCollecting && rapid.Bool().Draw(y.T, "a hint") {
		y.happen(rapporteur.CycleEvent{Hinted: true})
	}
}

// act is what a person does where the cycle waits for one.
func (y *year) act() {
	y.now = y.now.Add(36 * time.Hour)
	switch y.state.Phase {
	case rapporteur.PhaseCompiling:
		y.command(rapporteur.CommandRedraft)
	case rapporteur.PhaseClearing:
		y.happen(rapporteur.CycleEvent{Hinted: true})
	case rapporteur.PhaseCleared:
		y.command(rapporteur.CommandTransmit)
	case rapporteur.PhaseRecording:
		y.outcome()
	default:
		y.Fatalf("the cycle is %s and nobody can move it", y.state.Phase)
	}
}

func (y *year) command(kind rapporteur.CommandKind) {
	y.happen(rapporteur.CycleEvent{Command: &rapporteur.Command{
		ID: "c", Kind: kind, Actor: "key-1", Reason: "for the test", Date: rapporteur.DateOf(y.now),
		Contributor: "state-ken", Symbol: "S/2018/1042",
	}})
}

// interfere is what people do now and then without being waited for.
func (y *year) interfere() {
	if y.state.CancelReason != "" {
		return
	}
	collecting := y.state.Phase == rapporteur.PhaseCollecting
	planned := y.state.Phase == rapporteur.PhasePlanned
	y.steps++
	if y.steps == y.cancelAt && y.state.Phase != rapporteur.PhaseTransmitted {
		y.command(rapporteur.CommandCancel)
		return
	}
	// Small numbers are drawn more often: most of the time nobody interferes.
	switch what := rapid.IntRange(0, 199).Draw(y.T, "interference"); {
	case what > 195 && planned:
		y.command(rapporteur.CommandOpen)
	case what > 195 && collecting:
		y.command(rapporteur.CommandCloseCollection)
	case what > 190 && (collecting || planned):
		y.command(rapporteur.CommandAddContributor)
	case what > 100 && (collecting || planned) && y.moves < 4:
		y.move()
	case what > 85 && collecting:
		y.outcome()
	case what > 70 && (collecting || planned) && y.rescheduled < 3:
		y.reschedule()
	}
}

// reschedule tries to move the event of an occasion.
func (y *year) reschedule() {
	y.rescheduled++
	event := y.state.Plan.Date(rapporteur.DateMandated)
	c := rescheduled(event.AddDays(rapid.IntRange(-40, 90).Draw(y.T, "rescheduled by days")).String())
	next, err := y.state.Next(c, y.now)
	switch {
	case err != nil && problemKind(err) != rapporteur.ProblemConflict && problemKind(err) != rapporteur.ProblemInvalid:
		y.Fatalf("the event cannot move: %v", err)
	case err != nil:
		return
	case y.state.Shape != rapporteur.ShapeOccasion || next.Plan.Date(rapporteur.DateMandated) != c.Command.Date:
		y.Fatalf("the event is on %s, not on %s as told", next.Plan.Date(rapporteur.DateMandated), c.Command.Date)
	}
	y.state = next
	if step, rung := y.state.Due(y.now); step == rapporteur.StepSendRung && y.requested() {
		y.Fatalf("with the notice of the move goes the rung %s", rung.Rung.ID)
	}
}

// outcome tries to record what came of the event: it took place, or did not.
func (y *year) outcome() {
	e := off(rapid.SampledFrom([]rapporteur.OutcomeKind{rapporteur.OutcomePostponed, rapporteur.OutcomeNotHeld}).Draw(y.T, "off"))
	if rapid.Bool().Draw(y.T, "held") {
		e = held()
		e.Command.Date = rapporteur.DateOf(y.now)
	}
	next, err := y.state.Next(e, y.now)
	if err != nil {
		if y.state.Phase == rapporteur.PhaseRecording && !y.now.Before(y.state.Plan.Date(rapporteur.DateMandated).Start()) {
			y.Fatalf("the outcome that is waited for is refused: %v", err)
		}
		return
	}
	if y.state.Shape != rapporteur.ShapeOccasion || y.now.Before(y.state.Plan.Date(rapporteur.DateMandated).Start()) {
		y.Fatalf("a %s cycle takes an outcome at %s", y.state.Shape, y.now)
	}
	y.state = next
}

// move tries to move the deadline; whether it can is the machine's to say.
func (y *year) move() {
	y.moves++
	due := y.state.Plan.Date(rapporteur.DateDue)
	c := rapporteur.Command{
		ID: "m", Kind: rapporteur.CommandMoveDeadline, Actor: "key-1", Authority: "S/2018/900",
		Date: due.AddDays(rapid.IntRange(-60, 40).Draw(y.T, "moved by days")),
	}
	if rapid.Bool().Draw(y.T, "with a close") {
		c.Closes = c.Date.AddDays(rapid.IntRange(-2, 30).Draw(y.T, "closes after"))
	}
	next, err := y.state.Next(rapporteur.CycleEvent{Command: &c}, y.now)
	if err != nil {
		return
	}
	if err := next.Plan.Validate(); err != nil {
		y.Fatalf("moving the deadline from %s to %s left %v", due, c.Date, err)
	}
	if !c.Closes.IsZero() && next.Plan.Date(rapporteur.DateCloses) != c.Closes {
		y.Fatalf("collection closes on %s, not on %s as told", next.Plan.Date(rapporteur.DateCloses), c.Closes)
	}
	y.state = next
	if y.state.Phase != rapporteur.PhaseCollecting || !y.requested() {
		return
	}
	if step, rung := y.state.Due(y.now); step == rapporteur.StepSendRung {
		y.Fatalf("with the notice of the move goes the rung %s", rung.Rung.ID)
	}
}

// over checks how the year ended.
func (y *year) over() {
	if step, _ := y.state.Due(y.now.Add(10000 * time.Hour)); step != rapporteur.StepNone || !y.state.NextWake(y.now).IsZero() {
		y.Fatalf("a cycle that is %s still wants %q", y.state.Phase, step)
	}
	if y.state.Phase != rapporteur.PhaseClosed {
		return
	}
	if y.state.Shape == rapporteur.ShapeOccasion {
		if y.state.Outcome == "" || y.state.Draft > 0 {
			y.Fatalf("the occasion closed without an outcome: %+v", y.state)
		}
		return
	}
	if y.state.Transmittal.Symbol == "" || y.state.Draft == 0 {
		y.Fatalf("the cycle closed without draft or symbol: %+v", y.state)
	}
	tooLate := !y.opened.Before(y.state.Plan.Date(rapporteur.DateCloses).End())
	if !y.requested() && !y.state.CloseAsked && !tooLate {
		y.Fatalf("nobody was ever asked: %+v", y.state)
	}
}
