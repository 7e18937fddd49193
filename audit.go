package rapporteur

import (
	"regexp"
	"strings"
	"time"
)

// Action names what an audit record is about; stable, for reading records of
// old cycles.
type Action string

// Subject is what an action is about: the part of its name before the dot.
func (a Action) Subject() string {
	subject, _, _ := strings.Cut(string(a), ".")
	return subject
}

// The actions that leave an audit record.
const (
	ActionCyclePlanned        Action = "cycle.planned"
	ActionPreflightFailed     Action = "cycle.preflight-failed"
	ActionCycleOpened         Action = "cycle.opened"
	ActionRungSent            Action = "rung.sent"
	ActionMessageFailed       Action = "message.failed"
	ActionSubmitted           Action = "submission.accepted"
	ActionCollected           Action = "submissions.collected"
	ActionAnswerWithdrawn     Action = "submission.withdrawn"
	ActionReturned            Action = "request.returned"
	ActionMigrationOrdered    Action = "questionnaire.migration-ordered"
	ActionMigrated            Action = "request.migrated"
	ActionExtensionAsked      Action = "extension.asked"
	ActionExtensionGranted    Action = "extension.granted"
	ActionExtensionRefused    Action = "extension.refused"
	ActionEscalated           Action = "request.escalated"
	ActionFollowUpEnded       Action = "follow-up.ended"
	ActionContributorAdded    Action = "contributor.added"
	ActionContributorWithdrew Action = "contributor.withdrawn"
	ActionDeadlineMoved       Action = "deadline.moved"
	ActionOpenAsked           Action = "cycle.open-asked"
	ActionCloseAsked          Action = "collection.close-asked"
	ActionCollectionClosed    Action = "collection.closed"
	ActionCompiled            Action = "draft.compiled"
	ActionClearanceStarted    Action = "clearance.started"
	ActionDecided             Action = "clearance.decided"
	ActionDelegated           Action = "clearance.delegated"
	ActionRedraftAsked        Action = "draft.redraft-asked"
	ActionTransmitAsked       Action = "report.transmit-asked"
	ActionTransmitted         Action = "report.transmitted"
	ActionHandedOver          Action = "section.handed-over"
	ActionIssueNoted          Action = "host-report.issue-noted"
	ActionHostIssued          Action = "host-report.issued"
	ActionRescheduled         Action = "event.rescheduled"
	ActionOutcomeRecorded     Action = "event.outcome-recorded"
	ActionCalledOff           Action = "event.called-off"
	ActionCycleClosed         Action = "cycle.closed"
	ActionCancelAsked         Action = "cycle.cancel-asked"
	ActionCancelled           Action = "cycle.cancelled"
	ActionContactsChanged     Action = "contacts.changed"
	ActionObservationsChanged Action = "observations.changed"
	ActionKeyIssued           Action = "key.issued"
	ActionKeyRevoked          Action = "key.revoked"
	ActionIntakeStarted       Action = "intake.started"
	ActionIntakeStopped       Action = "intake.stopped"
	ActionWindowOpened        Action = "window.opened"
	ActionWindowClosed        Action = "window.closed"
	ActionWindowDigested      Action = "window.digested"
	ActionDelivered           Action = "delivery.accepted"
	ActionReceiptLeft         Action = "receipt.left"
	ActionRouted              Action = "delivery.routed"
	ActionAnswerRead          Action = "submission.read"
	ActionDeliveryRead        Action = "delivery.read"
	ActionDrafterAppointed    Action = "drafter.appointed"
	ActionRuleSuspended       Action = "rule.suspended"
	ActionRuleLifted          Action = "rule.lifted"
	ActionRevalidated         Action = "submissions.revalidated"
	ActionFileAttached        Action = "attachment.added"
	ActionFileRead            Action = "attachment.read"
	ActionFileRemoved         Action = "attachment.removed"
	ActionStatisticsReleased  Action = "statistics.released"
	ActionAuditExported       Action = "audit.exported"
	ActionCycleExported       Action = "cycle.exported"
	ActionPersonSignedIn      Action = "person.signed-in"
	ActionPersonBlocked       Action = "person.blocked"
	ActionPersonUnblocked     Action = "person.unblocked"
	ActionLinkAsked           Action = "link.asked"
	ActionLinkUsed            Action = "link.used"
	ActionDelegationGiven     Action = "delegation.given"
	ActionDelegationEnded     Action = "delegation.ended"
	ActionReminderAsked       Action = "reminder.asked"
	ActionSnoozed             Action = "request.snoozed"
	ActionSnoozeLifted        Action = "request.snooze-lifted"
	ActionSettled             Action = "request.settled"
	ActionNoteDrawnUp         Action = "note-verbale.drawn-up"
	ActionRepairOrdered       Action = "repair.ordered"
	ActionPayloadsDecoded     Action = "payloads.decoded"
)

// AuditRecord is one line of the append-only record: who did what to which
// thing, when and why. Key makes it idempotent: one record a key.
type AuditRecord struct {
	Seq         int64 // given by the store, grows
	Key         string
	Cycle       CycleID   // empty for what belongs to none
	At          time.Time // business time
	Recorded    time.Time // wall time, given by the store
	Actor       string    // principal id, or "engine"
	Action      Action
	Contributor ContributorID
	Reason      string
	Details     map[string]string // numbers, dates, ids; no names or addresses
	Workflow    string            // workflow id, when the engine did it
	Run         string
	Event       string // id of the Temporal event or activity it comes from
}

// ActorEngine is the actor of what the engine does by itself.
const ActorEngine = "engine"

var symbolForm = regexp.MustCompile(`^[A-Z]+(/[A-Z0-9][A-Za-z0-9.()-]*)+(/[0-9]+)?(/(Add|Corr|Rev)\.[0-9]+)?\*{0,2}$`)

// ValidSymbol reports whether a text has the form of a United Nations document
// symbol: S/2018/1042, A/72/371*, S/2018/1059/Corr.1.
func ValidSymbol(symbol string) bool { return len(symbol) <= 60 && symbolForm.MatchString(symbol) }
