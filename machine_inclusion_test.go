package rapporteur_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

// plannedInclusion is the cycle of a section for a report on UNMISS due on 11
// September 2018, by the profile council-fast.
func plannedInclusion(t testing.TB) rapporteur.CycleState {
	t.Helper()
	catalogue, err := theCatalogue()
	must(t, err)
	i, err := catalogue.Instrument(instrument)
	must(t, err)
	op33, _ := i.Stream("op33")
	profile, err := catalogue.Profile(op33.Inclusion.Profile)
	must(t, err)
	date := day(time.September, 11)
	plan, err := profile.Plan(rapporteur.DueDate{Mandated: date, Agreed: date, Planned: date}, op33.Policy.Ladder, catalogue.WorkingDays())
	must(t, err)
	return rapporteur.NewCycleState(rapporteur.Cycle{
		ID: "s-res-2388-2017/op33/unmiss-2018-09-11", Shape: rapporteur.ShapeInclusion, Phase: rapporteur.PhasePlanned, Plan: plan, Policy: op33.Policy,
	})
}

func step(s rapporteur.CycleState, at time.Time) rapporteur.CycleStep {
	due, _ := s.Due(at)
	return due
}

func issued(paragraphs string) rapporteur.CycleEvent {
	return rapporteur.CycleEvent{Command: &rapporteur.Command{
		ID: "i", Kind: rapporteur.CommandRecordIssue, Symbol: "S/2018/831", Date: day(time.September, 11), Paragraphs: paragraphs,
	}}
}

func TestInclusionFromRequestToHostReport(t *testing.T) {
	s := plannedInclusion(t)
	opens, due := s.Plan.Date(rapporteur.DateOpens), s.Plan.Date(rapporteur.DateDue)
	if step(s, opens.At(12)) != rapporteur.StepNone || step(s, opens.At(rapporteur.SendHour)) != rapporteur.StepPreflight {
		t.Fatal("requests do not go out on the opening day")
	}
	s = proceed(t, s, opens.At(13), rapporteur.CycleEvent{Opened: &rapporteur.Counts{Asked: 1, Open: 1}})
	s = proceed(t, s, opens.At(13), rapporteur.CycleEvent{RungSent: &rapporteur.PlannedRung{Rung: rapporteur.Rung{ID: rapporteur.RungRequest}, Due: due}})
	s = proceed(t, s, opens.At(13), rapporteur.CycleEvent{Collected: &rapporteur.Counts{Asked: 1, Settled: 1}})
	if got := step(s, opens.At(14)); got != rapporteur.StepCloseCollection {
		t.Fatalf("everything is answered, and the step is %q", got)
	}
	s = proceed(t, s, opens.At(14), rapporteur.CycleEvent{Closed: &rapporteur.Counts{Asked: 1, Settled: 1}})
	if s.Phase != rapporteur.PhaseHandingOver || step(s, opens.At(14)) != rapporteur.StepHandOver {
		t.Fatalf("after collection: %s, %s", s.Phase, step(s, opens.At(14)))
	}
	s = proceed(t, s, opens.At(14), rapporteur.CycleEvent{HandedOver: true})
	chase := day(time.September, 25).At(rapporteur.SendHour)
	if s.Phase != rapporteur.PhaseAwaiting || step(s, chase.Add(-time.Second)) != rapporteur.StepNone || !s.NextWake(opens.At(15)).Equal(chase) {
		t.Fatalf("waits for the host report: %s until %s", s.Phase, s.NextWake(opens.At(15)))
	}
	if step(s, chase) != rapporteur.StepChaseIssue {
		t.Fatal("nobody asks what became of the host report")
	}
	s = proceed(t, s, chase, rapporteur.CycleEvent{IssueChased: true})
	if step(s, chase.AddDate(1, 0, 0)) != rapporteur.StepNone || !s.NextWake(chase).IsZero() {
		t.Fatal("the Secretariat is asked twice")
	}
	s = proceed(t, s, chase, issued("45–47"))
	if step(s, chase) != rapporteur.StepRecordIssue || s.Transmittal.Paragraphs != "45–47" {
		t.Fatalf("the issue is not recorded: %s, %+v", step(s, chase), s.Transmittal)
	}
	s = proceed(t, s, chase, rapporteur.CycleEvent{Transmitted: true})
	if step(s, chase) != rapporteur.StepClose {
		t.Fatal("the cycle does not close")
	}
	if s = proceed(t, s, chase, rapporteur.CycleEvent{Sealed: true}); !s.Finished() {
		t.Fatalf("the cycle is %s", s.Phase)
	}
}

// A host report does not wait for its section: it may issue before requests
// went out, and while the section is still being collected.
func TestHostReportIssuesEarly(t *testing.T) {
	s := proceed(t, plannedInclusion(t), midYear, issued(""))
	if step(s, midYear) != rapporteur.StepRecordIssue {
		t.Fatalf("issued before requests went out: %s", step(s, midYear))
	}
	if s = proceed(t, s, midYear, rapporteur.CycleEvent{Transmitted: true}); s.Phase != rapporteur.PhaseTransmitted {
		t.Fatalf("the cycle is %s", s.Phase)
	}
	s = proceed(t, plannedInclusion(t), midYear, rapporteur.CycleEvent{Opened: &rapporteur.Counts{Asked: 1, Open: 1}})
	s = proceed(t, s, midYear, rapporteur.CycleEvent{RungSent: &rapporteur.PlannedRung{Rung: rapporteur.Rung{ID: rapporteur.RungRequest}, Due: s.Plan.Date(rapporteur.DateDue)}})
	s = proceed(t, s, midYear, issued(""))
	s = proceed(t, s, midYear, rapporteur.CycleEvent{Collected: &rapporteur.Counts{Asked: 1, Open: 1}})
	if step(s, midYear) != rapporteur.StepCloseCollection {
		t.Fatalf("issued while collecting: %s", step(s, midYear))
	}
	s = proceed(t, s, midYear, rapporteur.CycleEvent{Closed: &rapporteur.Counts{Asked: 1, NoReply: 1}})
	s = proceed(t, s, midYear, rapporteur.CycleEvent{HandedOver: true})
	if step(s, midYear) != rapporteur.StepRecordIssue {
		t.Fatalf("after collection: %s", step(s, midYear))
	}
}

func TestRecordIssueIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*rapporteur.Command)
		kind   rapporteur.ProblemKind
	}{
		"no symbol":           {func(c *rapporteur.Command) { c.Symbol = "" }, rapporteur.ProblemInvalid},
		"no date":             {func(c *rapporteur.Command) { c.Date = rapporteur.Date{} }, rapporteur.ProblemInvalid},
		"paragraphs in words": {func(c *rapporteur.Command) { c.Paragraphs = "the third" }, rapporteur.ProblemInvalid},
		"paragraph zero":      {func(c *rapporteur.Command) { c.Paragraphs = "0" }, rapporteur.ProblemInvalid},
		"a trailing comma":    {func(c *rapporteur.Command) { c.Paragraphs = "45," }, rapporteur.ProblemInvalid},
	} {
		e := issued("45")
		c.change(e.Command)
		if _, err := plannedInclusion(t).Next(e, midYear); !rapporteur.IsProblem(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := plannedCycle(t).Next(issued("45"), midYear); !rapporteur.IsProblem(err, rapporteur.ProblemConflict) {
		t.Errorf("a report cycle waits for a host report: %v", err)
	}
	twice := proceed(t, plannedInclusion(t), midYear, issued("45"))
	if _, err := twice.Next(issued("46"), midYear); !rapporteur.IsProblem(err, rapporteur.ProblemConflict) {
		t.Errorf("a host report issues twice: %v", err)
	}
	for _, good := range []string{"", "7", "45–47", "45-47", "12, 15–16, 20", "12,15"} {
		if _, err := plannedInclusion(t).Next(issued(good), midYear); err != nil {
			t.Errorf("paragraphs %q: %v", good, err)
		}
	}
}

// Whatever comes in whatever order, an inclusion never compiles or clears, only
// goes forward, and once its host report is recorded it can always be ended.
func TestInclusionsOnlyGoForward(t *testing.T) {
	counts := []rapporteur.Counts{{Asked: 1, Open: 1}, {Asked: 1, Settled: 1}, {Asked: 1, NoReply: 1}, {}}
	rapid.Check(t, func(r *rapid.T) {
		s := plannedInclusion(t)
		at := s.Plan.Date(rapporteur.DateOpens).At(9)
		for range rapid.IntRange(1, 40).Draw(r, "events") {
			at = at.Add(time.Duration(rapid.IntRange(0, 120).Draw(r, "hours")) * time.Hour)
			c := rapid.SampledFrom(counts).Draw(r, "counts")
			e := rapid.SampledFrom([]rapporteur.CycleEvent{
				{Preflighted: true}, {Opened: &c}, {Collected: &c}, {Closed: &c}, {HandedOver: true}, {IssueChased: true}, {Transmitted: true}, {Sealed: true},
				{Hinted: true}, {Compiled: 1}, {Submitted: true}, {Clearance: rapporteur.ClearanceCleared}, issued("45"), issued(""),
			}).Draw(r, "event")
			next, err := s.Next(e, at)
			if err != nil {
				continue
			}
			if next.Phase.Rank() < s.Phase.Rank() {
				r.Fatalf("from %s back to %s", s.Phase, next.Phase)
			}
			if slices.Contains([]rapporteur.Phase{rapporteur.PhaseCompiling, rapporteur.PhaseClearing, rapporteur.PhaseCleared}, next.Phase) {
				r.Fatalf("an inclusion is %s", next.Phase)
			}
			s = next
		}
		if s.Finished() || s.Transmittal.Symbol == "" {
			return
		}
		for range 10 {
			switch due, rung := s.Due(at); due {
			case rapporteur.StepSendRung:
				s = proceed(t, s, at, rapporteur.CycleEvent{RungSent: &rung})
			case rapporteur.StepCollect:
				s = proceed(t, s, at, rapporteur.CycleEvent{Collected: &rapporteur.Counts{Asked: 1, Open: 1}})
			case rapporteur.StepCloseCollection:
				s = proceed(t, s, at, rapporteur.CycleEvent{Closed: &rapporteur.Counts{Asked: 1, NoReply: 1}})
			case rapporteur.StepHandOver:
				s = proceed(t, s, at, rapporteur.CycleEvent{HandedOver: true})
			case rapporteur.StepRecordIssue:
				s = proceed(t, s, at, rapporteur.CycleEvent{Transmitted: true})
			case rapporteur.StepClose:
				s = proceed(t, s, at, rapporteur.CycleEvent{Sealed: true})
			default:
				if !s.Finished() {
					r.Fatalf("%s, and the step is %q", s.Phase, due)
				}
			}
		}
		if !s.Finished() {
			r.Fatalf("the cycle is still %s", s.Phase)
		}
	})
}

// A masthead bears the day on which a paper came in: today at the latest, on
// the day that has begun in UTC.
func TestHostReportIsNotOfADayToCome(t *testing.T) {
	noon := time.Date(2018, time.September, 11, 12, 0, 0, 0, time.UTC)
	for days, refused := range map[int]bool{-400: false, -1: false, 0: false, 1: true, 90: true} {
		err := rapporteur.Command{Date: rapporteur.DateOf(noon).AddDays(days)}.IssuedBy(noon)
		if rapporteur.IsProblem(err, rapporteur.ProblemInvalid) != refused || (err != nil) != refused {
			t.Errorf("%d days from now: %v", days, err)
		}
	}
}
