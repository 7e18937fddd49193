package rapporteur

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// HookType is a type of events that endpoints can be told of, with what its data
// hold beside the ids. The names are those of the audit record's details; in data
// they have underscores.
type HookType struct {
	Type    Action
	Means   string
	Numbers []string // JSON numbers
	Texts   []string // ids, dates, symbols, words of a list: JSON strings
	// Restricted types may be about what is classified although their records do
	// not say so; only endpoints that are told of restricted streams get them.
	Restricted bool
}

// HookTest is the type of the message that tests an endpoint.
const HookTest = "webhook.test"

// HookTypes lists the types of events, in the order of a cycle's life. What is not
// here is told to nobody: readings, keys, contacts and everything of which a person
// writes the text.
var HookTypes = []HookType{
	{Type: ActionCyclePlanned, Means: "a cycle was planned", Numbers: []string{"contributors"}, Texts: []string{"opens", "due", "mandated", "event", "asks"}},
	{Type: ActionPreflightFailed, Means: "a cycle could not open: contributors cannot be reached", Numbers: []string{"unreachable"}},
	{Type: ActionCycleOpened, Means: "requests are open", Numbers: []string{"requests"}, Texts: []string{"due"}},
	{Type: ActionRungSent, Means: "a rung of the reminder ladder was climbed", Numbers: []string{"sent", "failed", "escalated"}, Texts: []string{"rung", "notice"}},
	{Type: ActionSubmitted, Means: "an answer was accepted", Numbers: []string{"version", "findings"}, Texts: []string{"return-type", "hash", "late", "due"}},
	{Type: ActionAnswerWithdrawn, Means: "a contributor withdrew its answer", Numbers: []string{"version"}, Texts: []string{"due"}},
	{Type: ActionCollected, Means: "accepted answers were collected", Numbers: []string{"collected", "open"}},
	{Type: ActionReturned, Means: "an answer was returned for correction", Numbers: []string{"version"}, Texts: []string{"due"}},
	{Type: ActionMigrated, Means: "a request asks another version of its questionnaire", Texts: []string{"questionnaire", "from", "to", "outcome", "due"}},
	{Type: ActionExtensionAsked, Means: "a contributor asked for more time", Texts: []string{"until"}},
	{Type: ActionExtensionGranted, Means: "more time was given", Numbers: []string{"follow-up"}, Texts: []string{"until"}},
	{Type: ActionExtensionRefused, Means: "more time was refused", Numbers: []string{"follow-up"}},
	{Type: ActionEscalated, Means: "a silent contributor was escalated"},
	{Type: ActionFollowUpEnded, Means: "a contributor is back on the common path", Numbers: []string{"follow-up"}, Texts: []string{"outcome"}},
	{Type: ActionContributorAdded, Means: "a contributor was added to those asked"},
	{Type: ActionContributorWithdrew, Means: "a contributor is no longer asked"},
	{Type: ActionDeadlineMoved, Means: "the deadline of a cycle moved", Texts: []string{"date"}},
	{Type: ActionCollectionClosed, Means: "collection closed", Numbers: []string{"settled", "no-reply"}},
	{Type: ActionCompiled, Means: "a draft was compiled", Numbers: []string{"draft", "words"}, Texts: []string{"hash"}},
	{Type: ActionClearanceStarted, Means: "a draft was sent for clearance", Numbers: []string{"draft"}},
	{Type: ActionDecided, Means: "an office approved or returned a draft", Numbers: []string{"draft"}, Texts: []string{"step", "office", "decision", "hash"}},
	{Type: ActionTransmitted, Means: "the report was transmitted", Texts: []string{"symbol", "masthead", "mandated"}},
	{Type: ActionHandedOver, Means: "a section was handed over to its host report's drafter", Numbers: []string{"words"}, Texts: []string{"drafter", "section"}},
	{Type: ActionHostIssued, Means: "the host report issued", Texts: []string{"symbol", "masthead", "mandated", "paragraphs"}},
	{Type: ActionRescheduled, Means: "an occasion's event has another date", Texts: []string{"date"}},
	{Type: ActionOutcomeRecorded, Means: "what came of an event is on record", Numbers: []string{"participants"}, Texts: []string{"outcome", "date", "symbol"}},
	{Type: ActionCalledOff, Means: "an event was called off", Numbers: []string{"told"}},
	{Type: ActionAttention, Means: "something waits for the Secretariat"},
	{Type: ActionCycleClosed, Means: "a cycle closed"},
	{Type: ActionCancelled, Means: "a cycle was cancelled"},
	{Type: ActionCalendarStarted, Means: "cycles of a stream begin by its due dates", Texts: []string{"from"}},
	{Type: ActionCalendarPaused, Means: "no more cycles of a stream begin"},
	{Type: ActionEventDated, Means: "an event that due dates wait for has a date", Texts: []string{"event", "subject", "date"}},
	{Type: ActionDueMoved, Means: "a due date of a host report moved", Texts: []string{"series", "kind", "rule", "due", "to"}},
	{Type: ActionDueMissed, Means: "it was too late to ask for a section", Texts: []string{"series", "due"}},
	{Type: ActionIntakeStarted, Means: "an intake started", Texts: []string{"first", "last"}},
	{Type: ActionIntakeStopped, Means: "an intake stopped"},
	{Type: ActionWindowOpened, Means: "a window of an intake opened", Texts: []string{"first", "last"}},
	{Type: ActionWindowClosed, Means: "a window of an intake closed", Numbers: []string{"deliveries"}},
	{Type: ActionWindowDigested, Means: "the digest of a window was made", Numbers: []string{"deliveries", "words"}, Texts: []string{"hash"}},
	{Type: ActionDelivered, Means: "a delivery was accepted", Numbers: []string{"delivery", "findings"}, Texts: []string{"hash", "classification", "return-type"}},
	{Type: ActionReceiptLeft, Means: "a receipt was left where only receipts are kept", Restricted: true, Numbers: []string{"delivery"}, Texts: []string{"classification"}},
	{Type: ActionRouted, Means: "a destination was given the signed record of a delivery", Restricted: true, Numbers: []string{"delivery"}},
	{Type: ActionRuleSuspended, Means: "a rule was suspended", Numbers: []string{"suspension"}, Texts: []string{"rule", "questionnaire"}},
	{Type: ActionRuleLifted, Means: "a suspended rule holds again", Numbers: []string{"suspension"}, Texts: []string{"rule", "questionnaire"}},
	{Type: ActionStatisticsReleased, Means: "statistics were published", Numbers: []string{"release", "contributors", "figures", "withheld"}},
}

// hookTypes finds types by their names.
var hookTypes = func() map[Action]HookType {
	all := map[Action]HookType{}
	for _, t := range HookTypes {
		all[t.Type] = t
	}
	return all
}()

// longestHookText bounds what of a detail is told: the longest are lists of
// versions.
const longestHookText = 200

// NewAnnouncer says what endpoints are told by a catalogue, which knows of which
// streams only receipts are kept. A stream that it does not know counts as one of
// those.
func NewAnnouncer(c Catalogue) Announcer {
	return func(a AuditRecord) (HookEvent, bool) {
		kind, ok := hookTypes[a.Action]
		instrument, stream, _, err := a.Cycle.Parts()
		if !ok || err != nil {
			return HookEvent{}, false
		}
		restricted := kind.Restricted || receiptsOnly(c, instrument, stream) || !unclassified(a.Details["classification"])
		return HookEvent{
			Type: a.Action, Instrument: instrument, Stream: stream, Restricted: restricted,
			Payload: hookPayload(a.Action, a.At, kind.data(a, restricted)),
		}, true
	}
}

func receiptsOnly(c Catalogue, instrument, stream string) bool {
	i, err := c.Instrument(instrument)
	if err != nil {
		return true
	}
	s, ok := i.Stream(stream)
	return !ok || s.Intake.ReceiptOnly
}

// unclassified reports whether a record tells of nothing that is marked.
func unclassified(classification string) bool {
	return classification == "" || Classification(classification) == Unclassified
}

// data is what a message tells: ids, numbers and dates, none but those listed. Of
// what is restricted it tells neither who it was nor a hash, by which somebody who
// has the document would know it.
func (t HookType) data(a AuditRecord, restricted bool) map[string]any {
	data := map[string]any{"cycle": string(a.Cycle)}
	if a.Contributor != "" && !restricted {
		data["contributor"] = string(a.Contributor)
	}
	for _, name := range t.Numbers {
		if n, err := strconv.ParseInt(a.Details[name], 10, 64); err == nil {
			data[hookName(name)] = n
		}
	}
	for _, name := range t.Texts {
		text := a.Details[name]
		switch {
		case text == "" || len(text) > longestHookText, restricted && name == "hash", name == "symbol" && !ValidSymbol(text):
			continue
		}
		data[hookName(name)] = text
	}
	return data
}

// hookName is a detail's name in data.
func hookName(detail string) string { return strings.ReplaceAll(detail, "-", "_") }

// hookPayload is a message's body: the thin envelope of the scheme, in canonical
// JSON.
func hookPayload(kind Action, at time.Time, data map[string]any) []byte {
	return canonical(map[string]any{"type": string(kind), "timestamp": at.UTC().Format(time.RFC3339), "data": data})
}

// checkHookTypes is a problem that names what is no type.
func checkHookTypes(types []Action) error {
	if len(types) == 0 {
		return invalidWebhook("Name the types of events that the endpoint is to be told of.")
	}
	for n, t := range types {
		if _, ok := hookTypes[t]; !ok {
			return invalidWebhook("There is no type of events %q.", t)
		}
		if slices.Contains(types[:n], t) {
			return invalidWebhook("The type %q is named twice.", t)
		}
	}
	return nil
}

func invalidWebhook(detail string, args ...any) error {
	return Problemf(ProblemInvalid, "Not a valid endpoint", detail, args...)
}

// Data lists the names that the data of the type can have, beside cycle and
// contributor.
func (t HookType) Data() []string {
	var names []string
	for _, name := range slices.Concat(t.Numbers, t.Texts) {
		names = append(names, hookName(name))
	}
	return names
}
