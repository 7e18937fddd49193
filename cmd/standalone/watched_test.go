package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// watched looks at the program as operators do: at the traces that came to the
// collector and at the metrics of both processes.
func (p *production) watched() {
	p.t.Helper()
	// From the command line's request through Temporal to the step that wrote it
	// down, and its transaction, in the other process.
	p.oneTrace("rapporteur-serve: POST /v1/cycles/{instrument}/{stream}/{period}/commands/{kind}",
		"rapporteur-serve: UpdateWorkflow:cancel", "rapporteur-worker: HandleUpdate:cancel", "rapporteur-worker: RunActivity:requests.apply", "rapporteur-worker: record write")
	// From the request that started the cycle through the outbox to the mails.
	p.oneTrace("rapporteur-serve: POST /v1/cycles", "rapporteur-serve: outbox start-cycle", "rapporteur-serve: StartWorkflow:ReportCycle",
		"rapporteur-worker: RunActivity:requests.preflight", "rapporteur-worker: mail request")
	// From the last answer to the hint that tells of it; that of one before may be
	// told of by the same hint.
	p.oneTrace("rapporteur-serve: POST /returns/{instrument}/{stream}/{period}/{contributor}/{type}",
		"rapporteur-serve: outbox hint", "rapporteur-serve: SignalWorkflow:hint")
	told := p.collector.everything()
	for _, secret := range []string{"@", "focal-point", "Focal point", "Ministry", "Nothing to report", "The test is over", "127.0.0.1", "localhost", "Go-http-client", "rap_", "token=", "postgres://"} {
		if strings.Contains(told, secret) {
			p.t.Errorf("the traces tell %q", secret)
		}
	}
	p.metrics()
}

// oneTrace waits until all these spans have come as one trace.
func (p *production) oneTrace(spans ...string) {
	p.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	p.eventually("one trace with "+strings.Join(spans, ", "), func() bool {
		for _, trace := range p.collector.traces() {
			if !slices.ContainsFunc(spans, func(s string) bool { return !slices.Contains(trace, s) }) {
				return true
			}
		}
		if time.Now().After(deadline) {
			all, _ := json.MarshalIndent(p.collector.traces(), "", " ")
			p.t.Fatalf("no trace holds all of %q:\n%s", spans, all)
		}
		return false
	})
}

// metrics looks for what a cycle must have left in the metrics of both
// processes, by the names and labels that alerts and the dashboard use.
func (p *production) metrics() {
	p.t.Helper()
	page := map[string]string{}
	for part, address := range p.watchedAt {
		page[part] = p.fetch(http.MethodGet, "http://"+address+"/metrics")
		if ready := p.fetch(http.MethodGet, "http://"+address+"/readyz"); !strings.Contains(ready, `"temporal":"ok"`) {
			p.t.Errorf("%s is not ready: %s", part, ready)
		}
		for _, whom := range []string{"state-ken", "state-fra", "@", "focal"} {
			if strings.Contains(page[part], whom) {
				p.t.Errorf("the metrics of %s tell %q", part, whom)
			}
		}
	}
	for part, lines := range map[string][]string{
		"serve": {
			`rapporteur_submissions_total{instrument="s-res-2388-2017",outcome="accepted",return_type="nil",stream="op34"} 2`,
			`rapporteur_update_seconds_count{outcome="committed",update="cancel"} 1`,
			`rapporteur_outbox_waiting `, `rapporteur_audit_unsealed `, `rapporteur_database_connections{pool="all",state="max"} `,
			`rapporteur_http_requests_total{method="POST",route="/v1/cycles",status="201"} 1`,
		},
		"worker": {
			`rapporteur_mails_total{notice="request",outcome="sent"} 2`,
			`temporal_activity_execution_latency_seconds_bucket{`, `temporal_workflow_task_schedule_to_start_latency_seconds_bucket{`,
			`temporal_worker_task_slots_available{`, `temporal_num_pollers{`, `activity_type="requests.apply"`,
		},
	} {
		for _, line := range lines {
			if !strings.Contains(page[part], line) {
				p.t.Errorf("the metrics of %s do not have %s", part, line)
			}
		}
	}
}
