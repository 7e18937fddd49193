// Package answer holds the pages of contributors: what is asked of them, and the
// ways to answer.
package answer

import (
	"embed"
	"net/http"

	"github.com/rapporteur/rapporteur/internal/wording"
	"github.com/rapporteur/rapporteur/web/frame"
)

//go:embed templates words
var files embed.FS

var words = wording.MustLoad(files, "words")

// pages is the pages at work.
type pages struct{ frame.Config }

// Register adds the pages to the house.
func Register(f *frame.Frame) {
	p := pages{f.Config}
	f.Register(frame.Page{
		ID: "return-by-link", Method: http.MethodGet, Pattern: returnAddress, Languages: languages, Secret: true, MaxForm: maxForm, Serve: p.showReturn,
	})
	f.Register(frame.Page{
		ID: "take-return-by-link", Method: http.MethodPost, Pattern: returnAddress, Languages: languages, Secret: true, MaxForm: maxForm, Serve: p.takeReturn,
	})
}
