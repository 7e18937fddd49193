package rapporteur_test

import (
	"slices"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// What a confirmation says before a command is what the command does: the same
// people are written to.
func TestConsequencesAreWhatHappens(t *testing.T) {
	for name, c := range map[string]rapporteur.Command{
		"moved":     {Kind: rapporteur.CommandMoveDeadline, Date: due.AddDays(7), Authority: "S/2018/800", Reason: "More time."},
		"withdrawn": {Kind: rapporteur.CommandWithdrawContributor, Contributor: kenya, Reason: "Asked by mistake."},
		"added":     {Kind: rapporteur.CommandAddContributor, Contributor: "state-ago"},
		"cancelled": {Kind: rapporteur.CommandCancel, Reason: "Merged."},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			cycle := h.collecting()
			h.reachable("state-ago")
			h.answer(cycle, unodc, "In time.")
			_, err := h.correspondence.AskExtension(t.Context(), by(iom), key(cycle, iom), due.AddDays(5), "Late.", "a")
			must(t, err)
			must(t, h.conduct.DecideExtension(t.Context(), key(cycle, iom), 1, rapporteur.ExtensionDecision{ID: "d", Granted: true, Until: due.AddDays(5)}, h.moment()))
			steering, _ := h.steering()
			told, err := steering.Consequence(t.Context(), cycle.ID, c.Kind, c.Contributor, c.Outcome)
			must(t, err)
			c.ID, c.Actor = name, staff.ID
			if c.Kind == rapporteur.CommandCancel {
				must(t, h.conduct.Cancel(t.Context(), cycle.ID, c.Reason, c.Actor, h.moment(), ignored))
			} else {
				must(t, h.apply(cycle, c))
			}
			var want []string
			for _, id := range told.To {
				want = append(want, string(told.Notice)+" "+string(id))
			}
			slices.Sort(want)
			same(t, "mails", h.mails(), want)
			if len(want) == 0 || told.Unreachable != 0 {
				t.Errorf("told %+v", told)
			}
		})
	}
}

func TestConsequencesWithoutMails(t *testing.T) {
	h := newHouse(t)
	cycle := h.planned("2018")
	steering, _ := h.steering()
	ask := func(kind rapporteur.CommandKind) rapporteur.Consequence {
		told, err := steering.Consequence(t.Context(), cycle.ID, kind, kenya, "")
		must(t, err)
		return told
	}
	if told := ask(rapporteur.CommandOpen); len(told.To) != len(everybody) || told.Notice != rapporteur.NoticeRequest {
		t.Errorf("opening tells %+v", told)
	}
	for _, kind := range []rapporteur.CommandKind{rapporteur.CommandMoveDeadline, rapporteur.CommandWithdrawContributor, rapporteur.CommandAddContributor, rapporteur.CommandCancel} {
		if told := ask(kind); len(told.To) != 0 || told.Notice != "" {
			t.Errorf("%s before the cycle opens tells %+v", kind, told)
		}
	}
	if told := ask(rapporteur.CommandRedraft); len(told.Offices) == 0 {
		t.Errorf("redrafting tells %+v", told)
	}
	must(t, h.secretariat.PutContacts(t.Context(), staff, kenya, nil))
	if told := ask(rapporteur.CommandOpen); told.Unreachable != 1 {
		t.Errorf("%d cannot be reached", told.Unreachable)
	}
}

// A cycle refuses no command for its phase or shape that it is said to take.
func TestWhatACycleTakes(t *testing.T) {
	full := rapporteur.Command{Reason: "Why.", Contributor: kenya, Authority: "S/2018/800", Symbol: "S/2018/1042", Date: due.AddDays(3), Outcome: rapporteur.OutcomeNotHeld}
	for _, shape := range []rapporteur.Shape{rapporteur.ShapeReport, rapporteur.ShapeInclusion, rapporteur.ShapeOccasion, rapporteur.ShapeIntake} {
		for phase := rapporteur.PhasePlanned; phase.Rank() <= rapporteur.PhaseCancelled.Rank() && phase != ""; phase = after(phase) {
			cycle := rapporteur.Cycle{ID: "s/op34/2018", Shape: shape, Phase: phase, Draft: 1}
			for _, kind := range rapporteur.Commands {
				if kind == rapporteur.CommandReschedule && shape == rapporteur.ShapeOccasion {
					continue // needs a plan made of an event; see the tests of occasions
				}
				c := full
				c.Kind = kind
				state := rapporteur.NewCycleState(cycle)
				state.Redraft = true
				_, err := state.Next(rapporteur.CycleEvent{Command: &c}, opens.At(9))
				takes := cycle.Takes(kind)
				switch {
				case takes && (phase.Final() || shape == rapporteur.ShapeIntake || !slices.Contains(cycle.Concerns(), kind)):
					t.Errorf("a %s that is %s is said to take %s", shape, phase, kind)
				case takes && rapporteur.IsProblem(err, rapporteur.ProblemConflict) && kind != rapporteur.CommandRecordOutcome:
					t.Errorf("a %s that is %s refuses %s: %v", shape, phase, kind, err)
				}
			}
		}
	}
	if (rapporteur.Cycle{Shape: rapporteur.ShapeReport, Phase: rapporteur.PhaseCompiling}).Takes(rapporteur.CommandRedraft) {
		t.Error("the first draft is asked for twice")
	}
}

// after is the phase with the next rank, or none.
func after(p rapporteur.Phase) rapporteur.Phase {
	all := []rapporteur.Phase{
		rapporteur.PhasePlanned, rapporteur.PhaseCollecting, rapporteur.PhaseCompiling, rapporteur.PhaseClearing, rapporteur.PhaseCleared, rapporteur.PhaseHandingOver,
		rapporteur.PhaseAwaiting, rapporteur.PhaseRecording, rapporteur.PhaseTransmitted, rapporteur.PhaseClosed, rapporteur.PhaseCancelled, "",
	}
	return all[slices.Index(all, p)+1]
}
