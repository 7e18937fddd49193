package rapporteur

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// eventIndex finds the events of the engine that an audit record comes from.
type eventIndex struct {
	byRef   map[string][]EngineEvent // by workflow and reference
	updates map[string][]EngineEvent // by reference alone: ids of commands are unique
	hints   []EngineEvent            // by the newest record that they told of
	started map[string]EngineEvent   // first event of each workflow
}

func newEventIndex(events []EngineEvent) eventIndex {
	x := eventIndex{byRef: map[string][]EngineEvent{}, updates: map[string][]EngineEvent{}, started: map[string]EngineEvent{}}
	for _, e := range events {
		if e.Ref != "" && strings.HasPrefix(e.Type, "Activity") {
			key := e.Workflow + " " + e.Ref
			x.byRef[key] = append(x.byRef[key], e)
		}
		if e.Ref != "" && strings.HasPrefix(e.Type, "WorkflowExecutionUpdate") {
			x.updates[e.Ref] = append(x.updates[e.Ref], e)
		}
		if e.AuditSeq > 0 {
			x.hints = append(x.hints, e)
		}
		if _, known := x.started[e.Workflow]; !known && e.Type == "WorkflowExecutionStarted" {
			x.started[e.Workflow] = e
		}
	}
	slices.SortStableFunc(x.hints, func(a, b EngineEvent) int {
		return cmp.Or(cmp.Compare(a.AuditSeq, b.AuditSeq), a.At.Compare(b.At))
	})
	return x
}

// of lists the events of a record: the Update that carried a person's command
// and the activity that wrote the record; for a record that was written
// outside of the engine, the hint that told the engine of it.
func (x eventIndex) of(r AuditRecord) []string {
	var events []string
	if id := commandID(r); id != "" {
		events = appendEvent(events, x.updates[id], "")
	}
	if r.Workflow != "" {
		return appendEvent(events, x.byRef[r.Workflow+" "+r.Event], r.Run)
	}
	if r.Action == ActionCyclePlanned {
		if started, ok := x.started[CycleWorkflowID(r.Cycle)]; ok {
			return []string{started.String()}
		}
		return nil
	}
	for _, hint := range x.hints {
		if hint.AuditSeq >= r.Seq && concerns(hint, r) {
			return append(events, hint.String())
		}
	}
	return events
}

// concerns reports whether a hint can have told of a record: those of the
// cycle of everything, those of a follow-up of its contributor only.
func concerns(hint EngineEvent, r AuditRecord) bool {
	if hint.Workflow == CycleWorkflowID(r.Cycle) {
		return true
	}
	if r.Contributor == "" {
		return false
	}
	followUps := "follow-up/" + string(r.Cycle) + "/" + string(r.Contributor) + "/"
	return strings.HasPrefix(hint.Workflow, followUps)
}

// appendEvent adds the most telling of several events with one reference: the
// one that committed the result, or the first.
func appendEvent(events []string, candidates []EngineEvent, run string) []string {
	var best *EngineEvent
	for i := range candidates {
		e := &candidates[i]
		if run != "" && e.Run != "" && e.Run != run {
			continue
		}
		if best == nil || (!telling(*best) && telling(*e)) {
			best = e
		}
	}
	if best == nil {
		return events
	}
	return append(events, best.String())
}

func telling(e EngineEvent) bool {
	return e.Type == "ActivityTaskCompleted" || e.Type == "WorkflowExecutionUpdateAccepted"
}

// commandID is the id of the command, decision or delegation that a record
// carries out, from its key.
func commandID(r AuditRecord) string {
	for _, prefix := range []string{"command/", "decision/", "delegation/", "extension/"} {
		if strings.HasPrefix(r.Key, prefix) {
			return r.Key[strings.LastIndex(r.Key, "/")+1:]
		}
	}
	return ""
}

// String names the event for looking it up in the engine: workflow id, run id
// and event id, separated by spaces.
func (e EngineEvent) String() string { return fmt.Sprintf("%s %s %d", e.Workflow, e.Run, e.ID) }
