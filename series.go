package rapporteur

import (
	"slices"
	"time"
)

// InclusionPolicy says in whose reports the section of an inclusion stream
// stands, and how long ahead it is asked for.
type InclusionPolicy struct {
	Profile string // processing profile that gives the lead times: council-fast
	Series  []Series
}

// Series is the reports that somebody makes regularly, or when something
// happens, and in which a section is to stand.
type Series struct {
	ID          string            // unmiss
	Title       string            // of the host report
	Titles      map[string]string // the same by language, where it is translated
	Contributor ContributorID
	Drafter     string // office that drafts the host report: DPO
	// Each names an event of the calendar that happens any number of times, each
	// time about another subject, as the assessment of a State does: every one
	// has a series of its own. Empty for a series that runs by itself.
	Each     string
	Calendar Calendar
}

// StreamKey names a stream of an instrument.
type StreamKey struct {
	Instrument string
	Stream     string
}

// String is {instrument}/{stream}.
func (k StreamKey) String() string { return k.Instrument + "/" + k.Stream }

// CalendarPeriod is the period under which the calendar of a stream has its
// messages and audit records; no cycle has it.
const CalendarPeriod = "calendar"

// Calendar is the id under which the stream's calendar has its messages and
// audit records.
func (k StreamKey) Calendar() CycleID { return NewCycleID(k.Instrument, k.Stream, CalendarPeriod) }

// StreamCalendar is the record by which the cycles of an inclusion stream
// start: from when on, and what people have told of its due dates. What was
// told is added to, never overwritten.
type StreamCalendar struct {
	StreamKey
	From        Date          // due dates before it are not asked for
	ClockOffset time.Duration // business time minus wall time; zero in production
	StartedAt   time.Time     // business time
	StartedBy   string
	PausedAt    time.Time // zero while cycles start
	Attention   string    // what a person should do, empty when nothing
	Events      []SeriesEvent
	Changes     []SeriesChange
	Revision    int // grows with every change; the ETag
}

// Now is the calendar's business time at a wall-clock instant.
func (c StreamCalendar) Now(wall time.Time) time.Time { return wall.Add(c.ClockOffset).UTC() }

// SeriesEvent is the date of an event that due dates wait for, as somebody
// told it.
type SeriesEvent struct {
	Event     string
	Subject   string // what it is about, where it happens more than once: ken
	Date      Date
	Authority string // who or what tells the date
	By        string // principal id
	At        time.Time
}

// SeriesChange moves one due date of one series, once.
type SeriesChange struct {
	Series string
	DueChange
	By string // principal id
	At time.Time
}

// SeriesDue is one due date of one series.
type SeriesDue struct {
	Series Series
	Due    DueDate
}

// Cycle is the id of the cycle that serves the due date: its period is the
// series and the date as the rule gives it, however that was moved.
func (d SeriesDue) Cycle(k StreamKey) CycleID {
	return NewCycleID(k.Instrument, k.Stream, d.Series.ID+"-"+d.Due.Mandated.String())
}

// SeriesAwaited is what the dates of a series wait for.
type SeriesAwaited struct {
	Series string
	Awaited
}

// Dues lists the reports of all series that fall due from one day to another,
// by date and series, with what people have told of them; and what is awaited.
// Updates, letters and briefings carry no section and are left out.
func (p InclusionPolicy) Dues(c StreamCalendar, from, to Date) ([]SeriesDue, []SeriesAwaited, error) {
	var dues []SeriesDue
	var awaited []SeriesAwaited
	for _, s := range p.Series {
		if s.Each != "" { // and after one comes another
			awaited = append(awaited, s.awaited())
		}
	}
	for _, s := range p.instances(c) {
		for _, change := range c.Changes {
			if change.Series == s.ID {
				var err error
				if s.Calendar, err = s.Calendar.Move(change.DueChange); err != nil {
					return nil, nil, err
				}
			}
		}
		all, waits, err := s.Calendar.Dues(from, to)
		if err != nil {
			return nil, nil, err
		}
		for _, d := range all {
			if d.Form == FormReport {
				dues = append(dues, SeriesDue{Series: s, Due: d})
			}
		}
		for _, a := range waits {
			awaited = append(awaited, SeriesAwaited{Series: s.ID, Awaited: a})
		}
	}
	slices.SortStableFunc(dues, func(a, b SeriesDue) int { return a.Due.Mandated.Start().Compare(b.Due.Mandated.Start()) })
	return dues, awaited, nil
}

// awaited is what a series waits for that begins anew with each event.
func (s Series) awaited() SeriesAwaited {
	waits := SeriesAwaited{Series: s.ID, Awaited: Awaited{Event: s.Each}}
	for _, e := range s.Calendar.Events {
		if e.ID == s.Each {
			waits.Label = e.Label
		}
	}
	for _, r := range s.Calendar.Rules {
		if waits.Rule == "" && r.Event == s.Each {
			waits.Rule = r.ID
		}
	}
	return waits
}

// about is a series that happens more than once, of one subject.
func (s Series) about(subject string) Series {
	titles := map[string]string{}
	for language, title := range s.Titles {
		titles[language] = title + ", " + subject
	}
	s.ID, s.Title, s.Titles = s.ID+"-"+subject, s.Title+", "+subject, titles
	return s
}

// instances are the series that run: those that run by themselves with the
// dates that were told of their events, and one for each subject of an event
// that happens more than once.
func (p InclusionPolicy) instances(c StreamCalendar) []Series {
	var all []Series
	for _, s := range p.Series {
		if s.Each == "" {
			s.Calendar.Events = datedEvents(s.Calendar.Events, c.Events, "")
			all = append(all, s)
			continue
		}
		var subjects []string
		for _, e := range c.Events {
			if e.Event == s.Each && e.Subject != "" && !slices.Contains(subjects, e.Subject) {
				subjects = append(subjects, e.Subject)
			}
		}
		for _, subject := range subjects {
			one := s.about(subject)
			one.Calendar.Events = datedEvents(s.Calendar.Events, c.Events, subject)
			all = append(all, one)
		}
	}
	return all
}

// datedEvents is the events of a calendar with the dates that were told last.
func datedEvents(known []DueEvent, events []SeriesEvent, subject string) []DueEvent {
	known = slices.Clone(known)
	for n, k := range known {
		for _, e := range events {
			if e.Event == k.ID && e.Subject == subject {
				known[n].Date, known[n].Authority = e.Date, e.Authority
			}
		}
	}
	return known
}

// knows reports whether some series waits for an event, and whether it happens
// more than once.
func (p InclusionPolicy) knows(event string) (known, each bool) {
	for _, s := range p.Series {
		if slices.ContainsFunc(s.Calendar.Events, func(e DueEvent) bool { return e.ID == event }) {
			known, each = true, each || s.Each == event
		}
	}
	return known, each
}
