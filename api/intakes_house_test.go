package api

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/store"
)

const (
	op9At  = "/v1/intakes/s-res-2388-2017/op9"
	op30At = "/v1/intakes/s-res-2388-2017/op30"
	op9Now = rapporteur.CycleID("s-res-2388-2017/op9/window-2018-H1")

	ctedKey   = "cted"
	unitadKey = "unitad"
)

func newSigner(t *testing.T) *access.SigningKeys {
	t.Helper()
	content, err := access.NewSigningKey()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "signing.pem")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	keys, err := access.LoadSigningKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// intakeHouse is a house in which the intakes of OP9 and OP30 run. Its record
// can be read beside it.
func intakeHouse(t *testing.T) (*house, *sql.DB) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "record.db")
	if err := store.Migrate(t.Context(), "sqlite:"+path); err != nil {
		t.Fatal(err)
	}
	h := newHouseAt(t, "sqlite:"+path)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	h.issue(ctedKey, rapporteur.RoleContributor, "entity-cted", "")
	h.issue(unitadKey, rapporteur.RoleContributor, "entity-unitad", "")
	for _, id := range []rapporteur.ContributorID{"entity-cted", "entity-monitoring-team-1267", "entity-unitad", kenya} {
		body := `{"contacts":[{"role":"focal-point","name":"A. Person","address":"focal@example.org","language":"en"}]}`
		h.call(exchange{key: staffKey, method: "PUT", path: "/v1/contributors/" + string(id) + "/contacts", body: body}).want(http.StatusOK)
	}
	for _, at := range []string{op9At, op30At} {
		h.post(staffKey, at, "").want(http.StatusOK)
	}
	return h, db
}

// financialFlows is what a Member State delivers to OP9.
func financialFlows(text string, changes ...string) string {
	body := fmt.Sprintf(`{"questionnaire":"financial-flows","version":"1.0.0","return_type":"answered","language":"en",
	"header":{"authority":"Financial Reporting Centre","period":{"from":"2017-11-21","to":"2018-01-10"},"may_be_quoted":true,"classification":"unclassified"},
	"answers":{"Q9.4":{"status":"yes","text":%q,"instruments":["hawala"]},"Q9.7":{"status":"yes","text":"For statistics."}}}`, text)
	return strings.NewReplacer(changes...).Replace(body)
}

// asConfidential changes a delivery into a confidential one.
var asConfidential = []string{
	`"classification":"unclassified"`, `"classification":"confidential"`, `"may_be_quoted":true`, `"may_be_quoted":false`,
}

func receiptNote(more string) string {
	return fmt.Sprintf(`{"handed_over":"2018-01-12","to":"entity-unitad","hash":%q%s}`, strings.Repeat("a1", 32), more)
}

// route has what was delivered routed, and says how many mails went.
func (h *house) route(window rapporteur.CycleID) int {
	h.t.Helper()
	mails := &countingMailbox{}
	conduct := h.conduct()
	conduct.Mailbox, conduct.Signer = mails, h.signer
	moment := rapporteur.Moment{Now: h.clock(), Workflow: rapporteur.CycleWorkflowID(window), Run: "run", Event: "9"}
	if _, err := conduct.Route(h.t.Context(), window, moment, func(int) {}); err != nil {
		h.t.Fatal(err)
	}
	return mails.sent
}

type countingMailbox struct{ sent int }

func (m *countingMailbox) Send(context.Context, rapporteur.Letter) error { m.sent++; return nil }

func (m *countingMailbox) MessageID(rapporteur.Letter) string { return "<1@example.org>" }

// everything is every row of every table.
func everything(t *testing.T, db *sql.DB) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, table := range column(t, db, "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'sqlite_sequence'") {
		var parts []string
		for _, name := range column(t, db, fmt.Sprintf("SELECT name FROM pragma_table_info('%s')", table)) {
			parts = append(parts, fmt.Sprintf("quote(%s)", name))
		}
		all[table] = column(t, db, fmt.Sprintf("SELECT %s FROM %s ORDER BY 1", strings.Join(parts, " || ' ' || "), table))
	}
	return all
}

func column(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
	}()
	var values []string
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			t.Fatal(err)
		}
		values = append(values, v)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return values
}

// unchanged checks that the record is exactly as it was.
func unchanged(t *testing.T, before, after map[string][]string) {
	t.Helper()
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("the record has changed (-before +after):\n%s", diff)
	}
}
