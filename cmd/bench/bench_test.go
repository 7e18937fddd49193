package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/needs"
	"github.com/rapporteur/rapporteur/schemas"
)

// TestMain lets the test binary be the servers under measurement, as the program
// itself is.
func TestMain(m *testing.M) {
	if role := os.Getenv(roleVariable); role != "" {
		os.Exit(serve(role))
	}
	os.Exit(m.Run())
}

// keys are what the figures are known by outside.
var keys = []string{
	"contender", "database", "n", "clients", "open_ms", "submissions_per_s", "p50_ms", "p95_ms", "p99_ms", "complete_ms",
	"cpu_ms_per_contributor", "peak_rss_mb", "history_events", "database_kb_per_contributor",
}

func TestBench(t *testing.T) {
	for _, database := range []string{onSQLite, onPostgres} {
		t.Run(database, func(t *testing.T) {
			if database == onPostgres {
				needs.PostgreSQL(t)
			}
			measured(t, database)
		})
	}
}

// measured runs the whole once with few contributors. What was acknowledged,
// stored and collected is compared by the program itself.
func measured(t *testing.T, database string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	s, err := readSettings([]string{"-n", "20", "-database", database, "-json", "-idle", "0", "-enough", "40"})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := s.run(ctx, &out); err != nil {
		t.Fatal(err)
	}
	var lines []map[string]any
	if err := json.Unmarshal(out.Bytes(), &lines); err != nil {
		t.Fatal(err)
	}
	if len(lines) != 4 {
		t.Fatalf("%d lines, want product and floor with 16 clients and with one", len(lines))
	}
	for _, l := range lines {
		for _, key := range keys {
			value, there := l[key]
			number, isNumber := value.(float64)
			ofFloor := l["contender"] == floor && slices.Contains([]string{"open_ms", "complete_ms", "history_events"}, key)
			switch {
			case !there:
				t.Errorf("%s: there is no %s", l["contender"], key)
			case isNumber && number <= 0 && !ofFloor && key != "database_kb_per_contributor":
				t.Errorf("%s: %s is %v", l["contender"], key, value)
			}
		}
		if l["database"] != database || l["n"] != 20.0 {
			t.Errorf("got a line of %v contributors on %v", l["n"], l["database"])
		}
	}
	var parsed []line
	if err := json.Unmarshal(out.Bytes(), &parsed); err != nil {
		t.Fatal(err)
	}
	var table bytes.Buffer
	if err := printTable(&table, parsed); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(table.String(), "ratio"); n != 3 {
		t.Errorf("%d ratios in the table, want one for each line of the product and the legend:\n%s", n, &table)
	}
}

func TestSettings(t *testing.T) {
	for _, args := range [][]string{{"-n", "0"}, {"-n", "x"}, {"-database", "oracle"}, {"-runs", "0"}, {"-clients", "0"}} {
		if _, err := readSettings(append(args, "-idle", "0")); err == nil {
			t.Errorf("%v was taken", args)
		}
	}
	s, err := readSettings([]string{"-n", "1000,193", "-clients", "4"})
	if err != nil || !slices.Equal(s.sizes, []int{193, 1000}) || !slices.Equal(s.databases, []string{onSQLite, onPostgres}) || s.asked {
		t.Errorf("got %+v, %v", s, err)
	}
	if s, err = readSettings([]string{"-database", "postgres"}); err != nil || !s.asked {
		t.Errorf("got %+v, %v", s, err)
	}
}

func TestAnswersAreAccepted(t *testing.T) {
	bodies, err := writeAnswers(t.Context(), 30)
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := schemas.Load(schemas.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	q, err := catalogue.Latest("member-state")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, turn := range []int{1, 2} {
		for _, body := range inCycle(bodies, turn) {
			_, findings, err := catalogue.Check(t.Context(), q.QuestionnaireRef, body)
			if err != nil || len(findings) > 0 {
				t.Errorf("%d findings, %v", len(findings), err)
			}
			if len(body) < bodySize-1000 || len(body) > bodySize+2000 {
				t.Errorf("an answer has %d bytes, want about %d", len(body), bodySize)
			}
			seen[string(body)] = true
		}
	}
	if len(seen) != 60 {
		t.Errorf("%d different answers, want 60", len(seen))
	}
}

func TestStatesBeyondTheRegistry(t *testing.T) {
	ids, further, err := states(500)
	if err != nil || len(ids) != 500 || len(further) != 307 {
		t.Fatalf("%d ids, %d made up, %v", len(ids), len(further), err)
	}
	slices.Sort(ids)
	if len(slices.Compact(ids)) != 500 || further[0].Kind != rapporteur.KindMemberState {
		t.Error("the ids are not 500 Member States'")
	}
}

func TestFigures(t *testing.T) {
	for _, c := range []struct {
		share float64
		want  int
	}{{0.5, 50}, {0.95, 95}, {0.99, 99}, {1, 100}} {
		sorted := make([]int, 100)
		for n := range sorted {
			sorted[n] = n + 1
		}
		if got := percentile(sorted, c.share); got != c.want {
			t.Errorf("the percentile %v of 1 to 100 is %d, want %d", c.share, got, c.want)
		}
	}
	runs := [][]line{{{P50: 1, CPU: 9}}, {{P50: 3, CPU: 2}}, {{P50: 2, CPU: 4}}}
	if m := medians(runs); m[0].P50 != 2 || m[0].CPU != 4 {
		t.Errorf("the medians are %v and %v, want 2 and 4", m[0].P50, m[0].CPU)
	}
	if median(nil) != 0 || median([]float64{4, 2}) != 3 {
		t.Error("median of none or two")
	}
}
