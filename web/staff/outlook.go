package staff

import (
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/web/frame"
)

var outlookPage = parse("outlook.html")

// outlookView is what falls due in an inclusion stream.
type outlookView struct {
	Stream   rapporteur.Stream
	Symbol   string
	Address  string
	Outlook  rapporteur.Outlook
	Dues     []dueView
	Events   []string // that due dates wait for
	Running  bool
	Started  bool
	Years    int
	May      mayDo
	ReadsRun bool // may see the boards of cycles
	Form     url.Values
	Problem  *rapporteur.Problem
	About    string // which form that is about
}

// dueView is one host report that falls due.
type dueView struct {
	rapporteur.SeriesDue
	Cycle   string // address of the cycle that serves it; empty where none is planned
	Planned rapporteur.PlannedDate
}

// showOutlook lists what falls due in a stream, with the reason of every date.
func (p pages) showOutlook(v *frame.Visit) error {
	return p.outlook(v, http.StatusOK, url.Values{}, "", nil)
}

// outlook shows the list; about is the form that a problem belongs to.
func (p pages) outlook(v *frame.Visit, status int, form url.Values, about string, problem *rapporteur.Problem) error {
	key := streamKey(v)
	standing, err := p.Secretariat.Stream(v.Context(), key)
	if err != nil {
		return err
	}
	view := outlookView{
		Stream: standing.Stream, Symbol: standing.Instrument.Symbol, Address: "/calendars/" + key.String(), Years: 1,
		May: mayOf(v), ReadsRun: may(v, access.ReadBoard), Form: form, Problem: problem, About: about,
	}
	if view.Outlook, err = p.Secretariat.Outlook(v.Context(), key, rapporteur.Date{}, rapporteur.Date{}); err != nil {
		return err
	}
	if v.Request.URL.Query().Get("years") == "5" {
		view.Years = 5
		today := rapporteur.DateOf(view.Outlook.Calendar.Now(p.Clock())) // business time, which may not be today's
		if view.Outlook, err = p.Secretariat.Outlook(v.Context(), key, today, today.AddMonths(5*12)); err != nil {
			return err
		}
	}
	calendar := view.Outlook.Calendar
	view.Started, view.Running = !calendar.StartedAt.IsZero(), !calendar.StartedAt.IsZero() && calendar.PausedAt.IsZero()
	cycles := map[rapporteur.CycleID]bool{}
	for _, c := range standing.Cycles {
		cycles[c.Cycle.ID] = true
	}
	for _, c := range standing.Ended {
		cycles[c.ID] = true
	}
	for _, d := range view.Outlook.Dues {
		due := dueView{SeriesDue: d, Planned: rapporteur.PlannedDate{Date: d.Due.Planned, Derivation: d.Due.Derivation}}
		if id := d.Cycle(key); cycles[id] {
			due.Cycle = "/cycles/" + string(id)
		}
		view.Dues = append(view.Dues, due)
	}
	slices.SortStableFunc(view.Dues, func(a, b dueView) int { return a.Due.Planned.DaysSince(b.Due.Planned) })
	for _, s := range standing.Stream.Inclusion.Series {
		for _, e := range s.Calendar.Events {
			if !slices.Contains(view.Events, e.ID) {
				view.Events = append(view.Events, e.ID)
			}
		}
	}
	return v.Render(status, outlookPage, view)
}

// Value is what was typed into a form.
func (o outlookView) Value(name string) string { return o.Form.Get(name) }

// onCalendar carries out one form of the page and shows the page again: with what
// was done, or with what is wrong.
func (p pages) onCalendar(v *frame.Visit, about string, act func(form url.Values) (string, error)) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	done, err := act(form)
	problem, ok := errors.AsType[*rapporteur.Problem](err)
	switch {
	case ok && problem.Kind != rapporteur.ProblemUnsupported:
		if _, err := p.Secretariat.Stream(v.Context(), streamKey(v)); err != nil {
			return err
		}
		return p.outlook(v, http.StatusUnprocessableEntity, form, about, problem)
	case err != nil:
		return err
	}
	v.Note(done)
	return v.Redirect("/calendars/" + streamKey(v).String())
}

// startCalendar has cycles start by a calendar.
func (p pages) startCalendar(v *frame.Visit) error {
	return p.onCalendar(v, "start", func(form url.Values) (string, error) {
		from, err := dateField(form, "from")
		if err != nil {
			return "", err
		}
		c, err := p.Secretariat.StartCalendar(v.Context(), v.Principal, streamKey(v), from)
		return "Cycles start by this calendar, for what falls due from " + c.From.Words() + " on.", err
	})
}

// pauseCalendar has no more cycles start.
func (p pages) pauseCalendar(v *frame.Visit) error {
	return p.onCalendar(v, "pause", func(form url.Values) (string, error) {
		_, err := p.Secretariat.PauseCalendar(v.Context(), v.Principal, streamKey(v), form.Get("reason"))
		return "No more cycles start until the calendar is started again; those that run go on.", err
	})
}

// dateEvent tells the date of an event that due dates wait for.
func (p pages) dateEvent(v *frame.Visit) error {
	return p.onCalendar(v, "event", func(form url.Values) (string, error) {
		date, err := dateField(form, "date")
		if err != nil {
			return "", err
		}
		event := rapporteur.SeriesEvent{Event: form.Get("event"), Subject: form.Get("subject"), Date: date, Authority: form.Get("authority")}
		_, err = p.Secretariat.DateEvent(v.Context(), v.Principal, streamKey(v), event)
		return "The date is on record; what depends on it is reckoned anew.", err
	})
}
