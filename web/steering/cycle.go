package steering

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/web/frame"
)

// cycleView is the cycle that a page is in, as its head names it.
type cycleView struct {
	rapporteur.Cycle
	At      string // address of its pages
	Heading string // S/RES/2388 (2017), op34, 2018
	Now     time.Time
}

// cycle is the head of pages in a cycle.
func (p pages) cycle(c rapporteur.Cycle) cycleView {
	view := cycleView{Cycle: c, At: "/cycles/" + string(c.ID), Heading: string(c.ID), Now: c.Now(p.Clock())}
	instrument, stream, period, err := c.ID.Parts()
	if err != nil {
		return view
	}
	found, err := p.Catalogue.Instrument(instrument)
	if err != nil {
		return view
	}
	view.Heading = strings.Join([]string{found.Symbol, stream, period}, ", ")
	return view
}

// readCycle reads a cycle and whatever else more reads of it.
func (p pages) readCycle(ctx context.Context, id rapporteur.CycleID, more func(ctx context.Context, r rapporteur.Reader) error) (cycleView, error) {
	var cycle rapporteur.Cycle
	err := p.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		if cycle, err = r.Cycle(ctx, id); err != nil || more == nil {
			return err
		}
		return more(ctx, r)
	})
	return p.cycle(cycle), err
}

// name is what a contributor is called now, or was called in the cycle.
func (p pages) name(c cycleView, id rapporteur.ContributorID) string {
	for _, on := range []rapporteur.Date{rapporteur.DateOf(c.Now), c.Plan.Date(rapporteur.DateOpens)} {
		if found, err := p.Catalogue.Contributor(id, on); err == nil {
			return found.Name("en")
		}
	}
	return string(id)
}

// alert is what stands above a form that was not taken.
type alert struct{ Title, Detail string }

// complaint is the problem that a visitor can mend, and whether err is one.
func complaint(err error) (*rapporteur.Problem, bool) {
	problem, ok := errors.AsType[*rapporteur.Problem](err)
	if !ok {
		return nil, false
	}
	switch problem.Kind {
	case rapporteur.ProblemInvalid, rapporteur.ProblemConflict, rapporteur.ProblemStale, rapporteur.ProblemPrecondition, rapporteur.ProblemUnreachable, rapporteur.ProblemClosed:
		return problem, true
	}
	return nil, false
}

// alertOf is a problem above a form.
func alertOf(p *rapporteur.Problem) *alert { return &alert{p.Title, p.Detail} }

// dateField reads a date of a form, zero where it is left empty.
func dateField(text string) (rapporteur.Date, error) {
	if text == "" {
		return rapporteur.Date{}, nil
	}
	d, err := rapporteur.ParseDate(text)
	if err != nil || d.Year < rapporteur.FirstYear || d.Year > rapporteur.LastYear {
		return rapporteur.Date{}, rapporteur.Problemf(rapporteur.ProblemInvalid, "Not a date", "Write the date as YYYY-MM-DD, such as 2018-11-21.")
	}
	return d, nil
}

// may reports whether the visitor may do something in a cycle.
func may(v *frame.Visit, action access.Action, r access.Resource) bool {
	return access.Allow(v.Principal, action, r) == nil
}

// in says how far a date is away.
func in(d rapporteur.Date, now time.Time) string {
	days := d.DaysSince(rapporteur.DateOf(now))
	switch {
	case d.IsZero():
		return ""
	case days == 0:
		return "today"
	case days == 1:
		return "tomorrow"
	case days == -1:
		return "yesterday"
	case days < 0:
		return counted(-days, "day") + " ago"
	}
	return "in " + counted(days, "day")
}

// counted is a number with its noun.
func counted(n int, noun string) string {
	text := words.In("en").Number(n) + " " + noun
	if n != 1 {
		text += "s"
	}
	return text
}
