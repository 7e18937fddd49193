package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

// acceptanceOf is an acceptance of the first answer to an open request that was
// never changed.
func acceptanceOf(request rapporteur.Request, text string) rapporteur.Acceptance {
	sum := sha256.Sum256([]byte(text))
	request.State, request.Version = rapporteur.RequestReceived, 1
	return rapporteur.Acceptance{
		Request: request, Body: []byte(text),
		Submission: rapporteur.Submission{RequestKey: request.RequestKey, Version: 1, Hash: hex.EncodeToString(sum[:]), Size: len(text)},
		Receipt:    rapporteur.SubmissionReceipt{RequestKey: request.RequestKey, Version: 1, Signed: rapporteur.Signed{Record: []byte("{}")}},
		Audit:      record("k/"+string(request.Contributor), request.Cycle, rapporteur.ActionSubmitted),
	}
}

// collectingStore is a store with two open requests in a cycle that collects.
func collectingStore(t *testing.T, empty func(*testing.T) string, o Options) (*Store, []rapporteur.Request) {
	t.Helper()
	url := empty(t)
	if err := Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	s := open(t, url, o)
	var requests []rapporteur.Request
	for _, id := range []rapporteur.ContributorID{"state-fra", "state-ken"} {
		requests = append(requests, rapporteur.Request{RequestKey: rapporteur.RequestKey{Cycle: "i/s/1", Contributor: id}, State: rapporteur.RequestOpen})
	}
	err := s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		if err := tx.InsertCycle(ctx, rapporteur.Cycle{ID: "i/s/1", Phase: rapporteur.PhaseCollecting}); err != nil {
			return err
		}
		return tx.InsertRequests(ctx, requests)
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, requests
}

func TestEndpointsAreToldOfAcceptances(t *testing.T) {
	for name, empty := range databases {
		t.Run(name, func(t *testing.T) {
			s, requests := collectingStore(t, empty, Options{Announcer: announcing})
			hooked(t, s,
				rapporteur.Webhook{ID: "wants", Events: []rapporteur.Action{rapporteur.ActionSubmitted}, State: rapporteur.WebhookActive},
				rapporteur.Webhook{ID: "other", Events: []rapporteur.Action{rapporteur.ActionCollected}, State: rapporteur.WebhookActive},
			)
			for n, request := range requests {
				result, err := s.Accept(t.Context(), acceptanceOf(request, strings.Repeat("x", n+1)))
				if err != nil || !result.Kept {
					t.Fatalf("got %+v, %v", result, err)
				}
				if result.Last != (n == 1) {
					t.Errorf("acceptance %d is the last: %t", n+1, result.Last)
				}
			}
			line := "wants " + string(rapporteur.ActionSubmitted) + ` {"cycle":"i/s/1"}`
			if diff := cmp.Diff([]string{line, line}, told(t, s, "wants", "other")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A store that cannot be reached any more keeps nothing and does not hang.
func TestNothingIsAcceptedAfterTheEnd(t *testing.T) {
	for name, empty := range databases {
		t.Run(name, func(t *testing.T) {
			s, requests := collectingStore(t, empty, Options{})
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			result, err := s.Accept(t.Context(), acceptanceOf(requests[0], "x"))
			if !rapporteur.IsProblem(err, rapporteur.ProblemUnavailable) || result.Kept {
				t.Errorf("got %+v, %v", result, err)
			}
		})
	}
}
