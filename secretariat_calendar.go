package rapporteur

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
)

// StartCalendar has the cycles of an inclusion stream start by its due dates,
// from a date on (today where it is zero). One that runs already is left as it
// is; one that was paused goes on.
func (s Secretariat) StartCalendar(ctx context.Context, actor Principal, key StreamKey, from Date) (StreamCalendar, error) {
	fresh := StreamCalendar{StreamKey: key, ClockOffset: s.ClockOffset}
	if _, err := newInclusionPlanner(s.Catalogue, fresh); err != nil {
		return StreamCalendar{}, err
	}
	fresh.StartedAt, fresh.StartedBy = fresh.Now(s.Clock()), actor.ID
	if fresh.From = from; from.IsZero() {
		fresh.From = DateOf(fresh.StartedAt)
	}
	var calendar StreamCalendar
	err := s.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		calendar, err = tx.LockStreamCalendar(ctx, key)
		switch {
		case IsProblem(err, ProblemNotFound):
			calendar = fresh
			if err := tx.InsertStreamCalendar(ctx, calendar); err != nil {
				return err
			}
			return s.heard(ctx, tx, calendar, MessageStartCalendar, calendarRecord(calendar, actor, ActionCalendarStarted, fresh.StartedAt))
		case err != nil || calendar.PausedAt.IsZero():
			return err
		}
		calendar.PausedAt = time.Time{}
		return s.changed(ctx, tx, &calendar, calendarRecord(calendar, actor, ActionCalendarStarted, calendar.Now(s.Clock())))
	})
	return calendar, err
}

// PauseCalendar has no more cycles start until the calendar is started again.
// Those that run go on. Paused before, it changes nothing.
func (s Secretariat) PauseCalendar(ctx context.Context, actor Principal, key StreamKey, reason string) (StreamCalendar, error) {
	if strings.TrimSpace(reason) == "" {
		return StreamCalendar{}, Problemf(ProblemInvalid, "A reason is needed", "Say why no more cycles are to start.")
	}
	return s.onCalendar(ctx, key, func(c *StreamCalendar, now time.Time) (AuditRecord, error) {
		if !c.PausedAt.IsZero() {
			return AuditRecord{}, errUnchanged
		}
		c.PausedAt = now
		record := calendarRecord(*c, actor, ActionCalendarPaused, now)
		record.Reason = reason
		return record, nil
	})
}

var subjectForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// DateEvent tells the date of an event that due dates of a stream wait for, on
// somebody's authority. A later date for the same event stands in place of the
// first in what is reckoned from then on; both stay on record.
func (s Secretariat) DateEvent(ctx context.Context, actor Principal, key StreamKey, e SeriesEvent) (StreamCalendar, error) {
	policy, err := s.inclusion(key)
	if err != nil {
		return StreamCalendar{}, err
	}
	known, each := policy.knows(e.Event)
	switch {
	case !known:
		return StreamCalendar{}, NotFound("event", e.Event)
	case e.Date.IsZero():
		return StreamCalendar{}, Problemf(ProblemInvalid, "A date is needed", "Give the day of the event.")
	case strings.TrimSpace(e.Authority) == "":
		return StreamCalendar{}, Problemf(ProblemInvalid, "An authority is needed", "Name the document or person that tells the date.")
	case each && (!subjectForm.MatchString(e.Subject) || len(e.Subject) > 12):
		return StreamCalendar{}, Problemf(ProblemInvalid, "A subject is needed", "This event happens more than once: name what it is about in at most 12 small letters, digits and hyphens, such as ken or ken-2.")
	case !each && e.Subject != "":
		return StreamCalendar{}, Problemf(ProblemInvalid, "No subject is needed", "This event happens once; leave the subject out.")
	}
	return s.onCalendar(ctx, key, func(c *StreamCalendar, now time.Time) (AuditRecord, error) {
		for _, before := range slices.Backward(c.Events) {
			if before.Event == e.Event && before.Subject == e.Subject {
				if before.Date == e.Date && before.Authority == e.Authority {
					return AuditRecord{}, errUnchanged
				}
				break
			}
		}
		e.By, e.At = actor.ID, now
		c.Events = append(c.Events, e)
		record := calendarRecord(*c, actor, ActionEventDated, now)
		record.Details["event"], record.Details["subject"] = e.Event, e.Subject
		record.Details["date"], record.Details["authority"] = e.Date.String(), e.Authority
		return record, policy.check(*c)
	})
}

// MoveDue moves one due date of one series, once: an extension by exchange of
// letters or note by the President, or another day in the programme of work.
// Dates that lean on it follow. A cycle that was planned for it before is moved
// by its own command.
func (s Secretariat) MoveDue(ctx context.Context, actor Principal, key StreamKey, change SeriesChange) (StreamCalendar, error) {
	policy, err := s.inclusion(key)
	if err != nil {
		return StreamCalendar{}, err
	}
	if strings.TrimSpace(change.Authority) == "" {
		return StreamCalendar{}, Problemf(ProblemInvalid, "An authority is needed", "Name the document by which the date is moved.")
	}
	return s.onCalendar(ctx, key, func(c *StreamCalendar, now time.Time) (AuditRecord, error) {
		if slices.ContainsFunc(c.Changes, func(b SeriesChange) bool { return b.Series == change.Series && b.DueChange == change.DueChange }) {
			return AuditRecord{}, errUnchanged
		}
		series := slices.IndexFunc(policy.instances(*c), func(s Series) bool { return s.ID == change.Series })
		if series < 0 {
			return AuditRecord{}, NotFound("series", change.Series)
		}
		change.By, change.At = actor.ID, now
		c.Changes = append(c.Changes, change)
		record := calendarRecord(*c, actor, ActionDueMoved, now)
		record.Details["series"], record.Details["due"] = change.Series, change.Due.String()
		record.Details["to"], record.Details["authority"] = change.To.String(), change.Authority
		record.Details["kind"], record.Details["rule"] = string(change.Kind), change.Rule
		return record, policy.check(*c)
	})
}

// inclusion is the policy of an inclusion stream.
func (s Secretariat) inclusion(key StreamKey) (InclusionPolicy, error) {
	p, err := newInclusionPlanner(s.Catalogue, StreamCalendar{StreamKey: key})
	return p.stream.Inclusion, err
}

// check is a problem where what was told cannot be reckoned with.
func (p InclusionPolicy) check(c StreamCalendar) error {
	if _, _, err := p.Dues(c, c.From, c.From.AddDays(lookAhead)); err != nil {
		return &Problem{Kind: ProblemInvalid, Title: "The dates cannot be reckoned so", Detail: err.Error()}
	}
	return nil
}

// longestOutlook is how many years of due dates are shown at once.
const longestOutlook = 10

// Outlook is what falls due in a stream: the calendar's record, each due date,
// and what is waited for. A stream whose calendar was not started has a record
// without a start.
type Outlook struct {
	Calendar StreamCalendar
	Dues     []SeriesDue
	Awaited  []SeriesAwaited
}

// Outlook reckons the due dates of an inclusion stream from one day to another,
// both included: a year from today where they are zero.
func (s Secretariat) Outlook(ctx context.Context, key StreamKey, from, to Date) (Outlook, error) {
	policy, err := s.inclusion(key)
	if err != nil {
		return Outlook{}, err
	}
	out := Outlook{Calendar: StreamCalendar{StreamKey: key, ClockOffset: s.ClockOffset}}
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		calendar, err := r.StreamCalendar(ctx, key)
		if IsProblem(err, ProblemNotFound) {
			return nil
		}
		out.Calendar = calendar
		return err
	})
	if err != nil {
		return Outlook{}, err
	}
	if from.IsZero() {
		from = DateOf(out.Calendar.Now(s.Clock()))
	}
	if to.IsZero() {
		to = from.AddMonths(12)
	}
	if to.Before(from) || to.After(from.AddMonths(12*longestOutlook)) {
		return Outlook{}, Problemf(ProblemInvalid, "Invalid time", "Ask for at most %d years, the first day first.", longestOutlook)
	}
	out.Dues, out.Awaited, err = policy.Dues(out.Calendar, from, to)
	return out, err
}
