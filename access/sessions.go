package access

import (
	"context"
	"fmt"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/rapporteur/rapporteur"
)

// Sessions keeps sessions in the record, for scs: their data sealed, under the
// hash of their token, which the session manager gives in the token's place
// (HashTokenInStore), and by person, so that somebody who is blocked is out.
type Sessions struct {
	Store rapporteur.Store
	Clock rapporteur.Clock // wall time
	// Person is who is signed in by a session's data; empty for nobody.
	Person func(data []byte) string
}

var _ scs.CtxStore = Sessions{}

// FindCtx gives the data of a session, or false where there is none in force.
func (s Sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	var session rapporteur.Session
	err = s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		session, err = r.Session(ctx, token)
		return err
	})
	switch {
	case rapporteur.IsProblem(err, rapporteur.ProblemNotFound):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("cannot read session: %w", err)
	case !s.Clock().Before(session.Expires):
		return nil, false, nil
	}
	return session.Data, true, nil
}

// CommitCtx keeps a session until an instant.
func (s Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	session := rapporteur.Session{Token: token, Person: s.Person(data), Data: data, Expires: expiry.UTC()}
	return s.write(ctx, func(ctx context.Context, tx rapporteur.Tx) error { return tx.PutSession(ctx, session) })
}

// DeleteCtx ends a session; one that is not there is no error.
func (s Sessions) DeleteCtx(ctx context.Context, token string) error {
	return s.write(ctx, func(ctx context.Context, tx rapporteur.Tx) error { return tx.DeleteSession(ctx, token) })
}

func (s Sessions) write(ctx context.Context, fn func(context.Context, rapporteur.Tx) error) error {
	if err := s.Store.Write(ctx, fn); err != nil {
		return fmt.Errorf("cannot write session: %w", err)
	}
	return nil
}

// Find is FindCtx, for callers without a context.
func (s Sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx, for callers without a context.
func (s Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx, for callers without a context.
func (s Sessions) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }
