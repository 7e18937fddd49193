package store

import (
	"context"
	"errors"
	"time"

	"github.com/rapporteur/rapporteur"
)

const selectPerson = `SELECT id, role, contributor, office, standing, delegation, acts_for, identity, label, first_seen, last_seen,
	blocked_at, blocked_by FROM persons`

// aboutPerson is the place that a person's label is sealed for.
func aboutPerson(id string) string { return "person/" + id }

func (r *reader) scanPerson(row row) (rapporteur.Person, error) {
	var p rapporteur.Person
	var label []byte
	err := row.Scan(&p.ID, &p.Role, &p.Contributor, &p.Office, &p.Standing, &p.Delegation, &p.For, &p.Identity, &label,
		dateColumn{&p.FirstSeen}, dateColumn{&p.LastSeen}, timeColumn{&p.BlockedAt}, &p.BlockedBy)
	if err != nil {
		return p, err
	}
	label, err = r.vault.Open(label, aboutPerson(p.ID))
	if errors.Is(err, errNoVault) { // who needs no names, such as the codec server, is given none
		return p, nil
	}
	p.Label = string(label)
	return p, err
}

func noPerson(id string) *rapporteur.Problem { return rapporteur.NotFound("person", id) }

// Person reads who has signed in.
func (r *reader) Person(ctx context.Context, id string) (rapporteur.Person, error) {
	found, err := one(ctx, r, noPerson(id), r.scanPerson, selectPerson+" WHERE id = ?", id)
	return found, failure("read person", err)
}

// Persons lists everybody who has signed in, by id.
func (r *reader) Persons(ctx context.Context) ([]rapporteur.Person, error) {
	found, err := list(ctx, r, r.scanPerson, selectPerson+" ORDER BY id")
	return found, failure("list persons", err)
}

// PutPerson adds a person, or stores in which role they were seen again.
func (t *tx) PutPerson(ctx context.Context, p rapporteur.Person) error {
	if _, err := checkText(p.Label); err != nil {
		return err
	}
	label, err := t.vault.Seal([]byte(p.Label), aboutPerson(p.ID))
	if err != nil {
		return failure("seal person", err)
	}
	return t.insert(ctx, "person", p.ID, nil, `INSERT INTO persons (id, role, contributor, office, standing, delegation, acts_for,
		identity, label, first_seen, last_seen, blocked_at, blocked_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET role = excluded.role, contributor = excluded.contributor, office = excluded.office,
		standing = excluded.standing, delegation = excluded.delegation, acts_for = excluded.acts_for, identity = excluded.identity,
		label = excluded.label, last_seen = excluded.last_seen`,
		p.ID, p.Role, p.Contributor, p.Office, p.Standing, p.Delegation, p.For, p.Identity, label, p.FirstSeen, p.LastSeen, p.BlockedAt, p.BlockedBy)
}

// BlockPerson keeps a person out; one who is blocked keeps the first date.
func (t *tx) BlockPerson(ctx context.Context, id, by string, at time.Time) error {
	return t.update(ctx, "person", noPerson(id), `UPDATE persons SET
		blocked_by = CASE WHEN blocked_at = '' THEN ? ELSE blocked_by END, blocked_at = CASE WHEN blocked_at = '' THEN ? ELSE blocked_at END
		WHERE id = ?`, by, at, id)
}

// UnblockPerson lets a person in again.
func (t *tx) UnblockPerson(ctx context.Context, id string) error {
	return t.update(ctx, "person", noPerson(id), "UPDATE persons SET blocked_at = '', blocked_by = '' WHERE id = ?", id)
}

// aboutSession is the place that a session's data are sealed for.
func aboutSession(token string) string { return "session/" + token }

// Session reads a session by the hash of its token.
func (r *reader) Session(ctx context.Context, token string) (rapporteur.Session, error) {
	scan := func(row row) (rapporteur.Session, error) {
		var s rapporteur.Session
		err := row.Scan(&s.Token, &s.Person, &s.Data, timeColumn{&s.Expires})
		if err == nil {
			s.Data, err = r.vault.Open(s.Data, aboutSession(s.Token))
		}
		return s, err
	}
	found, err := one(ctx, r, rapporteur.NotFound("session", ""), scan, "SELECT token, person, data, expires_at FROM sessions WHERE token = ?", token)
	return found, failure("read session", err)
}

// PutSession adds a session or replaces it.
func (t *tx) PutSession(ctx context.Context, s rapporteur.Session) error {
	data, err := t.vault.Seal(s.Data, aboutSession(s.Token))
	if err != nil {
		return failure("seal session", err)
	}
	return t.insert(ctx, "session", "", nil, `INSERT INTO sessions (token, person, data, expires_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (token) DO UPDATE SET person = excluded.person, data = excluded.data, expires_at = excluded.expires_at`,
		s.Token, s.Person, data, s.Expires)
}

// DeleteSession takes a session away, if it is there.
func (t *tx) DeleteSession(ctx context.Context, token string) error {
	_, err := t.exec(ctx, "DELETE FROM sessions WHERE token = ?", token)
	return failure("delete session", err)
}

// EndSessions takes away the sessions of a person.
func (t *tx) EndSessions(ctx context.Context, person string) (int, error) {
	n, err := t.exec(ctx, "DELETE FROM sessions WHERE person = ?", person)
	return int(n), failure("end sessions", err)
}
