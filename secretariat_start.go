package rapporteur

import (
	"context"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Start asks for a cycle.
type Start struct {
	Instrument string
	Stream     string
	Period     string          // default: the year of the mandated date
	Dates      map[string]Date // planned dates to use instead of the derived ones
	Authority  string          // who or what allows those, or sets the date of the event
	Without    []ContributorID // contributors not to ask
	Only       []ContributorID // ask just these, if given
	Event      Event           // occasions: date, time, place and body; the rest follows from the stream
	Title      string          // occasions: of the event; default the stream's
}

// Preview is what a cycle would be: its calendar with every date's derivation,
// whom it asks and who of them cannot be reached.
type Preview struct {
	Cycle       Cycle
	Unreachable []ContributorID
}

// Preview reckons a cycle without starting it.
func (s Secretariat) Preview(ctx context.Context, start Start) (Preview, error) {
	cycle, err := s.plan(start)
	if err != nil {
		return Preview{}, err
	}
	preview := Preview{Cycle: cycle}
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		if cycle.Shape == ShapeOccasion {
			if preview.Cycle, err = numbered(ctx, r, cycle); err != nil {
				return err
			}
		}
		preview.Unreachable, err = r.Unreachable(ctx, cycle.Contributors)
		return err
	})
	return preview, err
}

// Start plans a cycle and hands it to the engine. It refuses when a
// contributor cannot be reached, naming them, and when the cycle exists.
func (s Secretariat) Start(ctx context.Context, actor Principal, start Start) (Cycle, error) {
	cycle, err := s.plan(start)
	if err != nil {
		return Cycle{}, err
	}
	now := cycle.Now(s.Clock())
	if err := over(cycle, now); err != nil {
		return Cycle{}, err
	}
	cycle.StartedAt, cycle.StartedBy, cycle.LeadDrafter = now, actor.ID, actor.ID
	planned := cycle
	err = s.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		missing, err := tx.Unreachable(ctx, cycle.Contributors)
		if err != nil {
			return err
		}
		if len(missing) > 0 {
			return Problemf(ProblemUnreachable, "Not everybody can be reached", "%s", unreachableText(missing))
		}
		cycle, err = plant(ctx, tx, planned, AuditRecord{At: now, Actor: actor.ID})
		return err
	})
	return cycle, err
}

// plant puts a new cycle on record, an occasion under its number, and has the
// relay start its workflow.
func plant(ctx context.Context, tx Tx, cycle Cycle, record AuditRecord) (Cycle, error) {
	cycle.Policy.CollectEvery = rationed(cycle.Policy.CollectEvery, cycle.Plan)
	cycle, err := insertCycle(ctx, tx, cycle)
	if err != nil {
		return cycle, err
	}
	record.Key = string(ActionCyclePlanned) + "/" + string(cycle.ID)
	record.Cycle, record.Action, record.Details = cycle.ID, ActionCyclePlanned, plannedDetails(cycle)
	if _, err := tx.AppendAudit(ctx, record); err != nil {
		return cycle, err
	}
	return cycle, tx.Enqueue(ctx, Message{Kind: MessageStartCycle, Cycle: cycle.ID})
}

// mostCollections is how often at most answers are collected for no other reason
// than that some have come: each time costs some ten events of the engine's
// history, which is to stay below two thousand, whoever asks how many.
const mostCollections = 150

// rationed is how often answers are collected: as often as the policy says, a day
// where it says nothing, and more rarely where they are collected for so long
// that it would be too often.
func rationed(every Period, p Plan) Period {
	if every.IsZero() {
		every = Period{Days: 1}
	}
	opens := p.Date(DateOpens)
	open := p.Date(DateCloses).Start().Sub(opens.Start())
	rarely := Period{Days: int(math.Ceil(open.Hours() / 24 / mostCollections))}
	if opens.Add(rarely).After(opens.Add(every)) {
		return rarely
	}
	return every
}

// over is a problem where answers would be due before they are asked for.
func over(c Cycle, now time.Time) error {
	if c.Plan.Date(DateDue).End().After(now) {
		return nil
	}
	return Problemf(ProblemInvalid, "The dates are over",
		"Answers would be due on %s, and it is %s. Give planned dates of your own with their authority.", c.Plan.Date(DateDue), DateOf(now))
}

func (s Secretariat) plan(start Start) (Cycle, error) {
	instrument, err := s.Catalogue.Instrument(start.Instrument)
	if err != nil {
		return Cycle{}, err
	}
	stream, ok := instrument.Stream(start.Stream)
	if !ok {
		return Cycle{}, NotFound("stream", start.Stream)
	}
	if !stream.Runs() {
		return Cycle{}, Problemf(ProblemUnsupported, "The stream has no cycle", "%s has no policy to run by; complete the instrument.", stream.ID)
	}
	if stream.Shape == ShapeIntake {
		return Cycle{}, Problemf(ProblemUnsupported, "The stream is an intake", "The windows of %s follow each other; start the intake.", stream.ID)
	}
	if stream.Shape == ShapeInclusion {
		return Cycle{}, Problemf(ProblemUnsupported, "The stream has a calendar", "The cycles of %s follow from the host reports; start its calendar.", stream.ID)
	}
	if stream.Shape == ShapeOccasion {
		return s.planOccasion(instrument, stream, start)
	}
	if start.Event != (Event{}) || start.Title != "" {
		return Cycle{}, Problemf(ProblemInvalid, "No event", "%s is no stream of occasions; its cycles have no event.", stream.ID)
	}
	plan, err := NewPlan(instrument, stream, s.Catalogue.WorkingDays())
	if err != nil {
		return Cycle{}, err
	}
	if plan, err = replan(plan, start, stream.Policy.Ladder); err != nil {
		return Cycle{}, err
	}
	period := start.Period
	if period == "" {
		period = strconv.Itoa(plan.Date(DateMandated).Year)
	}
	if !periodLabel.MatchString(period) || period == CalendarPeriod || strings.HasPrefix(period, WindowPrefix) || strings.HasPrefix(period, OccasionPrefix) {
		return Cycle{}, Problemf(ProblemInvalid, "Invalid period", "A period is a short label such as 2018 or 2018-H1; those of calendars, windows and occasions are their own.")
	}
	contributors, err := s.audience(stream, start, plan.Date(DateOpens))
	return Cycle{
		ID: NewCycleID(instrument.ID, stream.ID, period), Shape: stream.Shape, Phase: PhasePlanned, Plan: plan,
		Policy: stream.Policy, Contributors: contributors, ClockOffset: s.ClockOffset,
	}, err
}

// periodLabel is what a period may look like: it is part of ids and links.
var periodLabel = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$`)

// replan puts the dates a person chose in place of the derived ones.
func replan(plan Plan, start Start, ladder []Rung) (Plan, error) {
	if len(start.Dates) == 0 {
		return plan, nil
	}
	if strings.TrimSpace(start.Authority) == "" {
		return plan, Problemf(ProblemInvalid, "An authority is needed", "Name the document or person that allows other dates than the derived ones.")
	}
	for n, d := range plan.Dates {
		to, chosen := start.Dates[d.Key]
		if !chosen {
			continue
		}
		step := Step{Rule: "moved from " + d.Date.String(), Basis: "chosen at the start", Result: to, Authority: start.Authority}
		plan.Dates[n].Date = to
		plan.Dates[n].Derivation = append(slices.Clone(d.Derivation), step)
	}
	for key := range start.Dates {
		if key == DateAdoption || key == DateMandated || plan.Date(key).IsZero() {
			return plan, Problemf(ProblemInvalid, "Not a planned date", "%q is not a date that can be planned otherwise.", key)
		}
	}
	if err := plan.Validate(); err != nil {
		return plan, &Problem{Kind: ProblemInvalid, Title: "The dates are out of order", Detail: err.Error()}
	}
	plan.Rungs = PlanRungs(ladder, plan.Date(DateDue))
	return plan, nil
}

// audience is who exists on the opening date, of the kinds the stream asks.
func (s Secretariat) audience(stream Stream, start Start, on Date) ([]ContributorID, error) {
	var kinds []ContributorKind
	for _, a := range stream.Policy.Audience {
		kinds = append(kinds, a.Kind)
	}
	var ids []ContributorID
	for _, c := range s.Catalogue.Contributors(on, kinds...) {
		wanted := len(start.Only) == 0 || slices.Contains(start.Only, c.ID)
		if wanted && !slices.Contains(start.Without, c.ID) {
			ids = append(ids, c.ID)
		}
	}
	for _, id := range append(slices.Clone(start.Only), start.Without...) {
		contributor, err := s.Catalogue.Contributor(id, on)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(kinds, contributor.Kind) {
			return nil, Problemf(ProblemInvalid, "Not asked in this stream", "%s is a %s; the stream asks none.", id, contributor.Kind)
		}
	}
	if len(ids) == 0 {
		return nil, nobody(on)
	}
	return ids, nil
}

func nobody(on Date) error {
	return Problemf(ProblemInvalid, "Nobody to ask", "No contributor is left to ask on %s.", on)
}
