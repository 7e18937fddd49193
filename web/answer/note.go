package answer

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

// noteView is the form of a receipt for what is handed over by another channel:
// nothing of its content can be written in it.
type noteView struct {
	counter
	To, Classes, Occasions  []option
	Day, Chosen, Hash, Sort string // as written so far; to whom, the classification
	Occasion                string
	Occurs                  bool // it is about an occasion
	Complaints              []complaint
}

// showNote is that form, with what was typed.
func (p pages) showNote(v *frame.Visit, c counter, form url.Values, complaints []complaint) error {
	say := words.In(v.Language)
	view := noteView{
		counter: c, Day: form.Get("day"), Chosen: form.Get("to"), Hash: form.Get("hash"), Sort: form.Get("classification"), Occasion: form.Get("occasion"),
		Occurs: c.Stream.Shape != rapporteur.ShapeIntake, Complaints: complaints,
		Classes: choicesOf(say, "classification", string(rapporteur.Unclassified), string(rapporteur.Confidential), string(rapporteur.StrictlyConfidential)),
	}
	for _, id := range slices.Concat(c.Stream.Intake.Destinations, c.Stream.Intake.Recipients) {
		view.To = append(view.To, option{string(id), p.nameOf(id, v)})
	}
	if view.Occurs {
		var err error
		if view.Occasions, err = p.occasions(v, c); err != nil {
			return err
		}
	}
	status := http.StatusOK
	if len(complaints) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return v.Render(status, notePage, view)
}

// occasions are those of a stream that are not over, by their periods.
func (p pages) occasions(v *frame.Visit, c counter) ([]option, error) {
	begin := string(rapporteur.NewCycleID(c.Instrument.ID, c.Stream.ID, rapporteur.OccasionPrefix))
	var all []option
	err := p.Store.Read(v.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		all = nil
		cycles, err := r.Cycles(ctx, rapporteur.CycleID(begin), maxRows)
		for _, cycle := range cycles {
			_, _, period, err := cycle.ID.Parts()
			if err == nil && strings.HasPrefix(string(cycle.ID), begin) && !cycle.Phase.Final() {
				all = append(all, option{period, cycle.Title})
			}
		}
		return err
	})
	return all, err
}

// leaveNote leaves the receipt, or says what is missing in it.
func (p pages) leaveNote(v *frame.Visit, c counter, form url.Values) error {
	say := words.In(v.Language)
	var complaints []complaint
	day, err := rapporteur.ParseDate(form.Get("day"))
	if err != nil {
		complaints = append(complaints, complaint{"day", say.Say("note.day_hint")})
	}
	hash := strings.ToLower(strings.Join(strings.Fields(form.Get("hash")), ""))
	if len(hash) != 64 || strings.Trim(hash, "0123456789abcdef") != "" {
		complaints = append(complaints, complaint{"hash", say.Say("note.hash_hint")})
	}
	if form.Get("to") == "" {
		complaints = append(complaints, complaint{"to", say.Say("note.to")})
	}
	if len(complaints) > 0 {
		return p.showNote(v, c, form, complaints)
	}
	made, err := p.Correspondence.LeaveReceipt(v.Context(), v.Principal, rapporteur.ReceiptNote{
		Instrument: c.Instrument.ID, Stream: c.Stream.ID, Period: form.Get("occasion"), HandedOver: day,
		To: rapporteur.ContributorID(form.Get("to")), Hash: hash, Classification: rapporteur.Classification(form.Get("classification")),
	})
	problem, ok := errors.AsType[*rapporteur.Problem](err)
	switch {
	case ok && problem.Kind == rapporteur.ProblemInvalid:
		return p.showNote(v, c, form, []complaint{{"day", say.Say("note.refused", "From", c.Instrument.Adopted.WordsIn(v.Language))}})
	case err != nil:
		return err
	}
	return v.Redirect(deliveriesAt + "/" + made.String())
}
