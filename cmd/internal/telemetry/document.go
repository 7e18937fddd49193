package telemetry

import (
	"fmt"
	"io"
	"strings"
)

const documentHead = `# Metrics

Each process serves its metrics for Prometheus at the address that ` + "`--metrics-listen` (`RAPPORTEUR_METRICS_LISTEN`)" + ` gives, under
` + "`/metrics`" + `. This page is generated from the program: ` + "`go test ./cmd/internal/telemetry -update`" + `.

- Counters count what this process has done since it started. They begin anew with it; what must be counted once and for all is in
  the record, and the pages and the API tell of it.
- Gauges of cycles, outbox, audit record and endpoints are read from the record when Prometheus asks, at most every fifteen
  seconds. Every ` + "`serve`" + ` tells the same; ask for ` + "`max`" + `, not ` + "`sum`" + `. While the record does not answer they are missing.
- Times are in seconds, histograms in buckets. Days are whole days of a cycle's business time.
- No label names a contributor or a person. ` + "`instrument`, `stream` and `rung`" + ` are those of the catalogue, anything else is ` + "`other`" + `;
  of more than 300 running cycles those due last are put together under the period ` + "`other`" + `. ` + "`route`" + ` is a pattern, never an address.
- Go's and the process's own metrics (` + "`go_…`, `process_…`" + `) are those of the Prometheus client library.

What to watch: [alerts.md](alerts.md), and the dashboard in [deploy/grafana](../deploy/grafana/rapporteur.json).
`

// Document writes what is measured, for operators.
func (m *Metrics) Document(w io.Writer) error {
	var b strings.Builder
	b.WriteString(documentHead)
	table(&b, "Rapporteur", m.Definitions())
	table(&b, "Temporal's client", Temporal())
	_, err := io.WriteString(w, b.String())
	return err
}

func table(b *strings.Builder, title string, all []Definition) {
	fmt.Fprintf(b, "\n## %s\n\n| metric | kind | labels | what it tells |\n|---|---|---|---|\n", title)
	for _, d := range all {
		labels := "–"
		if len(d.Labels) > 0 {
			labels = "`" + strings.Join(d.Labels, "`, `") + "`"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", d.Name, d.Kind, labels, d.Help)
	}
}
