package rapporteur

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// planOccasion reckons the cycle of an occasion. Its number is given where the
// occasions of the stream can be counted.
func (s Secretariat) planOccasion(instrument Instrument, stream Stream, start Start) (Cycle, error) {
	event, title, err := start.event(stream)
	if err != nil {
		return Cycle{}, err
	}
	if event.Date.Before(instrument.Adopted) {
		return Cycle{}, Problemf(ProblemInvalid, "The event was before the text",
			"%s was adopted on %s; give the date of an event from that day on.", instrument.Symbol, instrument.Adopted)
	}
	today := DateOf(s.Clock().Add(s.ClockOffset))
	if event.Date.Before(today) && strings.TrimSpace(start.Authority) == "" {
		return Cycle{}, Problemf(ProblemInvalid, "The event is over",
			"The event was on %s, and it is %s. To record what has been, name the document or person that asks for it.", event.Date, today)
	}
	plan, err := NewEventPlan(stream, event, start.Authority, today)
	if err != nil {
		return Cycle{}, err
	}
	if plan, err = replan(plan, start, stream.Policy.Ladder); err != nil {
		return Cycle{}, err
	}
	opens := plan.Date(DateOpens)
	if len(start.Only) == 0 && len(stream.Occasion.Invites)+len(stream.Occasion.InvitesAll) > 0 {
		if start.Only = s.invited(stream, opens); len(start.Only) == 0 {
			return Cycle{}, nobody(opens)
		}
	}
	contributors, err := s.audience(stream, start, opens)
	return Cycle{
		ID: NewCycleID(instrument.ID, stream.ID, OccasionPrefix), Shape: stream.Shape, Title: title, Phase: PhasePlanned, Plan: plan,
		Policy: stream.Policy, Contributors: contributors, ClockOffset: s.ClockOffset, Event: event,
	}, err
}

// invited is whom the stream's events ask where nobody is named, as far as they
// exist on a date.
func (s Secretariat) invited(stream Stream, on Date) []ContributorID {
	var there []ContributorID
	for _, c := range s.Catalogue.Contributors(on) {
		if slices.Contains(stream.Occasion.Invites, c.ID) || slices.Contains(stream.Occasion.InvitesAll, c.Kind) {
			there = append(there, c.ID)
		}
	}
	return there
}

// maxEventText bounds the short texts of an event, in characters.
const maxEventText = 200

// event is the event of an occasion as it is asked for, and its title.
func (s Start) event(stream Stream) (Event, string, error) {
	e, title := s.Event, s.Title
	if e.Date.IsZero() {
		return e, title, Problemf(ProblemInvalid, "An event is needed", "%s is a stream of occasions; give the date of the event.", stream.ID)
	}
	if s.Period != "" {
		return e, title, Problemf(ProblemInvalid, "No period", "Occasions are numbered by themselves.")
	}
	e.Kind, e.ReceiptOnly = stream.Occasion.Kind, stream.Intake.ReceiptOnly
	if strings.TrimSpace(title) == "" {
		title = stream.Occasion.Title
	}
	for what, text := range map[string]string{"title": title, "time": e.Time, "place": e.Place, "body": e.Body} {
		if utf8.RuneCountInString(text) > maxEventText || strings.ContainsFunc(text, isControl) {
			return e, title, Problemf(ProblemInvalid, "Invalid event", "The %s of the event is too long or has line breaks.", what)
		}
	}
	return e, title, nil
}

// numbered gives an occasion the next free number of its stream. The same event
// a second time is refused: it is the same request sent again, or somebody else
// was faster.
func numbered(ctx context.Context, r Reader, cycle Cycle) (Cycle, error) {
	before, err := cyclesUnder(ctx, r, string(cycle.ID))
	if err != nil {
		return cycle, err
	}
	number := 0
	for _, other := range before {
		n, err := strconv.Atoi(strings.TrimPrefix(string(other.ID), string(cycle.ID)))
		if err == nil {
			number = max(number, n)
		}
		if other.Title == cycle.Title && other.Event.Date == cycle.Event.Date && other.Phase != PhaseCancelled {
			return cycle, Problemf(ProblemConflict, "The occasion exists", "%s is the same event. Give another title where it is not.", other.ID)
		}
	}
	cycle.ID = CycleID(fmt.Sprintf("%s%d", cycle.ID, number+1))
	return cycle, nil
}

// insertCycle adds a cycle that starts. An occasion gets its number; where two
// start at once, the later one gets the next.
func insertCycle(ctx context.Context, tx Tx, cycle Cycle) (Cycle, error) {
	if cycle.Shape != ShapeOccasion {
		return cycle, tx.InsertCycle(ctx, cycle)
	}
	for {
		next, err := numbered(ctx, tx, cycle)
		if err != nil {
			return cycle, err
		}
		if err = tx.InsertCycle(ctx, next); !IsProblem(err, ProblemConflict) {
			return next, err
		}
	}
}

// plannedDetails is what the audit record of a cycle's start says of it.
func plannedDetails(c Cycle) map[string]string {
	details := map[string]string{
		"contributors": fmt.Sprint(len(c.Contributors)), "mandated": c.Plan.Date(DateMandated).String(),
		"opens": c.Plan.Date(DateOpens).String(), "due": c.Plan.Date(DateDue).String(),
	}
	if c.Shape == ShapeOccasion {
		details["event"], details["asks"] = c.Event.Date.String(), c.asks()
	}
	return details
}
