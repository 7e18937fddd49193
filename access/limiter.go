package access

import (
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/rapporteur/rapporteur"
)

// Limiter counts what each remote address does, in this process: so many at once
// and again in a time. Addresses do not slow each other, and how many are known
// is bounded. It is safe for concurrent use.
type Limiter struct {
	clock  rapporteur.Clock
	every  rate.Limit
	burst  int
	mutex  sync.Mutex
	known  map[string]*rate.Limiter
	bounds int
}

// maxKnown is how many addresses a limiter keeps in mind.
const maxKnown = 100_000

// NewLimiter lets each address do something so many times within a time.
func NewLimiter(times int, within time.Duration, clock rapporteur.Clock) *Limiter {
	return &Limiter{
		clock: clock, every: rate.Every(within / time.Duration(times)), burst: times, known: map[string]*rate.Limiter{}, bounds: maxKnown,
	}
}

// Take counts one more of an address, and reports whether it was within the limit.
func (l *Limiter) Take(address string) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	now := l.clock()
	return l.of(address, now).AllowN(now, 1)
}

// Full reports whether an address has reached the limit. It counts nothing.
func (l *Limiter) Full(address string) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	known := l.known[address]
	return known != nil && known.TokensAt(l.clock()) < 1
}

func (l *Limiter) of(address string, now time.Time) *rate.Limiter {
	if known := l.known[address]; known != nil {
		return known
	}
	if len(l.known) >= l.bounds {
		l.forget(now)
	}
	fresh := rate.NewLimiter(l.every, l.burst)
	l.known[address] = fresh
	return fresh
}

// forget drops the addresses that have been quiet long enough to begin anew, and
// where that is not enough, some others: who has tens of thousands of addresses
// is not held by any limit for each.
func (l *Limiter) forget(now time.Time) {
	for address, known := range l.known {
		if known.TokensAt(now) >= float64(l.burst) {
			delete(l.known, address)
		}
	}
	for address := range l.known {
		if len(l.known) < l.bounds*9/10 {
			return
		}
		delete(l.known, address)
	}
}

// Remote is the address that a request comes from, as limits count it: an IPv4
// address, or the network of an IPv6 one, of which everybody has many (/64, RFC
// 6177). Where a proxy of the house's stands before it, header names the field
// in which the proxy puts the address last, such as X-Forwarded-For.
func Remote(r *http.Request, header string) string {
	text := r.RemoteAddr
	if header != "" {
		if values := r.Header.Values(header); len(values) > 0 {
			parts := strings.Split(values[len(values)-1], ",")
			text = strings.TrimSpace(parts[len(parts)-1])
		}
	}
	address, err := netip.ParseAddr(text)
	if err != nil {
		port, err := netip.ParseAddrPort(text)
		if err != nil {
			return "unknown"
		}
		address = port.Addr()
	}
	address = address.Unmap()
	if address.Is6() {
		if network, err := address.WithZone("").Prefix(64); err == nil {
			return network.String()
		}
	}
	return address.String()
}
