package api

import (
	"context"
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// Instrument is a resolution on the wire.
type Instrument struct {
	ID         string      `json:"id" example:"s-res-2388-2017"`
	Symbol     string      `json:"symbol" example:"S/RES/2388 (2017)"`
	Title      string      `json:"title"`
	Body       string      `json:"body" doc:"Who adopted it."`
	Adopted    string      `json:"adopted" format:"date"`
	Provisions int         `json:"provisions" doc:"How many provisions it holds."`
	Streams    int         `json:"streams" doc:"How many streams carry them."`
	Operatives []Operative `json:"operatives,omitempty" doc:"Its operative paragraphs; left out in lists."`
}

// Operative is one numbered operative paragraph.
type Operative struct {
	Number int    `json:"number"`
	Text   string `json:"text"`
}

// Provision is one obligation of an instrument.
type Provision struct {
	ID          string   `json:"id" example:"OP28.b"`
	Operative   int      `json:"operative"`
	Verb        string   `json:"verb"`
	Strength    int      `json:"strength" doc:"5 decides, 4 requests, 3 urges or calls upon, 2 invites, 1 encourages or welcomes, 0 the rest."`
	Qualifiers  []string `json:"qualifiers,omitempty"`
	Addressee   string   `json:"addressee"`
	Destination string   `json:"destination,omitempty"`
	Class       string   `json:"class" enum:"report,include,stream,measure,declaratory"`
	Summary     string   `json:"summary" doc:"What is asked, in plain words."`
	Stream      string   `json:"stream,omitempty" doc:"The stream that carries it."`
	Reason      string   `json:"reason,omitempty" doc:"Why no stream does."`
}

// Stream is a flow of information that provisions ask for.
type Stream struct {
	ID         string   `json:"id" example:"op34"`
	Shape      string   `json:"shape" enum:"report,inclusion,intake,occasion"`
	Title      string   `json:"title"`
	Provisions []string `json:"provisions"`
	Runs       bool     `json:"runs" doc:"Whether this release runs its cycles."`
	Audience   []string `json:"audience,omitempty" doc:"Kinds of contributors that its cycles ask, or that may deliver to its intake."`
}

// InstrumentPath names an instrument.
type InstrumentPath struct {
	Instrument string `path:"instrument" maxLength:"80" example:"s-res-2388-2017" doc:"Id of the instrument."`
}

type instrumentsOutput struct {
	Body struct {
		Items []Instrument `json:"items"`
	} `nameHint:"InstrumentList"`
}

type instrumentOutput struct{ Body Instrument }

type provisionsOutput struct {
	Body struct {
		Items []Provision `json:"items"`
	} `nameHint:"ProvisionList"`
}

type streamsOutput struct {
	Body struct {
		Items []Stream `json:"items"`
	} `nameHint:"StreamList"`
}

func (s *service) registerInstruments() {
	register(s, operation{
		id: "list-instruments", method: http.MethodGet, path: "/v1/instruments", tag: tagCatalogue, action: access.ReadCatalogue,
		summary: "List instruments", description: "The resolutions and other instruments whose reporting is run here, without their texts.",
	}, s.listInstruments)
	register(s, operation{
		id: "get-instrument", method: http.MethodGet, path: "/v1/instruments/{instrument}", tag: tagCatalogue, action: access.ReadCatalogue,
		summary: "Read an instrument", description: "One instrument with the text of its operative paragraphs.",
	}, s.getInstrument)
	register(s, operation{
		id: "list-provisions", method: http.MethodGet, path: "/v1/instruments/{instrument}/provisions", tag: tagCatalogue, action: access.ReadCatalogue,
		summary: "List an instrument's provisions", description: "Every verb-headed obligation, with its addressee, its class and the stream that carries it.",
	}, s.listProvisions)
	register(s, operation{
		id: "list-streams", method: http.MethodGet, path: "/v1/instruments/{instrument}/streams", tag: tagCatalogue, action: access.ReadCatalogue,
		summary: "List an instrument's streams", description: "The flows of information that its provisions ask for, and whether this release runs them.",
	}, s.listStreams)
	register(s, operation{
		id: "get-coverage", method: http.MethodGet, path: "/v1/instruments/{instrument}/coverage", tag: tagCatalogue, action: access.ReadCatalogue,
		summary: "Read how an instrument's provisions are accounted for",
		description: "Every provision with the running stream that carries it, the report that covers it, or the reason why it has neither; " +
			"and which of them nothing accounts for.",
	}, s.getCoverage)
}

func (s *service) listInstruments(context.Context, *struct{}) (*instrumentsOutput, error) {
	out := &instrumentsOutput{}
	out.Body.Items = []Instrument{}
	for _, i := range s.Catalogue.Instruments() {
		out.Body.Items = append(out.Body.Items, instrumentOf(i))
	}
	return out, nil
}

func instrumentOf(i rapporteur.Instrument) Instrument {
	return Instrument{
		ID: i.ID, Symbol: i.Symbol, Title: i.Title, Body: i.Body, Adopted: i.Adopted.String(),
		Provisions: len(i.Provisions), Streams: len(i.Streams),
	}
}

func (s *service) getInstrument(_ context.Context, in *InstrumentPath) (*instrumentOutput, error) {
	i, err := s.Catalogue.Instrument(in.Instrument)
	if err != nil {
		return nil, err
	}
	out := &instrumentOutput{Body: instrumentOf(i)}
	for _, o := range i.Operatives {
		out.Body.Operatives = append(out.Body.Operatives, Operative{Number: o.Number, Text: o.Text})
	}
	return out, nil
}

func (s *service) listProvisions(_ context.Context, in *InstrumentPath) (*provisionsOutput, error) {
	i, err := s.Catalogue.Instrument(in.Instrument)
	if err != nil {
		return nil, err
	}
	out := &provisionsOutput{}
	out.Body.Items = []Provision{}
	for _, p := range i.Provisions {
		out.Body.Items = append(out.Body.Items, Provision{
			ID: p.ID, Operative: p.Operative, Verb: p.Verb, Strength: p.Strength, Qualifiers: p.Qualifiers, Addressee: p.Addressee,
			Destination: p.Destination, Class: string(p.Class), Summary: p.Summary, Stream: p.Stream, Reason: p.Reason,
		})
	}
	return out, nil
}

func (s *service) listStreams(_ context.Context, in *InstrumentPath) (*streamsOutput, error) {
	i, err := s.Catalogue.Instrument(in.Instrument)
	if err != nil {
		return nil, err
	}
	out := &streamsOutput{}
	out.Body.Items = []Stream{}
	for _, stream := range i.Streams {
		item := Stream{
			ID: stream.ID, Shape: string(stream.Shape), Title: stream.Title, Provisions: stream.Provisions,
			Runs: stream.Runs(),
		}
		for _, a := range stream.Policy.Audience {
			item.Audience = append(item.Audience, string(a.Kind))
		}
		if stream.Shape == rapporteur.ShapeIntake {
			for _, sender := range stream.Intake.Senders {
				item.Audience = append(item.Audience, string(sender.Kind))
			}
		}
		out.Body.Items = append(out.Body.Items, item)
	}
	return out, nil
}
