package staff

import (
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/web/frame"
)

var streamsPage = parse("streams.html")

// streamsView is what the page of streams shows.
type streamsView struct {
	Instruments []instrumentView
	May         mayDo
}

type instrumentView struct {
	Instrument rapporteur.Instrument
	Attention  []attention
	Running    []streamView // with cycles
	Idle       []streamView // that can run
	Later      []streamView // that do not run yet
}

// attention is something that a person should do, and where.
type attention struct {
	Stream rapporteur.Stream
	Cycle  cycleView // the zero one where it is about the stream's calendar
	Text   string
}

type streamView struct {
	rapporteur.StreamStanding
	Cycles []cycleView
	Hidden int // cycles that are not shown
}

// mayDo is what the visitor may do, for the links of a page.
type mayDo struct{ Board, Start, Contacts, Calendar, Intake bool }

func mayOf(v *frame.Visit) mayDo {
	return mayDo{
		Board: may(v, access.ReadBoard), Start: may(v, access.StartCycle), Contacts: may(v, access.ReadContacts),
		Calendar: may(v, access.RunCalendar), Intake: may(v, access.SteerIntake),
	}
}

// cyclesShown is how many cycles of a stream the list shows.
const cyclesShown = 5

// showStreams is every stream of every instrument, with what runs of it and what
// comes next; what needs attention first.
func (p pages) showStreams(v *frame.Visit) error {
	standings, err := p.Secretariat.Streams(v.Context())
	if err != nil {
		return err
	}
	view := streamsView{May: mayOf(v)}
	for _, s := range standings {
		if n := len(view.Instruments); n == 0 || view.Instruments[n-1].Instrument.ID != s.Instrument.ID {
			view.Instruments = append(view.Instruments, instrumentView{Instrument: s.Instrument})
		}
		view.Instruments[len(view.Instruments)-1].add(s)
	}
	return v.Render(http.StatusOK, streamsPage, view)
}

// add puts a stream where it belongs.
func (i *instrumentView) add(s rapporteur.StreamStanding) {
	stream := streamView{StreamStanding: s}
	if s.Calendar != nil && s.Calendar.Attention != "" {
		i.Attention = append(i.Attention, attention{Stream: s.Stream, Text: s.Calendar.Attention})
	}
	for n, c := range s.Cycles {
		view := cycleOf(c.Cycle, c.Now)
		view.Counts, view.Next = c.Counts, c.Next
		if c.Attention != "" {
			i.Attention = append(i.Attention, attention{Stream: s.Stream, Cycle: view, Text: c.Attention})
		}
		if n < cyclesShown {
			stream.Cycles = append(stream.Cycles, view)
		} else {
			stream.Hidden++
		}
	}
	switch {
	case len(stream.Cycles) > 0 || s.Calendar != nil:
		i.Running = append(i.Running, stream)
	case s.Stream.Runs():
		i.Idle = append(i.Idle, stream)
	default:
		i.Later = append(i.Later, stream)
	}
}
