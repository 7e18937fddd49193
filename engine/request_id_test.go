package engine_test

import (
	"testing"

	"go.temporal.io/api/common/v1"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/engine"
)

// header is a header in memory.
type header map[string]*common.Payload

// Set writes an entry.
func (h header) Set(key string, value *common.Payload) { h[key] = value }

// Get reads an entry.
func (h header) Get(key string) (*common.Payload, bool) { p, ok := h[key]; return p, ok }

// ForEachKey calls with every entry.
func (h header) ForEachKey(handler func(string, *common.Payload) error) error {
	for key, value := range h {
		if err := handler(key, value); err != nil {
			return err
		}
	}
	return nil
}

func TestRequestIDTravels(t *testing.T) {
	sent := header{}
	if err := engine.RequestIDs().Inject(rapporteur.WithRequestID(t.Context(), "request-1"), sent); err != nil {
		t.Fatal(err)
	}
	arrived, err := engine.RequestIDs().Extract(t.Context(), sent)
	if err != nil || rapporteur.RequestID(arrived) != "request-1" {
		t.Errorf("arrived %q, %v", rapporteur.RequestID(arrived), err)
	}
}

func TestNoRequestIDIsNoTrouble(t *testing.T) {
	sent := header{}
	if err := engine.RequestIDs().Inject(t.Context(), sent); err != nil || len(sent) > 0 {
		t.Errorf("sent %v, %v", sent, err)
	}
	for name, broken := range map[string]header{"none": {}, "unreadable": {"request-id": {Data: []byte("{")}}} {
		arrived, err := engine.RequestIDs().Extract(t.Context(), broken)
		if err != nil || rapporteur.RequestID(arrived) != "" {
			t.Errorf("%s: arrived %q, %v", name, rapporteur.RequestID(arrived), err)
		}
	}
}
