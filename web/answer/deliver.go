package answer

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var (
	deliveriesPage = parse("deliveries.html")
	deliverPage    = parse("deliver.html", "field.html")
	notePage       = parse("note.html")
	deliveredPage  = parse("delivered.html")
)

const deliveriesAt = "/deliveries"

// counter is an intake that somebody may deliver to.
type counter struct {
	Instrument rapporteur.Instrument
	Stream     rapporteur.Stream
	Language   string
}

// At is the address of its page.
func (c counter) At() string { return deliveriesAt + "/" + c.Instrument.ID + "/" + c.Stream.ID }

// Title is the stream's in the page's language, where it is translated.
func (c counter) Title() string { return c.Stream.TitleIn(c.Language) }

// TitleLanguage is the language that Title is in.
func (c counter) TitleLanguage() string {
	if c.Stream.Titles[c.Language] == "" {
		return "en"
	}
	return c.Language
}

// ReceiptOnly reports whether nothing but a receipt is kept.
func (c counter) ReceiptOnly() bool { return c.Stream.Intake.ReceiptOnly }

// deliveriesView is what somebody can deliver, and what they have.
type deliveriesView struct {
	Counters []counter
	Made     []rapporteur.Delivery
}

// showDeliveries lists what the contributor can deliver at any time, and what it
// has delivered. Nobody else delivers.
func (p pages) showDeliveries(v *frame.Visit) error {
	if v.Principal.Role != rapporteur.RoleContributor {
		return v.Redirect(v.Home())
	}
	who, err := p.Catalogue.Contributor(v.Principal.Contributor, rapporteur.DateOf(v.Now()))
	if err != nil {
		return err
	}
	var view deliveriesView
	err = p.Store.Read(v.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		view = deliveriesView{}
		for _, i := range p.Catalogue.Instruments() {
			for _, s := range i.Streams {
				if _, may := s.Intake.Sender(who); !may || !s.Intake.Takes() {
					continue
				}
				windows, err := r.Windows(ctx, i.ID, s.ID)
				if err != nil {
					return err
				}
				if s.Shape == rapporteur.ShapeIntake && len(windows) == 0 {
					continue // nobody has started it
				}
				view.Counters = append(view.Counters, counter{i, s, v.Language})
			}
		}
		var err error
		view.Made, err = r.Deliveries(ctx, rapporteur.DeliveryFilter{Contributor: who.ID})
		return err
	})
	if err != nil {
		return err
	}
	return v.Render(http.StatusOK, deliveriesPage, view)
}

// counter is the intake that the address names.
func (p pages) counter(v *frame.Visit) (counter, error) {
	c := counter{Language: v.Language}
	var err error
	if c.Instrument, err = p.Catalogue.Instrument(v.Param("instrument")); err != nil {
		return c, err
	}
	var known bool
	if c.Stream, known = c.Instrument.Stream(v.Param("stream")); !known || !c.Stream.Intake.Takes() {
		return c, rapporteur.NotFound("page", v.Request.URL.Path)
	}
	return c, nil
}

// ownCounter is the same for who may deliver there.
func (p pages) ownCounter(v *frame.Visit) (counter, error) {
	c, err := p.counter(v)
	if err != nil {
		return c, err
	}
	who, err := p.Catalogue.Contributor(v.Principal.Contributor, rapporteur.DateOf(v.Now()))
	if err != nil {
		return c, err
	}
	if _, may := c.Stream.Intake.Sender(who); !may {
		return c, rapporteur.NotFound("page", v.Request.URL.Path)
	}
	return c, nil
}

// deliverView is the form of a delivery, all of it on one page: nothing is kept
// before it is delivered.
type deliverView struct {
	counter
	Questionnaire rapporteur.Questionnaire
	Sections      []sheetView
	Found         []found
	Refused       string
	States        []option
	CanFile       bool // files go with answers only
}

// sheetView is one section of it.
type sheetView struct {
	Title  string
	Groups []groupView
}

// showCounter is the form by which something is delivered: content where that is
// taken, or else a receipt.
func (p pages) showCounter(v *frame.Visit) error {
	c, err := p.ownCounter(v)
	if err != nil {
		return err
	}
	if c.ReceiptOnly() {
		return p.showNote(v, c, url.Values{}, nil)
	}
	from, to := c.Instrument.Adopted, rapporteur.DateOf(v.Now())
	return p.renderCounter(v, http.StatusOK, c, url.Values{
		"/return_type": {string(rapporteur.ReturnAnswered)}, "/language": {v.Language}, "/header/period/from": {from.String()}, "/header/period/to": {to.String()},
		"/header/may_be_quoted": {"false"}, "/header/classification": {string(rapporteur.Unclassified)},
	}, nil)
}

// renderCounter shows the form with what was typed and what was found in it.
func (p pages) renderCounter(v *frame.Visit, status int, c counter, form url.Values, problem *rapporteur.Problem) error {
	q, err := p.Correspondence.DeliveryQuestionnaire(v.Principal, c.Instrument.ID, c.Stream.ID)
	if err != nil {
		return err
	}
	all := statesOf(p.Catalogue, rapporteur.DateOf(v.Now()), v.Language)
	view := deliverView{counter: c, Questionnaire: q, States: all.Options}
	viewer := viewer{values: form, states: all, language: v.Language, say: words.In(v.Language), blanks: strings.TrimPrefix(form.Get("do"), doAdd)}
	if problem != nil {
		viewer.findings = problem.Findings
		view.Refused = words.In(v.Language).Say("deliver.refused")
		for _, f := range problem.Findings {
			one := foundAt(work{asked: asked{Language: v.Language}, Questionnaire: q}, rapporteur.HeaderSection, f, form)
			one.Href = "#" + f.Pointer
			view.Found = append(view.Found, one)
		}
	}
	view.Sections = append(view.Sections, sheetView{words.In(v.Language).Say("section.header"), viewer.groups(header(v.Language))})
	for _, s := range q.Sections {
		view.Sections = append(view.Sections, sheetView{in(s.Title, v.Language), viewer.groups(questions(s, v.Language))})
	}
	return v.Render(status, deliverPage, view)
}

// deliver delivers what was typed, or shows it again with what is to be mended.
func (p pages) deliver(v *frame.Visit) error {
	c, err := p.ownCounter(v)
	if err != nil {
		return err
	}
	form, err := v.Form()
	if err != nil {
		return err
	}
	if c.ReceiptOnly() {
		return p.leaveNote(v, c, form)
	}
	do := form.Get("do")
	if at, ok := strings.CutPrefix(do, doRemove); ok {
		return p.renderCounter(v, http.StatusOK, c, withoutRow(form, at), nil)
	}
	if strings.HasPrefix(do, doAdd) {
		return p.renderCounter(v, http.StatusOK, c, form, nil)
	}
	body, err := p.deliveryOf(v, c, form)
	if err != nil {
		return err
	}
	made, err := p.Correspondence.Deliver(v.Context(), v.Principal, c.Instrument.ID, c.Stream.ID, body)
	if problem, ok := errors.AsType[*rapporteur.Problem](err); ok && problem.Kind == rapporteur.ProblemRejected {
		return p.renderCounter(v, http.StatusUnprocessableEntity, c, form, problem)
	}
	if err != nil {
		return err
	}
	return v.Redirect(deliveriesAt + "/" + made.String())
}

// deliveryOf is the body that was typed.
func (p pages) deliveryOf(v *frame.Visit, c counter, form url.Values) ([]byte, error) {
	q, err := p.Correspondence.DeliveryQuestionnaire(v.Principal, c.Instrument.ID, c.Stream.ID)
	if err != nil {
		return nil, err
	}
	all := statesOf(p.Catalogue, rapporteur.DateOf(v.Now()), v.Language)
	body, answers, said := read(form, header(v.Language), all), object{}, object{}
	for _, s := range q.Sections {
		maps.Copy(answers, read(form, questions(s, v.Language), all))
	}
	for name, values := range form {
		if key, ok := strings.CutPrefix(name, why); ok && values[0] != "" {
			said[key] = values[0]
		}
	}
	for name, value := range map[string]object{"answers": answers, "justifications": said} {
		if len(value) > 0 {
			body[name] = value
		}
	}
	body["questionnaire"], body["version"] = q.ID, q.Version
	return encode(body), nil
}

// deliveredView is one delivery, or a receipt that was left.
type deliveredView struct {
	counter
	rapporteur.Delivery
	To []string // names of where it goes
}

// showDelivered is what somebody keeps of a delivery, and what happens next.
func (p pages) showDelivered(v *frame.Visit) error {
	c, err := p.counter(v)
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(v.Param("number"))
	if err != nil {
		return rapporteur.NotFound("delivery", v.Param("number"))
	}
	view := deliveredView{counter: c}
	err = p.Store.Read(v.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		view.Delivery, err = r.Delivery(ctx, rapporteur.DeliveryKey{Cycle: frame.CycleOf(v.Request), Number: number})
		return err
	})
	if err == nil && v.Principal.Role == rapporteur.RoleContributor && !view.Concerns(v.Principal.Contributor) {
		err = rapporteur.NotFound("delivery", view.String())
	}
	if err != nil {
		return err
	}
	for _, id := range view.Destinations {
		view.To = append(view.To, p.nameOf(id, v))
	}
	return v.Render(http.StatusOK, deliveredPage, view)
}

// nameOf is a contributor's name, or the id of a body outside the registry.
func (p pages) nameOf(id rapporteur.ContributorID, v *frame.Visit) string {
	who, err := p.Catalogue.Contributor(id, rapporteur.DateOf(v.Now()))
	if err != nil {
		return string(id)
	}
	return who.Name(v.Language)
}
