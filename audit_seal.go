package rapporteur

import (
	"context"
	"fmt"
	"math"
	"time"
)

// Sealer puts audit records into the chain and signs checkpoints under it. It
// works behind those who write: none of them waits for it. Any number may work
// at once, also in several processes; the chain stays one.
type Sealer struct {
	Store  Store
	Signer Signer
	Clock  Clock // wall time
	// Batch is how many records are chained in one transaction; 200 when zero.
	Batch int
	// Every is after how many positions a checkpoint is signed at the latest,
	// Within how long after the one before; 1,000 and a minute when zero.
	Every  int64
	Within time.Duration
}

const (
	defaultSealBatch = 200
	defaultEvery     = 1000
	defaultWithin    = time.Minute
	// lateness is how far below the newest chained record a quick look begins. On
	// PostgreSQL a transaction that commits late adds records below others; what
	// comes later still is found by the next whole look.
	lateness = 1000
	// sealAttempts is how often a sealing that must be done is tried while others
	// seal as well.
	sealAttempts = 20
)

var errOthersSeal = Problemf(ProblemUnavailable, "The record is being sealed", "Others seal the audit record at this moment; try again.")

// Seal chains everything that is recorded and signs a checkpoint under it. It
// gives the head. Without anything new it changes nothing.
func (s Sealer) Seal(ctx context.Context) (ChainLink, error) {
	for range sealAttempts {
		if _, err := s.chainAll(ctx, true); IsProblem(err, ProblemConflict) {
			continue
		} else if err != nil {
			return ChainLink{}, err
		}
		return s.checkpoint(ctx, true)
	}
	return ChainLink{}, errOthersSeal
}

// Tend chains what was recorded since, and signs a checkpoint where one is due.
// It tells how many records it chained. A quick look passes over records that
// came very late; a whole one finds them. Where another sealer is at work it
// leaves the rest to that one.
func (s Sealer) Tend(ctx context.Context, whole bool) (int, error) {
	chained, err := s.chainAll(ctx, whole)
	if IsProblem(err, ProblemConflict) {
		return chained, nil
	}
	if err != nil {
		return chained, err
	}
	_, err = s.checkpoint(ctx, false)
	return chained, err
}

// chainAll chains batches until nothing is left.
func (s Sealer) chainAll(ctx context.Context, whole bool) (int, error) {
	chained, batch := 0, orDefault(s.Batch, defaultSealBatch)
	for {
		n, err := s.chainSome(ctx, whole, batch)
		chained += n
		if err != nil || n < batch {
			return chained, err
		}
	}
}

// chainSome reads and hashes outside of the transaction that writes, so that
// other writers wait for the inserting alone.
func (s Sealer) chainSome(ctx context.Context, whole bool, batch int) (int, error) {
	var head ChainLink
	var records []AuditRecord
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		if head, err = r.ChainHead(ctx); err != nil {
			return err
		}
		above := max(head.Seq-lateness, 0)
		if whole {
			above = 0
		}
		records, err = r.Unchained(ctx, above, batch)
		return err
	})
	if err != nil || len(records) == 0 {
		return 0, err
	}
	links, err := chain(head, records)
	if err != nil {
		return 0, err
	}
	if err := s.Store.Write(ctx, func(ctx context.Context, tx Tx) error { return tx.AppendChain(ctx, links) }); err != nil {
		return 0, err
	}
	return len(links), nil
}

// checkpoint signs the head where it is not under a checkpoint, now or when one
// is due.
func (s Sealer) checkpoint(ctx context.Context, now bool) (ChainLink, error) {
	var head ChainLink
	var last Checkpoint
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		if head, err = r.ChainHead(ctx); err != nil {
			return err
		}
		last, err = r.LastCheckpoint(ctx, math.MaxInt64)
		if IsProblem(err, ProblemNotFound) {
			return nil
		}
		return err
	})
	due := now || head.Position-last.Position >= orDefault(s.Every, defaultEvery) || s.Clock().Sub(last.At) >= orDefault(s.Within, defaultWithin)
	if err != nil || head.Position == last.Position || !due {
		return head, err
	}
	c := Checkpoint{Position: head.Position, Hash: head.Hash, At: s.Clock().UTC()}
	c.Signed = sign(s.Signer, checkpointOf(c, s.Signer.KeyID()))
	err = s.Store.Write(ctx, func(ctx context.Context, tx Tx) error { return tx.InsertCheckpoint(ctx, c) })
	if err != nil {
		return head, fmt.Errorf("cannot keep checkpoint: %w", err)
	}
	return head, nil
}

// orDefault is a setting, or what it is where it is not set.
func orDefault[T int | int64 | time.Duration](setting, otherwise T) T {
	if setting == 0 {
		return otherwise
	}
	return setting
}
