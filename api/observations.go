package api

import (
	"context"
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// Observation is a closing paragraph of the Secretariat's own.
type Observation struct {
	Text   string `json:"text"`
	Author string `json:"author" doc:"Principal who wrote it last."`
}

type getObservationsInput struct {
	CyclePath
	IfNoneMatch
}

type putObservationsInput struct {
	CyclePath
	IfMatch
	Body struct {
		Observations []string `json:"observations" maxItems:"50" doc:"Paragraphs in their order, each at most 10,000 characters."`
	} `nameHint:"ObservationsWritten"`
}

type observationsOutput struct {
	ETag string `header:"ETag"`
	Body struct {
		Observations []Observation `json:"observations"`
	} `nameHint:"Observations"`
}

const observationsPath = "/v1/cycles/{instrument}/{stream}/{period}/observations"

func (s *service) registerObservations() {
	register(s, operation{
		id: "get-observations", method: http.MethodGet, path: observationsPath, tag: tagReports, action: access.ReadDraft,
		summary: "Read the Secretariat's observations", description: "The closing paragraphs that come into the next draft that is compiled.",
	}, s.getObservations)
	register(s, operation{
		id: "put-observations", method: http.MethodPut, path: observationsPath, tag: tagReports, action: access.WriteObservations,
		summary: "Replace the Secretariat's observations", description: "Puts these paragraphs in place of those there were. What is cleared does not change.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemConflict, rapporteur.ProblemPrecondition},
	}, s.putObservations)
}

func (s *service) getObservations(ctx context.Context, in *getObservationsInput) (*observationsOutput, error) {
	out, err := s.readObservations(ctx, in.id())
	if err != nil {
		return nil, err
	}
	if err := in.fresh(out.ETag); err != nil {
		return nil, err
	}
	return out, nil
}

func (s *service) readObservations(ctx context.Context, id rapporteur.CycleID) (*observationsOutput, error) {
	var out *observationsOutput
	err := s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		if _, err := r.Cycle(ctx, id); err != nil {
			return err
		}
		found, err := r.Observations(ctx, id)
		out = observationsOf(found)
		return err
	})
	return out, err
}

func observationsOf(found []rapporteur.Observation) *observationsOutput {
	out := &observationsOutput{}
	out.Body.Observations = []Observation{}
	for _, o := range found {
		out.Body.Observations = append(out.Body.Observations, Observation{Text: o.Text, Author: o.Author})
	}
	out.ETag = etagOf(0, out.Body)
	return out
}

func (s *service) putObservations(ctx context.Context, in *putObservationsInput) (*observationsOutput, error) {
	secretariat := s.Secretariat
	secretariat.Store = guarded{s.Store, func(ctx context.Context, tx rapporteur.Tx) error {
		present, err := tx.Observations(ctx, in.id())
		if err != nil {
			return err
		}
		return in.holdsFor(observationsOf(present).ETag)
	}}
	if err := secretariat.PutObservations(ctx, callOf(ctx).principal, in.id(), in.Body.Observations); err != nil {
		return nil, err
	}
	return s.readObservations(ctx, in.id())
}
