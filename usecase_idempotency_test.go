package rapporteur_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/store"
)

// Answers are forgotten after their time, however many there are, and not before.
func TestIdempotencyIsForgotten(t *testing.T) {
	record, err := store.Open(t.Context(), "sqlite::memory:", store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = record.Close() })
	now := time.Date(2027, 3, 10, 12, 0, 0, 0, time.UTC)
	put := func(key string, age time.Duration) {
		err := record.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
			return tx.PutIdempotent(ctx, rapporteur.IdempotentAnswer{Principal: "key-1", Key: key, Body: []byte("{}"), At: now.Add(-age)})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	const old = 1203 // more than two batches
	for n := range old {
		put(fmt.Sprint("old-", n), rapporteur.IdempotencyLasts+time.Duration(n+1)*time.Second)
	}
	put("young", rapporteur.IdempotencyLasts-time.Second)
	sweep := rapporteur.Idempotency{Store: record, Clock: func() time.Time { return now }}
	for round, want := range []int{old, 0} {
		if n, err := sweep.Sweep(t.Context()); n != want || err != nil {
			t.Errorf("round %d forgot %d, %v; want %d", round, n, err, want)
		}
	}
	err = record.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		_, err := r.Idempotent(ctx, "key-1", "young")
		return err
	})
	if err != nil {
		t.Errorf("the young answer: %v", err)
	}
}
