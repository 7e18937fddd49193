package answer

import (
	"net/http"
	"slices"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var formPage = parse("form.html")

// sectionState is how far a section is.
type sectionState string

// The states of sections. Findings are such as keep the answer back.
const (
	sectionEmpty    sectionState = "empty"
	sectionBegun    sectionState = "begun"
	sectionFindings sectionState = "findings"
	sectionDone     sectionState = "done"
)

// place is a section in the list of all, with how far it is.
type place struct {
	ID, Title string
	State     sectionState
	Answered  int // questions
	Questions int
	Findings  int
	Marks     int // prefilled values that nobody has confirmed
	Saved     rapporteur.WorkingSave
	Mine      bool // whoever looks has saved it last
	Current   bool
}

// work is a working answer under the questionnaire, as the pages of the form need
// it.
type work struct {
	asked
	Questionnaire rapporteur.Questionnaire
	Verdict       rapporteur.Verdict
	Places        []place
}

// work reads the working answer of the request that the address names.
func (p pages) work(v *frame.Visit) (work, error) {
	a, err := p.asked(v)
	if err != nil {
		return work{}, err
	}
	w := work{asked: a}
	view, err := p.Correspondence.WorkingAnswer(v.Context(), a.RequestKey)
	if err != nil {
		return w, err
	}
	w.Questionnaire, w.Working, w.Request = view.Questionnaire, view.Answer, view.Request
	w.Places = w.places(v.Principal.ID)
	return w, nil
}

// checked is work with what a check of it finds.
func (p pages) checked(v *frame.Visit) (work, error) {
	w, err := p.work(v)
	if err != nil || w.Working.Revision == 0 {
		return w, err
	}
	if w.Verdict, err = p.Correspondence.CheckWorkingAnswer(v.Context(), w.RequestKey); err != nil {
		return w, err
	}
	w.Places = w.places(v.Principal.ID)
	return w, nil
}

// places are the sections in their order, the header first.
func (w work) places(who string) []place {
	all := []place{{ID: rapporteur.HeaderSection, Title: words.In(w.Language).Say("section.header")}}
	for _, s := range w.Questionnaire.Sections {
		all = append(all, place{ID: s.ID, Title: in(s.Title, w.Language), Questions: len(s.Questions)})
	}
	for n := range all {
		all[n].fill(w, who)
	}
	return all
}

func (p *place) fill(w work, who string) {
	s, there := w.Working.Section(p.ID)
	p.State = sectionEmpty
	if !there {
		return
	}
	content := decode(s.Content)
	p.Saved, p.Mine, p.Marks = s.Saved, s.Saved.By == who, len(s.Marks)
	for _, f := range w.Verdict.Findings {
		if f.Blocks() && w.sectionAt(f.Pointer) == p.ID {
			p.Findings++
		}
	}
	for _, answer := range content {
		if fields, ok := answer.(object); ok && fields["status"] != nil {
			p.Answered++
		}
	}
	switch {
	case len(content) == 0:
	case p.Findings > 0:
		p.State = sectionFindings
	case p.Answered < p.Questions:
		p.State = sectionBegun
	default:
		p.State = sectionDone
	}
}

// sectionAt is the section in which a place of the answer is.
func (w work) sectionAt(pointer string) string {
	names := strings.Split(pointer, "/")
	if len(names) < 3 || names[1] != "answers" {
		return rapporteur.HeaderSection
	}
	if section, known := sectionOf(w.Questionnaire, names[2]); known {
		return section
	}
	return rapporteur.HeaderSection
}

// Next and Before are the addresses of what comes after and before a section:
// the other sections in their order, and the check at the end.
func (w work) Next(section string) string { return w.beside(section, 1) }

// Before is the section before, or the list of all.
func (w work) Before(section string) string { return w.beside(section, -1) }

func (w work) beside(section string, step int) string {
	n := slices.IndexFunc(w.Places, func(p place) bool { return p.ID == section }) + step
	switch {
	case n < 0:
		return w.Base() + "/form"
	case n >= len(w.Places):
		return w.Base() + "/check"
	}
	return w.Base() + "/form/" + w.Places[n].ID
}

// formView is what the list of sections shows.
type formView struct {
	work
	Done     int
	Comments []comment
	CanFill  bool // published figures may be there to begin with
}

// showForm is the list of sections with how far each is. Where what stands was
// submitted from here and nothing was written since, it says so first.
func (p pages) showForm(v *frame.Visit) error {
	w, err := p.checked(v)
	if err != nil {
		return err
	}
	if !w.Open() {
		return closed(v, w.asked)
	}
	view := formView{work: w, Comments: w.comments(w.Questionnaire), CanFill: p.Correspondence.Published != nil}
	for _, place := range w.Places {
		if place.State == sectionDone {
			view.Done++
		}
	}
	return v.Render(http.StatusOK, formPage, view)
}

// fromVersion is where the form is filled from with a version that came another
// way.
const fromVersion = "version"

// Takeable reports whether the version that stands came another way than by this
// form, so that a correction begins with it.
func (w work) Takeable() bool {
	s, ok := w.Newest()
	answers := s.ReturnType == rapporteur.ReturnAnswered || s.ReturnType == rapporteur.ReturnPartial
	return w.Open() && ok && answers && s.Questionnaire == w.Request.Questionnaire && w.Working.Submitted.Version != s.Version
}

// prefill fills in what an earlier answer or published figures have, where nobody
// has written anything yet; each value is marked until somebody confirms it.
func (p pages) prefill(v *frame.Visit) error {
	key := frame.RequestOf(v.Request)
	form, err := v.Form()
	if err != nil {
		return err
	}
	if form.Get("source") == fromVersion {
		w, err := p.work(v)
		if err != nil {
			return err
		}
		if !w.Takeable() {
			return closed(v, w.asked)
		}
		return p.takeVersion(v, w)
	}
	before, err := p.Correspondence.WorkingAnswer(v.Context(), key)
	if err != nil {
		return err
	}
	after, err := p.Correspondence.Prefill(v.Context(), v.Principal, key, []string{form.Get("source")})
	if err != nil {
		return err
	}
	filled := -len(before.Answer.Unconfirmed()) + len(after.Unconfirmed())
	v.Note(words.In(v.Language).Count("prefill.done", filled))
	return v.Redirect(asked{Request: before.Request}.Base() + "/form")
}
