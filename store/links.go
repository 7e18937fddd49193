package store

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/rapporteur/rapporteur"
)

// LinkUsed reports whether a use of a link is noted.
func (r *reader) LinkUsed(ctx context.Context, id string) (bool, error) {
	found, err := list(ctx, r, scanValue[string], "SELECT id FROM link_uses WHERE id = ?", id)
	return len(found) > 0, failure("look for use of link", err)
}

// InsertLinkUse notes that a link was used; a second use is a ProblemConflict.
func (t *tx) InsertLinkUse(ctx context.Context, u rapporteur.LinkUse) error {
	return t.insert(ctx, "use of a link", "", nil,
		"INSERT INTO link_uses (id, person, used_at, until) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", u.ID, u.Person, u.UsedAt, u.Until)
}

// LinksAsked counts the links that were asked for since an instant.
func (r *reader) LinksAsked(ctx context.Context, of rapporteur.LinkAsk, since time.Time) (int, error) {
	var c conditions
	switch {
	case of.Address != "":
		c.add("address = ?", of.Address)
	case of.Contributor != "":
		c.add("contributor = ?", of.Contributor)
	default:
		c.add("contributor <> ?", "")
	}
	c.add("asked_at > ?", since)
	n, err := one(ctx, r, nil, scanValue[int], "SELECT COUNT(*) FROM link_asks"+c.where(), c.args...)
	return n, failure("count links asked for", err)
}

// InsertLinkAsk notes that a link was asked for.
func (t *tx) InsertLinkAsk(ctx context.Context, a rapporteur.LinkAsk) error {
	return t.insert(ctx, "ask for a link", a.ID, nil,
		"INSERT INTO link_asks (id, address, contributor, asked_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", a.ID, a.Address, a.Contributor, a.At)
}

// SweepSignIn takes away what nobody can sign in by any more.
func (t *tx) SweepSignIn(ctx context.Context, l rapporteur.SignInLeftovers) error {
	for _, sweep := range []struct {
		query  string
		before time.Time
	}{
		{"DELETE FROM sessions WHERE expires_at <= ?", l.Sessions},
		{"DELETE FROM link_asks WHERE asked_at <= ?", l.Asks},
		{"DELETE FROM link_uses WHERE until <= ?", l.Uses},
	} {
		if _, err := t.exec(ctx, sweep.query, sweep.before); err != nil {
			return failure("sweep sign-in", err)
		}
	}
	return nil
}

// Mailboxes lists the contacts that have an address. The database narrows the
// search; whose address it is, is seen here.
func (r *reader) Mailboxes(ctx context.Context, address string) ([]rapporteur.Contact, error) {
	quoted, err := json.Marshal(strings.ToLower(address))
	if err != nil {
		return nil, failure("look for mailboxes", err)
	}
	pattern := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(string(quoted)) + "%"
	owners, err := list(ctx, r, scanValue[rapporteur.ContributorID],
		`SELECT contributor FROM contacts WHERE LOWER(contacts) LIKE ? ESCAPE '\' ORDER BY contributor`, pattern)
	found := []rapporteur.Contact{}
	for _, id := range owners {
		contacts, err := r.Contacts(ctx, id)
		if err != nil {
			return nil, err
		}
		for _, c := range contacts {
			if strings.EqualFold(c.Address, address) {
				found = append(found, c)
			}
		}
	}
	return found, failure("look for mailboxes", err)
}
