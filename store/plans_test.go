package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// growing are the tables that grow with cycles, contributors, people or years. A
// list that reads one of them from end to end gets slower with every year.
var growing = []string{
	"cycles", "requests", "bodies", "submissions", "submission_receipts", "follow_ups", "ledger", "audit", "contacts", "api_keys",
	"idempotency", "outbox", "deliveries", "routing_queue", "delivery_records", "revalidations", "working_answers", "working_sections",
	"working_saves", "withdrawals", "questionnaire_migrations", "attached_files", "submission_files", "held_blobs", "persons", "sessions",
	"link_uses", "link_asks", "colleagues", "audit_chain", "audit_checkpoints", "feeds", "webhook_messages", "webhook_attempts",
}

// partial are the indexes of what is left to do, which stay small.
var partial = []string{"ledger_unsent", "follow_ups_open", "webhook_messages_due"}

// spy runs statements and remembers them.
type spy struct {
	handle
	asked []statement
}

type statement struct {
	query string
	args  []any
}

func (s *spy) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s.asked = append(s.asked, statement{query, args})
	return s.handle.QueryContext(ctx, query, args...)
}

// planned is what the database would do for a statement.
type planned struct {
	scans     []string // growing tables that are read from end to end
	sorts     bool     // rows are put in order that no index has in order
	indexOnly bool     // every table is answered for by an index alone
	text      string
}

// plansOf gives the plan of every statement that a question to a reader runs.
func plansOf(t *testing.T, s *Store, q question) []planned {
	t.Helper()
	var plans []planned
	err := s.on.read(t.Context(), func(ctx context.Context, r *reader) error {
		r.vault = s.vault
		on := &spy{handle: r.on}
		r.on = on
		// What it finds does not matter, nor whether that can be read: a statement
		// that failed could not be explained either.
		if err := q.ask(ctx, r); len(on.asked) == 0 {
			return fmt.Errorf("%s asks the database nothing: %w", q, err)
		}
		if r.dialect == postgreSQL {
			// Of a third of a table, and of a small one, the cheapest way is to read and
			// sort it. Whether an index can do it is seen when that is out of the
			// question: what is then still read or sorted has no index.
			for _, way := range []string{"seqscan", "bitmapscan", "sort"} {
				if _, err := on.ExecContext(ctx, "SET LOCAL enable_"+way+" = off"); err != nil {
					return err
				}
			}
		}
		for _, asked := range on.asked {
			plan, err := explain(ctx, r, on.handle, asked)
			if err != nil {
				return err
			}
			plan.text = asked.query + "\n" + plan.text
			plans = append(plans, plan)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return plans
}

func explain(ctx context.Context, r *reader, on handle, s statement) (planned, error) {
	if r.dialect == postgreSQL {
		rows, err := on.QueryContext(ctx, "EXPLAIN (FORMAT JSON) "+s.query, s.args...)
		if err != nil {
			return planned{}, err
		}
		defer func() { _ = rows.Close() }()
		var text string
		for rows.Next() {
			if err := rows.Scan(&text); err != nil {
				return planned{}, err
			}
		}
		var whole []struct{ Plan node }
		if err := json.Unmarshal([]byte(text), &whole); err != nil {
			return planned{}, err
		}
		p := planned{indexOnly: true, text: text}
		whole[0].Plan.judge(&p)
		return p, rows.Err()
	}
	rows, err := on.QueryContext(ctx, "EXPLAIN QUERY PLAN "+s.query, s.args...)
	if err != nil {
		return planned{}, err
	}
	defer func() { _ = rows.Close() }()
	p := planned{indexOnly: true}
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			return planned{}, err
		}
		p.text += detail + "\n"
		p.judge(detail, s.query)
	}
	return p, rows.Err()
}

// judge reads a line of SQLite's plan: SCAN audit, SEARCH c USING INDEX …, USE
// TEMP B-TREE FOR ORDER BY.
func (p *planned) judge(line, query string) {
	words := strings.Fields(line)
	switch {
	case strings.HasPrefix(line, "USE TEMP B-TREE FOR ORDER BY"), strings.HasPrefix(line, "USE TEMP B-TREE FOR RIGHT PART"):
		p.sorts = true
	case line == "SCAN CONSTANT ROW", slices.Contains(partial, words[len(words)-1]):
		return // nothing, or what is left to do
	case words[0] == "SCAN" && len(words) > 1:
		if table := tableOf(words[1], query); slices.Contains(growing, table) {
			p.scans = append(p.scans, table)
		}
	}
	if (words[0] == "SCAN" || words[0] == "SEARCH") && !strings.Contains(line, "COVERING INDEX") && !strings.Contains(line, "SCAN s") {
		p.indexOnly = false
	}
}

// tableOf is the table that a name in a plan stands for.
func tableOf(name, query string) string {
	for _, table := range growing {
		if name == table || strings.Contains(query, " "+table+" "+name+" ") || strings.Contains(query, " "+table+" "+name+"\n") || strings.Contains(query, " "+table+" "+name+")") {
			return table
		}
	}
	return name
}

// node is a step of PostgreSQL's plan.
type node struct {
	NodeType     string `json:"Node Type"`
	RelationName string `json:"Relation Name"`
	Plans        []node
}

func (n node) judge(p *planned) {
	switch n.NodeType {
	case "Seq Scan":
		if slices.Contains(growing, n.RelationName) {
			p.scans = append(p.scans, n.RelationName)
		}
		p.indexOnly = false
	case "Index Scan", "Bitmap Heap Scan":
		p.indexOnly = false
	case "Sort":
		p.sorts = true
	}
	for _, below := range n.Plans {
		below.judge(p)
	}
}

// TestEveryListHasItsIndex asks everything that can be asked of a filled record,
// and looks at how each database would find it. A question that is not asked here
// fails.
func TestEveryListHasItsIndex(t *testing.T) {
	for name, store := range stores {
		t.Run(name, func(t *testing.T) {
			s := store(t)
			fill(t, s)
			asked := map[string]bool{}
			for _, q := range questions() {
				asked[q.method] = true
				for _, plan := range plansOf(t, s, q) {
					for _, table := range plan.scans {
						if !slices.Contains(q.reads, table) {
							t.Errorf("%s reads all of %s:\n%s", q, table, plan.text)
						}
					}
					if plan.sorts && q.sorts == "" {
						t.Errorf("%s sorts what an index should have in order:\n%s", q, plan.text)
					}
					if q.indexOnly && !plan.indexOnly {
						t.Errorf("%s is not answered by indexes alone:\n%s", q, plan.text)
					}
				}
			}
			reads := reflect.TypeFor[rapporteur.Reader]()
			for method := range reads.Methods() {
				if !asked[method.Name] {
					t.Errorf("%s is asked nowhere: add it to the questions with what its plan may be", method.Name)
				}
			}
		})
	}
}
