package web

import (
	"embed"
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

//go:embed templates
var files embed.FS

var coveragePage = frame.Parse(frame.Words(), files, "templates/coverage.html")

// coverageView is what the page of an instrument's account shows.
type coverageView struct {
	Title      string
	Coverage   rapporteur.InstrumentCoverage
	Totals     []total
	Paragraphs []paragraph
	Streams    []rapporteur.Stream
}

// total is one way to be accounted for and how many provisions are.
type total struct {
	Name  string
	Count int
}

// paragraph is one operative paragraph with its provisions.
type paragraph struct {
	Number     int
	Text       string
	Provisions []rapporteur.CoveredProvision
}

// coverage shows how every provision of an instrument is accounted for. It
// needs no key: a resolution and what is done about it are public.
func coverage(catalogue rapporteur.Catalogue) func(v *frame.Visit) error {
	return func(v *frame.Visit) error {
		i, err := catalogue.Instrument(v.Param("instrument"))
		if err != nil {
			return err
		}
		v.Public()
		return v.Render(http.StatusOK, coveragePage, coverageOf(i))
	}
}

func coverageOf(i rapporteur.Instrument) coverageView {
	c := i.Coverage()
	view := coverageView{
		Title: i.Symbol + ": how its provisions are accounted for", Coverage: c, Streams: i.Streams,
		Totals: []total{
			{"carried by a running stream", c.Count(rapporteur.CoverStream)},
			{"covered in the report of a running stream", c.Count(rapporteur.CoverReport)},
			{"declaratory, with the reason", c.Count(rapporteur.CoverDeclared)},
			{"not accounted for", c.Count(rapporteur.CoverUncovered)},
		},
	}
	for _, o := range i.Operatives {
		of := paragraph{Number: o.Number, Text: o.Text}
		for _, provision := range c.Provisions {
			if provision.Provision.Operative == o.Number {
				of.Provisions = append(of.Provisions, provision)
			}
		}
		view.Paragraphs = append(view.Paragraphs, of)
	}
	return view
}
