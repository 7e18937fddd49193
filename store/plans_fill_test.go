package store

import (
	"fmt"
	"strings"
	"testing"
)

// Contributors, and cycles of which three ask everybody, in the record whose
// plans are looked at.
const (
	fillContributors = 10_000
	fillCycles       = 300
)

// fill fills a record as some years do, by statements that both databases
// understand, and gives PostgreSQL its statistics.
func fill(t *testing.T, s *Store) {
	t.Helper()
	no, empty := "0", "x''"
	_, onServer := s.on.(*postgresBackend)
	if onServer {
		no, empty = "FALSE", "''::bytea"
	}
	series := func(n int) string {
		return fmt.Sprintf("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %d) ", n-1)
	}
	// Numbers of five digits sort as they count.
	for _, f := range []struct {
		rows       int
		into, from string
	}{
		{fillCycles, "cycles", "'i/s/' || (10000 + i), CASE WHEN i < 4 THEN 'collecting' ELSE 'closed' END, '{}', '{}', '[]', 0, '', 0, '', '', '', '', '', 0, 'report', '', '', '', '{}', '{}', ''"},
		{100, "cycles", "'i/w/window-' || i, 'collecting', '{}', '{}', '[]', 0, '', 0, '', '', '', '', '', 0, 'intake', '', '', '', '{}', '{}', ''"},
		{fillContributors, "contacts", "'k-' || (10000 + i), CASE WHEN i % 20 = 0 THEN 0 ELSE 1 END, '[{\"Address\": \"a' || i || '@example.org\"}]'"},
		{3 * fillContributors, "requests", "'i/s/' || (10001 + i % 3), 'k-' || (10001 + i / 3), 'entity', 'entity', '1.0.0', CASE WHEN i % 5 = 0 THEN 'open' WHEN i % 7 = 0 THEN 'received' ELSE 'settled' END, '', '2018-09-14', 0, NO, '', '', 1, NO, 0, 0, '2018-05-21T13:00:00.000000000Z', '', '', 0, 0, 0, ''"},
		{3 * fillContributors, "bodies", "'HASH' || (10000000 + i), EMPTY"},
		{3 * fillContributors, "submissions", "'i/s/' || (10001 + i % 3), 'k-' || (10001 + i / 3), 1, 'entity', '1.0.0', 'answered', 'en', 'HASH' || (10000000 + i), 0, '', '', NO, '[]'"},
		{fillContributors, "submission_receipts", "'i/s/' || (10001 + i % 3), 'k-' || (10001 + i / 3), 1, EMPTY, '', EMPTY"},
		{300, "withdrawals", "'i/s/10001', 'k-' || (10001 + i), 1, '2018-06-01T09:00:00.000000000Z', '', ''"},
		{300, "questionnaire_migrations", "'i/s/10001', 'k-' || (10001 + i), 1, '', '', '', '', 0, 0, NULL, 0, '', ''"},
		{3000, "follow_ups", "'i/s/10001', 'k-' || (10001 + i), 1, 'extension', '2018-08-' || (10 + i % 20), '', '', '', CASE WHEN i % 10 = 0 THEN '' ELSE '2018-08-01T09:00:00.000000000Z' END, ''"},
		{3 * fillContributors, "ledger", "'i/s/' || (10001 + i % 3), 'k-' || (10001 + i / 3), 'r' || (i / 3 % 2), '2018-09-14', 'reminder', CASE WHEN i % 1000 = 0 THEN 'claimed' ELSE 'sent' END, '', '[]', '2018-06-01T09:00:00.000000000Z', '', ''"},
		{3 * fillContributors, "audit (" + auditColumns + ")", "'k/' || i, 'i/s/' || (10001 + i % 3), '2018-06-01T09:' || (10 + i % 50) || ':00.000000000Z', '', 'a-' || (i % 300), 'answer.submitted', 'k-' || (10001 + i / 3), '', '{}', '', '', ''"},
		{fillCycles, "drafts", "'i/s/' || (10000 + i), 1, '{}', '', '', ''"},
		{2000, "decisions (" + decisionColumns + ")", "'d-' || i, 'i/s/' || (10000 + i % 300), 1, '', '', '', '', '', NO, '', '', ''"},
		{2000, "delegations (" + delegationColumns + ")", "'d-' || i, 'i/s/' || (10000 + i % 300), 1, '', '', '', '', '', ''"},
		{5000, "deliveries", "'i/w/window-' || (i % 100), 10 + i / 100, 'k-' || (10001 + i % 500), '', '', '', '', '', 'HASH' || (10000000 + i), NULL, 0, '', NO, NO, '', '[\"' || i || '\"]', '', '', '[]'"},
		{500, "routing_queue", "'i/w/window-' || (i % 100), 10 + i / 100, NO"},
		{5000, "delivery_records", "'i/w/window-' || (i % 100), 10 + i / 100, 'd', EMPTY, '', EMPTY"},
		{3000, "rule_suspensions", "'i/s/' || (10000 + i % 300), 1 + i / 300, '', '', '', '', '', '', '', '', NO, ''"},
		{3000, "revalidations (" + revalidationColumns + ")", "'i/s/10001', 'k-' || (10001 + i), 1, 1, NO, '', '[]', '[]'"},
		{3000, "working_answers", "'i/s/10001', 'k-' || (10001 + i), 1, 0, 0"},
		{9000, "working_sections", "'i/s/10001', 'k-' || (10001 + i / 3), 's' || (i % 3), NULL, '[]', 1, 1"},
		{18000, "working_saves", "'i/s/10001', 'k-' || (10001 + i / 6), 's' || (i % 3), 1 + i / 3 % 2, 1, '', '', 1, '', '', 0"},
		{6000, "attached_files", "'i/s/10001', 'k-' || (10001 + i / 2), 'HASH' || (10000000 + i), 'n', 'm', 0, 'b' || i, '', ''"},
		{6000, "submission_files", "'i/s/10001', 'k-' || (10001 + i / 2), 1, 'HASH' || (10000000 + i)"},
		{fillContributors, "api_keys", "'key-' || i, EMPTY, 'contributor', 'k-' || (10000 + i), '', '', '2018-05-01', '', '', ''"},
		{fillContributors, "idempotency", "'p-' || i, 'k', '', 0, EMPTY, ''"},
		{5000, "persons", "'p-' || i, '', '', '', '', '', '', '', EMPTY, '', '', '', ''"},
		{5000, "sessions", "'t-' || i, 'p-' || i, EMPTY, ''"},
		{5000, "link_uses", "'l-' || i, 'p', '', ''"},
		{5000, "link_asks", "'l-' || i, 'a-' || i, 'k-' || (10000 + i), '2018-06-01T09:' || (10 + i % 50) || ':00.000000000Z'"},
		{5000, "colleagues", "'d-' || i, 'k-' || (10000 + i), 'a-' || i, EMPTY, '', '', '', '', '', ''"},
		{5000, "feeds", "'f-' || i, " + bytesOf(onServer, "i") + ", 'p-' || (i % 2000), '', '', '', '', '', '2018-05-01', '', ''"},
		{3, "webhooks", "'w-' || i, '', '[]', '', '', NO, 'enabled', '', EMPTY, '', '', 0"},
		{20_000, "webhook_messages", "'m-' || (10000 + i), 'w-' || (i % 3), '', '{}', 0, '2018-06-01T09:' || (10 + i % 50) || ':00.000000000Z', CASE WHEN i % 200 = 0 THEN 'pending' ELSE 'delivered' END, 0, 0, '2018-06-01T10:00:00.000000000Z', ''"},
		{20_000, "webhook_attempts", "'m-' || (10000 + i), 1, '', 0, 0, ''"},
	} {
		from := strings.NewReplacer("NO", no, "EMPTY", empty, "HASH", strings.Repeat("0", 56)).Replace(f.from)
		statement := "INSERT INTO " + f.into + " " + series(f.rows) + "SELECT " + from + " FROM n"
		if err := raw(t, s, statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	for _, statement := range []string{
		"INSERT INTO audit_chain SELECT seq, seq, '', '' FROM audit WHERE seq <= 29500",
		"INSERT INTO audit_checkpoints SELECT position, '', '', " + empty + ", '', " + empty + " FROM audit_chain WHERE position % 10 = 0",
	} {
		if err := raw(t, s, statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	if server, ok := s.on.(*postgresBackend); ok { // as its own cleaner does behind every change
		if _, err := server.db.ExecContext(t.Context(), "VACUUM ANALYZE"); err != nil {
			t.Fatal(err)
		}
	}
}

// bytesOf is a number as bytes.
func bytesOf(onServer bool, number string) string {
	if onServer {
		return "convert_to(CAST(" + number + " AS TEXT), 'UTF8')"
	}
	return "CAST(CAST(" + number + " AS TEXT) AS BLOB)"
}
