package answer

import (
	"encoding/base64"
	"html/template"
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var returnPage = parse("return.html")

// returnAddress is where links in mails lead.
const returnAddress = "/returns/{instrument}/{stream}/{period}/{contributor}/{type}"

// maxForm is how many bytes a form may have: two texts, their letters escaped.
const maxForm = 64 << 10

// returnView is what the page of an answer in one go shows, be it behind a link
// in a mail or for who is signed in.
type returnView struct {
	asked
	Signed         bool // in; or else by a link
	Kind           rapporteur.ReturnType
	From, To       rapporteur.Date
	Reason, Report string // as written so far
	Complaints     []complaint
	AsksReason     bool
	NeedsReason    bool
	AsksReport     bool
}

func newReturnView(kind rapporteur.ReturnType) returnView {
	return returnView{
		Kind: kind, Signed: true,
		AsksReason: kind != rapporteur.ReturnCovered, AsksReport: kind == rapporteur.ReturnCovered,
		NeedsReason: kind == rapporteur.ReturnNotApplicable || kind == rapporteur.ReturnDeclined,
	}
}

// field is the id of the field that complaints are about.
func (v returnView) field() string {
	if v.AsksReport {
		return "report"
	}
	return "reason"
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
	return tell(v, http.StatusNotFound, "link.lost")
}

func tell(v *frame.Visit, status int, key string) error {
	say := words.In(v.Language)
	return v.Tell(status, say.Say(key+".title"), say.Say(key+".detail"))
}

// useless says why a link cannot be used, and what to do.
func useless(v *frame.Visit, state rapporteur.LinkState) error {
	status := http.StatusGone
	if state == rapporteur.LinkForged {
		v.Guessed()
		status = http.StatusForbidden
	}
	return tell(v, status, "link."+string(state))
}

// linkOf reads a link from its address. What is not a link has no token that
// could be known.
func linkOf(r *http.Request) rapporteur.SealedLink {
	query := r.URL.Query()
	until, err := rapporteur.ParseDate(query.Get("until"))
	if err != nil {
		return rapporteur.SealedLink{}
	}
	return rapporteur.SealedLink{
		ReturnLink: rapporteur.ReturnLink{RequestKey: frame.RequestOf(r), Type: rapporteur.ReturnType(chi.URLParam(r, "type")), Until: until},
		Token:      query.Get("token"),
	}
}

func viewOf(linked rapporteur.LinkedRequest, language string) returnView {
	view := newReturnView(linked.Return.Type)
	view.Signed = false
	view.asked = asked{
		Request: linked.Request, Instrument: linked.Instrument, Stream: linked.Stream, Who: linked.Contributor, Language: language,
	}
	if linked.Host != "" {
		view.Run = rapporteur.Cycle{Shape: rapporteur.ShapeInclusion, Title: linked.Host}
	}
	view.From, view.To = linked.Return.From, linked.Return.To
	return view
}

// takeReturn records what the page said it would, and shows the receipt.
func (p pages) takeReturn(v *frame.Visit) error {
	if err := v.Guessing(); err != nil {
		return err
	}
	link := linkOf(v.Request)
	form, err := v.Form()
	if err != nil {
		return tell(v, http.StatusBadRequest, "link.unreadable")
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
	return v.Render(http.StatusOK, receivedPage, receivedOf(submission, document))
}

// refuseReturn shows the form again where something in it can be mended, or why
// the link is of no use.
func (p pages) refuseReturn(v *frame.Visit, link rapporteur.SealedLink, short rapporteur.ShortReturn, cause error) error {
	asked, err := p.Correspondence.OpenLink(v.Context(), link, v.Language)
	switch {
	case err != nil:
		return lost(v, err)
	case asked.State != rapporteur.LinkOpen:
		return useless(v, asked.State)
	}
	problem, ok := mendable(cause)
	if !ok {
		return cause
	}
	view := viewOf(asked, v.Language)
	view.Reason, view.Report = short.Reason, short.Report
	view.Complaints = blocking(v, problem, view.field(), "missing."+string(link.Type))
	return v.Render(http.StatusUnprocessableEntity, returnPage, view)
}

// dataURL is a JSON document as an address of its own, for downloading what is
// shown without asking for it again. Base64 holds nothing that HTML could take
// for markup.
func dataURL(document []byte) template.URL {
	return template.URL("data:application/json;base64," + base64.StdEncoding.EncodeToString(document)) //nolint:gosec // of our own making
}
