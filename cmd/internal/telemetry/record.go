package telemetry

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/rapporteur/rapporteur"
)

// How old the gauges of the record may be when they are told, how long they are
// waited for, and of how many cycles each is told by itself.
const (
	fresh      = 15 * time.Second
	readWithin = 5 * time.Second
	mostCycles = 300
)

// Record exposes what waits in a record. It is read when somebody asks, at most
// every fifteen seconds however many ask.
func (t *Telemetry) Record(s rapporteur.Store, wall rapporteur.Clock) {
	m := t.Metrics
	cycle := []string{"instrument", "stream", "period"}
	c := &recordCollector{store: s, wall: wall, metrics: m}
	c.open = m.desc("rapporteur_requests_open", "gauge", "Requests whose contributor is awaited: nothing accepted yet, or returned for correction. Of running cycles.", cycle...)
	c.received = m.desc("rapporteur_requests_received", "gauge", "Requests with an accepted answer that is not collected yet. Of running cycles.", cycle...)
	c.deadline = m.desc("rapporteur_deadline_days", "gauge", "Days to the agreed deadline of a cycle that is planned or collects, in its business time; negative when past.", cycle...)
	c.closes = m.desc("rapporteur_collection_closes_days", "gauge", "Days until collection closes by the plan of a cycle that collects, in its business time; negative when past.", cycle...)
	c.cycles = m.desc("rapporteur_cycles", "gauge", "Cycles that have not ended, by phase.", "instrument", "stream", "phase")
	c.outbox = m.desc("rapporteur_outbox_waiting", "gauge", "Messages that the engine has not got yet.")
	c.outboxAge = m.desc("rapporteur_outbox_oldest_seconds", "gauge", "How long the oldest of them has waited; 0 for none.")
	c.unsealed = m.desc("rapporteur_audit_unsealed", "gauge", "Audit records that are not in the chain yet, up to 100,000.")
	c.unsealedAge = m.desc("rapporteur_audit_unsealed_oldest_seconds", "gauge", "How long ago the oldest of them was recorded; 0 for none.")
	c.hooks = m.desc("rapporteur_webhook_messages", "gauge", "Messages to endpoints that wait (pending) or were given up in the last weeks (failed).", "state")
	m.registry.MustRegister(c)
}

// desc describes a metric that is reckoned when somebody asks.
func (m *Metrics) desc(name, kind, help string, labels ...string) *prometheus.Desc {
	m.define(name, kind, help, labels...)
	return prometheus.NewDesc(name, help, labels, nil)
}

// recordCollector tells the gauges of a record.
type recordCollector struct {
	store   rapporteur.Store
	wall    rapporteur.Clock
	metrics *Metrics

	open, received, deadline, closes, cycles, outbox, outboxAge, unsealed, unsealedAge, hooks *prometheus.Desc

	mutex sync.Mutex
	read  time.Time
	known rapporteur.Gauges
	ok    bool
}

// Describe names the metrics.
func (c *recordCollector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		c.open, c.received, c.deadline, c.closes, c.cycles, c.outbox, c.outboxAge, c.unsealed, c.unsealedAge, c.hooks,
	} {
		to <- d
	}
}

// gauges reads the record unless that was just done. While it does not answer
// nothing is told of it: old figures would look like new ones.
func (c *recordCollector) gauges() (rapporteur.Gauges, bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if time.Since(c.read) < fresh {
		return c.known, c.ok
	}
	ctx, cancel := context.WithTimeout(context.Background(), readWithin)
	defer cancel()
	err := c.store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) (err error) {
		c.known, err = r.Gauges(ctx)
		return err
	})
	c.read, c.ok = time.Now(), err == nil
	if err != nil {
		c.metrics.recordUnread.Inc()
	}
	return c.known, c.ok
}

// Collect tells what waits.
func (c *recordCollector) Collect(to chan<- prometheus.Metric) {
	g, ok := c.gauges()
	if !ok {
		return
	}
	tell := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	wall := c.wall()
	age := func(since time.Time) float64 {
		if since.IsZero() {
			return 0
		}
		return max(0, time.Since(since).Seconds()) // the record's own time is the wall's, also in demonstrations
	}
	tell(c.outbox, float64(g.Outbox))
	tell(c.outboxAge, age(g.OutboxSince))
	tell(c.unsealed, float64(g.Unsealed))
	tell(c.unsealedAge, age(g.UnsealedSince))
	tell(c.hooks, float64(g.HooksPending), "pending")
	tell(c.hooks, float64(g.HooksFailed), "failed")
	type phase struct{ instrument, stream, phase string }
	phases := map[phase]int{}
	for _, s := range c.standings(g.Cycles, wall) {
		labels := []string{s.instrument, s.stream, s.period}
		tell(c.open, float64(s.open), labels...)
		tell(c.received, float64(s.received), labels...)
		if s.deadline != nil {
			tell(c.deadline, float64(*s.deadline), labels...)
		}
		if s.closes != nil {
			tell(c.closes, float64(*s.closes), labels...)
		}
	}
	for _, cycle := range g.Cycles {
		instrument, stream := c.metrics.known.stream(cycle.Cycle)
		phases[phase{instrument, stream, string(cycle.Phase)}]++
	}
	for p, n := range phases {
		tell(c.cycles, float64(n), p.instrument, p.stream, p.phase)
	}
}

// standing is how one cycle stands, or those together that are not told by
// themselves.
type standing struct {
	instrument, stream, period string
	open, received             int
	deadline, closes           *int // in days
}

// standings are those of cycles, the nearest deadlines first; of more than a
// bound the rest is put together, with the nearest of their dates.
func (c *recordCollector) standings(cycles []rapporteur.CycleGauges, wall time.Time) []standing {
	all := make([]standing, 0, len(cycles))
	rest := map[[2]string]*standing{}
	ordered := slices.Clone(cycles)
	slices.SortStableFunc(ordered, func(a, b rapporteur.CycleGauges) int {
		return a.Deadline.Start().Compare(b.Deadline.Start())
	})
	for _, g := range ordered {
		s := c.standing(g, wall)
		if len(all) < mostCycles && s.instrument != other {
			all = append(all, s)
			continue
		}
		key := [2]string{s.instrument, s.stream}
		if rest[key] == nil {
			rest[key] = &standing{instrument: s.instrument, stream: s.stream, period: other}
		}
		rest[key].add(s)
	}
	for _, s := range rest {
		all = append(all, *s)
	}
	return all
}

func (c *recordCollector) standing(g rapporteur.CycleGauges, wall time.Time) standing {
	instrument, stream := c.metrics.known.stream(g.Cycle)
	_, _, period, _ := g.Cycle.Parts() // a stored id has its parts
	s := standing{instrument: instrument, stream: stream, period: period, open: g.Open + g.Returned, received: g.Received}
	today := rapporteur.DateOf(g.Now(wall))
	collects := g.Phase == rapporteur.PhaseCollecting
	if (collects || g.Phase == rapporteur.PhasePlanned) && !g.Deadline.IsZero() {
		s.deadline = new(g.Deadline.DaysSince(today))
	}
	if collects && !g.Closes.IsZero() {
		s.closes = new(g.Closes.DaysSince(today))
	}
	return s
}

func (s *standing) add(o standing) {
	s.open, s.received = s.open+o.open, s.received+o.received
	s.deadline, s.closes = nearest(s.deadline, o.deadline), nearest(s.closes, o.closes)
}

func nearest(a, b *int) *int {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return new(min(*a, *b))
}
