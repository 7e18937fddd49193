package staff

import (
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var calendarPage = parse("calendar.html")

// calendarView is what the calendar of a cycle shows.
type calendarView struct {
	Cycle  cycleView
	Places []place
	rapporteur.Schedule
	Entries []entryView
	Chart   chart
}

// entryView is a date or a rung in the table.
type entryView struct {
	rapporteur.ScheduleEntry
	Label string
	Came  string // of a rung
	Past  bool
	Moves []rapporteur.Step
}

// showCalendar is every date and rung of a cycle, why it is what it is, and the
// way back from the date at which the report must be there.
func (p pages) showCalendar(v *frame.Visit) error {
	schedule, err := p.Secretariat.Schedule(v.Context(), frame.CycleOf(v.Request))
	if err != nil {
		return err
	}
	view := calendarView{Cycle: p.described(schedule.Cycle), Schedule: schedule, Chart: chartOf(schedule)}
	view.Places = view.Cycle.places(v)
	for _, e := range schedule.Entries {
		entry := entryView{ScheduleEntry: e, Label: e.Date.Label, Past: e.Date.Date.Before(view.Cycle.Today), Moves: dateOf(e.Date).Moves}
		if e.Rung != nil {
			entry.Label, entry.Came = noticeName(e.Rung.Rung.Notice), came(*e.Rung, schedule.Now)
		}
		view.Entries = append(view.Entries, entry)
	}
	return v.Render(http.StatusOK, calendarPage, view)
}

// Moved reports whether somebody has moved the date.
func (e entryView) Moved() bool { return len(e.Moves) > 0 }

// Late reports whether it came to be after its date.
func (e entryView) Late() bool { return !e.Done.IsZero() && e.Done.After(e.Date.Date) }

// Target is the day at which the report must be there.
func (c calendarView) Target() rapporteur.Date { return c.Path[len(c.Path)-1].Latest }

// Slack is how much time a stage has in hand, in words.
func (calendarView) Slack(l rapporteur.Link) string {
	days, working := english.Count("count.days", max(l.Slack, -l.Slack)), english.Count("count.working", max(l.Working, -l.Working))
	switch {
	case l.Slack < 0:
		return days + " too late (" + working + ")"
	case l.Slack == 0:
		return "No time in hand"
	}
	return days + " in hand (" + working + ")"
}
