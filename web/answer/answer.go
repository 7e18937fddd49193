// Package answer holds the pages of contributors: what is asked of them, and the
// ways to answer. They are for people who come from a mail, once or twice a year,
// perhaps on a telephone: every page works without a script, says what happens
// next, and loses nothing that was typed.
package answer

import (
	"embed"
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/internal/wording"
	"github.com/rapporteur/rapporteur/web/frame"
)

//go:embed templates words
var files embed.FS

var words = wording.MustLoad(files, "words")

// Words is the book of these pages, for whoever lists what is missing.
func Words() *wording.Book { return words }

// pages is the pages at work.
type pages struct{ frame.Config }

// requestAt is where a request is; what can be done to it is below.
const requestAt = "/requests/{instrument}/{stream}/{period}/{contributor}"

// parse reads a page's templates with the parts that pages share.
func parse(names ...string) *frame.Template {
	for n := range names {
		names[n] = "templates/" + names[n]
	}
	return frame.Parse(words, files, append(names, "templates/parts.html")...).Styled("answer.css")
}

// Register adds the pages to the house.
func Register(f *frame.Frame) {
	p := pages{f.Config}
	f.Lead(frame.Nav{Address: "/requests", Key: "nav.requests", Book: words, Order: 10, Roles: []rapporteur.Role{rapporteur.RoleContributor}})
	f.Lead(frame.Nav{Address: deliveriesAt, Key: "nav.deliveries", Book: words, Order: 20, Roles: []rapporteur.Role{rapporteur.RoleContributor}})
	for _, page := range p.all() {
		page.Languages = frame.AllLanguages
		if page.Action != "" && page.About == nil {
			page.About = frame.AboutRequest
		}
		f.Register(page)
	}
}

func (p pages) all() []frame.Page {
	const get, post = http.MethodGet, http.MethodPost
	return []frame.Page{
		{ID: "return-by-link", Method: get, Pattern: returnAddress, Secret: true, MaxForm: maxForm, Serve: p.showReturn},
		{ID: "take-return-by-link", Method: post, Pattern: returnAddress, Secret: true, MaxForm: maxForm, Serve: p.takeReturn},
		{ID: "requests", Method: get, Pattern: "/requests", Action: access.ListRequests, About: aboutOwn, Serve: p.showRequests},
		{ID: "request", Method: get, Pattern: requestAt, Action: access.ReadRequest, Serve: p.showRequest},
		{ID: "short-return", Method: get, Pattern: requestAt + "/returns/{type}", Action: access.Submit, Serve: p.showShort},
		{ID: "take-short-return", Method: post, Pattern: requestAt + "/returns/{type}", Action: access.Submit, MaxForm: maxForm, Serve: p.takeShort},
		{ID: "extension", Method: get, Pattern: requestAt + "/extension", Action: access.AskExtension, Serve: p.showExtension},
		{ID: "ask-extension", Method: post, Pattern: requestAt + "/extension", Action: access.AskExtension, MaxForm: maxForm, Serve: p.askExtension},
		{ID: "receipt", Method: get, Pattern: requestAt + "/versions/{version}/receipt", Action: access.ReadSubmission, Serve: p.showReceipt},
		{ID: "receipt-document", Method: get, Pattern: requestAt + "/versions/{version}/receipt.json", Action: access.ReadSubmission, Serve: p.sendReceipt},
		{ID: "form", Method: get, Pattern: requestAt + "/form", Action: access.ReadWorkingAnswer, Serve: p.showForm},
		{ID: "prefill", Method: post, Pattern: requestAt + "/form", Action: access.WriteWorkingAnswer, Serve: p.prefill},
		{ID: "section", Method: get, Pattern: requestAt + "/form/{section}", Action: access.ReadWorkingAnswer, Serve: p.showSection},
		{ID: "save-section", Method: post, Pattern: requestAt + "/form/{section}", Action: access.WriteWorkingAnswer, MaxForm: maxSection, Serve: p.saveSection},
		{ID: "answer-attachment", Method: get, Pattern: requestAt + "/attachments/{attachment}", Action: access.ReadAttachment, Serve: p.sendAttachment},
		{ID: "check", Method: get, Pattern: requestAt + "/check", Action: access.ReadWorkingAnswer, Serve: p.showCheck},
		{ID: "submit", Method: post, Pattern: requestAt + "/check", Action: access.Submit, MaxForm: maxSection, Serve: p.submit},
		{ID: "versions", Method: get, Pattern: requestAt + "/versions", Action: access.ReadSubmission, Serve: p.showVersions},
		{ID: "version", Method: get, Pattern: requestAt + "/versions/{version}", Action: access.ReadBody, Serve: p.showVersion},
		{ID: "withdrawal", Method: get, Pattern: requestAt + "/withdrawal", Action: access.WithdrawSubmission, Serve: p.showWithdrawal},
		{ID: "withdraw", Method: post, Pattern: requestAt + "/withdrawal", Action: access.WithdrawSubmission, MaxForm: maxForm, Serve: p.withdraw},
		{ID: "workbook", Method: get, Pattern: requestAt + "/workbook", Action: access.ReadBody, Serve: p.sendWorkbook},
		{ID: "upload", Method: get, Pattern: requestAt + "/upload", Action: access.Submit, Serve: p.showUpload},
		{ID: "take-upload", Method: post, Pattern: requestAt + "/upload", Action: access.Submit, MaxForm: maxUpload, Serve: p.takeUpload},
		{ID: "deliveries", Method: get, Pattern: deliveriesAt, Action: access.ReadIntake, About: aboutOwn, Serve: p.showDeliveries},
		{ID: "counter", Method: get, Pattern: deliveriesAt + "/{instrument}/{stream}", Action: access.Deliver, About: aboutOwn, Serve: p.showCounter},
		{ID: "deliver", Method: post, Pattern: deliveriesAt + "/{instrument}/{stream}", Action: access.Deliver, About: aboutOwn, MaxForm: rapporteur.MaxWorkingAnswer, Serve: p.deliver},
		{ID: "delivered", Method: get, Pattern: deliveriesAt + "/{instrument}/{stream}/{period}/{number}", Action: access.ReadDelivery, About: aboutOwn, Serve: p.showDelivered},
		{ID: "colleagues", Method: get, Pattern: requestAt + "/colleagues", Action: access.ReadColleagues, Serve: p.showColleagues},
		{ID: "delegate", Method: post, Pattern: requestAt + "/colleagues", Action: access.ManageColleagues, MaxForm: maxForm, Serve: p.delegate},
	}
}
