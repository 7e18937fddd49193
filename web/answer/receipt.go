package answer

import (
	"html/template"
	"net/http"
	"strconv"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var receivedPage = parse("received.html")

// receivedView is what the page of a receipt shows.
type receivedView struct {
	Base       string // of the request; empty for who came by a link
	Submission rapporteur.Submission
	Receipt    string
	File       string
	Download   template.URL
	Closes     *rapporteur.Date // until when a new version is taken; nil where none is
}

func receivedOf(s rapporteur.Submission, receipt []byte) receivedView {
	return receivedView{Submission: s, Receipt: string(receipt), File: receiptFile(s), Download: dataURL(receipt)}
}

func receiptFile(s rapporteur.Submission) string {
	_, stream, period, _ := s.Cycle.Parts() // an accepted submission's id has its parts
	return "receipt-" + stream + "-" + period + "-" + string(s.Contributor) + ".json"
}

// version is the version that the address names, with its signed receipt.
func (p pages) version(v *frame.Visit, a asked) (rapporteur.Submission, []byte, error) {
	number, err := strconv.Atoi(v.Param("version"))
	if err == nil {
		for _, s := range a.Versions {
			if s.Version != number {
				continue
			}
			receipt, err := p.Correspondence.Receipt(v.Context(), s.RequestKey, s.Version)
			if err != nil {
				return s, nil, err
			}
			document, err := receipt.Document()
			return s, document, err
		}
	}
	return rapporteur.Submission{}, nil, rapporteur.NotFound("version", v.Param("version"))
}

// showReceipt is what somebody keeps of an answer that was accepted, and what
// happens next.
func (p pages) showReceipt(v *frame.Visit) error {
	a, err := p.asked(v)
	if err != nil {
		return err
	}
	s, receipt, err := p.version(v, a)
	if err != nil {
		return err
	}
	view := receivedOf(s, receipt)
	view.Base = a.Base()
	view.Download = template.URL(a.Base() + "/versions/" + itoa(s.Version) + "/receipt.json") //nolint:gosec // of our own making
	if a.Open() && s.Version == a.Standing() {
		closes := a.Closes()
		view.Closes = &closes
	}
	return v.Render(http.StatusOK, receivedPage, view)
}

// sendReceipt is the receipt as a file.
func (p pages) sendReceipt(v *frame.Visit) error {
	a, err := p.asked(v)
	if err != nil {
		return err
	}
	s, receipt, err := p.version(v, a)
	if err != nil {
		return err
	}
	return v.Send("application/json", receiptFile(s), receipt)
}
