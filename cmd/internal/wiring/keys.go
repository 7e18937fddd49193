package wiring

import (
	"context"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// ActorLocal is who acts on the machine itself, through the command line.
const ActorLocal = "local"

// NewKey says what key to issue.
type NewKey struct {
	Role        rapporteur.Role
	Contributor rapporteur.ContributorID
	Office      string
	Label       string
	For         time.Duration // 0 for ever
	Scope       []string      // actions and groups that narrow it; none for all of the role
}

// IssueKey makes a key, stores its hash with an audit record, and returns the
// secret, which is not kept.
func (h *House) IssueKey(ctx context.Context, k NewKey) (string, error) {
	now := h.Clock().UTC()
	var expires time.Time
	if k.For > 0 {
		expires = now.Add(k.For)
	}
	secret, key, err := access.Issue(k.Role, k.Contributor, k.Office, k.Label, expires, now, k.Scope...)
	if err != nil {
		return "", err
	}
	err = h.Store.Write(ctx, func(ctx context.Context, tx rapporteur.Tx) error {
		if err := tx.InsertKey(ctx, key); err != nil {
			return err
		}
		_, err := tx.AppendAudit(ctx, keyRecord(rapporteur.ActionKeyIssued, key.ID, now))
		return err
	})
	return secret, err
}

// RevokeKey ends a key from now on.
func (h *House) RevokeKey(ctx context.Context, id string) error {
	now := h.Clock().UTC()
	return h.Store.Write(ctx, func(ctx context.Context, tx rapporteur.Tx) error {
		if err := tx.RevokeKey(ctx, id, now); err != nil {
			return err
		}
		_, err := tx.AppendAudit(ctx, keyRecord(rapporteur.ActionKeyRevoked, id, now))
		return err
	})
}

func keyRecord(action rapporteur.Action, id string, at time.Time) rapporteur.AuditRecord {
	return rapporteur.AuditRecord{At: at, Actor: ActorLocal, Action: action, Details: map[string]string{"key": id}}
}
