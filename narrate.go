package rapporteur

import (
	"fmt"
	"slices"
	"strings"
)

// String is the line as an administrator reads it: Day 41: Kenya returned for
// correction, 2 findings.
func (l HistoryLine) String() string { return fmt.Sprintf("Day %d: %s", l.Day, l.Text) }

// Narrate tells a cycle's history in plain words: what the audit records say,
// in the order of business time, each line with its day, person and reason and
// with the events of the engine that it comes from. Records that say the same
// of several contributors on one day become one line; what the engine does for
// itself (timers, workflow tasks) has no line at all. Every record is in
// exactly one line. It is pure: name gives a contributor's name; audit and
// engine are in the order of their making.
//
// Without engine events the lines are the same and name no events: the record
// can be read with no engine running.
func Narrate(cycle Cycle, name func(ContributorID) string, audit []AuditRecord, engine []EngineEvent) []HistoryLine {
	// Workflows of one cycle keep their own clocks: what one of them wrote later
	// may have happened earlier.
	audit = slices.Clone(audit)
	slices.SortStableFunc(audit, func(a, b AuditRecord) int { return a.At.Compare(b.At) })
	n := narrator{cycle: cycle, name: name, events: newEventIndex(engine), findings: map[string]int{}}
	lines := make([]HistoryLine, 0, len(audit))
	for start := 0; start < len(audit); {
		end := start + 1
		for end < len(audit) && n.folds(audit[start], audit[end]) {
			end++
		}
		lines = append(lines, n.line(audit[start:end]))
		start = end
	}
	return lines
}

// narrator is what the lines of one history have in common.
type narrator struct {
	cycle    Cycle
	name     func(ContributorID) string
	events   eventIndex
	findings map[string]int // findings of each submission told so far
}

// folds reports whether a record continues the line that another began: the
// same thing on the same day for the same reason.
func (n narrator) folds(first, next AuditRecord) bool {
	same, foldable := foldedBy[first.Action]
	if !foldable || next.Action != first.Action || next.Reason != first.Reason || n.day(next) != n.day(first) {
		return false
	}
	return !slices.ContainsFunc(same, func(detail string) bool { return first.Details[detail] != next.Details[detail] })
}

// foldedBy lists the actions that happen to many contributors at once or again
// and again, and the details that must be the same in one line.
var foldedBy = map[Action][]string{
	ActionSubmitted:           nil,
	ActionCollected:           nil,
	ActionAnswerWithdrawn:     {"drafts"},
	ActionMigrated:            {"questionnaire", "from", "to", "outcome", "due", detailCalledBack},
	ActionReturned:            {"due"},
	ActionExtensionAsked:      {"until"},
	ActionExtensionGranted:    {"until"},
	ActionExtensionRefused:    nil,
	ActionEscalated:           nil,
	ActionFollowUpEnded:       {"outcome"},
	ActionMessageFailed:       {"notice"},
	ActionContributorAdded:    nil,
	ActionContributorWithdrew: nil,
	ActionPreflightFailed:     {"unreachable"},
	ActionObservationsChanged: {"paragraphs"},
	ActionDelivered:           nil,
	ActionReceiptLeft:         nil,
	ActionRouted:              {"delivery"},
	ActionAnswerRead:          {"version", "masked"},
	ActionDeliveryRead:        {"delivery"},
	ActionFileAttached:        nil,
	ActionFileRead:            nil,
	ActionFileRemoved:         nil,
	ActionReminderAsked:       nil,
	ActionSnoozed:             {"until"},
}

func (n narrator) day(r AuditRecord) int { return DateOf(r.At).DaysSince(DateOf(n.cycle.StartedAt)) }

// line tells a run of records that fold into one.
func (n narrator) line(records []AuditRecord) HistoryLine {
	first, last := records[0], records[len(records)-1]
	line := HistoryLine{
		Day: n.day(first), At: first.At, Text: n.text(records), Reason: first.Reason,
		Count: len(records), Seqs: []int64{first.Seq, last.Seq},
	}
	var actors []string
	for _, r := range records {
		actor := r.Actor
		if who := r.Details[DetailFor]; who != "" {
			actor += " on behalf of " + who
		}
		if !slices.Contains(actors, actor) {
			actors = append(actors, actor)
		}
		for _, event := range n.events.of(r) {
			if !slices.Contains(line.Events, event) {
				line.Events = append(line.Events, event)
			}
		}
	}
	line.Actor = enumerate(actors)
	return line
}

// enumerate names the first three and counts the rest: Albania, Austria,
// Belgium and 35 more.
func enumerate(names []string) string {
	const shown = 3
	switch {
	case len(names) == 0:
		return ""
	case len(names) == 1:
		return names[0]
	case len(names) <= shown+1:
		return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:shown], ", "), len(names)-shown)
}
