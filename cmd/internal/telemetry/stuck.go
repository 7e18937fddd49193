package telemetry

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/rapporteur/rapporteur"
)

// Looking for stuck work asks the engine about many workflows; it is done at
// most once a minute, behind those who ask, and only while somebody does.
const (
	lookEvery  = time.Minute
	lookWithin = 30 * time.Second
)

// stuckKinds are what may be stuck.
var stuckKinds = []rapporteur.StuckKind{
	rapporteur.StuckOutbox, rapporteur.StuckMail, rapporteur.StuckAgain, rapporteur.StuckAttention, rapporteur.StuckPhase,
	rapporteur.StuckUncollected, rapporteur.StuckFollowUp, rapporteur.StuckStep, rapporteur.StuckWebhook, rapporteur.StuckLost,
}

// Stuck exposes how much work is stuck, by kind. Until the first look is over
// nothing is told.
func (t *Telemetry) Stuck(find func(context.Context) (rapporteur.StuckWork, error)) {
	t.Metrics.registry.MustRegister(&stuckCollector{
		find: find,
		work: t.Metrics.desc("rapporteur_stuck_work", "gauge", "Pieces of work that do not move by themselves, as the page of stuck work lists them, up to a minute ago.", "kind"),
	})
}

type stuckCollector struct {
	find func(context.Context) (rapporteur.StuckWork, error)
	work *prometheus.Desc

	mutex   sync.Mutex
	begun   time.Time
	looking bool
	counts  map[rapporteur.StuckKind]int // nil until the first look
}

// Describe names the metric.
func (s *stuckCollector) Describe(to chan<- *prometheus.Desc) { to <- s.work }

// Collect tells what the last look found, and has another begin where it is
// time.
func (s *stuckCollector) Collect(to chan<- prometheus.Metric) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if !s.looking && time.Since(s.begun) >= lookEvery {
		s.begun, s.looking = time.Now(), true
		go s.look()
	}
	if s.counts == nil {
		return
	}
	for _, kind := range stuckKinds {
		to <- prometheus.MustNewConstMetric(s.work, prometheus.GaugeValue, float64(s.counts[kind]), string(kind))
	}
}

func (s *stuckCollector) look() {
	ctx, cancel := context.WithTimeout(context.Background(), lookWithin)
	defer cancel()
	found, err := s.find(ctx)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.looking = false
	s.counts = nil // what is not known is not told
	if err != nil {
		return
	}
	s.counts = map[rapporteur.StuckKind]int{}
	for _, w := range found.Items {
		s.counts[w.Kind]++
	}
}
