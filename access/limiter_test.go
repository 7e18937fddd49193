package access

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestALimitIsForEachAddress(t *testing.T) {
	now := time.Date(2018, time.March, 1, 9, 0, 0, 0, time.UTC)
	l := NewLimiter(3, time.Minute, func() time.Time { return now })
	for n := range 3 {
		if !l.Take("a") {
			t.Errorf("the %d. is refused", n+1)
		}
	}
	if !l.Full("a") || l.Take("a") {
		t.Error("the 4th is let through")
	}
	if l.Full("b") || !l.Take("b") {
		t.Error("another address is held")
	}
	now = now.Add(20 * time.Second)
	if l.Full("a") || !l.Take("a") || l.Take("a") {
		t.Error("after a third of the time one more is due, and no two")
	}
}

// Whatever comes, an address does no more in any time than is allowed, and what
// is kept in mind is bounded.
func TestLimitsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2018, time.March, 1, 9, 0, 0, 0, time.UTC)
		start := now
		times := rapid.IntRange(1, 5).Draw(t, "times")
		l := NewLimiter(times, time.Minute, func() time.Time { return now })
		l.bounds = 8
		let := 0
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 10).Draw(t, "wait")) * time.Second)
			if l.Take("a") {
				let++
			}
		}
		if most := times + int(now.Sub(start)*time.Duration(times)/time.Minute) + 1; let > most {
			t.Fatalf("%d were let through in %s, at most %d may be", let, now.Sub(start), most)
		}
		for n := range 100 {
			l.Take(fmt.Sprint(n))
		}
		if len(l.known) > l.bounds {
			t.Fatalf("%d addresses are known", len(l.known))
		}
	})
}

func TestWhereARequestComesFrom(t *testing.T) {
	for name, c := range map[string]struct{ remote, forwarded, header, want string }{
		"IPv4":                   {"192.0.2.1:4711", "", "", "192.0.2.1"},
		"IPv6":                   {"[2001:db8:1:2:3:4:5:6]:4711", "", "", "2001:db8:1:2::/64"},
		"IPv4 in IPv6":           {"[::ffff:192.0.2.1]:4711", "", "", "192.0.2.1"},
		"a header of nobody's":   {"192.0.2.1:4711", "198.51.100.7", "", "192.0.2.1"},
		"a proxy":                {"127.0.0.1:4711", "198.51.100.7", "X-Forwarded-For", "198.51.100.7"},
		"a client that pretends": {"127.0.0.1:4711", "203.0.113.9, 198.51.100.7", "X-Forwarded-For", "198.51.100.7"},
		"a proxy that is silent": {"127.0.0.1:4711", "", "X-Forwarded-For", "127.0.0.1"},
		"nonsense":               {"127.0.0.1:4711", "x", "X-Forwarded-For", "unknown"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
		r.RemoteAddr = c.remote
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := Remote(r, c.header); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// BenchmarkSignInLimited is how long an address that is within its limit waits
// while others are far beyond theirs.
func BenchmarkSignInLimited(b *testing.B) {
	l := NewLimiter(20, 10*time.Minute, time.Now)
	for n := range 50_000 {
		for range 21 {
			l.Take(fmt.Sprint("attacker", n))
		}
	}
	n := 0
	for b.Loop() {
		l.Take("attacker1")
		if !l.Take(fmt.Sprint("other", n)) {
			b.Fatal("somebody else is held")
		}
		n++
	}
}
