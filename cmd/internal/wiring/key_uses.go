package wiring

import (
	"context"
	"slices"

	"go.temporal.io/sdk/client"

	"github.com/rapporteur/rapporteur/engine/payload"
)

// KeyUse is a payload key and how many workflows need it.
type KeyUse struct {
	ID    string   `json:"key"` // "-" for payloads that are not sealed
	State KeyState `json:"state"`
	payload.Usage
	File string `json:"file,omitempty"` // where it is given
}

// KeyState is how a payload key stands.
type KeyState string

// The states of a payload key.
const (
	KeySeals    KeyState = "seals"      // the newest
	KeyNeeded   KeyState = "opens"      // an open workflow needs it
	KeyUnneeded KeyState = "not needed" // by no open workflow
	KeyMissing  KeyState = "missing"    // is needed, or was, and not given
	KeyNone     KeyState = "not sealed" // what was written in plain
)

// KeyUses are the keys that are given, the newest first, then those that are
// missing, then what is not sealed, with the workflows that need each. Ended ones
// are counted where closed asks for them.
func (t Temporal) KeyUses(ctx context.Context, c client.Client, closed bool) ([]KeyUse, error) {
	usage, err := payload.Survey(ctx, c, t.TemporalNamespace, closed)
	if err != nil {
		return nil, err
	}
	var uses []KeyUse
	if len(t.PayloadKey) > 0 {
		keys, err := payload.LoadKeys(t.PayloadKey...)
		if err != nil {
			return nil, err
		}
		for n, id := range keys.IDs() {
			use := KeyUse{ID: id, State: KeyUnneeded, Usage: usage[id], File: t.PayloadKey[n]}
			switch {
			case n == 0 && !t.PlainPayloads:
				use.State = KeySeals
			case use.Open > 0:
				use.State = KeyNeeded
			}
			uses = append(uses, use)
			delete(usage, id)
		}
	}
	plain, found := usage[""]
	delete(usage, "")
	missing := make([]string, 0, len(usage))
	for id := range usage {
		missing = append(missing, id)
	}
	slices.Sort(missing)
	for _, id := range missing {
		uses = append(uses, KeyUse{ID: id, State: KeyMissing, Usage: usage[id]})
	}
	if found {
		uses = append(uses, KeyUse{ID: "-", State: KeyNone, Usage: plain})
	}
	return uses, nil
}
