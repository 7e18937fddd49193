package wiring

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/store"
)

func TestAHouseSealsWhatIsRecorded(t *testing.T) {
	house, err := Open(t.Context(), "sqlite::memory:", Instruments{}, store.Options{}, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = house.Close() })
	key := filepath.Join(t.TempDir(), "signing.pem")
	if err := MakeSigningKey(key); err != nil {
		t.Fatal(err)
	}
	if err := house.Sign(Signing{SigningKey: []string{key}}); err != nil {
		t.Fatal(err)
	}
	err = house.Store.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		_, err := tx.AppendAudit(ctx, rapporteur.AuditRecord{Action: rapporteur.ActionKeyIssued})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- house.SealAudit(ctx) }()
	var sealed rapporteur.Checkpoint
	for tick := time.NewTicker(5 * time.Millisecond); sealed.Position == 0; {
		select {
		case <-t.Context().Done():
			t.Fatal("nothing was sealed")
		case <-tick.C:
		}
		err := house.Store.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
			found, err := r.Checkpoints(ctx, 0, 0)
			if len(found) > 0 {
				sealed = found[0]
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	stop()
	if err := <-ended; err != nil || sealed.KeyID != house.Signer.KeyID() {
		t.Errorf("it ended with %v; the checkpoint is %+v", err, sealed)
	}
}
