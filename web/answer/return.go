package answer

import (
	"errors"
	"html/template"
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var (
	returnPage   = frame.Parse(words, files, "templates/return.html")
	receivedPage = frame.Parse(words, files, "templates/received.html")
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
func (p pages) showReturn(v *frame.Visit) error {
	if err := v.Guessing(); err != nil {
		return err
	}
	link := linkOf(v.Request)
	asked, err := p.Correspondence.OpenLink(v.Context(), link, v.Language)
	switch {
	case err != nil:
		return lost(v, err)
	case asked.State != rapporteur.LinkOpen:
		return useless(v, asked.State)
	}
	return v.Render(http.StatusOK, returnPage, viewOf(asked, v.Language))
}

// lost says that there is no such page, in the words of mails' links.
func lost(v *frame.Visit, err error) error {
	if !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
		return err
	}
	told := returnTexts[v.Language].NotFound
	return v.Tell(http.StatusNotFound, told[0], told[1])
}

// useless says why a link cannot be used, and what to do.
func useless(v *frame.Visit, state rapporteur.LinkState) error {
	status := http.StatusGone
	if state == rapporteur.LinkForged {
		v.Guessed()
		status = http.StatusForbidden
	}
	told := returnTexts[v.Language].Useless[state]
	return v.Tell(status, told[0], told[1])
}

// linkOf reads a link from its address. What is not a link has no token that
// could be known.
func linkOf(r *http.Request) rapporteur.SealedLink {
	part := func(name string) string { return chi.URLParam(r, name) }
	query := r.URL.Query()
	until, err := rapporteur.ParseDate(query.Get("until"))
	if err != nil {
		return rapporteur.SealedLink{}
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
	}
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
func (p pages) takeReturn(v *frame.Visit) error {
	if err := v.Guessing(); err != nil {
		return err
	}
	link := linkOf(v.Request)
	form, err := v.Form()
	if err != nil {
		told := returnTexts[v.Language].Unreadable
		return v.Tell(http.StatusBadRequest, told[0], told[1])
	}
	short := rapporteur.ShortReturn{Type: link.Type, Language: v.Language, Reason: form.Get("reason"), Report: form.Get("report")}
	submission, err := p.Correspondence.SubmitByLink(v.Context(), link, short)
	var receipt rapporteur.SubmissionReceipt
	if err == nil {
		receipt, err = p.Correspondence.Receipt(v.Context(), submission.RequestKey, submission.Version)
	}
	var document []byte
	if err == nil {
		document, err = receipt.Document()
	}
	if err != nil {
		return p.refuseReturn(v, link, short, err)
	}
	return v.Render(http.StatusOK, receivedPage, receivedOf(submission, document, v.Language))
}

// refuseReturn shows the form again where something in it can be mended, or why
// the link is of no use.
func (p pages) refuseReturn(v *frame.Visit, link rapporteur.SealedLink, short rapporteur.ShortReturn, cause error) error {
	asked, err := p.Correspondence.OpenLink(v.Context(), link, v.Language)
	problem, ok := errors.AsType[*rapporteur.Problem](cause)
	switch {
	case err != nil:
		return lost(v, err)
	case asked.State != rapporteur.LinkOpen:
		return useless(v, asked.State)
	case !ok || problem.Kind != rapporteur.ProblemInvalid && problem.Kind != rapporteur.ProblemRejected:
		return cause
	}
	view := viewOf(asked, v.Language)
	view.Reason, view.Report = short.Reason, short.Report
	for _, f := range problem.Findings {
		if f.Blocks() {
			view.Complaints = append(view.Complaints, f.Text(v.Language))
		}
	}
	if len(view.Complaints) == 0 {
		view.Complaints = []string{view.Words.Missing[link.Type]}
	}
	return v.Render(http.StatusUnprocessableEntity, returnPage, view)
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
