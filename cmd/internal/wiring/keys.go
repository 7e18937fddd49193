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
	wanted := access.KeyWanted{Role: k.Role, Contributor: k.Contributor, Office: k.Office, Label: k.Label, Scope: k.Scope}
	if k.For > 0 {
		wanted.Expires = h.Clock().UTC().Add(k.For)
	}
	secret, _, err := h.keyDesk().Issue(ctx, local, wanted, "")
	return secret, err
}

// RevokeKey ends a key from now on.
func (h *House) RevokeKey(ctx context.Context, id string) error {
	return h.keyDesk().Revoke(ctx, local, id)
}

// local is whoever acts on the machine itself.
var local = rapporteur.Principal{ID: ActorLocal}

func (h *House) keyDesk() access.KeyDesk {
	return access.KeyDesk{Store: h.Store, Catalogue: h.Catalogue, Clock: h.Clock}
}
