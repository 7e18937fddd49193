package rapporteur

import "time"

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
}

// APIKey is the record of a key; the secret itself is never stored.
type APIKey struct {
	ID          string
	Hash        []byte // SHA-256 of the secret, which has 256 bits of its own
	Role        Role
	Contributor ContributorID
	Office      string
	Label       string // what it is for, not whom it belongs to
	CreatedAt   time.Time
	ExpiresAt   time.Time // zero for never
	RevokedAt   time.Time
}

// Principal is who acts with the key.
func (k APIKey) Principal() Principal {
	return Principal{ID: "key-" + k.ID, Role: k.Role, Contributor: k.Contributor, Office: k.Office}
}
