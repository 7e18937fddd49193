package activities

import "github.com/rapporteur/rapporteur"

// Step is the registered name of an activity; its type fixes what goes in and
// what comes out, for the worker that registers it and the workflow that calls
// it. Names are in the histories of running cycles and never change.
type Step[In, Out any] string

// The steps of a cycle.
const (
	LoadCycle       Step[CycleStep, rapporteur.CycleState]          = "reports.load"
	Preflight       Step[CycleStep, Reach]                          = "requests.preflight"
	Open            Step[CycleStep, rapporteur.Counts]              = "requests.open"
	SendRung        Step[RungStep, rapporteur.SendResult]           = "requests.send-rung"
	Apply           Step[CommandStep, Applied]                      = "requests.apply"
	Tell            Step[CommandStep, Done]                         = "requests.tell"
	Cancel          Step[CancelStep, Done]                          = "requests.cancel"
	Collect         Step[CycleStep, rapporteur.Counts]              = "submissions.collect"
	CloseCollection Step[CycleStep, rapporteur.Counts]              = "submissions.close-collection"
	Compile         Step[CycleStep, Compiled]                       = "reports.compile"
	SubmitDraft     Step[DraftStep, Done]                           = "reports.submit-draft"
	CheckClearance  Step[DraftStep, rapporteur.ClearanceOutcome]    = "reports.check-clearance"
	Transmit        Step[TransmitStep, Done]                        = "reports.transmit"
	Close           Step[CycleStep, Done]                           = "reports.close"
	PlanCycles      Step[CalendarStep, rapporteur.PlannedCycles]    = "calendars.plan"
	HandOver        Step[CycleStep, Done]                           = "inclusions.hand-over"
	ChaseIssue      Step[CycleStep, Done]                           = "inclusions.chase-issue"
	RecordIssue     Step[TransmitStep, Done]                        = "inclusions.record-issue"
	Attention       Step[AttentionStep, Done]                       = "reports.attention"
	AttentionOver   Step[AttentionStep, Done]                       = "reports.attention-over"
	LoadFollowUp    Step[FollowUpStep, FollowUpLoaded]              = "follow-ups.load"
	SendFollowUp    Step[FollowUpRungStep, Done]                    = "follow-ups.send"
	LookFollowUp    Step[FollowUpStep, rapporteur.Request]          = "follow-ups.look"
	DecideExtension Step[ExtensionStep, Done]                       = "follow-ups.decide-extension"
	EndFollowUp     Step[FollowUpEndStep, Done]                     = "follow-ups.end"
	SendReminder    Step[FollowUpStep, Done]                        = "follow-ups.remind"
	LoadClearance   Step[DraftStep, rapporteur.ClearanceState]      = "clearances.load"
	Announce        Step[DraftStep, rapporteur.ClearanceState]      = "clearances.announce"
	Decide          Step[DecisionStep, rapporteur.ClearanceState]   = "clearances.decide"
	Delegate        Step[DelegationStep, rapporteur.ClearanceState] = "clearances.delegate"
	CallOff         Step[CycleStep, Done]                           = "occasions.call-off"
	ChaseOutcome    Step[CycleStep, Done]                           = "occasions.chase-outcome"

	LoadIntake     Step[IntakeStep, rapporteur.IntakeState] = "intakes.load"
	OpenWindow     Step[IntakeStep, Done]                   = "intakes.open-window"
	OpenNextWindow Step[IntakeStep, rapporteur.NextWindow]  = "intakes.open-next"
	Route          Step[IntakeStep, rapporteur.RouteResult] = "intakes.route"
	CloseWindow    Step[IntakeStep, Done]                   = "intakes.close-window"
	Digest         Step[IntakeStep, Compiled]               = "intakes.digest"
	StopIntake     Step[IntakeStopStep, Done]               = "intakes.stop"
)
