package staff

import (
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/web/frame"
)

// cycleView is a cycle as the heads of its pages, and lists, show it.
type cycleView struct {
	Cycle    rapporteur.Cycle
	Stream   rapporteur.Stream
	Symbol   string // of the instrument
	Title    string // of the event or the host report, or the stream's
	Period   string
	Address  string // of the board
	Now      time.Time
	Today    rapporteur.Date
	Mandated dateView
	Planned  dateView // of the report's leaving
	Counts   rapporteur.Counts
	Next     rapporteur.PlannedDate
}

// cycleOf is a cycle at its business time. Its stream is not looked up.
func cycleOf(c rapporteur.Cycle, now time.Time) cycleView {
	view := cycleView{Cycle: c, Title: c.Title, Period: c.Period(), Address: "/cycles/" + string(c.ID), Now: now, Today: rapporteur.DateOf(now)}
	for _, d := range c.Plan.Dates {
		switch d.Key {
		case rapporteur.DateMandated:
			view.Mandated = dateOf(d)
		case rapporteur.DateTransmits:
			view.Planned = dateOf(d)
		}
	}
	return view
}

// described is a cycle with its stream and instrument.
func (p pages) described(c rapporteur.Cycle) cycleView {
	view := cycleOf(c, c.Now(p.Clock()))
	instrument, stream, _, _ := c.ID.Parts()
	if i, err := p.Catalogue.Instrument(instrument); err == nil {
		view.Symbol = i.Symbol
		view.Stream, _ = i.Stream(stream)
	}
	if view.Title == "" {
		view.Title = view.Stream.Title
	}
	return view
}

// dateView is a date of a plan with how it came to be: what was first, what it is
// now, and who allowed that.
type dateView struct {
	rapporteur.PlannedDate
	Original rapporteur.Date   // before the first move; the date itself where it was not moved
	Moves    []rapporteur.Step // each with its authority
	Reckoned []rapporteur.Step // the steps before the moves
}

// Moved reports whether somebody has moved the date.
func (d dateView) Moved() bool { return len(d.Moves) > 0 }

func dateOf(d rapporteur.PlannedDate) dateView {
	n := len(d.Derivation)
	for n > 0 && d.Derivation[n-1].Moves() {
		n--
	}
	view := dateView{PlannedDate: d, Original: d.Date, Reckoned: d.Derivation[:n], Moves: d.Derivation[n:]}
	if n > 0 {
		view.Original = d.Derivation[n-1].Result
	}
	return view
}

// Answered is how many have answered, collected or not.
func (c cycleView) Answered() int { return c.Counts.Received + c.Counts.Settled }

// place is a page of a cycle.
type place struct {
	Address, Name string
	Current       bool
}

// places are the pages of a cycle that the visitor may see; those of steering
// and of administrators are among them.
func (c cycleView) places(v *frame.Visit) []place {
	all := []struct {
		at, name string
		action   access.Action
	}{
		{c.Address, "Board", access.ReadBoard}, {c.Address + "/calendar", "Calendar", access.ReadCalendar},
		{c.Address + "/commands", "What can be done", access.CommandCycle}, {c.Address + "/drafts", "Drafts", access.ReadDraft},
		{c.Address + "/ledger", "Chasing ledger", access.ReadLedger}, {c.Address + "/findings", "Findings", access.ReadFindings},
		{c.Address + "/rules", "Rules", access.ReadRules}, {c.Address + "/statistics", "Statistics", access.PublishStatistics},
		{"/admin" + c.Address, "History", access.ReadHistory},
	}
	var seen []place
	for _, p := range all {
		if may(v, p.action) {
			seen = append(seen, place{p.at, p.name, v.Request.URL.Path == p.at})
		}
	}
	return seen
}
