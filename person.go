package rapporteur

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// Standing is how somebody stands to the contributor that they act for.
type Standing string

// A lead speaks for the contributor: whoever reads its mailboxes. A colleague
// does what a lead has delegated. Whoever else acts for a contributor, such as a
// system with a key, has no standing of its own and is bounded by its role.
const (
	StandingLead      Standing = "lead"
	StandingColleague Standing = "colleague"
)

// Person is somebody who has signed in. Whoever signs in acts in one role at a
// time: the newest.
type Person struct {
	ID          string // person-…; says nothing of name or address
	Role        Role
	Contributor ContributorID
	Office      string
	Standing    Standing
	Delegation  string // colleagues: which delegation they act by
	For         string // colleagues: the principal who gave it
	Identity    string // of a provider: SHA-256 of issuer and subject, in hexadecimals
	Label       string // how administrators, and for staff the house, know them; sealed at rest, in no log
	FirstSeen   Date
	LastSeen    Date
	BlockedAt   time.Time // zero for never
	BlockedBy   string    // principal id
}

// Principal is who acts when the person does.
func (p Person) Principal() Principal {
	return Principal{
		ID: p.ID, Role: p.Role, Contributor: p.Contributor, Office: p.Office,
		Standing: p.Standing, Delegation: p.Delegation, For: p.For,
	}
}

// personPrefix begins the ids of persons.
const personPrefix = "person-"

// personFormat is in what persons' ids are made of, so that they are of use for
// nothing else.
const personFormat = "rapporteur-person/1"

// Person is the id of whoever reads a mailbox of a contributor: the same as long
// as the secret is, and of no use for finding the address.
func (s LinkSecret) Person(id ContributorID, mailbox string) string {
	return personPrefix + s.fingerprint(map[string]any{
		"format": personFormat, "contributor": string(id), "mailbox": strings.ToLower(mailbox),
	})
}

// Address is a fingerprint of a mail address, by which it is counted and found
// without being kept.
func (s LinkSecret) Address(address string) string {
	return s.fingerprint(map[string]any{"format": "rapporteur-address/1", "address": strings.ToLower(address)})
}

func (s LinkSecret) fingerprint(of map[string]any) string {
	mac := hmac.New(sha256.New, s)
	_, _ = mac.Write(canonical(of)) // a hash never fails
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// Identify is the id of whom a provider knows under a subject, and the identity
// that is kept: no secret, so that somebody who is blocked stays so whatever
// secrets change.
func Identify(issuer, subject string) (id, identity string) {
	sum := sha256.Sum256(canonical(map[string]any{"format": "rapporteur-identity/1", "issuer": issuer, "subject": subject}))
	identity = hex.EncodeToString(sum[:])
	return personPrefix + identity[:32], identity
}

// roleMailbox stands for all the mailboxes of a role that one mail goes to.
func roleMailbox(role ContactRole) string { return "role:" + string(role) }

// mailboxesOf are the persons that links to a contributor's contacts can be
// for: each by itself, and all of a role together.
func (s LinkSecret) mailboxesOf(id ContributorID, contacts []Contact) map[string][]Contact {
	found := map[string][]Contact{}
	for _, contact := range contacts {
		who := s.Person(id, contact.Address)
		found[who] = append(found[who], contact)
	}
	for _, role := range []ContactRole{ContactFocalPoint, ContactLead} {
		if to := addressees(contacts, role); len(to) > 0 {
			found[s.Person(id, roleMailbox(role))] = to
		}
	}
	return found
}
