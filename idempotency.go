package rapporteur

import (
	"context"
	"fmt"
	"time"
)

// IdempotencyLasts is how long the answer to an idempotency key is remembered, by
// wall time. Whoever repeats a request does so within minutes, or after an outage
// within days; after that the key is as good as new.
const IdempotencyLasts = 7 * 24 * time.Hour

// Idempotency forgets what was answered to idempotency keys long ago.
type Idempotency struct {
	Store Store
	Clock Clock // wall time
}

// forgetBatch is how many answers are forgotten in one transaction, so that nobody
// waits long for it.
const forgetBatch = 500

// Sweep forgets every answer that is older than IdempotencyLasts, and tells how many
// it were. What it has forgotten stays so where it fails on the way.
func (i Idempotency) Sweep(ctx context.Context) (int, error) {
	before, swept := i.Clock().UTC().Add(-IdempotencyLasts), 0
	for {
		gone := 0
		err := i.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
			var err error
			gone, err = tx.ForgetIdempotent(ctx, before, forgetBatch)
			return err
		})
		if err != nil {
			return swept, fmt.Errorf("cannot forget answers to idempotency keys: %w", err)
		}
		if swept += gone; gone < forgetBatch {
			return swept, nil
		}
	}
}
