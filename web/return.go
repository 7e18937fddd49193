package web

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/rapporteur/rapporteur"
)

var (
	returnPage   = templateOf("return.html")
	receivedPage = templateOf("received.html")
)

// returnAddress is where links in mails lead.
const returnAddress = "/returns/{instrument}/{stream}/{period}/{contributor}/{type}"

// maxForm is how many bytes a form may have: two texts, their letters escaped.
const maxForm = 64 << 10

// returnView is what the page behind a link in a mail shows.
type returnView struct {
	Language, Title string
	Words           returnWords
	Answer          string // what pressing the button says, in words
	Asked           rapporteur.LinkedRequest
	Name            string // the contributor's
	Due             string
	Reason, Report  string // as written so far
	Complaints      []string
	AsksReason      bool
	NeedsReason     bool
	AsksReport      bool
}

// showReturn is the page behind a link in a mail: what is asked and what one
// button will record. It changes nothing, for programs that look through mails follow
// every link in them.
func (p *pages) showReturn(w http.ResponseWriter, r *http.Request) {
	link, language := linkOf(r)
	p.answerForm(w)
	asked, err := p.Correspondence.OpenLink(r.Context(), link, language)
	switch {
	case err != nil:
		p.fail(w, language, err)
	case asked.State != rapporteur.LinkOpen:
		p.useless(w, language, asked.State)
	default:
		p.render(w, http.StatusOK, returnPage, viewOf(asked, language))
	}
}

// answerForm sets the headers of the pages behind links: nothing is kept, and
// their one form may be sent to this house. The address, which is a credential,
// is told to nobody; the origin must be, for the house to know its own form.
func (p *pages) answerForm(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", strings.Replace(contentPolicy, "form-action 'none'", "form-action 'self'", 1))
	h.Set("Referrer-Policy", "strict-origin")
	h.Set("X-Robots-Tag", "noindex")
}

// linkOf reads a link from its address, and in which language the page is to be.
// What is not a link has no token that could be known.
func linkOf(r *http.Request) (rapporteur.SealedLink, string) {
	part := func(name string) string { return chi.URLParam(r, name) }
	query := r.URL.Query()
	language := query.Get("lang")
	if !slices.Contains(languages, language) {
		language = chosenLanguage(r.Header.Get("Accept-Language"))
	}
	until, err := rapporteur.ParseDate(query.Get("until"))
	if err != nil {
		return rapporteur.SealedLink{}, language
	}
	return rapporteur.SealedLink{
		ReturnLink: rapporteur.ReturnLink{
			RequestKey: rapporteur.RequestKey{
				Cycle:       rapporteur.NewCycleID(part("instrument"), part("stream"), part("period")),
				Contributor: rapporteur.ContributorID(part("contributor")),
			},
			Type: rapporteur.ReturnType(part("type")), Until: until,
		},
		Token: query.Get("token"),
	}, language
}

func viewOf(asked rapporteur.LinkedRequest, language string) returnView {
	words := returnTexts[language]
	kind := asked.Return.Type
	return returnView{
		Language: language, Title: words.Answers[kind], Words: words, Answer: words.Answers[kind], Asked: asked,
		Name: asked.Contributor.Name(language), Due: asked.Request.Due.WordsIn(language),
		AsksReason: kind != rapporteur.ReturnCovered, AsksReport: kind == rapporteur.ReturnCovered,
		NeedsReason: kind == rapporteur.ReturnNotApplicable || kind == rapporteur.ReturnDeclined,
	}
}

// takeReturn records what the page said it would, and shows the receipt.
func (p *pages) takeReturn(w http.ResponseWriter, r *http.Request) {
	link, language := linkOf(r)
	p.answerForm(w)
	if err := http.NewCrossOriginProtection().Check(r); err != nil {
		p.useless(w, language, rapporteur.LinkForged)
		return
	}
	form, err := formOf(w, r)
	if err != nil {
		p.problem(w, http.StatusBadRequest, language, returnTexts[language].Unreadable)
		return
	}
	short := rapporteur.ShortReturn{Type: link.Type, Language: language, Reason: form.Get("reason"), Report: form.Get("report")}
	submission, err := p.Correspondence.SubmitByLink(r.Context(), link, short)
	var receipt rapporteur.SubmissionReceipt
	if err == nil {
		receipt, err = p.Correspondence.Receipt(r.Context(), submission.RequestKey, submission.Version)
	}
	var document []byte
	if err == nil {
		document, err = receipt.Document()
	}
	if err != nil {
		p.refuseReturn(w, r, link, short, err)
		return
	}
	p.render(w, http.StatusOK, receivedPage, receivedOf(submission, document, language))
}

// formOf reads the form of a page: its two texts on lines as they are written
// everywhere.
func formOf(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	form := url.Values{}
	for _, name := range []string{"reason", "report"} {
		form.Set(name, strings.TrimSpace(strings.ReplaceAll(r.PostForm.Get(name), "\r\n", "\n")))
	}
	return form, nil
}

// refuseReturn shows the form again where something in it can be mended, or why
// the link is of no use.
func (p *pages) refuseReturn(w http.ResponseWriter, r *http.Request, link rapporteur.SealedLink, short rapporteur.ShortReturn, cause error) {
	language := short.Language
	asked, err := p.Correspondence.OpenLink(r.Context(), link, language)
	problem, ok := errors.AsType[*rapporteur.Problem](cause)
	switch {
	case err != nil:
		p.fail(w, language, err)
	case asked.State != rapporteur.LinkOpen:
		p.useless(w, language, asked.State)
	case !ok || problem.Kind != rapporteur.ProblemInvalid && problem.Kind != rapporteur.ProblemRejected:
		p.fail(w, language, cause)
	default:
		view := viewOf(asked, language)
		view.Reason, view.Report = short.Reason, short.Report
		for _, f := range problem.Findings {
			if f.Blocks() {
				view.Complaints = append(view.Complaints, f.Text(language))
			}
		}
		if len(view.Complaints) == 0 {
			view.Complaints = []string{view.Words.Missing[link.Type]}
		}
		p.render(w, http.StatusUnprocessableEntity, returnPage, view)
	}
}

// receivedView is what the page of a receipt shows.
type receivedView struct {
	Language, Title string
	Words           returnWords
	Answer          string
	Submission      rapporteur.Submission
	At              string
	Receipt         string
	File            string
	Download        template.URL
}

func receivedOf(s rapporteur.Submission, receipt []byte, language string) receivedView {
	words := returnTexts[language]
	_, stream, period, _ := s.Cycle.Parts() // an accepted submission's id has its parts
	return receivedView{
		Language: language, Title: words.Received, Words: words, Answer: words.Answers[s.ReturnType], Submission: s,
		At: s.SubmittedAt.UTC().Format("2006-01-02 15:04:05 UTC"), Receipt: string(receipt),
		File:     "receipt-" + stream + "-" + period + "-" + string(s.Contributor) + ".json",
		Download: dataURL(receipt),
	}
}
