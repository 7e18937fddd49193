package api

import (
	"time"

	"github.com/rapporteur/rapporteur"
)

// Calendar is what falls due in an inclusion stream, and what people have told
// of it.
type Calendar struct {
	Instrument string         `json:"instrument"`
	Stream     string         `json:"stream"`
	Running    bool           `json:"running" doc:"Whether cycles start by it."`
	From       string         `json:"from,omitempty" format:"date" doc:"Due dates before it are not asked for."`
	StartedAt  *time.Time     `json:"started_at,omitempty" doc:"Business time."`
	StartedBy  string         `json:"started_by,omitempty"`
	PausedAt   *time.Time     `json:"paused_at,omitempty" doc:"Business time; left out while it runs."`
	Attention  string         `json:"attention,omitempty" doc:"What a person should do."`
	Events     []DatedEvent   `json:"events" doc:"Dates of events that were told, oldest first."`
	Changes    []MovedDue     `json:"changes" doc:"Due dates that were moved, oldest first."`
	Dues       []DueReport    `json:"dues,omitempty" doc:"Host reports by due date; left out in lists."`
	Awaited    []AwaitedEvent `json:"awaited,omitempty" doc:"What due dates still wait for."`
	Revision   int            `json:"revision"`
}

// DatedEvent is the date of an event as somebody told it.
type DatedEvent struct {
	Event     string    `json:"event"`
	Subject   string    `json:"subject,omitempty"`
	Date      string    `json:"date" format:"date"`
	Authority string    `json:"authority"`
	By        string    `json:"by"`
	At        time.Time `json:"at" doc:"Business time."`
}

// MovedDue is one due date that was moved.
type MovedDue struct {
	Series    string    `json:"series"`
	Rule      string    `json:"rule"`
	Kind      string    `json:"kind"`
	Due       string    `json:"due" format:"date"`
	To        string    `json:"to" format:"date"`
	Authority string    `json:"authority"`
	By        string    `json:"by"`
	At        time.Time `json:"at" doc:"Business time."`
}

// DueReport is one host report that falls due.
type DueReport struct {
	Series      string       `json:"series" example:"unmiss"`
	Title       string       `json:"title" doc:"Of the host report."`
	Contributor string       `json:"contributor" doc:"Who is asked for the section."`
	Drafter     string       `json:"drafter" doc:"The office that drafts the host report."`
	Rule        string       `json:"rule" doc:"Which of the calendar's rules gives the date."`
	Mandated    string       `json:"mandated" format:"date" doc:"As the rule gives it."`
	Agreed      string       `json:"agreed" format:"date" doc:"As it was extended; the mandated date where it was not."`
	Planned     string       `json:"planned" format:"date" doc:"The working day that it is planned for."`
	Expected    bool         `json:"expected,omitempty" doc:"No text fixes the date; practice lets it be expected."`
	Confidence  string       `json:"confidence" enum:"H,M,L" doc:"H the rule was seen in a sourced text, M inferred, L general knowledge."`
	Cycle       string       `json:"cycle" doc:"Id of the cycle that asks for the section, once it is planned."`
	Derivation  []Derivation `json:"derivation"`
}

// AwaitedEvent is what the dates of a series wait for.
type AwaitedEvent struct {
	Series string `json:"series"`
	Rule   string `json:"rule"`
	Event  string `json:"event,omitempty" doc:"Left out where the next period of a mandate is waited for."`
	Label  string `json:"label"`
}

func calendarOf(o rapporteur.Outlook) Calendar {
	c := o.Calendar
	out := Calendar{
		Instrument: c.Instrument, Stream: c.Stream, Running: !c.StartedAt.IsZero() && c.PausedAt.IsZero(), From: c.From.String(),
		StartedAt: instant(c.StartedAt), StartedBy: c.StartedBy, PausedAt: instant(c.PausedAt), Attention: c.Attention,
		Events: []DatedEvent{}, Changes: []MovedDue{}, Revision: c.Revision,
	}
	for _, e := range c.Events {
		out.Events = append(out.Events, DatedEvent{
			Event: e.Event, Subject: e.Subject, Date: e.Date.String(), Authority: e.Authority, By: e.By, At: e.At.UTC(),
		})
	}
	for _, m := range c.Changes {
		out.Changes = append(out.Changes, MovedDue{
			Series: m.Series, Rule: m.Rule, Kind: string(m.Kind), Due: m.Due.String(), To: m.To.String(), Authority: m.Authority, By: m.By, At: m.At.UTC(),
		})
	}
	for _, d := range o.Dues {
		out.Dues = append(out.Dues, dueReportOf(d, c.StreamKey))
	}
	for _, a := range o.Awaited {
		out.Awaited = append(out.Awaited, AwaitedEvent{Series: a.Series, Rule: a.Rule, Event: a.Event, Label: a.Label})
	}
	return out
}

func dueReportOf(d rapporteur.SeriesDue, key rapporteur.StreamKey) DueReport {
	return DueReport{
		Series: d.Series.ID, Title: d.Series.Title, Contributor: string(d.Series.Contributor), Drafter: d.Series.Drafter, Rule: d.Due.Rule,
		Mandated: d.Due.Mandated.String(), Agreed: d.Due.Agreed.String(), Planned: d.Due.Planned.String(),
		Expected: d.Due.Expected, Confidence: d.Due.Confidence, Cycle: string(d.Cycle(key)), Derivation: derivationOf(d.Due.Derivation),
	}
}

func derivationOf(steps []rapporteur.Step) []Derivation {
	out := []Derivation{}
	for _, step := range steps {
		out = append(out, Derivation{Rule: step.Rule, Basis: step.Basis, Result: step.Result.String(), Authority: step.Authority})
	}
	return out
}
