package store

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

// stores opens a new record on each kind of database.
var stores = map[string]func(*testing.T) *Store{
	"SQLite":     func(t *testing.T) *Store { t.Helper(); return open(t, newFile(t), Options{}) },
	"PostgreSQL": func(t *testing.T) *Store { t.Helper(); return open(t, newSchemas(t).migrated(t), Options{}) },
}

// raw runs a statement as somebody with a database shell would.
func raw(t *testing.T, s *Store, statement string) error {
	t.Helper()
	return s.on.write(t.Context(), func(ctx context.Context, tx *tx) error {
		_, err := tx.on.ExecContext(ctx, statement)
		return err
	})
}

// seed puts a row into every table that has rules of its own.
func seed(t *testing.T, s *Store) {
	t.Helper()
	const hash = "0000000000000000000000000000000000000000000000000000000000000000"
	statements := []string{
		"INSERT INTO cycles VALUES ('c', '', '{}', '{}', '[]', 0, '', 0, '', '', '', '', '', 0, 'report', '', '', '', '{}', '{}', '')",
		"INSERT INTO requests VALUES ('c', 'k', '', '', '', 'open', '', '', 0, %[1]s, '', '', 0, %[1]s, 0, 0, '', '', '', 0, 0, 0, '')",
		"INSERT INTO bodies VALUES ('" + hash + "', '')",
		"INSERT INTO submissions VALUES ('c', 'k', 1, '', '', '', '', '" + hash + "', 0, '', '', %[1]s, '[]')",
		"INSERT INTO submission_receipts VALUES ('c', 'k', 1, %[2]s, '', %[2]s)",
		"INSERT INTO withdrawals VALUES ('c', 'k', 1, '2018-11-21', '', '')",
		"INSERT INTO questionnaire_migrations VALUES ('c', 'k', 1, '', '', '', '', 0, 0, NULL, 0, '', '')",
		"INSERT INTO follow_ups VALUES ('c', 'k', 1, '', '', '', '', '', '', '')",
		"INSERT INTO ledger VALUES ('c', 'k', 'r', '', '', '', '', '[]', '', '', '')",
		"INSERT INTO drafts VALUES ('c', 1, '{}', '', '', '')",
		"INSERT INTO decisions (" + decisionColumns + ") VALUES ('d', 'c', 1, '', '', '', '', '', %[1]s, '', '', '')",
		"INSERT INTO delegations (" + delegationColumns + ") VALUES ('g', 'c', 1, '', '', '', '', '', '')",
		"INSERT INTO audit (" + auditColumns + ") VALUES ('k', 'c', '', '', '', '', '', '', '{}', '', '', '')",
		"INSERT INTO api_keys VALUES ('k', '', '', '', '', '', '', '', '', '')",
		"INSERT INTO idempotency VALUES ('p', 'k', '', 0, '', '')",
		"INSERT INTO deliveries VALUES ('c', 1, 'k', '', '', '', '', '', '" + hash + "', NULL, 0, '', %[1]s, %[1]s, '', '[]', '', '', '[]')",
		"INSERT INTO routing_queue VALUES ('c', 1, %[1]s)",
		"INSERT INTO delivery_records VALUES ('c', 1, 'd', %[2]s, '', %[2]s)",
		"INSERT INTO rule_suspensions VALUES ('c', 1, '', '', '', '', '', '', '', '', %[1]s, '')",
		"INSERT INTO revalidations (" + revalidationColumns + ") VALUES ('c', 'k', 1, 1, %[1]s, '', '[]', '[]')",
		"INSERT INTO statistics VALUES ('c', 1, 'i', 's', 1, '', '', '[]', '[]')",
		"INSERT INTO working_answers VALUES ('c', 'k', 1, 0, 0)",
		"INSERT INTO working_sections VALUES ('c', 'k', 's', NULL, '[]', 1, 1)",
		"INSERT INTO working_saves VALUES ('c', 'k', 's', 1, 1, '', '', 1, '', '', 0)",
		"INSERT INTO attached_files VALUES ('c', 'k', '" + hash + "', 'n', 'm', 0, 'b', '', '')",
		"INSERT INTO submission_files VALUES ('c', 'k', 1, '" + hash + "')",
		"INSERT INTO persons VALUES ('p', '', '', '', '', '', '', '', %[2]s, '', '', '', '')",
		"INSERT INTO sessions VALUES ('t', 'p', %[2]s, '')",
		"INSERT INTO link_uses VALUES ('l', 'p', '', '')",
		"INSERT INTO link_asks VALUES ('l', '', '', '')",
		"INSERT INTO colleagues VALUES ('d', 'k', '', %[2]s, '', '', '', '', '', '')",
		"INSERT INTO held_blobs VALUES ('h', '', %[1]s)",
		"INSERT INTO audit_chain SELECT 1, seq, '', '' FROM audit",
		"INSERT INTO audit_checkpoints VALUES (1, '', '', %[2]s, '', %[2]s)",
		"INSERT INTO feeds VALUES ('f', %[2]s, 'p', '', '', '', '', '', '', '', '')",
		"INSERT INTO webhooks VALUES ('w', '', '[]', '', '', %[1]s, '', '', %[2]s, '', '', 0)",
		"INSERT INTO webhook_messages VALUES ('m', 'w', '', '{}', 0, '', '', 0, 0, '', '')",
		"INSERT INTO webhook_attempts VALUES ('m', 1, '', 0, 0, '')",
	}
	no, bytes := "0", "x''"
	if _, ok := s.on.(*postgresBackend); ok {
		no, bytes = "FALSE", "''"
	}
	for _, statement := range statements {
		if strings.Contains(statement, "%") {
			statement = strings.NewReplacer("%[1]s", no, "%[2]s", bytes).Replace(statement)
		}
		if no == "0" { // a BLOB is not a text
			statement = strings.NewReplacer("'"+hash+"', '')", "'"+hash+"', x'')", "('k', '', '',", "('k', x'', '',", "'', 0, '', '')", "'', 0, x'', '')").Replace(statement)
		}
		if err := raw(t, s, statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

const (
	decisionColumns     = "id, cycle, draft, draft_hash, step, office, actor, on_behalf, approve, return_to, comments, at"
	delegationColumns   = "id, cycle, draft, office, delegator, delegate, starts, ends, recorded"
	revalidationColumns = "cycle, contributor, version, suspension, lifted, at, earlier, findings"
	auditColumns        = "key, cycle, at, recorded, actor, action, contributor, reason, details, workflow, run, event"
)

func TestRecordsAreImmutableForEverybody(t *testing.T) {
	for name, store := range stores {
		t.Run(name, func(t *testing.T) {
			s := store(t)
			seed(t, s)
			columns := map[string]string{
				"audit":                    "reason",
				"submissions":              "language",
				"bodies":                   "hash",
				"decisions":                "comments",
				"delegations":              "office",
				"deliveries":               "language",
				"delivery_records":         "key_id",
				"revalidations":            "at",
				"submission_receipts":      "key_id",
				"submission_files":         "hash",
				"attached_files":           "name",
				"withdrawals":              "reason",
				"questionnaire_migrations": "outcome",
				"audit_chain":              "hash",
				"audit_checkpoints":        "hash",
			}
			for table, column := range columns {
				statements := []string{
					"UPDATE " + table + " SET " + column + " = 'forged'",
					"DELETE FROM " + table,
				}
				if _, ok := s.on.(*postgresBackend); ok {
					statements = append(statements, "TRUNCATE "+table+" CASCADE")
				} else if table != "attached_files" { // those of no version may go
					statements = append(statements, "REPLACE INTO "+table+" SELECT * FROM "+table)
				}
				for _, statement := range statements {
					if err := raw(t, s, statement); err == nil {
						t.Errorf("%s was allowed", statement)
					}
				}
			}
		})
	}
}

func TestUniqueInTheDatabaseToo(t *testing.T) {
	for name, store := range stores {
		t.Run(name, func(t *testing.T) {
			s := store(t)
			seed(t, s)
			tables := map[string]string{
				"cycles": "*", "requests": "*", "bodies": "*", "submissions": "*", "follow_ups": "*", "ledger": "*", "drafts": "*",
				"decisions": decisionColumns, "delegations": delegationColumns, "audit": auditColumns, "api_keys": "*", "idempotency": "*",
				"deliveries": "*", "routing_queue": "*", "delivery_records": "*",
				"rule_suspensions": "*", "statistics": "*", "submission_receipts": "*",
				"working_answers": "*", "working_sections": "*", "working_saves": "*",
				"attached_files": "*", "submission_files": "*", "held_blobs": "*",
				"withdrawals": "*", "questionnaire_migrations": "*", "audit_chain": "*", "audit_checkpoints": "*",
				"feeds": "*", "webhooks": "*", "webhook_messages": "*", "webhook_attempts": "*",
				"persons": "*", "sessions": "*", "link_uses": "*", "link_asks": "*", "colleagues": "*",
			}
			for table, columns := range tables {
				into := table
				if columns != "*" {
					into += " (" + columns + ")"
				}
				if err := raw(t, s, "INSERT INTO "+into+" SELECT "+columns+" FROM "+table); err == nil {
					t.Errorf("%s has the same row twice", table)
				}
			}
		})
	}
}

// columns lists the tables and columns of a database in order.
func columns(t *testing.T, s *Store, query string) []string {
	t.Helper()
	var found []string
	err := s.on.read(t.Context(), func(ctx context.Context, r *reader) (err error) {
		found, err = list(ctx, r, scanValue[string], query)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestBothDatabasesHaveTheSameColumns(t *testing.T) {
	onFile := columns(t, open(t, newFile(t), Options{}), `SELECT m.name || '.' || c.name FROM sqlite_master m
		JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'schema_version'
		ORDER BY m.name, c.cid`)
	onServer := columns(t, open(t, newSchemas(t).migrated(t), Options{}), `SELECT c.table_name || '.' || c.column_name
		FROM information_schema.columns c WHERE c.table_schema = current_schema() AND c.table_name <> 'schema_version'
		ORDER BY c.table_name COLLATE "C", c.ordinal_position`)
	if diff := cmp.Diff(onFile, onServer); diff != "" || len(onFile) < 16 {
		t.Errorf("columns differ (-SQLite +PostgreSQL):\n%s", diff)
	}
}

func TestHotQuestionsAreAnsweredByTheIndexAlone(t *testing.T) {
	s := open(t, newFile(t), Options{})
	plan := func(query string, args ...any) string {
		scan := func(r row) (string, error) {
			var id, parent, unused int
			var detail string
			err := r.Scan(&id, &parent, &unused, &detail)
			return detail, err
		}
		var steps []string
		err := s.on.read(t.Context(), func(ctx context.Context, r *reader) (err error) {
			steps, err = list(ctx, r, scan, "EXPLAIN QUERY PLAN "+query, args...)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(steps, "\n")
	}
	others := plan(othersOpen, "c", rapporteur.RequestOpen, "k")
	if !strings.Contains(others, "USING COVERING INDEX requests_standing") {
		t.Errorf("whether others are open is answered by\n%s", others)
	}
	awaited := plan(countAwaited, "p", "c")
	if !strings.Contains(awaited, "USING COVERING INDEX requests_standing (cycle=? AND state=?)") {
		t.Errorf("how awaited requests stand is counted by\n%s", awaited)
	}
	if others := plan(countOthers, "c"); !strings.Contains(others, "USING COVERING INDEX requests_standing (cycle=? AND state=?)") {
		t.Errorf("how other requests stand is counted by\n%s", others)
	}
	waiting := plan(uncollected, rapporteur.PhaseCollecting, rapporteur.RequestOpen, rapporteur.RequestReceived)
	if strings.Count(waiting, "USING COVERING INDEX") != 3 {
		t.Errorf("what is uncollected is answered by\n%s", waiting)
	}
	query, args := auditTrail(rapporteur.AuditFilter{Cycle: "c", Contributor: "k", Actions: []rapporteur.Action{rapporteur.ActionSubmitted, rapporteur.ActionReturned}, Until: time.Now()})
	trail := plan(query, args...)
	if !strings.Contains(trail, "USING INDEX audit_cycle (cycle=?)") || strings.Contains(trail, "TEMP B-TREE") {
		t.Errorf("an audit trail is found and sorted by\n%s", trail)
	}
	page := rapporteur.AuditFilter{
		Cycle: "c", About: []rapporteur.ContributorID{"k"}, Actors: []string{"a"}, Actions: []rapporteur.Action{rapporteur.ActionSubmitted},
		From: time.Now(), Until: time.Now(), After: rapporteur.AuditMark{At: time.Now(), Seq: 1}, Limit: 100, Order: rapporteur.NewestFirst,
	}
	query, args = auditTrail(page)
	history := plan(query, args...)
	if !strings.Contains(history, "USING INDEX audit_when (cycle=?") || strings.Contains(history, "TEMP B-TREE") {
		t.Errorf("a page of a history is found and sorted by\n%s", history)
	}
	query, args = auditCount(page)
	if counted := plan(query, args...); !strings.Contains(counted, "USING COVERING INDEX audit_when (cycle=?") {
		t.Errorf("a history is counted by\n%s", counted)
	}
	if actors := plan(auditActors, "c"); !strings.Contains(actors, "USING COVERING INDEX audit_when (cycle=?)") {
		t.Errorf("who acted is answered by\n%s", actors)
	}
	for _, id := range []rapporteur.CycleID{"", "c"} {
		query, args = unsent(id)
		if left := plan(query, args...); !strings.Contains(left, "USING INDEX ledger_unsent") || strings.Contains(left, "TEMP B-TREE") {
			t.Errorf("what is unsent of %q is answered by\n%s", id, left)
		}
	}
	query, args = awaitedRequests()
	if awaited := plan(query, args...); !strings.Contains(awaited, "COVERING INDEX requests_standing (cycle=? AND state=?)") || strings.Contains(awaited, "TEMP B-TREE") {
		t.Errorf("what is awaited of running cycles is counted by\n%s", awaited)
	}
	query, args = runningCycles()
	if running := plan(query, args...); !strings.Contains(running, "USING INDEX cycles_phase (phase=?)") {
		t.Errorf("running cycles are found by\n%s", running)
	}
	if waits := plan(selectWaiting); strings.Contains(waits, "SCAN audit\n") || strings.Contains(waits, "SCAN webhook_messages\n") || !strings.Contains(waits, "webhook_messages_failed") {
		t.Errorf("what waits is counted by\n%s", waits)
	}
	if late := plan(overdueFollowUps, rapporteur.Date{}); !strings.Contains(late, "USING INDEX follow_ups_open (due<?)") {
		t.Errorf("what is overdue is answered by\n%s", late)
	}
}

// A cycle that was written before there were occasions has no event and no
// outcome.
func TestCyclesOfBeforeOccasionsAreRead(t *testing.T) {
	for name, store := range stores {
		t.Run(name, func(t *testing.T) {
			s := store(t)
			if err := raw(t, s, `INSERT INTO cycles (id, phase, plan, policy, contributors, clock_offset, attention, draft, symbol, masthead,
				started_at, started_by, hinted_at, revision) VALUES ('c', 'closed', '{}', '{}', '[]', 0, '', 0, '', '', '', '', '', 0)`); err != nil {
				t.Fatal(err)
			}
			err := s.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
				c, err := r.Cycle(ctx, "c")
				if c.Shape != rapporteur.ShapeReport || c.Event != (rapporteur.Event{}) || c.Outcome.Kind != "" || !c.Outcome.At.IsZero() {
					t.Errorf("it is read as %+v", c)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}
