package store

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rapporteur/rapporteur"
)

// How much is accepted together at most.
const (
	maxAccepted      = 64
	maxAcceptedBytes = 4 << 20
)

// acceptor keeps waiting acceptances together, on a session of its own: two round
// trips and one wait for the disk for all that wait. One that has changed since it
// was read is left out. Whatever else goes wrong leaves all of them out; they are
// then tried one by one, as any other write, which says what is wrong.
type acceptor struct {
	config  *pgx.ConnConfig
	now     func() time.Time
	wrote   func(rows int64) // is told what was kept
	queue   chan *accepting  // unbuffered: who gives up waiting is simply gone
	closing chan struct{}
	once    sync.Once
	stopped chan struct{}
	conn    *pgx.Conn // nil until it is needed, and after an error
}

// accepting is an acceptance that waits.
type accepting struct {
	*acceptance
	result rapporteur.AcceptanceResult
	done   chan struct{}
}

// patientSession are the settings of the session. It looks rows up by their keys
// alone, whatever the planner knows of tables that have just been filled; and it
// does not wait long for a row that somebody has locked, for others wait behind.
var patientSession = map[string]string{
	"enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off", "plan_cache_mode": "force_generic_plan", "lock_timeout": "250ms",
}

func newAcceptor(config *pgx.ConnConfig, now func() time.Time, wrote func(rows int64)) *acceptor {
	a := &acceptor{config: config.Copy(), now: now, wrote: wrote, queue: make(chan *accepting), closing: make(chan struct{}), stopped: make(chan struct{})}
	maps.Copy(a.config.RuntimeParams, patientSession)
	go a.loop()
	return a
}

// accept waits for its turn and for what has come of it.
func (a *acceptor) accept(ctx context.Context, one *acceptance) (rapporteur.AcceptanceResult, error) {
	w := &accepting{acceptance: one, done: make(chan struct{})}
	select {
	case a.queue <- w:
	case <-ctx.Done():
		return w.result, fmt.Errorf("cannot write: %w", context.Cause(ctx))
	case <-a.closing:
		return w.result, unavailable(errClosed)
	}
	<-w.done
	return w.result, nil
}

func (a *acceptor) close() {
	a.once.Do(func() {
		close(a.closing)
		<-a.stopped
		a.disconnect()
	})
}

func (a *acceptor) loop() {
	defer close(a.stopped)
	for {
		select {
		case first := <-a.queue:
			a.together(a.gather(first))
		case <-a.closing:
			return
		}
	}
}

// gather takes what waits besides the first, but no second one for the same
// request, which would have to see the first: that one is left out.
func (a *acceptor) gather(first *accepting) []*accepting {
	all, seen, size := []*accepting{first}, map[rapporteur.RequestKey]bool{first.Request.RequestKey: true}, len(first.sealed)
	for len(all) < maxAccepted && size < maxAcceptedBytes {
		select {
		case w := <-a.queue:
			if seen[w.Request.RequestKey] {
				close(w.done)
				continue
			}
			seen[w.Request.RequestKey] = true
			all, size = append(all, w), size+len(w.sealed)
		default:
			return all
		}
	}
	return all
}

// acceptTimeout bounds how long everybody waits for a server that does not answer.
const acceptTimeout = 30 * time.Second

// together keeps some acceptances and tells each what has come of it.
func (a *acceptor) together(all []*accepting) {
	ctx, cancel := context.WithTimeout(context.Background(), acceptTimeout)
	defer cancel()
	err := a.connect(ctx)
	if err == nil {
		err = a.keep(ctx, all)
	}
	if err != nil {
		a.disconnect() // which undoes what was not committed
	}
	for _, w := range all {
		if err != nil {
			w.result = rapporteur.AcceptanceResult{}
		}
		close(w.done)
	}
}

func (a *acceptor) connect(ctx context.Context) error {
	if a.conn != nil {
		return nil
	}
	conn, err := pgx.ConnectConfig(ctx, a.config)
	a.conn = conn
	return err
}

func (a *acceptor) disconnect() {
	if a.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = a.conn.Close(ctx)
	a.conn = nil
}

// keep writes everything, and then what follows from it.
func (a *acceptor) keep(ctx context.Context, all []*accepting) error {
	b := &acceptBatch{all: all, now: a.now(), told: map[rapporteur.CycleID]bool{}, seqs: map[int]int64{}}
	if err := b.write(ctx, a.conn); err != nil {
		return err
	}
	if err := b.follow(ctx, a.conn); err != nil {
		return err
	}
	a.wrote(int64(len(b.seqs)) * rowsKept)
	return nil
}

// rowsKept is how many rows an acceptance writes: a request, a body, a submission,
// its receipt and an audit record.
const rowsKept = 5

// numbered is a query with arguments as PostgreSQL takes them.
func numbered(b *pgx.Batch, query string, args ...any) (*pgx.QueuedQuery, error) {
	bound, err := bind(args)
	if err != nil {
		return nil, err
	}
	return b.Queue(postgreSQL.query(query), bound...), nil
}

// acceptAll writes many acceptances. Whose request has another revision, or whose
// cycle does not collect, is left out. Every array has a value for each.
var acceptAll = buildAcceptAll()

func buildAcceptAll() string {
	names, arrays := make([]string, len(acceptColumns)), make([]string, len(acceptColumns))
	for n, c := range acceptColumns {
		names[n], arrays[n] = c.name, fmt.Sprintf("$%d::%s[]", n+2, c.of)
	}
	var set []string
	for _, c := range requestColumnsSet {
		set = append(set, c+" = g."+c)
	}
	return `WITH given AS (SELECT * FROM unnest(` + strings.Join(arrays, ", ") + `) WITH ORDINALITY AS g(` + strings.Join(names, ", ") + `, n)),
	moved AS (UPDATE requests r SET ` + strings.Join(set, ", ") + `, revision = r.revision + 1
		FROM given g JOIN cycles c ON c.id = g.cycle AND c.phase = $1
		WHERE r.cycle = g.cycle AND r.contributor = g.contributor AND r.revision = g.revision RETURNING g.n),
	kept AS MATERIALIZED (SELECT g.* FROM given g JOIN moved USING (n) ORDER BY g.hash),
	stored AS (INSERT INTO bodies (hash, content) SELECT hash, content FROM kept ON CONFLICT DO NOTHING),
	submitted AS (INSERT INTO submissions (cycle, contributor, version, questionnaire, questionnaire_version, return_type,
		language, hash, size, submitted_at, submitted_by, late, findings)
		SELECT cycle, contributor, s_version, s_questionnaire, s_questionnaire_version, return_type,
		language, hash, size, submitted_at, submitted_by, s_late, findings FROM kept),
	receipted AS (INSERT INTO submission_receipts (cycle, contributor, version, record, key_id, signature)
		SELECT cycle, contributor, s_version, record, key_id, signature FROM kept),
	audited AS (INSERT INTO audit (key, cycle, at, recorded, actor, action, contributor, reason, details, workflow, run, event)
		SELECT a_key, cycle, a_at, a_recorded, a_actor, a_action, contributor, a_reason, a_details, a_workflow, a_run, a_event FROM kept
		ON CONFLICT DO NOTHING RETURNING seq, key)
	SELECT k.n, COALESCE(a.seq, 0) FROM kept k LEFT JOIN audited a ON a.key = k.a_key`
}
