package rapporteur

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// steps is when each step of a cycle's clearance is due: by the clearance under way
// where there is one, else as it follows from the plan. Officers get those of their
// office.
func (b *feedReader) steps(ctx context.Context, c Cycle, about FeedEntry) ([]FeedEntry, error) {
	if len(c.Policy.Clearance) == 0 {
		return nil, nil
	}
	dates, err := b.stepDates(ctx, c)
	if err != nil {
		return nil, err
	}
	records, err := b.r.AuditTrail(ctx, AuditFilter{Cycle: c.ID, Actions: []Action{
		ActionDeadlineMoved, ActionCompiled, ActionClearanceStarted, ActionDecided, ActionCancelled,
	}})
	if err != nil {
		return nil, err
	}
	var moved time.Time
	if len(records) > 0 {
		moved = records[len(records)-1].At
	}
	var entries []FeedEntry
	for n, step := range c.Policy.Clearance {
		if b.feed.Principal.Role == RoleClearance && !slices.Contains(step.Offices, b.feed.Principal.Office) {
			continue
		}
		e := about
		e.Kind, e.Key, e.Label, e.Offices = FeedStep, step.ID, step.Name, step.Offices
		e.On, e.Notes, e.Why = dates[n].on, dates[n].notes, dates[n].why
		e.Sequence += movesIn(c.Plan.derivation(DateDraft)) + len(records)
		entries = append(entries, b.entry(e, moved))
	}
	return entries, nil
}

// stepDate is when a step is due or was decided.
type stepDate struct {
	on    Date
	notes []FeedNote
	why   []Step
}

// stepDates reckons a date for every step: those decided have the day of that, the
// one that decides now its due date, and those to come the time that they have after
// the one before.
func (b *feedReader) stepDates(ctx context.Context, c Cycle) ([]stepDate, error) {
	steps := c.Policy.Clearance
	dates := make([]stepDate, len(steps))
	current, last, why := 0, c.Plan.Date(DateDraft), feedWhy(c.Plan.derivation(DateDraft))
	state, err := b.clearance(ctx, c)
	switch {
	case err != nil:
		return nil, err
	case state != nil && state.Outcome == ClearanceReturned:
		why = nil // the next draft has no date of its own
		last = maxDate(last, DateOf(state.StepStarted))
	case state != nil:
		decided, err := b.decided(ctx, *state)
		if err != nil {
			return nil, err
		}
		if current = state.Current; state.Outcome == ClearanceCleared {
			current = len(steps)
		}
		for n := range min(current, len(dates)) {
			dates[n] = stepDate{on: decided[steps[n].ID], notes: []FeedNote{FeedDecided}}
		}
		last, why = DateOf(state.StepStarted), nil
	}
	for n := current; n < len(steps); n++ {
		last = last.Add(steps[n].Within)
		why = append(slices.Clone(why), Step{Rule: steps[n].Name + ": " + steps[n].Within.Words(), Basis: "clearance chain", Result: last})
		dates[n] = stepDate{on: last, why: why}
		if state == nil || n > current || state.Outcome != ClearancePending {
			dates[n].notes = []FeedNote{FeedExpected}
		}
	}
	return dates, nil
}

// clearance is the state of the newest draft's clearance; nil where none has begun.
func (b *feedReader) clearance(ctx context.Context, c Cycle) (*ClearanceState, error) {
	if c.Draft == 0 {
		return nil, nil
	}
	state, err := b.r.Clearance(ctx, c.ID, c.Draft)
	if IsProblem(err, ProblemNotFound) {
		return nil, nil
	}
	return &state, err
}

// decided is the day of the last approval at each step of a draft.
func (b *feedReader) decided(ctx context.Context, s ClearanceState) (map[string]Date, error) {
	decisions, err := b.r.Decisions(ctx, s.Cycle, s.Draft)
	days := map[string]Date{}
	for _, d := range decisions {
		if d.Approve {
			days[d.Step] = DateOf(d.At)
		}
	}
	return days, err
}

// calendars is the due dates of host reports for which no cycle is on record yet.
// Once there is one, its dates have the same UIDs.
func (b *feedReader) calendars(ctx context.Context) ([]FeedEntry, error) {
	calendars, err := b.r.StreamCalendars(ctx)
	if err != nil {
		return nil, err
	}
	var entries []FeedEntry
	for _, c := range calendars {
		p, err := newInclusionPlanner(b.Catalogue, c)
		if IsProblem(err, ProblemNotFound) {
			continue // the calendar outlives its instrument's file
		}
		if err != nil {
			return nil, err
		}
		if !c.PausedAt.IsZero() {
			continue
		}
		today := DateOf(c.Now(b.Clock()))
		dues, _, err := p.stream.Inclusion.Dues(c, maxDate(c.From, today.AddDays(-feedPast)), today.AddDays(feedAhead))
		if err != nil {
			return nil, fmt.Errorf("cannot reckon due dates of %s: %w", c.StreamKey, err)
		}
		for _, due := range dues {
			if id := due.Cycle(c.StreamKey); !b.known[id] {
				entries = append(entries, b.due(c, due, id)...)
			}
		}
	}
	return entries, nil
}

// due is the mandated and the planned date of one host report.
func (b *feedReader) due(c StreamCalendar, due SeriesDue, id CycleID) []FeedEntry {
	about := FeedEntry{Cycle: id, Shape: ShapeInclusion, Stamp: c.StartedAt, Subject: due.Series.Title, Page: "/calendars/" + c.String()}
	b.text(&about, c.StreamKey)
	var moved time.Time
	for _, change := range c.Changes {
		if change.Series == due.Series.ID {
			moved = change.At
		}
	}
	var entries []FeedEntry
	for _, d := range []PlannedDate{
		{Key: DateMandated, Label: "Mandated date", Date: due.Due.Agreed, Derivation: due.Due.agreedSteps()},
		{Key: DatePlanned, Label: "Planned date", Date: due.Due.Planned, Derivation: due.Due.Derivation},
	} {
		e := about
		e.Kind, e.Key, e.Label, e.On, e.Why = FeedDate, d.Key, d.Label, d.Date, feedWhy(d.Derivation)
		if due.Due.Expected {
			e.Notes = []FeedNote{FeedExpected}
		}
		e.Sequence += movesIn(d.Derivation)
		entries = append(entries, b.entry(e, moved))
	}
	return entries
}

// answers is what a contributor finds: when its own answers are due.
func (b *feedReader) answers(ctx context.Context) ([]FeedEntry, error) {
	requests, err := b.r.Requests(ctx, RequestFilter{Cycle: b.feed.Cycle, Contributor: b.feed.Principal.Contributor})
	if err != nil {
		return nil, err
	}
	var entries []FeedEntry
	for _, request := range requests {
		if request.Contributor != b.feed.Principal.Contributor {
			continue
		}
		c, err := b.r.Cycle(ctx, request.Cycle)
		if err != nil {
			return nil, err
		}
		e, err := b.answer(ctx, c, request)
		if err != nil {
			return nil, err
		}
		entries = append(entries, b.recent([]FeedEntry{e}, c)...)
	}
	return entries, nil
}

func (b *feedReader) answer(ctx context.Context, c Cycle, request Request) (FeedEntry, error) {
	e, err := b.about(c)
	if err != nil {
		return FeedEntry{}, err
	}
	records, err := b.r.AuditTrail(ctx, AuditFilter{Cycle: c.ID, Contributor: request.Contributor, Actions: feedMoves})
	if err != nil {
		return FeedEntry{}, err
	}
	var moved time.Time
	if len(records) > 0 {
		moved = records[len(records)-1].At
	}
	e.Kind, e.Label, e.On, e.Stamp = FeedAnswer, "Answers due", request.Due, request.OpenedAt
	e.Cancelled = request.State == RequestWithdrawn
	e.Sequence = len(records)
	e.Page = "/requests/" + string(c.ID) + "/" + string(request.Contributor)
	switch {
	case request.Rounds > 0 && request.Due != c.Plan.Date(DateDue):
		e.Notes = []FeedNote{FeedReturned}
	case request.Extension == ExtensionGranted:
		e.Notes = []FeedNote{FeedExtended}
	}
	e.Why = feedWhy(c.Plan.derivation(DateDue))
	if request.Due != c.Plan.Date(DateDue) && len(e.Notes) == 0 {
		e.Why = nil
	}
	return b.entry(e, moved), nil
}
