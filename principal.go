package rapporteur

import (
	"context"
	"time"
)

// Role is in which capacity somebody acts.
type Role string

// The roles of the first release.
const (
	RoleSecretariat   Role = "secretariat"   // plans and steers cycles
	RoleClearance     Role = "clearance"     // decides on drafts for one office
	RoleContributor   Role = "contributor"   // answers for one contributor
	RoleAdministrator Role = "administrator" // reads histories, repairs, issues keys
)

// Principal is who acts: identified, with a role and what binds it.
type Principal struct {
	ID          string // stable, not a name: key-4f2a…, or local for the machine's own command
	Role        Role
	Contributor ContributorID // contributors only
	Office      string        // clearance officers only
	Standing    Standing      // people of a contributor only
	Delegation  string        // colleagues only: by which delegation
	For         string        // the principal who delegated to this one
	// Scope narrows what the role may do to some actions, as the scope of OAuth
	// 2.0 is written: in a list with spaces (RFC 6749, section 3.3). Empty for
	// everything that the role may.
	Scope string
}

type onBehalfKey struct{}

// OnBehalf gives a context for whom the principal acts, so that every audit
// record of what it does names both. For whoever acts for themselves nothing
// changes.
func OnBehalf(ctx context.Context, p Principal) context.Context {
	if p.For == "" {
		return ctx
	}
	return context.WithValue(ctx, onBehalfKey{}, p.For)
}

// ActsFor is the principal on whose behalf is acted; empty for nobody.
func ActsFor(ctx context.Context) string {
	id, _ := ctx.Value(onBehalfKey{}).(string)
	return id
}

// DetailFor is the detail of an audit record that holds on whose behalf its
// actor acted.
const DetailFor = "for"

// APIKey is the record of a key; the secret itself is never stored.
type APIKey struct {
	ID          string
	Hash        []byte // SHA-256 of the secret, which has 256 bits of its own
	Role        Role
	Contributor ContributorID
	Office      string
	Scope       string // see Principal; empty for all of the role
	Label       string // what it is for, not whom it belongs to
	CreatedAt   time.Time
	ExpiresAt   time.Time // zero for never
	RevokedAt   time.Time
}

// Principal is who acts with the key.
func (k APIKey) Principal() Principal {
	return Principal{ID: "key-" + k.ID, Role: k.Role, Contributor: k.Contributor, Office: k.Office, Scope: k.Scope}
}
