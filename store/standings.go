package store

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

// standings is how the requests of a cycle stand. Who cannot be reached, and who
// was late before, is asked of those alone from whom something is awaited.
const standings = `SELECT r.contributor AS contributor, r.kind AS kind, r.state AS state, r.outcome AS outcome, r.due AS due,
	r.extension AS extension, COALESCE(f.kind, '') AS follow_up, r.late AS late,
	r.state IN ('open', 'returned') AND NOT EXISTS
		(SELECT 1 FROM contacts c WHERE c.contributor = r.contributor AND c.focal_points > 0) AS unreachable,
	r.state IN ('open', 'returned') AND EXISTS
		(SELECT 1 FROM requests p WHERE p.cycle = ? AND p.contributor = r.contributor AND (p.late OR p.state = 'no-reply')) AS late_before
	FROM requests r LEFT JOIN follow_ups f
		ON r.off_path AND f.cycle = r.cycle AND f.contributor = r.contributor AND f.number = r.follow_up
	WHERE r.cycle = ?`

const standingColumns = "kind, state, outcome, due, extension, follow_up, late, unreachable, late_before"

// Those from whom nothing is awaited are many and need no look elsewhere.
const (
	countAwaited = "SELECT " + standingColumns + ", COUNT(*) FROM (" + standings + " AND r.state IN ('open', 'returned')) AS s GROUP BY " + standingColumns
	countOthers  = `SELECT kind, state, outcome, late, COUNT(*) FROM requests
		WHERE cycle = ? AND state IN ('received', 'settled', 'no-reply', 'withdrawn') GROUP BY kind, state, outcome, late`
)

// columnsOf are where the columns of a standing are read to.
func columnsOf(s *rapporteur.RequestStanding) []any {
	return []any{
		&s.Kind, &s.State, &s.Outcome, dateColumn{&s.Due}, &s.Extension, &s.FollowUp, &s.Late, &s.Unreachable, &s.LateBefore,
	}
}

// StandingCounts counts the requests of a cycle that stand alike, by the index
// alone.
func (r *reader) StandingCounts(ctx context.Context, id, previous rapporteur.CycleID) ([]rapporteur.StandingCount, error) {
	awaited, err := list(ctx, r, func(row row) (rapporteur.StandingCount, error) {
		var c rapporteur.StandingCount
		err := row.Scan(append(columnsOf(&c.RequestStanding), &c.Count)...)
		return c, err
	}, countAwaited, previous, id)
	if err != nil {
		return nil, failure("count standings", err)
	}
	others, err := list(ctx, r, func(row row) (rapporteur.StandingCount, error) {
		var c rapporteur.StandingCount
		err := row.Scan(&c.Kind, &c.State, &c.Outcome, &c.Late, &c.Count)
		return c, err
	}, countOthers, id)
	return append(awaited, others...), failure("count standings", err)
}

// Standings lists how requests stand, by contributor.
func (r *reader) Standings(ctx context.Context, f rapporteur.StandingFilter) ([]rapporteur.ContributorStanding, error) {
	scan := func(row row) (rapporteur.ContributorStanding, error) {
		var c rapporteur.ContributorStanding
		err := row.Scan(append([]any{&c.Contributor}, columnsOf(&c.RequestStanding)...)...)
		return c, err
	}
	query, args := listStandings(f)
	found, err := list(ctx, r, scan, query, args...)
	return found, failure("list standings", err)
}

// listStandings narrows what is in the index inside and what is reckoned from
// other tables outside.
func listStandings(f rapporteur.StandingFilter) (query string, args []any) {
	inner := conditions{args: []any{f.Previous, f.Cycle}}
	oneOf(&inner, "r.kind", f.Kinds)
	oneOf(&inner, "r.state", f.States)
	oneOf(&inner, "r.contributor", f.Contributors)
	if f.After != "" {
		inner.add("r.contributor > ?", f.After)
	}
	query = standings
	for _, text := range inner.texts {
		query += " AND " + text
	}
	var outer conditions
	like(&outer, f.Like)
	query = "SELECT contributor, " + standingColumns + " FROM (" + query + ") AS s" + outer.where() + " ORDER BY contributor"
	return atMost(query, append(inner.args, outer.args...), f.Limit)
}

// like adds that a standing is one of some; none do not narrow.
func like(c *conditions, some []rapporteur.RequestStanding) {
	if len(some) == 0 {
		return
	}
	text, args := "", []any{}
	for n, s := range some {
		if n > 0 {
			text += " OR "
		}
		text += "(kind = ? AND state = ? AND outcome = ? AND due = ? AND extension = ? AND follow_up = ? AND late = ? AND unreachable = ? AND late_before = ?)"
		args = append(args, s.Kind, s.State, s.Outcome, s.Due, s.Extension, s.FollowUp, s.Late, s.Unreachable, s.LateBefore)
	}
	c.add("("+text+")", args...)
}
