package worker_test

import (
	"slices"
	"testing"

	"go.temporal.io/sdk/activity"
	sdk "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/worker"
)

// registry writes down what is registered.
type registry struct {
	sdk.Registry
	workflows, activities []string
}

func (r *registry) RegisterWorkflowWithOptions(_ any, o workflow.RegisterOptions) {
	r.workflows = append(r.workflows, o.Name)
}

func (r *registry) RegisterActivityWithOptions(_ any, o activity.RegisterOptions) {
	r.activities = append(r.activities, o.Name)
}

// The names are in the histories of cycles that run for a year: they may be
// added to, but none may change or go.
func TestRegisteredNamesNeverChange(t *testing.T) {
	got := &registry{}
	worker.Register(got, rapporteur.Conduct{})
	for _, name := range []string{"ReportCycle", "InclusionCycle", "StreamCalendar", "Occasion", "IntakeStream", "FollowUp", "Clearance"} {
		if !slices.Contains(got.workflows, name) {
			t.Errorf("there is no workflow %s", name)
		}
	}
	names := []string{
		"reports.load", "requests.preflight", "requests.open", "requests.send-rung", "requests.apply", "requests.tell",
		"requests.cancel", "submissions.collect", "submissions.close-collection", "reports.compile", "reports.submit-draft",
		"reports.check-clearance", "reports.transmit", "reports.close", "reports.attention", "reports.attention-over",
		"follow-ups.load", "follow-ups.send", "follow-ups.look", "follow-ups.decide-extension", "follow-ups.end",
		"clearances.load", "clearances.announce", "clearances.decide", "clearances.delegate",
		"occasions.call-off", "occasions.chase-outcome",
		"intakes.load", "intakes.open-window", "intakes.open-next", "intakes.route", "intakes.close-window", "intakes.digest", "intakes.stop",
	}
	for _, name := range names {
		if !slices.Contains(got.activities, name) {
			t.Errorf("there is no activity %s", name)
		}
	}
	slices.Sort(got.activities)
	if len(slices.Compact(got.activities)) != len(got.activities) {
		t.Errorf("an activity is registered twice: %v", got.activities)
	}
}
