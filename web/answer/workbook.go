package answer

import (
	"errors"
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var uploadPage = parse("upload.html")

const (
	mediaXLSX   = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	maxWorkbook = 5 << 20 // bytes of a workbook
	maxUpload   = maxWorkbook + 1<<20
)

// sendWorkbook is the request as a workbook in the page's language.
func (p pages) sendWorkbook(v *frame.Visit) error {
	key := frame.RequestOf(v.Request)
	file, err := p.Correspondence.Workbook(v.Context(), v.Principal, key, v.Language)
	if err != nil {
		return err
	}
	_, stream, period, _ := key.Cycle.Parts() // a request that was found has its parts
	return v.Send(mediaXLSX, stream+"-"+period+"-"+string(key.Contributor)+".xlsx", file)
}

// uploadView is what the page of a workbook shows.
type uploadView struct {
	asked
	Refused string
	Detail  string // in English, what a library knows beyond
	Found   []found
}

// showUpload is the page on which a filled workbook is handed in.
func (p pages) showUpload(v *frame.Visit) error {
	a, err := p.asked(v)
	if err != nil {
		return err
	}
	if !a.Open() {
		return closed(v, a)
	}
	return v.Render(http.StatusOK, uploadPage, uploadView{asked: a})
}

// takeUpload submits the answer in a workbook, or puts it into the form to go on
// there. What is wrong is shown by cell.
func (p pages) takeUpload(v *frame.Visit) error {
	a, err := p.asked(v)
	if err != nil {
		return err
	}
	form, err := v.Form()
	if err != nil {
		return p.notTaken(v, a, err)
	}
	if !a.Open() {
		return closed(v, a)
	}
	file, err := upload(v.Request, "workbook", maxWorkbook)
	if err == nil && file.Name == "" {
		err = rapporteur.Problemf(rapporteur.ProblemInvalid, "No file", "")
	}
	if err != nil {
		return p.notTaken(v, a, err)
	}
	if form.Get("do") == "form" {
		return p.continueInForm(v, a, file.Content)
	}
	submission, err := p.Correspondence.SubmitWorkbook(v.Context(), v.Principal, a.RequestKey, file.Content)
	if err != nil {
		return p.notTaken(v, a, err)
	}
	return v.Redirect(a.Base() + "/versions/" + itoa(submission.Version) + "/receipt")
}

// notTaken shows why a workbook was not accepted.
func (p pages) notTaken(v *frame.Visit, a asked, cause error) error {
	problem, ok := errors.AsType[*rapporteur.Problem](cause)
	if !ok {
		return cause
	}
	view := uploadView{asked: a}
	key := "upload.unreadable"
	switch problem.Kind {
	case rapporteur.ProblemRejected:
		key = "upload.found"
	case rapporteur.ProblemTooLarge:
		key = "upload.large"
	case rapporteur.ProblemStale:
		key = "upload.other"
	case rapporteur.ProblemClosed:
		return closed(v, a)
	}
	view.Refused = words.In(v.Language).Say(key)
	if key == "upload.unreadable" {
		view.Detail = problem.Detail
	}
	for _, f := range problem.Findings {
		if f.Blocks() {
			view.Found = append(view.Found, found{Finding: f, Where: f.Where(v.Language), Text: f.Text(v.Language)})
		}
	}
	return v.Render(frame.StatusOf(problem), uploadPage, view)
}

// continueInForm puts what a workbook holds into the form.
func (p pages) continueInForm(v *frame.Visit, a asked, file []byte) error {
	w, err := p.work(v)
	if err != nil {
		return err
	}
	filled, err := p.Correspondence.Workbooks.Read(file, w.Questionnaire)
	if err == nil && filled.RequestKey != a.RequestKey {
		err = rapporteur.Problemf(rapporteur.ProblemStale, "Another request", "The workbook was made for another request.")
	}
	if err == nil {
		err = p.takeOver(v, w, filled.Body)
	}
	if err != nil {
		return p.notTaken(v, a, err)
	}
	v.Note(words.In(v.Language).Say("upload.taken"))
	return v.Redirect(a.Base() + "/form")
}
