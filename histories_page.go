package rapporteur

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
)

// ActionGroup is a handful of subjects that somebody looks for together.
type ActionGroup struct {
	ID       string
	Name     string
	Subjects []string // of actions
}

// ActionGroups are how an administrator narrows a history. The subject of every
// action is in one of them, once.
var ActionGroups = []ActionGroup{
	{"cycle", "The cycle and its dates", []string{"cycle", "calendar", "deadline", "collection", "contributor", "event", "host-report", "section"}},
	{"chasing", "Messages and follow-ups", []string{"rung", "message", "extension", "follow-up", "request", "reminder", "note-verbale"}},
	{"answers", "Answers and deliveries", []string{
		"submission", "submissions", "questionnaire", "attachment", "delivery", "receipt", "intake", "window",
	}},
	{"report", "Drafting, clearance, report", []string{"draft", "observations", "drafter", "clearance", "report"}},
	{"rules", "Rules and statistics", []string{"rule", "statistics"}},
	{"access", "People, keys and contacts", []string{"contacts", "key", "person", "link", "delegation"}},
	{"repairs", "Repairs and exports", []string{"repair", "audit", "archive", "payloads", "webhook", "feed"}},
}

// GroupSubjects are the subjects of a group, nil where there is no such group.
func GroupSubjects(id string) []string {
	for _, g := range ActionGroups {
		if g.ID == id {
			return g.Subjects
		}
	}
	return nil
}

// Actor is somebody who acted in a cycle.
type Actor struct {
	ID   string // of the principal, as audit records have it
	Name string // a contributor, a clearance office, a role with the label of its key; the id where nothing is known
}

// HistoryPage is a part of a history: the records that a filter lets through,
// told in lines.
type HistoryPage struct {
	Cycle   Cycle
	Lines   []HistoryPart
	Records int // that the filter lets through, on all pages
	// Next is where the next page begins, the zero mark on the last.
	Next   AuditMark
	Actors []Actor // who acted in the cycle at all
}

// HistoryPart is a line with the records that it tells of.
type HistoryPart struct {
	HistoryLine
	Records []RecordLine // in the order of business time, oldest first
}

// RecordLine is one record in words.
type RecordLine struct {
	AuditRecord
	Who  string // the actor, named as in HistoryLine
	Text string
}

// Page tells a part of a cycle's history, by business time. Records of one day
// that say the like are one line, but not across pages. It asks the record alone.
func (h Histories) Page(ctx context.Context, f AuditFilter, language string) (HistoryPage, error) {
	var page HistoryPage
	var told chronicle
	var actors []string
	if f.Order != OldestFirst {
		f.Order = NewestFirst
	}
	err := h.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		if told.cycle, err = cycleOrCalendar(ctx, r, f.Cycle); err != nil {
			return err
		}
		if page.Records, err = r.AuditCount(ctx, f); err != nil {
			return err
		}
		if told.audit, err = r.AuditTrail(ctx, f); err != nil {
			return err
		}
		if actors, err = r.AuditActors(ctx, f.Cycle); err != nil {
			return err
		}
		told.known, err = ReadKnownActors(ctx, r)
		return err
	})
	if err != nil {
		return page, err
	}
	if f.Limit > 0 && len(told.audit) == f.Limit {
		page.Next = told.audit[f.Limit-1].Mark()
	}
	name := h.names(told.cycle, language)
	page.Cycle, page.Actors = told.cycle, told.who(actors, name)
	page.Lines = told.parts(name)
	if f.Order == NewestFirst {
		slices.Reverse(page.Lines)
	}
	return page, nil
}

// who names actors, in the order of their names.
func (c chronicle) who(ids []string, name func(ContributorID) string) []Actor {
	actors := make([]Actor, 0, len(ids))
	for _, id := range ids {
		named := NameActors([]AuditRecord{{Actor: id}}, c.known, name)
		actors = append(actors, Actor{ID: id, Name: named[0].Actor})
	}
	slices.SortStableFunc(actors, func(a, b Actor) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return actors
}

// parts tells records with every line's records beside it, oldest first.
func (c chronicle) parts(name func(ContributorID) string) []HistoryPart {
	slices.SortFunc(c.audit, func(a, b AuditRecord) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Seq, b.Seq)) })
	named := NameActors(c.audit, c.known, name)
	lines := Narrate(c.cycle, name, named, nil)
	all := make([]HistoryPart, 0, len(lines))
	from := 0
	for _, line := range lines { // every record is in exactly one line, in order
		part := HistoryPart{HistoryLine: line}
		for n := from; n < from+line.Count; n++ {
			told := RecordLine{AuditRecord: c.audit[n], Who: named[n].Actor, Text: line.Text}
			if line.Count > 1 {
				told.Text = Narrate(c.cycle, name, c.audit[n:n+1], nil)[0].Text
			}
			part.Records = append(part.Records, told)
		}
		from += line.Count
		all = append(all, part)
	}
	return all
}

// Contributors are those who existed when the cycle started and whose name has a
// text in it, in any case, or whose id it is.
func (h Histories) Contributors(c Cycle, text, language string) []ContributorID {
	var found []ContributorID
	text = strings.ToLower(text)
	for _, one := range h.Catalogue.Contributors(DateOf(c.StartedAt)) {
		if strings.Contains(strings.ToLower(one.Name(language)), text) || strings.EqualFold(string(one.ID), text) {
			found = append(found, one.ID)
		}
	}
	return found
}

// Events looks up the engine's events that a record comes from: workflow id, run
// id and event id. A record that is not there is a ProblemNotFound; there are no
// events where the engine has none of it, or no longer.
func (h Histories) Events(ctx context.Context, id CycleID, seq int64) ([]EngineEvent, error) {
	var record AuditRecord
	workflows := []string{CycleWorkflowID(id)}
	err := h.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		found, err := r.AuditTrail(ctx, AuditFilter{Cycle: id, After: AuditMark{Seq: seq - 1}, Limit: 1})
		if err != nil {
			return err
		}
		if len(found) == 0 || found[0].Seq != seq {
			return NotFound("record", string(id))
		}
		record = found[0]
		if record.Contributor == "" {
			return nil
		}
		followUps, err := r.FollowUps(ctx, RequestKey{Cycle: id, Contributor: record.Contributor})
		for _, f := range followUps {
			workflows = append(workflows, FollowUpWorkflowID(f.RequestKey, f.Number))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if record.Workflow != "" {
		workflows = []string{record.Workflow}
	}
	events, away := h.EngineEvents(ctx, workflows)
	var found []EngineEvent
	for _, name := range newEventIndex(events).of(record) {
		n := slices.IndexFunc(events, func(e EngineEvent) bool { return e.String() == name })
		found = append(found, events[n])
	}
	if len(found) == 0 && away != nil && !IsProblem(away, ProblemNotFound) {
		return nil, away
	}
	return found, nil
}

// Raw is what the engine itself wrote of a cycle: a JSON object with the history
// of each of its workflows, and which of them the engine no longer keeps.
func (h Histories) Raw(ctx context.Context, id CycleID) ([]byte, error) {
	told, err := h.chronicle(ctx, id)
	if err != nil {
		return nil, err
	}
	workflows := CycleWorkflows(told.cycle, told.requests)
	found, gone := make([]json.RawMessage, len(workflows)), make([]bool, len(workflows))
	err = eachOf(len(workflows), historyReaders, func(n int) (err error) {
		found[n], err = h.Inspector.RawHistory(ctx, workflows[n])
		if gone[n] = IsProblem(err, ProblemNotFound); gone[n] {
			return nil
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	raw := struct {
		Cycle     CycleID           `json:"cycle"`
		Workflows []json.RawMessage `json:"workflows"`
		Gone      []string          `json:"no_longer_kept"`
	}{Cycle: id, Workflows: []json.RawMessage{}, Gone: []string{}}
	for n, text := range found {
		if gone[n] {
			raw.Gone = append(raw.Gone, workflows[n])
		} else {
			raw.Workflows = append(raw.Workflows, text)
		}
	}
	return json.Marshal(raw)
}

// OfNoCycle tells the records that belong to no cycle (keys, contacts, persons),
// the newest first, after a mark; it gives the mark of the next page, the zero one
// on the last.
func (h Histories) OfNoCycle(ctx context.Context, after AuditMark, limit int) (told []RecordLine, next AuditMark, err error) {
	var records []AuditRecord
	var known KnownActors
	err = h.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		if records, err = r.AuditTrail(ctx, AuditFilter{Order: NewestFirst, After: after, Limit: limit}); err != nil {
			return err
		}
		known, err = ReadKnownActors(ctx, r)
		return err
	})
	if err != nil {
		return nil, next, err
	}
	for n, named := range NameActors(records, known, func(id ContributorID) string { return string(id) }) {
		name := h.names(Cycle{StartedAt: named.At}, "en")
		text := Narrate(Cycle{StartedAt: named.At}, name, records[n:n+1], nil)[0].Text
		told = append(told, RecordLine{AuditRecord: records[n], Who: named.Actor, Text: text})
	}
	if len(records) == limit {
		next = records[limit-1].Mark()
	}
	return told, next, nil
}
