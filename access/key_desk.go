package access

import (
	"context"
	"time"

	"github.com/rapporteur/rapporteur"
)

// KeyDesk issues and revokes keys, each with its audit record.
type KeyDesk struct {
	Store     rapporteur.Store
	Catalogue rapporteur.Catalogue
	Clock     rapporteur.Clock
}

// KeyWanted is the key that somebody wants issued.
type KeyWanted struct {
	Role        rapporteur.Role
	Contributor rapporteur.ContributorID
	Office      string
	Label       string
	Expires     time.Time // zero for never
	Scope       []string  // actions and groups that narrow it; none for all of the role
}

// Issue makes a key and stores its hash. The secret is given this once. The same
// idempotencyKey again is a ProblemConflict, for the secret cannot be given again;
// an empty one is always new.
func (d KeyDesk) Issue(ctx context.Context, actor rapporteur.Principal, w KeyWanted, idempotencyKey string) (secret string, key rapporteur.APIKey, err error) {
	now := d.Clock().UTC()
	if w.Contributor != "" {
		if _, err := d.Catalogue.Contributor(w.Contributor, rapporteur.DateOf(now)); err != nil {
			return "", key, err
		}
	}
	if secret, key, err = Issue(w.Role, w.Contributor, w.Office, w.Label, w.Expires, now, w.Scope...); err != nil {
		return "", key, err
	}
	err = d.Store.Write(ctx, func(ctx context.Context, tx rapporteur.Tx) error {
		record := keyRecord(actor, rapporteur.ActionKeyIssued, key.ID, now)
		if idempotencyKey != "" {
			record.Key = "key-issued/" + idempotencyKey
		}
		added, err := tx.AppendAudit(ctx, record)
		if err != nil {
			return err
		}
		if !added {
			return rapporteur.Problemf(rapporteur.ProblemConflict, "Issued already",
				"This form was sent before and its key was issued then. Its secret is shown once; if it is lost, revoke the key and issue another.")
		}
		return tx.InsertKey(ctx, key)
	})
	return secret, key, err
}

// Revoke ends a key from now on. One that was revoked before keeps its first date.
func (d KeyDesk) Revoke(ctx context.Context, actor rapporteur.Principal, id string) error {
	now := d.Clock().UTC()
	return d.Store.Write(ctx, func(ctx context.Context, tx rapporteur.Tx) error {
		key, err := tx.Key(ctx, id)
		if err != nil || !key.RevokedAt.IsZero() {
			return err
		}
		if err := tx.RevokeKey(ctx, id, now); err != nil {
			return err
		}
		_, err = tx.AppendAudit(ctx, keyRecord(actor, rapporteur.ActionKeyRevoked, id, now))
		return err
	})
}

func keyRecord(actor rapporteur.Principal, action rapporteur.Action, id string, at time.Time) rapporteur.AuditRecord {
	return rapporteur.AuditRecord{At: at, Actor: actor.ID, Action: action, Details: map[string]string{"key": id}}
}
