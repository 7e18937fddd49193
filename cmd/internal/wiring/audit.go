package wiring

import (
	"context"
	"time"

	"github.com/rapporteur/rapporteur"
)

// How often new audit records are sealed, and how often the whole record is
// looked through for some that came late.
const (
	sealEvery = time.Second
	wholeLook = 10 * time.Minute
)

// SealAudit puts audit records into the chain and signs checkpoints until the
// context ends, which is no error. What cannot be sealed is tried again.
func (h *House) SealAudit(ctx context.Context) error {
	sealer := rapporteur.Sealer{Store: h.Store, Signer: h.Signer, Clock: h.Clock}
	ticker := time.NewTicker(sealEvery)
	defer ticker.Stop()
	var looked time.Time
	failing := false
	for {
		whole := time.Since(looked) >= wholeLook
		began := time.Now()
		_, err := sealer.Tend(ctx, whole)
		if h.watch != nil && ctx.Err() == nil {
			h.watch.Metrics.AuditSealed(time.Since(began).Seconds(), err)
		}
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil && !failing:
			h.Logger.Warn().Err(err).Msg("cannot seal the audit record; trying again")
		case err == nil && whole:
			looked = time.Now()
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}
