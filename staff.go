package rapporteur

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
)

// StaffMember is somebody of the house who can be chosen or is named on its
// pages: of the Secretariat, of a clearance office, or an administrator; a person
// who signs in, or a key.
type StaffMember struct {
	ID     string // of the principal
	Name   string // a person's or key's label; the id where there is none
	Office string // clearance officers only
}

// String is the name with the office.
func (m StaffMember) String() string {
	if m.Office == "" {
		return m.Name
	}
	return m.Name + ", " + m.Office
}

// StaffNames are what those of the house are called, by principal id. They are
// for pages that the house alone reads, never for records or logs.
type StaffNames map[string]StaffMember

// Of is the name of a principal with its office; the id where it is not of the
// house or not known, so that nobody of a contributor is called by name.
func (n StaffNames) Of(id string) string {
	if m, known := n[id]; known {
		return m.String()
	}
	return id
}

// Staff lists who acts for the house in a role, by name: persons who are not
// blocked, in the role in which they signed in last, and keys that are neither
// revoked nor expired. Contributors and whoever is not signed in are refused, and
// nobody of a contributor is listed.
func (p Persons) Staff(ctx context.Context, reader Principal, role Role) ([]StaffMember, error) {
	known, err := p.knownTo(ctx, reader)
	if err != nil {
		return nil, err
	}
	var found []StaffMember
	for _, person := range known.Persons {
		if person.Role == role && person.mayAct() {
			found = addStaff(found, person.Principal(), person.Label)
		}
	}
	for _, key := range known.Keys {
		if key.Role == role && key.inForce(p.Clock()) {
			found = addStaff(found, key.Principal(), key.Label)
		}
	}
	slices.SortStableFunc(found, func(a, b StaffMember) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.Office, b.Office), cmp.Compare(a.ID, b.ID))
	})
	return found, nil
}

// Names tells what everybody of the house is called, also those who no longer
// act for it, for what they decided stays. Contributors and whoever is not signed
// in are refused.
func (p Persons) Names(ctx context.Context, reader Principal) (StaffNames, error) {
	known, err := p.knownTo(ctx, reader)
	if err != nil {
		return nil, err
	}
	var all []StaffMember
	for _, person := range known.Persons {
		all = addStaff(all, person.Principal(), person.Label)
	}
	for _, key := range known.Keys {
		all = addStaff(all, key.Principal(), key.Label)
	}
	names := make(StaffNames, len(all))
	for _, m := range all {
		names[m.ID] = m
	}
	return names, nil
}

// knownTo reads who is known, for those who may know it.
func (p Persons) knownTo(ctx context.Context, reader Principal) (known KnownActors, err error) {
	if !reader.ofHouse() {
		return known, Problemf(ProblemForbidden, "Not for you", "Who works in the house is told to the house alone.")
	}
	err = p.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		known, err = ReadKnownActors(ctx, r)
		return err
	})
	return known, err
}

// addStaff adds somebody to a list, where they are of the house.
func addStaff(to []StaffMember, p Principal, label string) []StaffMember {
	if !p.ofHouse() {
		return to
	}
	return append(to, StaffMember{ID: p.ID, Name: cmp.Or(strings.TrimSpace(label), p.ID), Office: p.Office})
}

// ofHouse reports whether somebody works for the house and not for a contributor.
func (p Principal) ofHouse() bool {
	return p.Contributor == "" && (p.Role == RoleSecretariat || p.Role == RoleClearance || p.Role == RoleAdministrator)
}

// mayAct reports whether a person of the house may act: nobody has blocked them.
func (p Person) mayAct() bool { return p.BlockedAt.IsZero() }

// inForce reports whether a key is neither revoked nor expired.
func (k APIKey) inForce(now time.Time) bool {
	return k.RevokedAt.IsZero() && (k.ExpiresAt.IsZero() || k.ExpiresAt.After(now))
}
