package storetest

import (
	"context"

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
	}},
}
