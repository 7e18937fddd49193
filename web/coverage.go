package web

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/rapporteur/rapporteur"
)

var coveragePage = templateOf("coverage.html")

// coverageView is what the page of an instrument's account shows.
type coverageView struct {
	Language   string
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
func (p *pages) coverage(w http.ResponseWriter, r *http.Request) {
	i, err := p.Catalogue.Instrument(chi.URLParam(r, "instrument"))
	if err != nil {
		p.fail(w, languages[0], err)
		return
	}
	public(w)
	p.render(w, http.StatusOK, coveragePage, coverageOf(i))
}

func coverageOf(i rapporteur.Instrument) coverageView {
	c := i.Coverage()
	view := coverageView{
		Language: languages[0], Title: i.Symbol + ": how its provisions are accounted for", Coverage: c, Streams: i.Streams,
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
