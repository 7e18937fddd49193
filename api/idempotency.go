package api

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"sync"

	"github.com/rapporteur/rapporteur"
)

// Keyed is embedded in the input of every POST: the client's idempotency key,
// and the bytes that it is for.
type Keyed struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Makes the request safe to repeat: with the same key and the same body it acts once and is answered as the first time. A successful answer is remembered for seven days; after a failure the key can be used again."`
	RawBody        []byte
}

func (k *Keyed) keyed() *Keyed { return k }

// idempotent is an input with an idempotency key.
type idempotent interface{ keyed() *Keyed }

// confidential is an output part of which is shown only once and is not
// remembered.
type confidential interface{ withoutSecret() any }

var saneKey = regexp.MustCompile(`^[\x21-\x7e]{1,200}$`)

type commandKey struct{}

// commandID is the id under which the engine and the record know what a
// request does. The same request with the same idempotency key by the same
// principal always has the same; other principals, other requests and requests
// without a key have others.
func commandID(ctx context.Context) string {
	id, _ := ctx.Value(commandKey{}).(string)
	return id
}

// once runs an operation unless the same request was answered before.
func once[I, O any](ctx context.Context, s *service, op operation, keyed idempotent, in *I, handle func(context.Context, *I) (*O, error)) (*O, error) {
	key, c := keyed.keyed().IdempotencyKey, callOf(ctx)
	if key == "" {
		return handle(context.WithValue(ctx, commandKey{}, rand.Text()), in)
	}
	if !saneKey.MatchString(key) {
		return nil, rapporteur.Problemf(rapporteur.ProblemMalformed, "The idempotency key cannot be read",
			"Use 1 to 200 printable ASCII characters without spaces, such as a UUID.")
	}
	unlock, err := s.locks.lock(ctx, c.principal.ID+" "+key)
	if err != nil {
		return nil, err
	}
	defer unlock()
	request := fingerprint(c.target, keyed.keyed().RawBody)
	if out, err := replay[O](ctx, s, key, request); out != nil || err != nil {
		return out, err
	}
	id := fingerprint(c.principal.ID+" "+key, []byte(request))[:32]
	out, err := handle(context.WithValue(ctx, commandKey{}, id), in)
	if rapporteur.IsProblem(err, rapporteur.ProblemConflict) {
		// Another process may have answered the same request meanwhile.
		if before, lookErr := replay[O](ctx, s, key, request); before != nil && lookErr == nil {
			return before, nil
		}
	}
	if err != nil {
		return nil, err
	}
	if err := remember(ctx, s, op, key, request, out); err != nil {
		// It is done; to say otherwise would be wrong.
		s.log.Error().Err(err).Str("request", c.id).Msg("cannot remember answer")
	}
	return out, nil
}

func fingerprint(target string, body []byte) string {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%d %s\n", len(target), target) // a hash never fails
	_, _ = h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

// replay is the answer that was given to the key before, nil for none.
func replay[O any](ctx context.Context, s *service, key, request string) (*O, error) {
	var answer rapporteur.IdempotentAnswer
	err := s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		answer, err = r.Idempotent(ctx, callOf(ctx).principal.ID, key)
		return err
	})
	switch {
	case rapporteur.IsProblem(err, rapporteur.ProblemNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case answer.Request != request:
		return nil, rapporteur.Problemf(rapporteur.ProblemReused, "The idempotency key was used before",
			"It came with another request. Use a new key for every new request.")
	}
	out := new(O)
	if err := json.Unmarshal(answer.Body, out); err != nil {
		return nil, fmt.Errorf("cannot read remembered answer: %w", err)
	}
	return out, nil
}

// remember keeps an answer for the next request with the key.
func remember(ctx context.Context, s *service, op operation, key, request string, out any) error {
	if c, ok := out.(confidential); ok {
		out = c.withoutSecret()
	}
	body, err := json.Marshal(out)
	if err != nil {
		return err
	}
	answer := rapporteur.IdempotentAnswer{
		Principal: callOf(ctx).principal.ID, Key: key, Request: request, Status: cmp.Or(op.status, http.StatusOK), Body: body, At: s.Clock().UTC(),
	}
	return s.Store.Write(ctx, func(ctx context.Context, tx rapporteur.Tx) error {
		_, err := tx.Idempotent(ctx, answer.Principal, key)
		if !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
			return err // another process was quicker with the same answer
		}
		return tx.PutIdempotent(ctx, answer)
	})
}

// keyLocks keeps two requests with one idempotency key from running side by
// side in this process. Between processes the record decides: what a request
// does is done once there, whoever comes first.
type keyLocks struct {
	mutex sync.Mutex
	held  map[string]chan struct{}
}

// lock waits for its turn as long as the context lives.
func (l *keyLocks) lock(ctx context.Context, key string) (unlock func(), err error) {
	for {
		l.mutex.Lock()
		wait, busy := l.held[key]
		if !busy {
			if l.held == nil {
				l.held = map[string]chan struct{}{}
			}
			done := make(chan struct{})
			l.held[key] = done
			l.mutex.Unlock()
			return func() {
				l.mutex.Lock()
				delete(l.held, key)
				l.mutex.Unlock()
				close(done)
			}, nil
		}
		l.mutex.Unlock()
		select {
		case <-wait:
		case <-ctx.Done():
			return nil, errors.Join(errors.New("cannot wait for the request with the same key"), ctx.Err())
		}
	}
}
