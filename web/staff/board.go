package staff

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var boardPage = parse("board.html")

// boardView is what the board of a cycle shows.
type boardView struct {
	Cycle cycleView
	rapporteur.Board
	Tiles  []regionTiles
	Next   rapporteur.PlannedDate
	Worst  rapporteur.Link // where the least time is left
	List   listView
	Places []place
	Poll   string // where the live part asks for itself; empty once it has stopped
	Pause  string // the page without updates, or with them
	Live   bool
	// Of an intake's window, which asks nobody.
	Window     bool
	Deliveries int
	May        mayDo
}

// The live part asks again every half minute, for an hour: a page that nobody
// looks at must not keep somebody signed in.
const mostPolls = 120

// showBoard is how a cycle stands. htmx asks for its live part alone.
func (p pages) showBoard(v *frame.Visit) error {
	id := frame.CycleOf(v.Request)
	board, err := p.Secretariat.Board(v.Context(), id)
	if err != nil {
		return err
	}
	view := boardView{Cycle: p.described(board.Cycle), Board: board, May: mayOf(v)}
	view.Tiles = tilesOf(board)
	view.Next, _ = board.Cycle.NextDate(view.Cycle.Today)
	view.Worst = worst(board.Path)
	view.Places = view.Cycle.places(v)
	view.poll(v)
	if view.Window = board.Cycle.Shape == rapporteur.ShapeIntake; view.Window {
		if view.Deliveries, err = p.deliveries(v, id); err != nil {
			return err
		}
	}
	if v.Live() {
		return v.Fragment(http.StatusOK, boardPage, "live", view)
	}
	if view.List, err = p.list(v, board); err != nil {
		return err
	}
	return v.Render(http.StatusOK, boardPage, view)
}

// deliveries is how many deliveries came in the window of an intake.
func (p pages) deliveries(v *frame.Visit, id rapporteur.CycleID) (n int, err error) {
	err = p.Store.Read(v.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		n, err = r.DeliveryCount(ctx, id)
		return err
	})
	return n, err
}

// poll reckons where the live part asks for itself.
func (b *boardView) poll(v *frame.Visit) {
	query := v.Request.URL.Query()
	b.Live = query.Get("updates") != "off"
	n, err := strconv.Atoi(query.Get("poll"))
	if err != nil || n < 0 {
		n = 0
	}
	if b.Live && n < mostPolls && !b.Board.Cycle.Phase.Final() {
		b.Poll = fmt.Sprintf("%s?poll=%d", b.Cycle.Address, n+1)
	}
	other := url.Values{}
	for name, values := range query {
		if name != "updates" && name != "poll" {
			other[name] = values
		}
	}
	if b.Live {
		other.Set("updates", "off")
	}
	b.Pause = b.Cycle.Address + "?" + other.Encode()
}

// worst is the first of the links to come in which the least time is left.
func worst(path []rapporteur.Link) rapporteur.Link {
	var found rapporteur.Link
	for _, l := range path {
		if l.Done.IsZero() && (found.Key == "" || l.Slack < found.Slack) {
			found = l
		}
	}
	return found
}

// mark is how a standing is shown where there is room for a sign alone.
func mark(s rapporteur.RequestStanding, now time.Time) string {
	switch s.State {
	case rapporteur.RequestReceived, rapporteur.RequestSettled:
		return "answered"
	case rapporteur.RequestReturned:
		return "returned"
	case rapporteur.RequestNoReply:
		return "no-reply"
	case rapporteur.RequestWithdrawn:
		return "withdrawn"
	case rapporteur.RequestOpen:
	}
	if now.After(s.Due.End()) {
		return "overdue"
	}
	return "awaited"
}

// Apart is how the planned and the mandated date differ, in words.
func (b boardView) Apart() string {
	if b.Cycle.Mandated.Key == "" {
		return ""
	}
	days := b.Cycle.Planned.Date.DaysSince(b.Cycle.Mandated.Date)
	switch {
	case days == 0:
		return "the mandated date"
	case days < 0:
		return english.Count("count.days", -days) + " before the mandated date"
	}
	return english.Count("count.days", days) + " after the mandated date"
}

// Notice names a notice; one that these pages do not know is told by its id.
func (boardView) Notice(n rapporteur.Notice) string { return noticeName(n) }

// Choice names a choice of the list's states.
func (boardView) Choice(state string) string {
	switch state {
	case "unanswered":
		return "not answered"
	case "all":
		return "all"
	}
	return english.Say("mark." + state)
}

// Came is what came of a rung, or that it is to come.
func (b boardView) Came(r rapporteur.RungStanding) string { return came(r, b.Now) }

func came(r rapporteur.RungStanding, now time.Time) string {
	switch {
	case r.SentAt.IsZero() && now.Before(r.At):
		return "to come"
	case r.SentAt.IsZero():
		return "not sent"
	case r.Rung.Escalates:
		return english.Count("count.contributors", r.Escalated) + " escalated"
	case r.Failed > 0:
		return english.Count("count.messages", r.Sent) + " sent, " + english.Number(r.Failed) + " refused"
	}
	return english.Count("count.messages", r.Sent) + " sent"
}

// When is when a rung was sent, or is to be.
func (boardView) When(r rapporteur.RungStanding) time.Time {
	if r.SentAt.IsZero() {
		return r.At
	}
	return r.SentAt
}

// InHand is how much time is left where the least is.
func (b boardView) InHand() string {
	l := b.Worst
	must := "“" + l.Label + "” must end by " + l.Latest.Words() + "."
	switch {
	case l.Slack < 0:
		return english.Count("count.days", -l.Slack) + " too late: " + must
	case l.Slack == 0:
		return "None: " + must
	}
	return english.Count("count.days", l.Slack) + " (" + english.Count("count.working", l.Working) + "): " + must
}

// OpensOn is when requests go out.
func (b boardView) OpensOn() rapporteur.Date { return b.Board.Cycle.Plan.Date(rapporteur.DateOpens) }
