package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/rapporteur/rapporteur"
)

// colleagueRow is what of a delegation is sealed: whom it names.
type colleagueRow struct {
	Name     string
	Address  string
	Language string
}

const selectColleague = "SELECT id, contributor, details, starts, ends, given_by, given_at, ended_by, ended_at FROM colleagues"

// aboutColleague is the place that a delegation's names are sealed for.
func aboutColleague(id string) string { return "colleague/" + id }

func noColleague(id string) *rapporteur.Problem { return rapporteur.NotFound("delegation", id) }

func (r *reader) scanColleague(row row) (rapporteur.Colleague, error) {
	var c rapporteur.Colleague
	var sealed []byte
	err := row.Scan(&c.ID, &c.Contributor, &sealed, dateColumn{&c.From}, dateColumn{&c.Until}, &c.GivenBy, timeColumn{&c.GivenAt},
		&c.EndedBy, timeColumn{&c.EndedAt})
	if err != nil {
		return c, err
	}
	content, err := r.vault.Open(sealed, aboutColleague(c.ID))
	if err != nil {
		return c, err
	}
	var named colleagueRow
	err = (documentColumn{&named}).Scan(string(content))
	c.Name, c.Address, c.Language = named.Name, named.Address, named.Language
	return c, err
}

// Colleague reads a delegation, one that is over too.
func (r *reader) Colleague(ctx context.Context, id string) (rapporteur.Colleague, error) {
	found, err := one(ctx, r, noColleague(id), r.scanColleague, selectColleague+" WHERE id = ?", id)
	return found, failure("read delegation", err)
}

// Colleagues lists the delegations of a contributor, oldest first.
func (r *reader) Colleagues(ctx context.Context, id rapporteur.ContributorID) ([]rapporteur.Colleague, error) {
	found, err := list(ctx, r, r.scanColleague, selectColleague+" WHERE contributor = ? ORDER BY given_at, id", id)
	return found, failure("list delegations", err)
}

// ColleaguesAt lists the delegations to an address by its fingerprint.
func (r *reader) ColleaguesAt(ctx context.Context, address string) ([]rapporteur.Colleague, error) {
	found, err := list(ctx, r, r.scanColleague, selectColleague+" WHERE address = ? ORDER BY given_at, id", address)
	return found, failure("list delegations", err)
}

// InsertColleague adds a delegation; an id that exists is a ProblemConflict.
func (t *tx) InsertColleague(ctx context.Context, c rapporteur.Colleague, address string) error {
	named := colleagueRow{Name: c.Name, Address: c.Address, Language: c.Language}
	for _, text := range []string{named.Name, named.Address, named.Language} {
		if _, err := checkText(text); err != nil {
			return err
		}
	}
	content, err := json.Marshal(named)
	if err != nil {
		return failure("write delegation", err)
	}
	sealed, err := t.vault.Seal(content, aboutColleague(c.ID))
	if err != nil {
		return failure("seal delegation", err)
	}
	return t.insert(ctx, "delegation", c.ID, nil, `INSERT INTO colleagues (id, contributor, address, details, starts, ends, given_by,
		given_at, ended_by, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		c.ID, c.Contributor, address, sealed, c.From, c.Until, c.GivenBy, c.GivenAt, c.EndedBy, c.EndedAt)
}

// EndColleague ends a delegation; one that was ended keeps its first date.
func (t *tx) EndColleague(ctx context.Context, id, by string, at time.Time) error {
	return t.update(ctx, "delegation", noColleague(id), `UPDATE colleagues SET
		ended_by = CASE WHEN ended_at = '' THEN ? ELSE ended_by END, ended_at = CASE WHEN ended_at = '' THEN ? ELSE ended_at END
		WHERE id = ?`, by, at, id)
}
