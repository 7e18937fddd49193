package api

import (
	"time"

	"github.com/rapporteur/rapporteur"
)

// Cycle is one run of a stream for one period on the wire.
type Cycle struct {
	CycleSummary
	Calendar     []PlannedDate   `json:"calendar" doc:"Every date of the cycle with its derivation."`
	Ladder       []PlannedRung   `json:"ladder" doc:"When requests and reminders go out."`
	Clearance    []ClearanceStep `json:"clearance,omitempty" doc:"Who clears the report, in order. For the Secretariat."`
	Contributors []string        `json:"contributors,omitempty" doc:"Whom the cycle asks. For the Secretariat."`
	Event        *Event          `json:"event,omitempty" doc:"Occasions: what the cycle is about."`
	Outcome      *Outcome        `json:"outcome,omitempty" doc:"Occasions: what came of the event. For the Secretariat."`
	Counts       *Counts         `json:"counts,omitempty" doc:"How its requests stand. For the Secretariat."`
	StartedAt    *time.Time      `json:"started_at,omitempty" doc:"Business time."`
	StartedBy    string          `json:"started_by,omitempty"`
	LeadDrafter  string          `json:"lead_drafter,omitempty" doc:"Who reads answers unmasked. For the Secretariat."`
}

// CycleSummary is a cycle in a list.
type CycleSummary struct {
	ID         string `json:"id" example:"s-res-2388-2017/op34/2018"`
	Instrument string `json:"instrument"`
	Stream     string `json:"stream"`
	Period     string `json:"period"`
	Phase      string `json:"phase" enum:"planned,collecting,compiling,clearing,cleared,handing-over,awaiting,recording,transmitted,closed,cancelled"`
	Shape      string `json:"shape" enum:"report,inclusion,intake,occasion"`
	Series     string `json:"series,omitempty" doc:"Inclusions: the series of host reports that the cycle follows."`
	Title      string `json:"title,omitempty" doc:"Inclusions: the host report; occasions: the event."`
	Opens      string `json:"opens" format:"date" doc:"Requests go out."`
	Due        string `json:"due" format:"date" doc:"Answers are due."`
	Mandated   string `json:"mandated" format:"date" doc:"The date that the text sets for the report."`
	Attention  string `json:"attention,omitempty" doc:"What a person should do. For the Secretariat."`
	Draft      int    `json:"draft" doc:"Number of the newest draft, 0 before the first."`
	Symbol     string `json:"symbol,omitempty" doc:"Of the transmitted report, or of the host report that has issued."`
	Masthead   string `json:"masthead,omitempty" format:"date"`
	Paragraphs string `json:"paragraphs,omitempty" doc:"Inclusions: where the section stands in the host report. A host report without it has a symbol and no paragraphs."`
	Revision   int    `json:"revision" doc:"Grows with every change."`
}

// Event is what an occasion is about.
type Event struct {
	Kind        string `json:"kind" enum:"briefing,dissemination,training,consultation,meeting"`
	Date        string `json:"date" format:"date" doc:"As agreed; the calendar has how it was before and when it was in fact."`
	Time        string `json:"time,omitempty"`
	Place       string `json:"place,omitempty"`
	Body        string `json:"body,omitempty" doc:"Who holds it."`
	ReceiptOnly bool   `json:"receipt_only,omitempty" doc:"Nothing of substance is kept: a body is refused, and the outcome is a day and a number."`
}

// Outcome is what came of an event.
type Outcome struct {
	Outcome      string     `json:"outcome" enum:"held,postponed,not-held"`
	HeldOn       string     `json:"held_on,omitempty" format:"date"`
	Record       string     `json:"record,omitempty" doc:"Symbol or other reference of its record." example:"S/PV.8263"`
	Summary      string     `json:"summary,omitempty"`
	Participants []string   `json:"participants,omitempty" doc:"Contributors that took part."`
	Present      int        `json:"present,omitempty" doc:"How many took part, where only a receipt is kept."`
	Reason       string     `json:"reason,omitempty" doc:"Why it was not held."`
	RecordedBy   string     `json:"recorded_by"`
	RecordedAt   *time.Time `json:"recorded_at,omitempty" doc:"Business time."`
}

// PlannedDate is one date of a cycle and why it is what it is.
type PlannedDate struct {
	Key        string       `json:"key" example:"due"`
	Label      string       `json:"label"`
	Date       string       `json:"date" format:"date"`
	Derivation []Derivation `json:"derivation"`
}

// Derivation is one step from a provision to a date.
type Derivation struct {
	Rule      string `json:"rule"`
	Basis     string `json:"basis,omitempty" doc:"Provision, practice or document symbol."`
	Result    string `json:"result" format:"date"`
	Authority string `json:"authority,omitempty" doc:"Who decided it, where a person did."`
}

// PlannedRung is one message of the ladder at its time.
type PlannedRung struct {
	Rung      string    `json:"rung"`
	Notice    string    `json:"notice" doc:"Kind of the message."`
	At        time.Time `json:"at"`
	Due       string    `json:"due" format:"date" doc:"The deadline that it is reckoned from."`
	Kinds     []string  `json:"kinds,omitempty" doc:"Whom it is for; left out for all."`
	Escalates bool      `json:"escalates,omitempty"`
}

// ClearanceStep is one step of the clearance chain.
type ClearanceStep struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Offices []string `json:"offices"`
	Quorum  int      `json:"quorum,omitempty" doc:"How many approvals are enough; left out where all are needed."`
	Within  string   `json:"within" doc:"Time the step has, an ISO 8601 duration."`
}

// Counts says how the requests of a cycle stand.
type Counts struct {
	Asked     int            `json:"asked" doc:"All but withdrawn."`
	Open      int            `json:"open"`
	Received  int            `json:"received"`
	Returned  int            `json:"returned"`
	Settled   int            `json:"settled"`
	NoReply   int            `json:"no_reply"`
	Withdrawn int            `json:"withdrawn"`
	Exempt    int            `json:"off_path" doc:"Of those open, followed off the common path."`
	Late      int            `json:"late"`
	Outcomes  map[string]int `json:"outcomes" doc:"Settled and closed requests by return type."`
}

func summaryOf(c rapporteur.Cycle, staff bool) CycleSummary {
	instrument, stream, period, _ := c.ID.Parts() // a stored id has its parts
	s := CycleSummary{
		ID: string(c.ID), Instrument: instrument, Stream: stream, Period: period, Phase: string(c.Phase),
		Shape: string(c.Shape), Series: c.Series, Title: c.Title, Paragraphs: c.Paragraphs,
		Opens: c.Plan.Date(rapporteur.DateOpens).String(), Due: c.Plan.Date(rapporteur.DateDue).String(),
		Mandated: c.Plan.Date(rapporteur.DateMandated).String(), Draft: c.Draft, Symbol: c.Symbol,
		Masthead: c.Masthead.String(), Revision: c.Revision,
	}
	if staff {
		s.Attention = c.Attention
	}
	return s
}

// cycleOf is a cycle as its reader may see it: the calendar for everybody, how
// the others stand for staff only.
func cycleOf(c rapporteur.Cycle, counts *rapporteur.Counts, staff bool) Cycle {
	out := Cycle{CycleSummary: summaryOf(c, staff), Calendar: []PlannedDate{}, Ladder: []PlannedRung{}}
	for _, d := range c.Plan.Dates {
		out.Calendar = append(out.Calendar, PlannedDate{Key: d.Key, Label: d.Label, Date: d.Date.String(), Derivation: derivationOf(d.Derivation)})
	}
	out.Ladder = append(out.Ladder, PlannedRung{
		Rung: rapporteur.RungRequest, Notice: string(c.Shape.RequestNotice()),
		At: c.Plan.Date(rapporteur.DateOpens).At(rapporteur.SendHour), Due: c.Plan.Date(rapporteur.DateDue).String(),
	})
	for _, r := range c.Plan.Rungs {
		rung := PlannedRung{Rung: r.Rung.ID, Notice: string(r.Rung.Notice), At: r.At, Due: r.Due.String(), Escalates: r.Rung.Escalates}
		for _, kind := range r.Rung.Kinds {
			rung.Kinds = append(rung.Kinds, string(kind))
		}
		out.Ladder = append(out.Ladder, rung)
	}
	out.Event = eventOf(c)
	if !staff {
		return out
	}
	out.Outcome = outcomeOf(c.Outcome)
	out.StartedAt, out.StartedBy, out.LeadDrafter = instant(c.StartedAt), c.StartedBy, c.LeadDrafter
	out.Clearance = stepsOf(c.Policy.Clearance)
	for _, id := range c.Contributors {
		out.Contributors = append(out.Contributors, string(id))
	}
	if counts != nil {
		out.Counts = countsOf(*counts)
	}
	return out
}

func eventOf(c rapporteur.Cycle) *Event {
	if c.Shape != rapporteur.ShapeOccasion {
		return nil
	}
	e := c.Event
	return &Event{Kind: string(e.Kind), Date: e.Date.String(), Time: e.Time, Place: e.Place, Body: e.Body, ReceiptOnly: e.ReceiptOnly}
}

func outcomeOf(o rapporteur.Outcome) *Outcome {
	if o.Kind == "" {
		return nil
	}
	out := &Outcome{
		Outcome: string(o.Kind), HeldOn: o.HeldOn.String(), Record: o.Record, Summary: o.Summary, Present: o.Present,
		Reason: o.Reason, RecordedBy: o.By, RecordedAt: instant(o.At),
	}
	for _, id := range o.Participants {
		out.Participants = append(out.Participants, string(id))
	}
	return out
}

func stepsOf(steps []rapporteur.ClearanceStep) []ClearanceStep {
	out := make([]ClearanceStep, 0, len(steps))
	for _, s := range steps {
		out = append(out, ClearanceStep{ID: s.ID, Name: s.Name, Offices: s.Offices, Quorum: s.Quorum, Within: s.Within.String()})
	}
	return out
}

func countsOf(c rapporteur.Counts) *Counts {
	out := &Counts{
		Asked: c.Asked, Open: c.Open, Received: c.Received, Returned: c.Returned, Settled: c.Settled,
		NoReply: c.NoReply, Withdrawn: c.Withdrawn, Exempt: c.Exempt, Late: c.Late, Outcomes: map[string]int{},
	}
	for kind, n := range c.Outcomes {
		out.Outcomes[string(kind)] = n
	}
	return out
}
