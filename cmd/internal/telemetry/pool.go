package telemetry

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/rapporteur/rapporteur/store"
)

// poolCollector tells how database connections are used.
type poolCollector struct {
	stats                func() []store.PoolStats
	connections          *prometheus.Desc
	waits, waitedSeconds *prometheus.Desc
}

func (m *Metrics) pool(stats func() []store.PoolStats) {
	m.registry.MustRegister(&poolCollector{
		stats:         stats,
		connections:   m.desc("rapporteur_database_connections", "gauge", "Connections to the record's database that there may be (max), that are open, and that are in use (in_use).", "pool", "state"),
		waits:         m.desc("rapporteur_database_connection_waits_total", "counter", "How often somebody had to wait for a connection since the process started.", "pool"),
		waitedSeconds: m.desc("rapporteur_database_connection_wait_seconds_total", "counter", "How long they waited in all.", "pool"),
	})
}

// Describe names the metrics.
func (p *poolCollector) Describe(to chan<- *prometheus.Desc) {
	to <- p.connections
	to <- p.waits
	to <- p.waitedSeconds
}

// Collect tells how the connections are used now.
func (p *poolCollector) Collect(to chan<- prometheus.Metric) {
	for _, s := range p.stats() {
		for state, n := range map[string]int{"max": s.Most, "open": s.Open, "in_use": s.InUse} {
			to <- prometheus.MustNewConstMetric(p.connections, prometheus.GaugeValue, float64(n), s.Pool, state)
		}
		to <- prometheus.MustNewConstMetric(p.waits, prometheus.CounterValue, float64(s.Waits), s.Pool)
		to <- prometheus.MustNewConstMetric(p.waitedSeconds, prometheus.CounterValue, s.Waited.Seconds(), s.Pool)
	}
}
