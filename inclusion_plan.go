package rapporteur

import (
	"fmt"
	"slices"
)

// inclusionPlanner makes the cycles of an inclusion stream.
type inclusionPlanner struct {
	calendar StreamCalendar
	stream   Stream
	profile  Profile
	work     WorkingDays
}

func newInclusionPlanner(catalogue Catalogue, calendar StreamCalendar) (inclusionPlanner, error) {
	p := inclusionPlanner{calendar: calendar, work: catalogue.WorkingDays()}
	instrument, err := catalogue.Instrument(calendar.Instrument)
	if err != nil {
		return p, err
	}
	stream, ok := instrument.Stream(calendar.Stream)
	if !ok {
		return p, NotFound("stream", calendar.Stream)
	}
	if stream.Shape != ShapeInclusion || len(stream.Inclusion.Series) == 0 {
		return p, Problemf(ProblemUnsupported, "The stream has no calendar", "%s is a stream of shape %s; calendars start the cycles of inclusion streams that name their series.", stream.ID, stream.Shape)
	}
	p.stream = stream
	p.profile, err = catalogue.Profile(stream.Inclusion.Profile)
	return p, err
}

// cycle is the cycle that serves a due date, as it would be planned today.
func (p inclusionPlanner) cycle(due SeriesDue, today Date) (Cycle, error) {
	policy := p.stream.Policy
	policy.Drafter, policy.Dates = due.Series.Drafter, p.profile.Dates
	plan, err := p.profile.Plan(due.Due, policy.Ladder, p.work)
	if err != nil {
		return Cycle{}, fmt.Errorf("cannot plan section for %s of %s: %w", due.Due.Mandated, due.Series.ID, err)
	}
	return Cycle{
		ID: due.Cycle(p.calendar.StreamKey), Shape: ShapeInclusion, Series: due.Series.ID, Title: due.Series.Title,
		Phase: PhasePlanned, Plan: plan.notBefore(today, policy.Ladder), Policy: policy,
		Contributors: []ContributorID{due.Series.Contributor}, ClockOffset: p.calendar.ClockOffset,
	}, nil
}

// notBefore is the plan where it is begun too late for its dates: requests go
// out today, answers are due in the middle of the time that is left, and the
// rest follows. The host report's own dates stay; where they are over, so is
// the plan.
func (p Plan) notBefore(today Date, ladder []Rung) Plan {
	if !p.Date(DateOpens).Before(today) {
		return p
	}
	middle := today.AddDays(p.Date(DateTransmits).DaysSince(today) / 2)
	next := Plan{Dates: slices.Clone(p.Dates), Rungs: p.Rungs}
	for key, earliest := range map[string]Date{
		DateOpens: today, DateDue: middle, DateCloses: middle.AddDays(1), DateDraft: middle.AddDays(1),
	} {
		n := slices.IndexFunc(next.Dates, func(d PlannedDate) bool { return d.Key == key })
		if n < 0 || !next.Dates[n].Date.Before(earliest) {
			continue
		}
		d := &next.Dates[n]
		d.follow(Step{Rule: "moved from " + d.Date.String(), Basis: "asked at short notice", Result: earliest})
	}
	next.Rungs = PlanRungs(ladder, next.Date(DateDue))
	return next
}
