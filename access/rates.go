package access

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/rapporteur/rapporteur"
)

// RateLimits say how often one identity may ask in a second, over ten seconds: an
// API key or a person that signed in, reads and writes apart; and a remote address
// whose requests nobody stands for. 0 is no limit.
type RateLimits struct {
	Reads, Writes, Strangers float64
}

// rateWindow is over how long a rate holds: as much as in that time may come at
// once.
const rateWindow = 10 * time.Second

// Rates hold identities to their limits, each by itself: whoever asks too often
// slows nobody else. They count in this process only, and how many identities they
// keep in mind is bounded. Nil holds nobody. They are safe for concurrent use.
type Rates struct {
	reads, writes, strangers rated
	// Refused is told of each request over a limit, by the name of the limit; nil
	// for nobody. It must be quick.
	Refused func(limit string)
}

// rated is one limit.
type rated struct {
	name    string
	policy  string // RateLimit-Policy
	limiter *Limiter
}

// NewRates makes them on a wall clock.
func NewRates(l RateLimits, clock rapporteur.Clock) *Rates {
	return &Rates{
		reads: newRated("reads", l.Reads, clock), writes: newRated("writes", l.Writes, clock), strangers: newRated("strangers", l.Strangers, clock),
	}
}

func newRated(name string, perSecond float64, clock rapporteur.Clock) rated {
	if perSecond <= 0 {
		return rated{}
	}
	times := max(1, int(math.Round(perSecond*rateWindow.Seconds())))
	return rated{
		name: name, limiter: NewLimiter(times, rateWindow, clock),
		policy: `"` + name + `";q=` + strconv.Itoa(times) + `;w=` + strconv.Itoa(int(rateWindow.Seconds())),
	}
}

// Identity counts a request of an identity, and reports whether it was within the
// limit. The header gets how much is left (RateLimit and RateLimit-Policy, as
// draft-ietf-httpapi-ratelimit-headers names them) and, for a request over the
// limit, Retry-After.
func (r *Rates) Identity(h http.Header, id, method string) bool {
	if r == nil {
		return true
	}
	if method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions {
		return r.take(h, &r.reads, id)
	}
	return r.take(h, &r.writes, id)
}

// Stranger counts a request that nobody stands for, by its remote address (see
// Remote).
func (r *Rates) Stranger(h http.Header, address string) bool {
	return r == nil || r.take(h, &r.strangers, address)
}

func (r *Rates) take(h http.Header, of *rated, who string) bool {
	if of.limiter == nil {
		return true
	}
	within, left := of.limiter.draw(who)
	wait := of.limiter.wait(1 - left) // until there is one again
	if within {
		wait = of.limiter.wait(float64(of.limiter.burst) - left) // until there are all
	}
	seconds := strconv.Itoa(int(math.Ceil(wait.Seconds())))
	h.Set("RateLimit-Policy", of.policy)
	h.Set("RateLimit", `"`+of.name+`";r=`+strconv.Itoa(max(0, int(left)))+`;t=`+seconds)
	if !within {
		h.Set("Retry-After", seconds)
		if r.Refused != nil {
			r.Refused(of.name)
		}
	}
	return within
}

// draw counts one more of an address and tells how many are left.
func (l *Limiter) draw(address string) (within bool, left float64) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	now := l.clock()
	of := l.of(address, now)
	within = of.AllowN(now, 1)
	return within, of.TokensAt(now)
}

// wait is how long it takes until so many are there again.
func (l *Limiter) wait(missing float64) time.Duration {
	return max(0, time.Duration(missing/float64(l.every)*float64(time.Second)))
}
