package main

import (
	"fmt"
	"io"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
)

type instrumentDatesCommand struct {
	wiring.Instruments `embed:""`
	Instrument         string `arg:"" help:"Instrument, such as s-res-2388-2017."`
	Stream             string `arg:"" optional:"" help:"Stream, such as op33; default every stream whose dates its texts give."`
	From               string `help:"First day; default the day of adoption." placeholder:"DATE"`
	To                 string `help:"Last day; default two years later." placeholder:"DATE"`
	Explain            bool   `help:"Show every step from the text to the date."`
}

// Run prints the due dates as the texts give them. What people have told a
// running calendar since is shown by calendar show.
func (c instrumentDatesCommand) Run(out io.Writer) error {
	catalogue, err := c.Catalogue()
	if err != nil {
		return err
	}
	i, err := catalogue.Instrument(c.Instrument)
	if err != nil {
		return err
	}
	from, to, err := c.window(i.Adopted)
	if err != nil {
		return err
	}
	var o outlook
	known := false
	for _, s := range i.Streams {
		if c.Stream != "" && c.Stream != s.ID {
			continue
		}
		known = true
		if err := o.stream(catalogue, i, s, from, to); err != nil {
			return fmt.Errorf("cannot reckon dates of %s: %w", s.ID, err)
		}
	}
	if !known {
		return rapporteur.NotFound("stream", c.Stream)
	}
	return o.print(out, c.Explain)
}

func (c instrumentDatesCommand) window(adopted rapporteur.Date) (from, to rapporteur.Date, err error) {
	if from = adopted; c.From != "" {
		if from, err = rapporteur.ParseDate(c.From); err != nil {
			return from, to, err
		}
	}
	if to = from.AddMonths(24); c.To != "" {
		to, err = rapporteur.ParseDate(c.To)
	}
	return from, to, err
}

// stream adds the dates of one stream: those of a report stream's own report,
// or of the host reports of an inclusion.
func (o *outlook) stream(catalogue rapporteur.Catalogue, i rapporteur.Instrument, s rapporteur.Stream, from, to rapporteur.Date) error {
	if s.Shape == rapporteur.ShapeInclusion {
		dues, awaited, err := s.Inclusion.Dues(rapporteur.StreamCalendar{}, from, to)
		o.add(dues, awaited)
		return err
	}
	if s.Shape != rapporteur.ShapeReport || !s.Runs() {
		return nil
	}
	plan, err := rapporteur.NewPlan(i, s, catalogue.WorkingDays())
	if err != nil {
		return err
	}
	for _, d := range plan.Dates {
		if d.Key == rapporteur.DateMandated && !d.Date.Before(from) && !d.Date.After(to) {
			o.Dues = append(o.Dues, dueReport{
				Series: s.ID, Title: s.Title, Rule: d.Key, Mandated: d.Date.String(), Planned: plan.Date(rapporteur.DateTransmits).String(),
				Derivation: derived(d.Derivation),
			})
		}
	}
	return nil
}
