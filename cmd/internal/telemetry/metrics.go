package telemetry

import (
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/rapporteur/rapporteur"
)

// Definition is what one metric is called and what it tells.
type Definition struct {
	Name   string
	Kind   string // counter, gauge or histogram
	Help   string
	Labels []string
}

// Metrics is everything that is counted in one process. It is safe for
// concurrent use.
type Metrics struct {
	registry    *prometheus.Registry
	definitions []Definition
	known       known

	submissions      *prometheus.CounterVec
	findings         *prometheus.CounterVec
	submissionTime   *prometheus.HistogramVec
	mails            *prometheus.CounterVec
	mailTime         prometheus.Histogram
	reminders        *prometheus.CounterVec
	updateTime       *prometheus.HistogramVec
	webhooks         *prometheus.CounterVec
	sealTime         *prometheus.HistogramVec
	rateLimited      *prometheus.CounterVec
	requests         *prometheus.CounterVec
	requestTime      *prometheus.HistogramVec
	transactionTime  *prometheus.HistogramVec
	recordUnread     prometheus.Counter
	spansNotExported prometheus.Counter

	// What every request and every answer touches, by its labels.
	answered series[answered, counting]
	offered  series[offered, counting]
}

type answered struct {
	method, route string
	status        int
}

type offered struct {
	stream     rapporteur.StreamKey
	returnType string
	outcome    rapporteur.SubmissionOutcome
}

// counting is how often something happened and how long it took.
type counting struct {
	count prometheus.Counter
	took  prometheus.Observer
}

func (c counting) done(began time.Time) {
	c.count.Inc()
	c.took.Observe(time.Since(began).Seconds())
}

// Buckets in seconds: of what a person waits for, and of what the machine does.
var (
	waiting = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}
	working = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5}
)

// NewMetrics are the metrics of a process, all at nothing yet.
func NewMetrics(version string) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry(), known: newKnown()}
	m.registry.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	m.submissions = m.counters("rapporteur_submissions_total", "Answers offered since the process started, by what came of them.", "instrument", "stream", "return_type", "outcome")
	m.findings = m.counters("rapporteur_findings_total", "Findings on answers offered since the process started, by rule. One answer may have several.", "rule", "severity")
	m.submissionTime = m.histograms("rapporteur_submission_seconds", "How long an answer took from being read to being durable and acknowledged, or refused.", waiting, "outcome")
	m.mails = m.counters("rapporteur_mails_total", "Attempts at handing a mail to the mail server since the process started: sent, refused for good, or failed and to be tried again.", "notice", "outcome")
	m.mailTime = m.histogram("rapporteur_mail_seconds", "How long handing one mail to the mail server took.", waiting)
	m.reminders = m.counters("rapporteur_reminders_sent_total", "Reminders that the mail server took since the process started, by rung of the ladder. One that a crash made be sent twice counts twice; the chasing ledger counts once.", "instrument", "stream", "rung")
	m.updateTime = m.histograms("rapporteur_update_seconds", "How long a command took through Temporal until the workflow had committed it.", waiting, "update", "outcome")
	m.webhooks = m.counters("rapporteur_webhook_attempts_total", "Calls of endpoints since the process started.", "outcome")
	m.sealTime = m.histograms("rapporteur_audit_seal_seconds", "How long one look for audit records to seal took, with their sealing.", working, "outcome")
	m.rateLimited = m.counters("rapporteur_rate_limited_total", "Requests refused since the process started because their limit was reached.", "kind")
	m.requests = m.counters("rapporteur_http_requests_total", "HTTP requests answered since the process started, by the pattern of their route.", "method", "route", "status")
	m.requestTime = m.histograms("rapporteur_http_request_seconds", "How long HTTP requests took, with reading the body and writing the answer.", waiting, "method", "route")
	m.transactionTime = m.histograms("rapporteur_database_transaction_seconds", "How long transactions of the record took, with waiting for a connection and for others.", working, "kind")
	m.recordUnread = m.counter("rapporteur_record_unread_total", "Times that the gauges of the record could not be read, since the process started.")
	m.spansNotExported = m.counter("rapporteur_trace_exports_failed_total", "Batches of spans that could not be handed to the collector, since the process started.")
	build := m.gauges("rapporteur_build_info", "1, with the version of the program and of Go.", "version", "goversion")
	build.WithLabelValues(version, runtime.Version()).Set(1)
	return m
}

// Definitions are the metrics of the house by name, without Temporal's, Go's
// and the process's own.
func (m *Metrics) Definitions() []Definition {
	all := slices.Clone(m.definitions)
	slices.SortFunc(all, func(a, b Definition) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// define notes a metric, for documents and tests.
func (m *Metrics) define(name, kind, help string, labels ...string) {
	m.definitions = append(m.definitions, Definition{Name: name, Kind: kind, Help: help, Labels: labels})
}

func (m *Metrics) counters(name, help string, labels ...string) *prometheus.CounterVec {
	m.define(name, "counter", help, labels...)
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	m.registry.MustRegister(c)
	return c
}

func (m *Metrics) counter(name, help string) prometheus.Counter {
	return m.counters(name, help).WithLabelValues()
}

func (m *Metrics) gauges(name, help string, labels ...string) *prometheus.GaugeVec {
	m.define(name, "gauge", help, labels...)
	g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
	m.registry.MustRegister(g)
	return g
}

func (m *Metrics) histograms(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	m.define(name, "histogram", help, labels...)
	h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, labels)
	m.registry.MustRegister(h)
	return h
}

func (m *Metrics) histogram(name, help string, buckets []float64) prometheus.Histogram {
	h, _ := m.histograms(name, help, buckets).WithLabelValues().(prometheus.Histogram) // it is one
	return h
}

// Know takes the streams and rungs of a catalogue as labels; everything else is
// "other". It is for the start.
func (m *Metrics) Know(instruments []rapporteur.Instrument) { m.known.learn(instruments) }

// RateLimited counts a request that was refused because its limit was reached:
// "read", "write" or another word of the program's own.
func (m *Metrics) RateLimited(kind string) { m.rateLimited.WithLabelValues(kind).Inc() }

// AuditSealed counts a look for audit records to seal.
func (m *Metrics) AuditSealed(seconds float64, err error) {
	m.sealTime.WithLabelValues(outcome(err)).Observe(seconds)
}

// outcome is what a label says of an error.
func outcome(err error) string {
	if err != nil {
		return "failed"
	}
	return "ok"
}
