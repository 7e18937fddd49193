package webtest

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// Known puts people on record as if they had signed in today.
func (h *House) Known(people ...rapporteur.Person) {
	h.T.Helper()
	today := rapporteur.DateOf(h.Clock())
	h.Write(func(ctx context.Context, tx rapporteur.Tx) error {
		for _, p := range people {
			p.FirstSeen, p.LastSeen = today, today
			if err := tx.PutPerson(ctx, p); err != nil {
				return err
			}
		}
		return nil
	})
}

// Lacks holds that some texts, such as names of people, are in no audit record
// and not in the log.
func (h *House) Lacks(t *testing.T, texts ...string) {
	t.Helper()
	var all []rapporteur.AuditRecord
	h.Read(func(ctx context.Context, r rapporteur.Reader) error {
		for _, id := range []rapporteur.CycleID{"", Cycle} {
			records, err := r.Audit(ctx, id, 0, 0)
			if err != nil {
				return err
			}
			all = append(all, records...)
		}
		return nil
	})
	written, err := json.Marshal(all)
	h.Must(err)
	if len(all) == 0 {
		t.Error("nothing is on record")
	}
	for _, text := range texts {
		if strings.Contains(string(written), text) || strings.Contains(h.Log.String(), text) {
			t.Errorf("%q is in the record or the log", text)
		}
	}
}
