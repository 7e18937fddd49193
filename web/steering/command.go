package steering

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var commandPage = parse("command.html")

// shownNames is how many contributors a confirmation names before it counts.
const shownNames = 12

// commandView is the confirmation of a command: what it needs, what it does, and
// who will be written to.
type commandView struct {
	Cycle  cycleView
	Kind   rapporteur.CommandKind
	Words  commandName
	Takes  bool
	When   string
	Told   rapporteur.Consequence
	Notice string
	Names  []string // of the first of those who are written to
	More   int
	Typed  url.Values
	Alert  *alert

	Today, Due, Closes rapporteur.Date
	Candidates         []option // contributors to choose from
	Stands             bool     // the form needs a second look, for it cannot be undone
}

// askCommand says what a command needs and what it will do; it changes nothing.
func (p pages) askCommand(v *frame.Visit) error {
	return p.commandForm(v, http.StatusOK, nil, v.Request.URL.Query())
}

func (p pages) commandForm(v *frame.Visit, status int, trouble *alert, typed url.Values) error {
	kind := rapporteur.CommandKind(v.Param("kind"))
	name, known := commandNames[kind]
	if !known {
		return rapporteur.NotFound("command", string(kind))
	}
	cycle, err := p.readCycle(v.Context(), frame.CycleOf(v.Request), nil)
	if err != nil {
		return err
	}
	view := commandView{
		Cycle: cycle, Kind: kind, Words: name, Takes: cycle.Takes(kind), When: phaseWords(kind), Typed: typed, Alert: trouble,
		Today: rapporteur.DateOf(cycle.Now), Due: cycle.Plan.Date(rapporteur.DateDue), Closes: cycle.Plan.Date(rapporteur.DateCloses),
		Stands: kind == rapporteur.CommandCancel || kind == rapporteur.CommandTransmit || kind == rapporteur.CommandCloseCollection,
	}
	about := rapporteur.ContributorID(typed.Get("contributor"))
	if view.Told, err = p.Steering.Consequence(v.Context(), cycle.ID, kind, about, rapporteur.OutcomeKind(typed.Get("outcome"))); err != nil {
		return err
	}
	view.Notice = noticeWords(view.Told.Notice)
	for n, id := range view.Told.To {
		if n == shownNames {
			view.More = len(view.Told.To) - n
			break
		}
		view.Names = append(view.Names, p.name(cycle, id))
	}
	view.Candidates = p.candidates(cycle, kind)
	return v.Render(status, commandPage, view)
}

// option is something to choose, as a form sends it and as it is shown.
type option struct{ ID, Label string }

// candidates are the contributors that a command can be about.
func (p pages) candidates(cycle cycleView, kind rapporteur.CommandKind) []option {
	var found []option
	switch kind {
	case rapporteur.CommandWithdrawContributor, rapporteur.CommandRecordOutcome:
		for _, id := range cycle.Contributors {
			found = append(found, option{string(id), p.name(cycle, id)})
		}
	case rapporteur.CommandAddContributor:
		var kinds []rapporteur.ContributorKind
		for _, a := range cycle.Policy.Audience {
			kinds = append(kinds, a.Kind)
		}
		asked := map[rapporteur.ContributorID]bool{}
		for _, id := range cycle.Contributors {
			asked[id] = true
		}
		for _, c := range p.Catalogue.Contributors(rapporteur.DateOf(cycle.Now), kinds...) {
			if !asked[c.ID] {
				found = append(found, option{string(c.ID), c.Name("en")})
			}
		}
	}
	return found
}

// takeCommand tells the cycle. What stands on the confirmation must be what was
// confirmed: where the number of people who would be written to has changed, it
// is shown again.
func (p pages) takeCommand(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	id := frame.CycleOf(v.Request)
	command, err := commandOf(v, form)
	if err == nil && form.Get("sure") == "" && form.Has("asks-sure") {
		err = rapporteur.Problemf(rapporteur.ProblemInvalid, "Confirm it", "Tick that you have read what will happen.")
	}
	if err == nil {
		err = p.unchanged(v, command, form.Get("told"))
	}
	if err == nil {
		err = p.Steering.Command(v.Context(), id, command, nil)
	}
	if why, mendable := complaint(err); mendable {
		return p.commandForm(v, frame.StatusOf(why), alertOf(why), form)
	}
	if err != nil {
		return err
	}
	v.Note(commandNames[command.Kind].Done)
	return v.Redirect("/cycles/" + string(id) + "/commands")
}

// unchanged refuses a command whose confirmation named another number of people.
// Of forms in which whom it is about was chosen only now nothing was said.
func (p pages) unchanged(v *frame.Visit, c rapporteur.Command, confirmed string) error {
	if confirmed == "" {
		return nil
	}
	told, err := p.Steering.Consequence(v.Context(), frame.CycleOf(v.Request), c.Kind, c.Contributor, c.Outcome)
	if err != nil || strconv.Itoa(len(told.To)) == confirmed {
		return err
	}
	return rapporteur.Problemf(rapporteur.ProblemPrecondition, "It has changed",
		"Another number of people would be written to than stood here. Nothing was done; look again and confirm.")
}

// commandOf reads a command from a form.
func commandOf(v *frame.Visit, form url.Values) (rapporteur.Command, error) {
	kind := rapporteur.CommandKind(v.Param("kind"))
	if _, known := commandNames[kind]; !known {
		return rapporteur.Command{}, rapporteur.NotFound("command", string(kind))
	}
	c := rapporteur.Command{
		ID: v.CommandID(), Kind: kind, Actor: v.Principal.ID, Reason: form.Get("reason"), Authority: form.Get("authority"),
		Contributor: rapporteur.ContributorID(form.Get("contributor")), Symbol: form.Get("symbol"), Paragraphs: form.Get("paragraphs"),
		Outcome: rapporteur.OutcomeKind(form.Get("outcome")), Summary: form.Get("summary"),
	}
	for _, id := range form["participants"] {
		c.Participants = append(c.Participants, rapporteur.ContributorID(id))
	}
	var err error
	if c.Date, err = dateField(form.Get("date")); err != nil {
		return c, err
	}
	if c.Closes, err = dateField(form.Get("closes")); err != nil {
		return c, err
	}
	if present := form.Get("present"); present != "" {
		if c.Present, err = strconv.Atoi(present); err != nil || c.Present < 0 {
			return c, rapporteur.Problemf(rapporteur.ProblemInvalid, "Not a number", "Write how many took part in figures.")
		}
	}
	return c, nil
}
