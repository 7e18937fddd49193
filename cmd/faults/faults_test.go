package main

import (
	"bytes"
	"context"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/needs"
)

// TestMain lets the test binary be one of the product's processes, so that a test can end it.
func TestMain(m *testing.M) {
	if text := os.Getenv(asRole); text != "" {
		os.Exit(runRole(text))
	}
	os.Exit(m.Run())
}

// short is the run of continuous integration: a year in one of the worlds, with some kills and other faults.
func short(t *testing.T, world string, seed uint64) evidence {
	t.Helper()
	t.Parallel()
	o := options{only: world, size: 10, kills: 6, limit: 8 * time.Minute}
	ctx, cancel := context.WithTimeout(t.Context(), o.limit)
	defer cancel()
	story, err := o.tell(ctx, &lines{to: testWriter{t}}, seed, o.kills)
	if err != nil {
		t.Fatal(err)
	}
	for _, what := range story.broken {
		t.Error(what)
	}
	e := story.evidence
	if story.kills < 6 || len(e.Acknowledged) < 10 || len(e.Delivered) == 0 || len(e.Silent) == 0 || len(e.Coverage) == 0 {
		t.Errorf("%d kills, %d answers, %d deliveries, %d silent, %d reports: too little was tried",
			story.kills, len(e.Acknowledged), len(e.Delivered), len(e.Silent), len(e.Coverage))
	}
	return e
}

// TestProcessesOfTheirOwn breaks API, workers, Temporal and PostgreSQL.
func TestProcessesOfTheirOwn(t *testing.T) {
	needs.PostgreSQL(t)
	short(t, "cluster", 2388)
}

// TestEverythingInOneProcess breaks what a newcomer runs. Then each promise is broken in what was found, to see that it
// would show.
func TestEverythingInOneProcess(t *testing.T) {
	e := short(t, "standalone", 2389)
	if t.Failed() {
		return
	}
	for _, p := range promises {
		if !slices.ContainsFunc(plants, func(v violation) bool { return v.breaks == p.name }) {
			t.Errorf("nothing shows that %q can be broken", p.name)
		}
	}
	for _, v := range plants {
		t.Run(v.name, func(t *testing.T) { v.shows(t, e) })
	}
}

// violation is a promise broken on purpose.
type violation struct {
	name   string
	breaks string
	plant  func(e *evidence)
}

// shows holds that what was planted, and nothing less, is found.
func (v violation) shows(t *testing.T, e evidence) {
	t.Helper()
	e.Acknowledged, e.Delivered = slices.Clone(e.Acknowledged), slices.Clone(e.Delivered)
	e.Letters, e.Calm, e.Submissions = slices.Clone(e.Letters), slices.Clone(e.Calm), slices.Clone(e.Submissions)
	e.Ledger, e.Cycles, e.Deliveries = slices.Clone(e.Ledger), slices.Clone(e.Cycles), slices.Clone(e.Deliveries)
	e.Audit = slices.Clone(e.Audit)
	v.plant(&e)
	found := verify(e)
	if !slices.ContainsFunc(found, func(what string) bool { return strings.HasPrefix(what, v.breaks+": ") }) {
		t.Errorf("it does not show that %q is broken; found %q", v.breaks, found)
	}
}

// plants are ways in which the record could be wrong.
var plants = []violation{
	{"an answer is lost", "acknowledged is stored once", func(e *evidence) {
		a := e.Acknowledged[0]
		e.Submissions = slices.DeleteFunc(e.Submissions, func(s rapporteur.Submission) bool { return s.Hash == a.Hash })
	}},
	{"an answer is stored twice", "acknowledged is stored once", func(e *evidence) {
		twice := e.Submissions[0]
		twice.Version++
		e.Submissions = append(e.Submissions, twice)
	}},
	{"an answer has another version", "acknowledged is stored once", func(e *evidence) { e.Acknowledged[0].Version++ }},
	{"an acceptance has no audit record", "acknowledged is stored once", func(e *evidence) {
		e.Accepted = map[string]int{}
	}},
	{"an answer comes from nowhere", "stored was submitted", func(e *evidence) { e.Submissions[0].Hash = strings.Repeat("0", 64) }},
	{"a version is missing", "stored was submitted", func(e *evidence) { e.Submissions[0].Version += 7 }},
	{"an answer is not counted", "stored is counted once", func(e *evidence) { e.Coverage = recount(e, -1) }},
	{"an answer is counted twice", "stored is counted once", func(e *evidence) { e.Coverage = recount(e, +1) }},
	{"a delivery is lost", "delivered is stored once", func(e *evidence) { e.Deliveries = nil }},
	{"a delivery is stored twice", "delivered is stored once", func(e *evidence) { e.Deliveries = append(e.Deliveries, e.Deliveries[0]) }},
	{"a receipt is missing", "receipts hold", func(e *evidence) { e.Acknowledged[0].Receipt = nil }},
	{"a receipt is another's", "receipts hold", func(e *evidence) { e.Acknowledged[0].Receipt = e.Acknowledged[1].Receipt }},
	{"a receipt was changed", "receipts hold", func(e *evidence) {
		e.Acknowledged[0].Receipt = bytes.Replace(e.Acknowledged[0].Receipt, []byte("member-state"), []byte("member-stats"), 1)
		e.Acknowledged[0].Receipt = append(e.Acknowledged[0].Receipt, ' ', 'x')
	}},
	{"a mail comes under another Message-ID", "one message for each rung", func(e *evidence) {
		again := e.Letters[0]
		again.MessageID += "x"
		e.Letters = append(e.Letters, again)
	}},
	{"a mail that was sent does not come", "one message for each rung", func(e *evidence) { e.Letters = nil }},
	{"the ledger has a rung twice", "one message for each rung", func(e *evidence) { e.Ledger = append(e.Ledger, e.Ledger[0]) }},
	{"somebody is reminded who has answered", "no reminder after an answer", func(e *evidence) {
		l := letter{Cycle: e.Calm[0].Cycle, Contributor: e.Calm[0].Contributor, Notice: rapporteur.NoticeReminder, At: e.Calm[0].From.Add(underWay + time.Second)}
		e.Calm[0].To = time.Time{}
		e.Letters = append(e.Letters, l)
	}},
	{"a reminder was never sent", "no reminder is lost", func(e *evidence) {
		lost := e.Silent[0]
		e.Ledger = slices.DeleteFunc(e.Ledger, func(row rapporteur.LedgerEntry) bool {
			return row.Contributor == lost.Contributor && row.Rung == lost.Rungs[1]
		})
	}},
	{"reminders fail that the mail server did not refuse", "no reminder is lost", func(e *evidence) {
		e.Refused = 0
		for n := range e.Ledger {
			e.Ledger[n].State = rapporteur.LedgerFailed
		}
	}},
	{"an audit record is missing", "the audit record has no gap", func(e *evidence) {
		lines := bytes.SplitAfter(e.Audit, []byte("\n"))
		e.Audit = bytes.Join(slices.Delete(lines, 5, 6), nil)
	}},
	{"an audit record was changed", "the audit record has no gap", func(e *evidence) {
		e.Audit = bytes.Replace(e.Audit, []byte(`"action":"`), []byte(`"action":"x`), 1)
	}},
	{"a cycle stops on the way", "every cycle reaches its end", func(e *evidence) { e.Cycles[0].Phase = rapporteur.PhaseCollecting }},
	{"there is no cycle", "every cycle reaches its end", func(e *evidence) { e.Cycles = nil }},
	{"a message waits for the engine", "nothing waits", func(e *evidence) { e.Outbox = 1 }},
	{"a letter is left between claim and mail server", "nothing waits", func(e *evidence) { e.Ledger[0].State = rapporteur.LedgerClaimed }},
	{"a process ends by itself", "nothing dies by itself", func(e *evidence) { e.Troubles = append(e.Troubles, "worker-1 ended by itself: exit status 1") }},
}

// recount is what the reports count, wrong by so many nil returns.
func recount(e *evidence, by int) map[rapporteur.CycleID]rapporteur.Coverage {
	wrong := map[rapporteur.CycleID]rapporteur.Coverage{}
	for id, coverage := range e.Coverage {
		outcomes := maps.Clone(coverage.Outcomes)
		outcomes[rapporteur.ReturnNil] += by
		coverage.Outcomes = outcomes
		wrong[id] = coverage
	}
	return wrong
}

// testWriter writes a story's lines into a test's log.
type testWriter struct{ t *testing.T }

// Write writes a line.
func (w testWriter) Write(line []byte) (int, error) {
	w.t.Log(strings.TrimSuffix(string(line), "\n"))
	return len(line), nil
}
