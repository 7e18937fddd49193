package staff

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var (
	startPage   = parse("start.html")
	previewPage = parse("preview.html")
)

// startView is the form by which a cycle is started, as it was filled in.
type startView struct {
	Standing rapporteur.StreamStanding
	Address  string
	Form     url.Values
	Problem  *rapporteur.Problem // what is wrong with it
	Field    string              // which field that is about, empty for none
	Dates    []rapporteur.PlannedDate
	Kinds    []kindView
	Occasion bool
	Intake   bool
}

// kindView is a kind of contributor and who is of it.
type kindView struct {
	Kind         rapporteur.ContributorKind
	Contributors []rapporteur.Contributor
}

// planned are the dates that a person may plan otherwise.
var plannable = []string{
	rapporteur.DateOpens, rapporteur.DateDue, rapporteur.DateCloses, rapporteur.DateDraft, rapporteur.DateCleared, rapporteur.DateTransmits,
}

// showStart is the form by which a cycle, or an intake, is started.
func (p pages) showStart(v *frame.Visit) error {
	return p.startForm(v, http.StatusOK, v.Request.URL.Query(), nil)
}

func streamKey(v *frame.Visit) rapporteur.StreamKey {
	return rapporteur.StreamKey{Instrument: v.Param("instrument"), Stream: v.Param("stream")}
}

// startForm shows the form with what was filled in, and what is wrong with it.
func (p pages) startForm(v *frame.Visit, status int, form url.Values, problem *rapporteur.Problem) error {
	key := streamKey(v)
	standing, err := p.Secretariat.Stream(v.Context(), key)
	if err != nil {
		return err
	}
	view := startView{
		Standing: standing, Address: streamsAddress + "/" + key.String(), Form: form, Problem: problem,
		Occasion: standing.Stream.Shape == rapporteur.ShapeOccasion, Intake: standing.Stream.Shape == rapporteur.ShapeIntake,
	}
	if problem != nil {
		view.Field = fieldOf(problem)
	}
	if standing.Stream.Shape == rapporteur.ShapeInclusion {
		return v.Redirect("/calendars/" + key.String())
	}
	on := rapporteur.DateOf(v.Now())
	if standing.Stream.Shape == rapporteur.ShapeReport && standing.Stream.Runs() {
		plan, err := rapporteur.NewPlan(standing.Instrument, standing.Stream, p.Catalogue.WorkingDays())
		if err != nil {
			return err
		}
		for _, d := range plan.Dates {
			if slices.Contains(plannable, d.Key) {
				view.Dates = append(view.Dates, d)
			}
		}
		on = plan.Date(rapporteur.DateOpens)
	}
	for _, a := range standing.Stream.Policy.Audience {
		view.Kinds = append(view.Kinds, kindView{a.Kind, p.Catalogue.Contributors(on, a.Kind)})
	}
	return v.Render(status, startPage, view)
}

// fieldOf is which field of the form a problem is about.
func fieldOf(p *rapporteur.Problem) string {
	switch p.Title {
	case "Invalid period", "Already there":
		return "period"
	case "An authority is needed":
		return "authority"
	case "An event is needed", "The event is over", "The event was before the text", "Invalid event":
		return "event-date"
	case "The dates are out of order", "The dates are over", "Not a planned date":
		return "date-" + rapporteur.DateDue
	}
	return ""
}

// startOf reads the form.
func (p pages) startOf(v *frame.Visit, form url.Values) (rapporteur.Start, error) {
	key := streamKey(v)
	start := rapporteur.Start{
		Instrument: key.Instrument, Stream: key.Stream, Period: form.Get("period"), Authority: form.Get("authority"), Title: form.Get("title"),
		Event: rapporteur.Event{Time: form.Get("time"), Place: form.Get("place"), Body: form.Get("body")},
	}
	for _, name := range plannable {
		date, err := dateField(form, "date-"+name)
		if err != nil {
			return start, err
		}
		if !date.IsZero() {
			if start.Dates == nil {
				start.Dates = map[string]rapporteur.Date{}
			}
			start.Dates[name] = date
		}
	}
	var err error
	if start.Event.Date, err = dateField(form, "event-date"); err != nil {
		return start, err
	}
	for _, id := range form["without"] {
		start.Without = append(start.Without, rapporteur.ContributorID(id))
	}
	for _, id := range form["only"] {
		start.Only = append(start.Only, rapporteur.ContributorID(id))
	}
	err = p.leaveOut(v, form["without-kind"], &start)
	return start, err
}

// leaveOut leaves out every contributor of some kinds.
func (p pages) leaveOut(v *frame.Visit, kinds []string, start *rapporteur.Start) error {
	if len(kinds) == 0 {
		return nil
	}
	preview, err := p.Secretariat.Preview(v.Context(), *start)
	if err != nil {
		return err
	}
	opens := preview.Cycle.Plan.Date(rapporteur.DateOpens)
	for _, id := range preview.Cycle.Contributors {
		c, err := p.Catalogue.Contributor(id, opens)
		if err == nil && slices.Contains(kinds, string(c.Kind)) && !slices.Contains(start.Without, id) {
			start.Without = append(start.Without, id)
		}
	}
	return nil
}

func dateField(form url.Values, name string) (rapporteur.Date, error) {
	if form.Get(name) == "" {
		return rapporteur.Date{}, nil
	}
	date, err := rapporteur.ParseDate(form.Get(name))
	if err != nil {
		return date, rapporteur.Problemf(rapporteur.ProblemInvalid, "Not a date", "%q is not a date such as 2018-09-14.", form.Get(name))
	}
	return date, nil
}

// mend shows the form again where something in it can be mended.
func (p pages) mend(v *frame.Visit, form url.Values, cause error) error {
	problem, ok := errors.AsType[*rapporteur.Problem](cause)
	if !ok || problem.Kind != rapporteur.ProblemInvalid && problem.Kind != rapporteur.ProblemConflict && problem.Kind != rapporteur.ProblemUnreachable {
		return cause
	}
	return p.startForm(v, http.StatusUnprocessableEntity, form, problem)
}

// Value is what was filled in.
func (s startView) Value(name string) string { return s.Form.Get(name) }

// Chosen reports whether a box was ticked.
func (s startView) Chosen(name string, value any) bool {
	return slices.Contains(s.Form[name], fmt.Sprint(value))
}
