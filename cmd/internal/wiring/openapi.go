package wiring

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/api"
)

// OpenAPI is the document that the API serves, without serving it.
func OpenAPI(ctx context.Context) ([]byte, error) {
	handler := api.New(api.Config{Keys: access.Keys{}, Logger: zerolog.Nop(), Version: Version()})
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "/openapi.json", http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("cannot ask for OpenAPI document: %w", err)
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	if recorder.Code != http.StatusOK {
		return nil, fmt.Errorf("cannot make OpenAPI document: status %d", recorder.Code)
	}
	return recorder.Body.Bytes(), nil
}
