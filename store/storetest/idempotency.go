package storetest

import (
	"context"
	"fmt"
	"time"

	"github.com/rapporteur/rapporteur"
)

var idempotencyTests = []test{
	{"a principal's key is answered once", func(t tb, s rapporteur.Store) {
		answer := rapporteur.IdempotentAnswer{Principal: "key-1", Key: "k", Request: "r", Status: 201, Body: []byte("first"), At: instant}
		put := func(a rapporteur.IdempotentAnswer) func(context.Context, rapporteur.Tx) error {
			return func(ctx context.Context, tx rapporteur.Tx) error { return tx.PutIdempotent(ctx, a) }
		}
		read := func(principal string) func(context.Context, rapporteur.Reader) (rapporteur.IdempotentAnswer, error) {
			return func(ctx context.Context, r rapporteur.Reader) (rapporteur.IdempotentAnswer, error) {
				return r.Idempotent(ctx, principal, "k")
			}
		}
		missing(t, s, "answer", read("key-1"))
		write(t, s, put(answer))
		second := answer
		second.Body = []byte("second")
		refused(t, s, rapporteur.ProblemConflict, put(second))
		same(t, "answer", get(t, s, read("key-1")), answer)
		missing(t, s, "somebody else's answer", read("key-2"))
		second.Principal = "key-2"
		write(t, s, put(second))
	}}, {"answers are forgotten by their time, some at once", func(t tb, s rapporteur.Store) {
		for n := range 5 {
			at := instant.Add(time.Duration(n) * time.Hour)
			write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
				return tx.PutIdempotent(ctx, rapporteur.IdempotentAnswer{Principal: "key-1", Key: fmt.Sprint(n), Body: []byte("x"), At: at})
			})
		}
		forget := func(before time.Time, most int) int {
			var gone int
			write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
				var err error
				gone, err = tx.ForgetIdempotent(ctx, before, most)
				return err
			})
			return gone
		}
		same(t, "forgotten of three, two at once", forget(instant.Add(3*time.Hour), 2), 2)
		same(t, "forgotten then", forget(instant.Add(3*time.Hour), 2), 1)
		same(t, "forgotten after", forget(instant.Add(3*time.Hour), 2), 0)
		for n := range 5 {
			read := func(ctx context.Context, r rapporteur.Reader) (rapporteur.IdempotentAnswer, error) {
				return r.Idempotent(ctx, "key-1", fmt.Sprint(n))
			}
			if n < 3 {
				missing(t, s, "forgotten answer", read)
			} else {
				same(t, "answer", get(t, s, read).At, instant.Add(time.Duration(n)*time.Hour))
			}
		}
	}},
}
