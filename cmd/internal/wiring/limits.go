package wiring

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/api"
)

// Limits say how much may be asked at once, and how often by one.
type Limits struct {
	ReadsPerSecond     float64 `env:"RAPPORTEUR_READS_PER_SECOND" default:"500" help:"How often one key or person may read in a second, over ten seconds; 0 for no limit."`
	WritesPerSecond    float64 `env:"RAPPORTEUR_WRITES_PER_SECOND" default:"200" help:"How often one key or person may write in a second, over ten seconds; 0 for no limit."`
	StrangersPerSecond float64 `env:"RAPPORTEUR_STRANGERS_PER_SECOND" default:"50" help:"How often one remote address may ask without a key or having signed in, in a second, over ten seconds; 0 for no limit."`
	MaxRequests        int64   `env:"RAPPORTEUR_MAX_REQUESTS" default:"512" help:"How many requests are under way at once; others are turned away at once."`
}

// Faults are those of numbers that mean nothing.
func (l Limits) Faults() []Fault {
	var faults []Fault
	for key, rate := range map[string]float64{
		"RAPPORTEUR_READS_PER_SECOND": l.ReadsPerSecond, "RAPPORTEUR_WRITES_PER_SECOND": l.WritesPerSecond, "RAPPORTEUR_STRANGERS_PER_SECOND": l.StrangersPerSecond,
	} {
		if !(rate >= 0 && rate <= 1e6) { // NaN is neither
			faults = append(faults, Fault{key, "is no rate", "give a number of requests a second, or 0 for no limit"})
		}
	}
	if l.MaxRequests < 1 {
		faults = append(faults, Fault{"RAPPORTEUR_MAX_REQUESTS", "would let nobody in", "give a number such as 512"})
	}
	return faults
}

// Limit holds whoever asks the house to the limits.
func (h *House) Limit(l Limits) {
	h.rates = access.NewRates(access.RateLimits{Reads: l.ReadsPerSecond, Writes: l.WritesPerSecond, Strangers: l.StrangersPerSecond}, time.Now)
	h.rates.Refused = h.Refusals.Count
	h.limits = api.Limits{Requests: l.MaxRequests}
}

// Server serves the handler of the house within its limits.
func (h *House) Server(address string, handler http.Handler) *http.Server {
	limits := h.limits
	limits.Refused = h.Refusals.Count
	return limits.Server(address, handler)
}

// Refusals count the requests that were refused for a limit: there may be very
// many, and a log line for each would be what somebody wants who floods the house.
type Refusals struct {
	// Also is told of each as well, for metrics; nil for nobody. It is set before
	// the first request.
	Also func(limit string)

	mutex   sync.Mutex
	refused map[string]int
}

// Count counts one.
func (r *Refusals) Count(limit string) {
	if r.Also != nil {
		r.Also(limit)
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.refused == nil {
		r.refused = map[string]int{}
	}
	r.refused[limit]++
}

// taken are those counted since it was last asked.
func (r *Refusals) taken() map[string]int {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	taken := r.refused
	r.refused = nil
	return taken
}

// refusalsEvery is how often refusals are told in the log.
const refusalsEvery = time.Minute

// TellRefusals logs how many requests were refused for each limit, once a minute
// where there were any, until the context ends.
func (h *House) TellRefusals(ctx context.Context) error {
	ticker := time.NewTicker(refusalsEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			h.Refusals.tell(h.Logger)
			return nil
		case <-ticker.C:
			h.Refusals.tell(h.Logger)
		}
	}
}

func (r *Refusals) tell(logger zerolog.Logger) {
	taken := r.taken()
	for _, limit := range slices.Sorted(maps.Keys(taken)) {
		logger.Warn().Str("limit", limit).Int("refused", taken[limit]).Msg("requests were refused for a limit")
	}
}
