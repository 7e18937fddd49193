package rapporteur_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

func plannedCycle(t testing.TB) rapporteur.CycleState {
	t.Helper()
	p, ladder := plan(t)
	return rapporteur.NewCycleState(rapporteur.Cycle{
		ID: "s-res-2388-2017/op34/2018", Phase: rapporteur.PhasePlanned, Plan: p,
		Policy: rapporteur.Policy{Ladder: ladder, CollectEvery: period("P1D")},
	})
}

// proceed moves a state on by events that have to be possible.
func proceed(t testing.TB, s rapporteur.CycleState, now time.Time, events ...rapporteur.CycleEvent) rapporteur.CycleState {
	t.Helper()
	for _, e := range events {
		next, err := s.Next(e, now)
		if err != nil {
			t.Fatalf("%+v in phase %s: %v", e, s.Phase, err)
		}
		s = next
	}
	return s
}

func command(kind rapporteur.CommandKind) rapporteur.CycleEvent {
	c := rapporteur.Command{
		ID: "c-1", Kind: kind, Actor: "key-1", Reason: "the Council asked for it", Date: dated("2018-09-20"),
		Authority: "S/2018/900", Contributor: "state-ken", Symbol: "S/2018/1042",
	}
	return rapporteur.CycleEvent{Command: &c}
}

var (
	someOpen = rapporteur.Counts{Asked: 3, Open: 2, Settled: 1}
	noneOpen = rapporteur.Counts{Asked: 3, Settled: 3}
	requests = rapporteur.PlannedRung{Rung: rapporteur.Rung{ID: rapporteur.RungRequest, Notice: rapporteur.NoticeRequest}, Due: dated("2018-09-14")}
	midYear  = dated("2018-07-01").At(12)
)

// inPhase is a cycle that went the shortest way to a phase.
func inPhase(t testing.TB, phase rapporteur.Phase) rapporteur.CycleState {
	t.Helper()
	way := []rapporteur.CycleEvent{
		{Opened: &someOpen}, {Closed: &someOpen}, {Compiled: 1}, {Clearance: rapporteur.ClearanceCleared},
		{Transmitted: true}, {Sealed: true},
	}
	s := plannedCycle(t)
	if phase == rapporteur.PhaseCancelled {
		return proceed(t, s, midYear, rapporteur.CycleEvent{Cancelled: true})
	}
	for _, e := range way {
		if s.Phase == phase {
			return s
		}
		s = proceed(t, s, midYear, e)
	}
	return s
}

var phases = []rapporteur.Phase{
	rapporteur.PhasePlanned, rapporteur.PhaseCollecting, rapporteur.PhaseCompiling, rapporteur.PhaseClearing,
	rapporteur.PhaseCleared, rapporteur.PhaseTransmitted, rapporteur.PhaseClosed, rapporteur.PhaseCancelled,
}

// later are the phases in order, each of some shape.
var later = []rapporteur.Phase{
	rapporteur.PhasePlanned, rapporteur.PhaseCollecting, rapporteur.PhaseCompiling, rapporteur.PhaseClearing,
	rapporteur.PhaseCleared, rapporteur.PhaseHandingOver, rapporteur.PhaseAwaiting, rapporteur.PhaseRecording,
	rapporteur.PhaseTransmitted, rapporteur.PhaseClosed, rapporteur.PhaseCancelled,
}

func TestPhasesAreInOrder(t *testing.T) {
	for n, p := range later {
		if p.Rank() != n {
			t.Errorf("%s has rank %d, want %d", p, p.Rank(), n)
		}
		if final := p == rapporteur.PhaseClosed || p == rapporteur.PhaseCancelled; p.Final() != final {
			t.Errorf("%s is final: %v", p, p.Final())
		}
	}
}

// Every command in every phase: P planned, C collecting, D compiling, R
// clearing, L cleared, T transmitted, and the two final phases in none.
func TestCommandsInEveryPhase(t *testing.T) {
	letters := "PCDRLTEX"
	for kind, allowed := range map[rapporteur.CommandKind]string{
		rapporteur.CommandOpen: "P", rapporteur.CommandMoveDeadline: "PC", rapporteur.CommandAddContributor: "PC",
		rapporteur.CommandWithdrawContributor: "PC", rapporteur.CommandCloseCollection: "C",
		rapporteur.CommandRedraft:  "", // only where a draft was returned, see below
		rapporteur.CommandTransmit: "L", rapporteur.CommandCancel: "PCDRL", "nonsense": "",
		rapporteur.CommandRecordIssue: "",                                      // only in inclusions, see machine_inclusion_test.go
		rapporteur.CommandReschedule:  "", rapporteur.CommandRecordOutcome: "", // only in occasions, see machine_occasion_test.go
	} {
		for n, phase := range phases {
			s := inPhase(t, phase)
			next, err := s.Next(command(kind), midYear)
			want := slices.Contains([]byte(allowed), letters[n])
			if want != (err == nil) {
				t.Errorf("%s while %s: %v, want possible %v", kind, phase, err, want)
			}
			if err != nil && !reflect.DeepEqual(next, s) {
				t.Errorf("%s while %s was refused and changed the state", kind, phase)
			}
			if err != nil && problemKind(err) != rapporteur.ProblemConflict && problemKind(err) != rapporteur.ProblemInvalid {
				t.Errorf("%s while %s: %v", kind, phase, err)
			}
		}
	}
	if len(rapporteur.Commands) != 11 {
		t.Errorf("there are %d commands; this test knows 11", len(rapporteur.Commands))
	}
}

func TestCommandsThatLackSomething(t *testing.T) {
	for name, c := range map[string]struct {
		phase  rapporteur.Phase
		kind   rapporteur.CommandKind
		change func(*rapporteur.Command)
	}{
		"cancel without a reason":       {rapporteur.PhaseCollecting, rapporteur.CommandCancel, func(c *rapporteur.Command) { c.Reason = " " }},
		"add nobody":                    {rapporteur.PhaseCollecting, rapporteur.CommandAddContributor, func(c *rapporteur.Command) { c.Contributor = "" }},
		"withdraw nobody":               {rapporteur.PhasePlanned, rapporteur.CommandWithdrawContributor, func(c *rapporteur.Command) { c.Contributor = "" }},
		"move without authority":        {rapporteur.PhaseCollecting, rapporteur.CommandMoveDeadline, func(c *rapporteur.Command) { c.Authority = "\t" }},
		"move to no date":               {rapporteur.PhaseCollecting, rapporteur.CommandMoveDeadline, func(c *rapporteur.Command) { c.Date = rapporteur.Date{} }},
		"move into the past":            {rapporteur.PhaseCollecting, rapporteur.CommandMoveDeadline, func(c *rapporteur.Command) { c.Date = dated("2018-06-29") }},
		"move before it opens":          {rapporteur.PhasePlanned, rapporteur.CommandMoveDeadline, func(c *rapporteur.Command) { c.Date = dated("2018-05-20") }},
		"move past the draft":           {rapporteur.PhaseCollecting, rapporteur.CommandMoveDeadline, func(c *rapporteur.Command) { c.Date = dated("2018-10-20") }},
		"close before the deadline":     {rapporteur.PhaseCollecting, rapporteur.CommandMoveDeadline, func(c *rapporteur.Command) { c.Closes = dated("2018-09-19") }},
		"transmit without a symbol":     {rapporteur.PhaseCleared, rapporteur.CommandTransmit, func(c *rapporteur.Command) { c.Symbol = "" }},
		"transmit with nonsense":        {rapporteur.PhaseCleared, rapporteur.CommandTransmit, func(c *rapporteur.Command) { c.Symbol = "report 7" }},
		"transmit without a date":       {rapporteur.PhaseCleared, rapporteur.CommandTransmit, func(c *rapporteur.Command) { c.Date = rapporteur.Date{} }},
		"redraft what was not returned": {rapporteur.PhaseCompiling, rapporteur.CommandRedraft, func(*rapporteur.Command) {}},
	} {
		s := inPhase(t, c.phase)
		e := command(c.kind)
		c.change(e.Command)
		now := midYear
		if c.phase == rapporteur.PhasePlanned {
			now = dated("2018-01-10").At(12)
		}
		next, err := s.Next(e, now)
		if err == nil || !reflect.DeepEqual(next, s) {
			t.Errorf("%s: %v, state changed: %v", name, err, !reflect.DeepEqual(next, s))
		}
	}
	transmitting := proceed(t, inPhase(t, rapporteur.PhaseCleared), midYear, command(rapporteur.CommandTransmit))
	if _, err := transmitting.Next(command(rapporteur.CommandTransmit), midYear); err == nil {
		t.Error("a report is transmitted twice")
	}
}

// A cycle can be cancelled in every phase before the report has left; then it
// does nothing else and takes no other command.
func TestCancellingInEveryPhase(t *testing.T) {
	for _, phase := range phases[:5] {
		s := proceed(t, inPhase(t, phase), midYear, command(rapporteur.CommandCancel))
		if step, _ := s.Due(midYear); step != rapporteur.StepCancel {
			t.Errorf("cancelled while %s, the next step is %q", phase, step)
		}
		for _, kind := range rapporteur.Commands {
			if _, err := s.Next(command(kind), midYear); err == nil {
				t.Errorf("cancelled while %s, the cycle takes the command %s", phase, kind)
			}
		}
		s = proceed(t, s, midYear, rapporteur.CycleEvent{Cancelled: true})
		if step, _ := s.Due(midYear); step != rapporteur.StepNone || s.Phase != rapporteur.PhaseCancelled || !s.NextWake(midYear).IsZero() {
			t.Errorf("after cancelling while %s: %s, %q", phase, s.Phase, step)
		}
	}
}

// A result that belongs to another phase came too late or twice.
func TestResultsOutOfTurn(t *testing.T) {
	results := map[string]struct {
		event rapporteur.CycleEvent
		in    []rapporteur.Phase
	}{
		"preflighted": {rapporteur.CycleEvent{Preflighted: true}, phases[:1]},
		"opened":      {rapporteur.CycleEvent{Opened: &someOpen}, phases[:1]},
		"rung sent":   {rapporteur.CycleEvent{RungSent: &requests}, phases[1:2]},
		"collected":   {rapporteur.CycleEvent{Collected: &someOpen}, phases[1:2]},
		"closed":      {rapporteur.CycleEvent{Closed: &someOpen}, phases[1:2]},
		"compiled":    {rapporteur.CycleEvent{Compiled: 1}, phases[2:3]},
		"submitted":   {rapporteur.CycleEvent{Submitted: true}, phases[3:4]},
		"cleared":     {rapporteur.CycleEvent{Clearance: rapporteur.ClearanceCleared}, phases[3:4]},
		"transmitted": {rapporteur.CycleEvent{Transmitted: true}, phases[4:5]},
		"sealed":      {rapporteur.CycleEvent{Sealed: true}, phases[5:6]},
		"hinted":      {rapporteur.CycleEvent{Hinted: true}, phases[:6]},
		"cancelled":   {rapporteur.CycleEvent{Cancelled: true}, phases[:6]},
		"nothing":     {rapporteur.CycleEvent{}, nil},
	}
	for name, r := range results {
		for _, phase := range phases {
			s := inPhase(t, phase)
			next, err := s.Next(r.event, midYear)
			if want := slices.Contains(r.in, phase); want != (err == nil) {
				t.Errorf("%s while %s: %v, want possible %v", name, phase, err, want)
			}
			if err != nil && !reflect.DeepEqual(next, s) {
				t.Errorf("%s while %s was refused and changed the state", name, phase)
			}
		}
	}
}

func TestNobodyGetsTwoRemindersAtOnce(t *testing.T) {
	s := proceed(t, inPhase(t, rapporteur.PhaseCollecting), midYear, rapporteur.CycleEvent{RungSent: &requests})
	// The engine was down until after both first reminders of the States.
	now := dated("2018-09-01").At(12)
	var sent []string
	for range 10 {
		step, rung := s.Due(now)
		if step != rapporteur.StepSendRung {
			break
		}
		sent = append(sent, rung.Rung.ID)
		s = proceed(t, s, now, rapporteur.CycleEvent{RungSent: &rung})
	}
	if want := []string{"states-second", "system-first"}; !slices.Equal(sent, want) {
		t.Errorf("the rungs sent are %v, want %v: one for each kind, the newest", sent, want)
	}
}

func TestMovedDeadlinesAndTheirRungs(t *testing.T) {
	s := proceed(t, inPhase(t, rapporteur.PhaseCollecting), midYear, rapporteur.CycleEvent{RungSent: &requests})
	now := dated("2018-09-18").At(12) // after the deadline and the overdue notices
	s = drain(t, s, now)
	move := command(rapporteur.CommandMoveDeadline)
	move.Command.Date, move.Command.Closes = dated("2018-10-08"), dated("2018-10-12") // past the old close
	s = proceed(t, s, now, move)
	if due, closes := s.Plan.Date(rapporteur.DateDue), s.Plan.Date(rapporteur.DateCloses); due != dated("2018-10-08") || closes.Before(due) {
		t.Errorf("due %s, closes %s", due, closes)
	}
	if step, rung := s.Due(now); step == rapporteur.StepSendRung {
		t.Errorf("the notice of the move is followed by %s at once", rung.Rung.ID)
	}
	later := dated("2018-10-11").At(rapporteur.SendHour)
	if step, rung := s.Due(later); step != rapporteur.StepSendRung || rung.Due != dated("2018-10-08") {
		t.Errorf("three days after the new deadline: %q %+v", step, rung)
	}
	// Back to a deadline whose rungs were climbed before: none is climbed again.
	back := command(rapporteur.CommandMoveDeadline)
	back.Command.Date = dated("2018-09-19")
	s = proceed(t, s, now, back)
	again := command(rapporteur.CommandMoveDeadline)
	again.Command.Date, again.Command.Closes = dated("2018-10-08"), dated("2018-10-12")
	before := len(s.RungsDone)
	s = proceed(t, s, now, again)
	if len(s.RungsDone) != before {
		t.Errorf("moving there and back forgets or doubles %d marks", len(s.RungsDone)-before)
	}
}

// The end of collection goes along where the deadline would pass it, stays
// where it can, and is what it is told to be.
func TestWhereCollectionEndsWhenTheDeadlineMoves(t *testing.T) {
	p, ladder := plan(t)
	near, err := p.Amend(rapporteur.DateCloses, dated("2018-09-20"), "a", "b", ladder)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		plan             rapporteur.Plan
		to, told, closes string // closes empty where it cannot be
	}{
		"later, before the end":      {p, "2018-09-20", "", "2018-10-05"},
		"later, past the end":        {near, "2018-09-22", "", "2018-09-28"},
		"later, end told":            {near, "2018-09-22", "2018-09-23", "2018-09-23"},
		"later, end told too early":  {near, "2018-09-22", "2018-09-21", ""},
		"earlier":                    {p, "2018-08-01", "", "2018-10-05"},
		"earlier, end before it was": {p, "2018-08-01", "2018-08-20", "2018-08-20"},
		"past the draft":             {p, "2018-10-08", "", ""},
		"past the draft, end told":   {p, "2018-10-08", "2018-10-12", "2018-10-12"},
	} {
		move := rapporteur.Command{Kind: rapporteur.CommandMoveDeadline, Actor: "key-1", Authority: "S/2018/900", Date: dated(c.to)}
		if c.told != "" {
			move.Closes = dated(c.told)
		}
		moved, err := rapporteur.MovedDeadline(c.plan, ladder, move, midYear)
		if (c.closes != "") != (err == nil) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err == nil && (moved.Date(rapporteur.DateDue) != dated(c.to) || moved.Date(rapporteur.DateCloses) != dated(c.closes)) {
			t.Errorf("%s: due %s, closes %s, want %s", name, moved.Date(rapporteur.DateDue), moved.Date(rapporteur.DateCloses), c.closes)
		}
		if err != nil && problemKind(err) != rapporteur.ProblemInvalid {
			t.Errorf("%s: the refusal is %v", name, err)
		}
	}
}

func TestAReturnedDraftWaitsForItsDrafters(t *testing.T) {
	s := proceed(t, inPhase(t, rapporteur.PhaseClearing), midYear, rapporteur.CycleEvent{Submitted: true})
	if step, _ := s.Due(midYear); step != rapporteur.StepCheckClearance {
		t.Errorf("after the draft went to clearance the step is %q", step)
	}
	s = proceed(t, s, midYear, rapporteur.CycleEvent{Clearance: rapporteur.ClearancePending})
	if step, _ := s.Due(midYear); step != rapporteur.StepNone || s.Phase != rapporteur.PhaseClearing {
		t.Errorf("while clearance is pending the step is %q in phase %s", step, s.Phase)
	}
	s = proceed(t, s, midYear, rapporteur.CycleEvent{Clearance: rapporteur.ClearanceReturned})
	if step, _ := s.Due(midYear); step != rapporteur.StepNone || s.Phase != rapporteur.PhaseCompiling {
		t.Errorf("a returned draft is followed by %q in phase %s", step, s.Phase)
	}
	s = proceed(t, s, midYear, command(rapporteur.CommandRedraft))
	if step, _ := s.Due(midYear); step != rapporteur.StepCompile {
		t.Errorf("asked to draft again, the step is %q", step)
	}
	s = proceed(t, s, midYear, rapporteur.CycleEvent{Compiled: 2})
	if step, _ := s.Due(midYear); step != rapporteur.StepSubmitDraft || s.Draft != 2 {
		t.Errorf("draft %d is followed by %q", s.Draft, step)
	}
}

// drain does what is due until only time or people can move the cycle.
func drain(t testing.TB, s rapporteur.CycleState, now time.Time) rapporteur.CycleState {
	t.Helper()
	for range 50 {
		step, rung := s.Due(now)
		switch step {
		case rapporteur.StepSendRung:
			s = proceed(t, s, now, rapporteur.CycleEvent{RungSent: &rung})
		case rapporteur.StepCollect:
			s = proceed(t, s, now, rapporteur.CycleEvent{Collected: &someOpen})
		default:
			return s
		}
	}
	t.Fatal("the cycle never comes to rest")
	return s
}

func TestCollectionClosesEarly(t *testing.T) {
	sent := proceed(t, inPhase(t, rapporteur.PhaseCollecting), midYear, rapporteur.CycleEvent{RungSent: &requests})
	all := proceed(t, sent, midYear, rapporteur.CycleEvent{Hinted: true})
	if step, _ := all.Due(midYear); step != rapporteur.StepCollect {
		t.Errorf("after a hint the step is %q", step)
	}
	all = proceed(t, all, midYear, rapporteur.CycleEvent{Collected: &noneOpen})
	if step, _ := all.Due(midYear); step != rapporteur.StepCloseCollection {
		t.Errorf("when all have answered the step is %q", step)
	}
	asked := proceed(t, sent, midYear, command(rapporteur.CommandCloseCollection))
	if step, _ := asked.Due(midYear); step != rapporteur.StepCollect {
		t.Errorf("closing early begins with %q", step)
	}
	asked = proceed(t, asked, midYear, rapporteur.CycleEvent{Collected: &someOpen})
	if step, _ := asked.Due(midYear); step != rapporteur.StepCloseCollection {
		t.Errorf("closing early goes on with %q", step)
	}
}

func TestOpeningByHandThatFindsSomebodyUnreachable(t *testing.T) {
	now := dated("2018-02-01").At(9)
	s := proceed(t, plannedCycle(t), now, command(rapporteur.CommandOpen))
	if step, _ := s.Due(now); step != rapporteur.StepPreflight {
		t.Fatalf("opening by hand begins with %q", step)
	}
	s = proceed(t, s, now, rapporteur.CycleEvent{Preflighted: true})
	if step, _ := s.Due(now); step != rapporteur.StepNone {
		t.Errorf("an unreachable contributor is looked up again at once: %q", step)
	}
	opens := dated("2018-05-21").At(rapporteur.SendHour)
	if wake := s.NextWake(now); !wake.Equal(opens) {
		t.Errorf("it wakes at %s, want %s, when it is to open", wake, opens)
	}
	if wake := s.NextWake(now.Add(48 * time.Hour)); !wake.Equal(opens) {
		t.Errorf("two days later it wakes at %s, want %s", wake, opens)
	}
	s = proceed(t, s, opens, rapporteur.CycleEvent{Preflighted: true})
	if wake := s.NextWake(opens); !wake.Equal(opens.Add(24 * time.Hour)) {
		t.Errorf("after it failed to open it wakes at %s, want a day later", wake)
	}
}

// A step that is tried twice starts from the same state: what one attempt
// marks must not show in the other.
func TestStatesShareNothing(t *testing.T) {
	mark := func(id string) rapporteur.CycleEvent {
		return rapporteur.CycleEvent{RungSent: &rapporteur.PlannedRung{Rung: rapporteur.Rung{ID: id}}}
	}
	s := inPhase(t, rapporteur.PhaseCollecting)
	for _, id := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		one := proceed(t, s, midYear, mark("one"))
		_ = proceed(t, s, midYear, mark("other"))
		if got := one.RungsDone[len(one.RungsDone)-1].Rung; got != "one" {
			t.Fatalf("with %d marks, one attempt shows the mark of the other: %s", len(s.RungsDone), got)
		}
		s = proceed(t, s, midYear, mark(id))
	}
}

func TestStateIsShownAndIdsAreRead(t *testing.T) {
	s := proceed(t, plannedCycle(t), midYear, rapporteur.CycleEvent{Opened: &someOpen})
	if got := s.String(); got != "collecting: 3 asked, 2 open, 0 received, 1 settled, draft 0" {
		t.Errorf("the state reads %q", got)
	}
	instrument, stream, label, err := rapporteur.NewCycleID("s-res-2388-2017", "op34", "2018").Parts()
	if err != nil || instrument != "s-res-2388-2017" || stream != "op34" || label != "2018" {
		t.Errorf("the parts are %q %q %q (%v)", instrument, stream, label, err)
	}
	for _, id := range []rapporteur.CycleID{"", "a/b", "a/b/c/d", "a//c", "/b/c"} {
		if _, _, _, err := id.Parts(); problemKind(err) != rapporteur.ProblemInvalid {
			t.Errorf("%q has parts (%v)", id, err)
		}
	}
}

// carriedOver is a state as the next run of its workflow gets it.
func carriedOver[S any](t interface{ Fatalf(string, ...any) }, s S) S {
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatalf("the state cannot be written: %v", err)
	}
	var back S
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatalf("the state cannot be read again: %v\n%s", err, text)
	}
	if diff := cmp.Diff(s, back, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("the state is another in the next run (-before +after):\n%s", diff)
	}
	return back
}

// Whole years with whatever people and clocks do: see year.
func TestYears(t *testing.T) {
	ends, outcomes := map[rapporteur.Phase]int{}, map[rapporteur.OutcomeKind]int{}
	climbed, moved := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		y := newYear(t)
		y.run()
		ends[y.state.Phase]++
		outcomes[y.state.Outcome]++
		climbed += len(y.climbed)
		moved += y.moves
	})
	t.Logf("%v %v, %d rungs climbed, %d attempts to move a deadline", ends, outcomes, climbed, moved)
	if ends[rapporteur.PhaseClosed] == 0 || ends[rapporteur.PhaseCancelled] == 0 || climbed == 0 || moved == 0 || len(outcomes) < 4 {
		t.Error("the test sees too little")
	}
}
