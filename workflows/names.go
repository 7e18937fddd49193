package workflows

import (
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"

	"github.com/rapporteur/rapporteur"
)

// TaskQueue is where workers take the work of workflows and activities.
const TaskQueue = "rapporteur"

// The registered names of the workflows.
const (
	NameReportCycle    = "ReportCycle"
	NameInclusionCycle = "InclusionCycle"
	NameStreamCalendar = "StreamCalendar"
	NameOccasion       = "Occasion"
	NameFollowUp       = "FollowUp"
	NameClearance      = "Clearance"
	NameIntakeStream   = "IntakeStream"
)

// SignalHint tells a workflow that the record has changed.
const SignalHint = "hint"

// Hint is the payload of a hint: up to which audit record it tells of, zero
// where it tells of none. It is for reading histories; what has changed is
// asked of the record.
type Hint struct{ AuditSeq int64 }

// The names of the Updates by which people act. Those of a cycle are the kinds
// in rapporteur.Commands.
const (
	UpdateDecideExtension = "decide-extension"
	UpdateDecide          = "decide"
	UpdateDelegate        = "delegate"
)

// The changes of running workflows, by the ids under which histories say which
// version of each they took. They are never given another meaning; one goes with
// the last release that needs the branch before it.
const (
	// changeIssuedByNow refuses a host report that is said to have issued on a
	// day to come. Before, the day was not looked at. Since v0.2.0.
	changeIssuedByNow = "host-report-issued-by-now"
)

// QueryState gives the state of a workflow: rapporteur.CycleState,
// FollowUpState, ClearanceState or IntakeState.
const QueryState = "state"

// The search attributes by which operators find workflows. They hold ids,
// phases and dates, never a name.
var (
	keyInstrument  = temporal.NewSearchAttributeKeyKeyword("Instrument")
	keyStream      = temporal.NewSearchAttributeKeyKeyword("Stream")
	keyPeriod      = temporal.NewSearchAttributeKeyKeyword("Period")
	keyContributor = temporal.NewSearchAttributeKeyKeyword("Contributor")
	keyPhase       = temporal.NewSearchAttributeKeyKeyword("Phase")
	keyDueDate     = temporal.NewSearchAttributeKeyTime("DueDate")
	keyOverdue     = temporal.NewSearchAttributeKeyBool("Overdue")
)

// SearchAttributes are to be registered in the namespace before any workflow
// starts there.
func SearchAttributes() map[string]enums.IndexedValueType {
	return map[string]enums.IndexedValueType{
		keyInstrument.GetName():  keyInstrument.GetValueType(),
		keyStream.GetName():      keyStream.GetValueType(),
		keyPeriod.GetName():      keyPeriod.GetValueType(),
		keyContributor.GetName(): keyContributor.GetValueType(),
		keyPhase.GetName():       keyPhase.GetValueType(),
		keyDueDate.GetName():     keyDueDate.GetValueType(),
		keyOverdue.GetName():     keyOverdue.GetValueType(),
	}
}

// Attributes are the search attributes that a workflow starts with.
// contributor is empty for what is about a whole cycle.
func Attributes(id rapporteur.CycleID, contributor rapporteur.ContributorID) (temporal.SearchAttributes, error) {
	instrument, stream, period, err := id.Parts()
	if err != nil {
		return temporal.SearchAttributes{}, err
	}
	updates := []temporal.SearchAttributeUpdate{
		keyInstrument.ValueSet(instrument), keyStream.ValueSet(stream), keyPeriod.ValueSet(period),
	}
	if contributor != "" {
		updates = append(updates, keyContributor.ValueSet(string(contributor)))
	}
	return temporal.NewSearchAttributes(updates...), nil
}

// CycleInput starts a ReportCycle, an InclusionCycle or an Occasion.
type CycleInput struct {
	Cycle rapporteur.CycleID
	// Clock is business time minus the engine's time; zero in production.
	Clock time.Duration
	// State is where the run before this one stopped, or what the record had at
	// the start; nil where the workflow has to ask for it.
	State *rapporteur.CycleState `json:",omitempty"`
	// Applied are the ids of the latest commands, so that one that is sent
	// again after the run before this one is answered as then.
	Applied []string `json:",omitempty"`
	// Onward says that steps may do at once what would follow. A cycle that was
	// begun by an earlier release does not say so, and can go back to its workers.
	Onward bool `json:",omitempty"`
}

// CalendarInput starts a StreamCalendar.
type CalendarInput struct {
	rapporteur.StreamKey
	// Clock is business time minus the engine's time; zero in production.
	Clock time.Duration
	// Next is when the next cycle is to be planned, as the run before this one
	// has learnt; zero to look at once.
	Next time.Time `json:",omitzero"`
}

// IntakeInput starts an IntakeStream.
type IntakeInput struct {
	Window rapporteur.CycleID // any of the intake: it takes up the oldest that is not done with
	Clock  time.Duration
	State  *rapporteur.IntakeState `json:",omitempty"`
}

// FollowUpInput starts a FollowUp.
type FollowUpInput struct {
	rapporteur.RequestKey
	Number int
	Clock  time.Duration
	State  *rapporteur.FollowUpState `json:",omitempty"`
	Ladder []rapporteur.Rung         `json:",omitempty"`
}

// ClearanceInput starts a Clearance.
type ClearanceInput struct {
	Cycle rapporteur.CycleID
	Draft int
	Clock time.Duration
}
