package api

import (
	"context"
	"net/http"

	"github.com/rapporteur/rapporteur"
)

// Health says that the service answers and reaches its record.
type Health struct {
	Status  string `json:"status" enum:"ok"`
	Version string `json:"version" doc:"Version of the program."`
}

type healthOutput struct{ Body Health }

func (s *service) registerHealth() {
	register(s, operation{
		id: "health", method: http.MethodGet, path: healthPath, tag: tagOperations,
		summary:     "Check health",
		description: "Answers 200 while the service reaches its record, and 503 while it does not. Submissions are accepted without the engine, so that is not asked.",
	}, s.health)
}

func (s *service) health(ctx context.Context, _ *struct{}) (*healthOutput, error) {
	err := s.Store.Read(ctx, func(context.Context, rapporteur.Reader) error { return nil })
	if err != nil {
		return nil, err
	}
	return &healthOutput{Body: Health{Status: "ok", Version: s.Version}}, nil
}
