package answer

import (
	"net/http"
	"slices"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var requestPage = parse("request.html")

// requestView is what the page of a request shows.
type requestView struct {
	asked
	Mandate    []rapporteur.Provision // that ask for it
	Provisions []rapporteur.Provision // that an answer can be about
	Texts      []rapporteur.Operative // the paragraphs that ask
	Comments   []comment              // of the Secretariat, where the answer came back
	Dates      []rapporteur.PlannedDate
	Short      []rapporteur.ReturnType
	Receipt    string
}

// showRequest is what is asked, by whom, by when and why, how it stands, and the
// ways to answer.
func (p pages) showRequest(v *frame.Visit) error {
	a, err := p.asked(v)
	if err != nil {
		return err
	}
	view := requestView{asked: a, Short: rapporteur.ReturnLinkTypes}
	if a.Questionnaire != (rapporteur.QuestionnaireRef{}) {
		q, err := p.Catalogue.Questionnaire(a.Questionnaire)
		if err != nil {
			return err
		}
		view.Comments = a.comments(q)
	}
	for _, id := range a.Stream.Provisions {
		if provision, ok := a.Instrument.Provision(id); ok {
			view.Provisions = append(view.Provisions, provision)
		}
	}
	mandate := a.Instrument.Mandate(a.Stream)
	for _, provision := range view.Provisions {
		if slices.Contains(mandate, provision.ID) {
			view.Mandate = append(view.Mandate, provision)
		}
	}
	for _, o := range a.Instrument.Operatives {
		if slices.ContainsFunc(view.Mandate, func(p rapporteur.Provision) bool { return p.Operative == o.Number }) {
			view.Texts = append(view.Texts, o)
		}
	}
	for _, d := range a.Run.Plan.Dates {
		if d.Key == rapporteur.DateDue || d.Key == rapporteur.DateCloses {
			view.Dates = append(view.Dates, d)
		}
	}
	if s, ok := a.Newest(); ok {
		view.Receipt = a.Base() + "/versions/" + itoa(s.Version) + "/receipt"
	}
	return v.Render(http.StatusOK, requestPage, view)
}

// comment is one of the Secretariat's on an answer that came back.
type comment struct {
	Question string // Q5.2; empty where it is about the whole
	Section  string // where that stands
	Text     string
}

// comments are those with which the answer came back, none where it is not back
// or has been corrected. A line that begins with the id of a question and a colon
// is about that question, any other about the whole.
func (a asked) comments(q rapporteur.Questionnaire) []comment {
	return commentsIn(a.Returned, q)
}

func commentsIn(text string, q rapporteur.Questionnaire) []comment {
	var all []comment
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		c := comment{Text: line}
		if id, rest, found := strings.Cut(line, ":"); found {
			if section, known := sectionOf(q, strings.TrimSpace(id)); known {
				c = comment{Question: strings.TrimSpace(id), Section: section, Text: strings.TrimSpace(rest)}
			}
		}
		all = append(all, c)
	}
	return all
}

// sectionOf is the section in which a question stands.
func sectionOf(q rapporteur.Questionnaire, question string) (string, bool) {
	for _, s := range q.Sections {
		if slices.ContainsFunc(s.Questions, func(asked rapporteur.Question) bool { return asked.ID == question }) {
			return s.ID, true
		}
	}
	return "", false
}
