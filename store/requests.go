package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/rapporteur/rapporteur"
)

const requestColumns = `cycle, contributor, kind, questionnaire, questionnaire_version, state, outcome, due,
	follow_up, off_path, extension, asked_until, version, late, rounds, reopened, opened_at, answered_at, settled_at, revision,
	withdrawn_version, reminders, snoozed_until`

const selectRequest = "SELECT " + requestColumns + " FROM requests"

func scanRequest(r row) (rapporteur.Request, error) {
	var q rapporteur.Request
	err := r.Scan(&q.Cycle, &q.Contributor, &q.Kind, &q.Questionnaire.ID, &q.Questionnaire.Version, &q.State, &q.Outcome,
		dateColumn{&q.Due}, &q.FollowUp, &q.OffPath, &q.Extension, dateColumn{&q.AskedUntil}, &q.Version, &q.Late, &q.Rounds, &q.Reopened,
		timeColumn{&q.OpenedAt}, timeColumn{&q.AnsweredAt}, timeColumn{&q.SettledAt}, &q.Revision, &q.WithdrawnVersion,
		&q.Reminders, dateColumn{&q.SnoozedUntil})
	return q, err
}

// requestName is a request in a problem.
func requestName(key rapporteur.RequestKey) string {
	return string(key.Cycle) + "/" + string(key.Contributor)
}

func noRequest(key rapporteur.RequestKey) *rapporteur.Problem {
	return rapporteur.NotFound("request", requestName(key))
}

// Request reads a request.
func (r *reader) Request(ctx context.Context, key rapporteur.RequestKey) (rapporteur.Request, error) {
	q, err := one(ctx, r, noRequest(key), scanRequest, selectRequest+" WHERE cycle = ? AND contributor = ?", key.Cycle, key.Contributor)
	return q, failure("read request", err)
}

// conditions is the WHERE clause of a query as it grows.
type conditions struct {
	texts []string
	args  []any
}

func (c *conditions) add(text string, args ...any) {
	c.texts = append(c.texts, text)
	c.args = append(c.args, args...)
}

func (c *conditions) where() string {
	if len(c.texts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.texts, " AND ")
}

// oneOf adds that a column has one of the values; no values do not narrow.
func oneOf[T any](c *conditions, column string, values []T) {
	if len(values) == 0 {
		return
	}
	args := make([]any, len(values))
	for n, v := range values {
		args[n] = v
	}
	c.add(column+" IN ("+marks(len(values))+")", args...)
}

// Requests lists requests by contributor, those of one contributor by cycle.
func (r *reader) Requests(ctx context.Context, f rapporteur.RequestFilter) ([]rapporteur.Request, error) {
	var c conditions
	if f.Cycle != "" {
		c.add("cycle = ?", f.Cycle)
	}
	if f.Contributor != "" {
		c.add("contributor = ?", f.Contributor)
	}
	if f.After != "" {
		c.add("contributor > ?", f.After)
	}
	if f.OnPath {
		c.add("NOT off_path")
	}
	oneOf(&c, "state", f.States)
	oneOf(&c, "kind", f.Kinds)
	query, args := atMost(selectRequest+c.where()+" ORDER BY contributor, cycle", c.args, f.Limit)
	found, err := list(ctx, r, scanRequest, query, args...)
	return found, failure("list requests", err)
}

// Questionnaires lists what the requests of a cycle are pinned to.
func (r *reader) Questionnaires(ctx context.Context, id rapporteur.CycleID, until time.Time) ([]rapporteur.QuestionnaireRef, error) {
	found, err := list(ctx, r, func(r row) (rapporteur.QuestionnaireRef, error) {
		var ref rapporteur.QuestionnaireRef
		err := r.Scan(&ref.ID, &ref.Version)
		return ref, err
	}, `SELECT DISTINCT questionnaire, questionnaire_version FROM requests WHERE cycle = ? AND opened_at <= ?
		ORDER BY questionnaire, questionnaire_version`, id, until)
	return found, failure("list questionnaires", err)
}

// Counts counts the requests of a cycle in one pass.
func (r *reader) Counts(ctx context.Context, id rapporteur.CycleID) (rapporteur.Counts, error) {
	counts := rapporteur.Counts{Outcomes: map[rapporteur.ReturnType]int{}}
	none := true
	err := each(ctx, r, `SELECT state, outcome, late, off_path, COUNT(*) FROM requests
		WHERE cycle = ? GROUP BY state, outcome, late, off_path`, []any{id}, func(row row) error {
		var g requestGroup
		none = false
		if err := row.Scan(&g.state, &g.outcome, &g.late, &g.offPath, &g.n); err != nil {
			return err
		}
		g.addTo(&counts)
		return nil
	})
	if err == nil && none {
		_, err = r.Cycle(ctx, id)
	}
	return counts, failure("count requests", err)
}

// requestGroup is how many requests are alike.
type requestGroup struct {
	state   rapporteur.RequestState
	outcome rapporteur.ReturnType
	late    bool
	offPath bool
	n       int
}

func (g requestGroup) addTo(c *rapporteur.Counts) {
	if g.state == rapporteur.RequestWithdrawn {
		c.Withdrawn += g.n
		return
	}
	c.Asked += g.n
	switch g.state {
	case rapporteur.RequestOpen:
		c.Open += g.n
		if g.offPath {
			c.Exempt += g.n
		}
	case rapporteur.RequestReceived:
		c.Received += g.n
	case rapporteur.RequestReturned:
		c.Returned += g.n
	case rapporteur.RequestSettled:
		c.Settled += g.n
		c.Outcomes[g.outcome] += g.n
		if g.late {
			c.Late += g.n
		}
	case rapporteur.RequestNoReply:
		c.NoReply += g.n
		c.Outcomes[g.outcome] += g.n
	}
}

const othersOpen = "SELECT EXISTS (SELECT 1 FROM requests WHERE cycle = ? AND state = ? AND contributor <> ?)"

// OthersOpen reports whether somebody else has nothing accepted yet. On
// PostgreSQL two who answer at the same instant may each see the other open;
// see Uncollected.
func (r *reader) OthersOpen(ctx context.Context, key rapporteur.RequestKey) (bool, error) {
	open, err := one(ctx, r, nil, scanValue[bool], othersOpen, key.Cycle, rapporteur.RequestOpen, key.Contributor)
	return open, failure("look for open requests", err)
}

// chunk is how many rows one INSERT carries.
const chunk = 50

// InsertRequests adds requests; one that exists is a ProblemConflict.
func (t *tx) InsertRequests(ctx context.Context, requests []rapporteur.Request) error {
	for part := range slices.Chunk(requests, chunk) {
		n, err := t.exec(ctx, insertRequests(len(part))+" ON CONFLICT DO NOTHING", requestValues(part)...)
		switch {
		case err != nil && t.dialect.orphan(err):
			return noCycle(part[0].Cycle)
		case err != nil:
			return failure("insert requests", err)
		case int(n) < len(part):
			return rapporteur.Problemf(rapporteur.ProblemConflict, "Already there", "A contributor is asked in the cycle already.")
		}
	}
	return nil
}

// requestValues are the columns of requests, one after the other.
func requestValues(requests []rapporteur.Request) []any {
	args := make([]any, 0, len(requests)*requestWidth)
	for _, q := range requests {
		args = append(args, q.Cycle, q.Contributor, q.Kind, q.Questionnaire.ID, q.Questionnaire.Version, q.State, q.Outcome,
			q.Due, q.FollowUp, q.OffPath, q.Extension, q.AskedUntil, q.Version, q.Late, q.Rounds, q.Reopened,
			q.OpenedAt, q.AnsweredAt, q.SettledAt, q.Revision, q.WithdrawnVersion, q.Reminders, q.SnoozedUntil)
	}
	return args
}

// requestWidth is how many columns a request has.
var requestWidth = strings.Count(requestColumns, ",") + 1

// insertRequests is the statement that inserts n requests.
func insertRequests(n int) string {
	values := "(" + marks(requestWidth) + "), "
	return "INSERT INTO requests (" + requestColumns + ") VALUES " + strings.TrimSuffix(strings.Repeat(values, n), ", ")
}

// onceChanged makes an insertion of requests that are there change them.
var onceChanged = func() string {
	var set []string
	for column := range strings.SplitSeq(requestColumns, ",") {
		switch column = strings.TrimSpace(column); column {
		case "cycle", "contributor":
		case "revision":
			set = append(set, "revision = requests.revision + 1")
		default:
			set = append(set, column+" = excluded."+column)
		}
	}
	return " ON CONFLICT (cycle, contributor) DO UPDATE SET " + strings.Join(set, ", ") + " WHERE requests.revision = excluded.revision"
}()

// LockRequests reads requests that the transaction means to change.
func (t *tx) LockRequests(ctx context.Context, id rapporteur.CycleID, contributors []rapporteur.ContributorID) ([]rapporteur.Request, error) {
	found := make([]rapporteur.Request, 0, len(contributors))
	for part := range slices.Chunk(slices.Sorted(slices.Values(contributors)), chunk) {
		var c conditions
		c.add("cycle = ?", id)
		oneOf(&c, "contributor", part)
		locked, err := list(ctx, t.reader, scanRequest, selectRequest+c.where()+" ORDER BY contributor"+t.dialect.lock, c.args...)
		if err != nil {
			return nil, failure("lock requests", err)
		}
		found = append(found, locked...)
	}
	return found, nil
}

// UpdateRequests stores requests as they were locked and changed, some at a
// time: a statement each would be a round trip each.
func (t *tx) UpdateRequests(ctx context.Context, requests []rapporteur.Request) error {
	for part := range slices.Chunk(requests, chunk) {
		n, err := t.exec(ctx, insertRequests(len(part))+onceChanged, requestValues(part)...)
		switch {
		case err != nil:
			return failure("update requests", err)
		case int(n) < len(part):
			return changed("request")
		}
	}
	return nil
}

// LockRequest reads a request that the transaction means to change.
func (t *tx) LockRequest(ctx context.Context, key rapporteur.RequestKey) (rapporteur.Request, error) {
	q, err := one(ctx, t.reader, noRequest(key), scanRequest,
		selectRequest+" WHERE cycle = ? AND contributor = ?"+t.dialect.lock, key.Cycle, key.Contributor)
	return q, failure("lock request", err)
}

const updateRequest = `UPDATE requests SET kind = ?, questionnaire = ?, questionnaire_version = ?, state = ?,
	outcome = ?, due = ?, follow_up = ?, off_path = ?, extension = ?, asked_until = ?, version = ?, late = ?,
	rounds = ?, reopened = ?, opened_at = ?, answered_at = ?, settled_at = ?, withdrawn_version = ?, reminders = ?, snoozed_until = ?, revision = revision + 1
	WHERE cycle = ? AND contributor = ? AND revision = ?`

// requestChange are the arguments of updateRequest.
func requestChange(q rapporteur.Request) []any {
	return []any{
		q.Kind, q.Questionnaire.ID, q.Questionnaire.Version, q.State,
		q.Outcome, q.Due, q.FollowUp, q.OffPath, q.Extension, q.AskedUntil, q.Version, q.Late,
		q.Rounds, q.Reopened, q.OpenedAt, q.AnsweredAt, q.SettledAt, q.WithdrawnVersion, q.Reminders, q.SnoozedUntil, q.Cycle, q.Contributor, q.Revision,
	}
}

// UpdateRequest stores a request as it was read and changed, one revision on.
// A request that was changed since is a ProblemConflict.
func (t *tx) UpdateRequest(ctx context.Context, q rapporteur.Request) error {
	n, err := t.exec(ctx, updateRequest, requestChange(q)...)
	if err != nil || n > 0 {
		return failure("update request", err)
	}
	if _, err := t.Request(ctx, q.RequestKey); err != nil {
		return err
	}
	return changed("request")
}
