package api

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

// Coverage is the account of an instrument's provisions on the wire.
type Coverage struct {
	Instrument string             `json:"instrument" example:"s-res-2388-2017"`
	Symbol     string             `json:"symbol" example:"S/RES/2388 (2017)"`
	Summary    string             `json:"summary" example:"48 of 48 provisions accounted for"`
	Complete   bool               `json:"complete" doc:"Whether every provision is accounted for."`
	Counts     CoverageCounts     `json:"counts"`
	Items      []CoveredProvision `json:"items" doc:"Every provision, in the order of the text."`
}

// CoverageCounts counts provisions by how they are accounted for; all but the
// total add up to it.
type CoverageCounts struct {
	Total     int `json:"total" doc:"All provisions."`
	Stream    int `json:"stream" doc:"Carried by a running stream."`
	Report    int `json:"report" doc:"Covered by the report of a running stream."`
	Declared  int `json:"declared" doc:"Ask nobody for anything."`
	Uncovered int `json:"uncovered" doc:"Not accounted for."`
}

// CoveredProvision is a provision and how it is accounted for.
type CoveredProvision struct {
	ID        string `json:"id" example:"OP28.b"`
	Operative int    `json:"operative"`
	Verb      string `json:"verb"`
	Class     string `json:"class" enum:"report,include,stream,measure,declaratory"`
	Summary   string `json:"summary" doc:"What is asked, in plain words."`
	Cover     string `json:"cover" enum:"stream,report,declared,uncovered" doc:"stream: a running stream carries it; report: the report of a running stream covers it; declared: it asks nobody for anything; uncovered: none of these."`
	Stream    string `json:"stream,omitempty" doc:"The stream that it names."`
	Shape     string `json:"shape,omitempty" enum:"report,inclusion,intake,occasion" doc:"Of that stream."`
	Title     string `json:"title,omitempty" doc:"Of that stream."`
	Report    string `json:"report,omitempty" doc:"The report stream that covers it, be it besides its own."`
	Reason    string `json:"reason,omitempty" doc:"Why it has no stream, or what is missing."`
}

type coverageOutput struct{ Body Coverage }

func (s *service) getCoverage(_ context.Context, in *InstrumentPath) (*coverageOutput, error) {
	i, err := s.Catalogue.Instrument(in.Instrument)
	if err != nil {
		return nil, err
	}
	return &coverageOutput{Body: CoverageOf(i.Coverage())}, nil
}

// CoverageOf is the account as the API gives it; commands that need no server
// give the same.
func CoverageOf(c rapporteur.InstrumentCoverage) Coverage {
	out := Coverage{
		Instrument: c.Instrument.ID, Symbol: c.Instrument.Symbol, Summary: c.Words(), Complete: c.Complete(),
		Counts: CoverageCounts{
			Total: c.Total(), Stream: c.Count(rapporteur.CoverStream), Report: c.Count(rapporteur.CoverReport),
			Declared: c.Count(rapporteur.CoverDeclared), Uncovered: c.Count(rapporteur.CoverUncovered),
		},
		Items: []CoveredProvision{},
	}
	for _, p := range c.Provisions {
		out.Items = append(out.Items, CoveredProvision{
			ID: p.Provision.ID, Operative: p.Provision.Operative, Verb: p.Provision.Verb, Class: string(p.Provision.Class),
			Summary: p.Provision.Summary, Cover: string(p.Cover), Stream: p.Stream.ID, Shape: string(p.Stream.Shape),
			Title: p.Stream.Title, Report: p.Report.ID, Reason: p.Reason,
		})
	}
	return out
}
