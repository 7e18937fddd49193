package store

import (
	"context"
	"errors"
	"slices"

	"github.com/rapporteur/rapporteur"
)

// contactRow is one contact as it is stored, under its contributor.
type contactRow struct {
	Role     rapporteur.ContactRole
	Name     string
	Address  string
	Language string
}

// errNothing stands for a row that need not be there.
var errNothing = errors.New("nothing there")

// orEmpty is an empty list where there is no row or it holds none.
func orEmpty[T any](found []T, err error) ([]T, error) {
	switch {
	case err != nil && !errors.Is(err, errNothing):
		return nil, err
	case found == nil:
		return []T{}, nil
	}
	return found, nil
}

// Contacts lists the mailboxes of a contributor in the order they were put.
func (r *reader) Contacts(ctx context.Context, id rapporteur.ContributorID) ([]rapporteur.Contact, error) {
	scan := func(r row) ([]rapporteur.Contact, error) {
		var rows []contactRow
		err := r.Scan(documentColumn{&rows})
		contacts := make([]rapporteur.Contact, len(rows))
		for n, c := range rows {
			contacts[n] = rapporteur.Contact{Contributor: id, Role: c.Role, Name: c.Name, Address: c.Address, Language: c.Language}
		}
		return contacts, err
	}
	found, err := one(ctx, r, errNothing, scan, "SELECT contacts FROM contacts WHERE contributor = ?", id)
	return orEmpty(found, failure("read contacts", err))
}

// PutContacts replaces the mailboxes of a contributor; none erases them.
func (t *tx) PutContacts(ctx context.Context, id rapporteur.ContributorID, contacts []rapporteur.Contact) error {
	if len(contacts) == 0 {
		_, err := t.exec(ctx, "DELETE FROM contacts WHERE contributor = ?", id)
		return failure("erase contacts", err)
	}
	rows, reachable := make([]contactRow, len(contacts)), 0
	for n, c := range contacts {
		rows[n] = contactRow{Role: c.Role, Name: c.Name, Address: c.Address, Language: c.Language}
		if c.Role == rapporteur.ContactFocalPoint && c.Address != "" {
			reachable++
		}
	}
	return t.insert(ctx, "contacts", string(id), nil, `INSERT INTO contacts (contributor, focal_points, contacts) VALUES (?, ?, ?)
		ON CONFLICT (contributor) DO UPDATE SET focal_points = excluded.focal_points, contacts = excluded.contacts`,
		id, reachable, document{rows})
}

// Unreachable lists which of the contributors have no focal point with an
// address, in the order they were given.
func (r *reader) Unreachable(ctx context.Context, ids []rapporteur.ContributorID) ([]rapporteur.ContributorID, error) {
	known := make(map[rapporteur.ContributorID]bool, len(ids))
	for part := range slices.Chunk(ids, 10*chunk) {
		var c conditions
		c.add("focal_points > 0")
		oneOf(&c, "contributor", part)
		reachable, err := list(ctx, r, scanValue[rapporteur.ContributorID], "SELECT contributor FROM contacts"+c.where(), c.args...)
		if err != nil {
			return nil, failure("look for focal points", err)
		}
		for _, id := range reachable {
			known[id] = true
		}
	}
	missing := []rapporteur.ContributorID{}
	for _, id := range ids {
		if !known[id] {
			missing = append(missing, id)
		}
	}
	return missing, nil
}
