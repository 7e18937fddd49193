package access

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestRates(t *testing.T) {
	now := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	refused := map[string]int{}
	rates := NewRates(RateLimits{Reads: 2, Writes: 0.5}, func() time.Time { return now })
	rates.Refused = func(limit string) { refused[limit]++ }
	ask := func(id, method string) (bool, http.Header) {
		h := http.Header{}
		return rates.Identity(h, id, method), h
	}
	for n := range 20 {
		ok, h := ask("key-a", http.MethodGet)
		if want := fmt.Sprintf(`"reads";r=%d;t=`, 19-n); !ok || !strings.HasPrefix(h.Get("RateLimit"), want) || h.Get("RateLimit-Policy") != `"reads";q=20;w=10` {
			t.Fatalf("read %d: %v with %v", n, ok, h)
		}
	}
	ok, h := ask("key-a", http.MethodHead)
	if ok || h.Get("Retry-After") != "1" || h.Get("RateLimit") != `"reads";r=0;t=1` {
		t.Errorf("the read over the limit: %v with %v", ok, h)
	}
	if ok, _ := ask("key-b", http.MethodGet); !ok {
		t.Error("one identity slowed another")
	}
	for n := range 5 {
		if ok, _ := ask("key-a", http.MethodPost); !ok {
			t.Errorf("reads slowed write %d", n)
		}
	}
	if ok, h := ask("key-a", http.MethodDelete); ok || h.Get("Retry-After") != "2" {
		t.Errorf("the write over the limit: %v with %v", ok, h)
	}
	now = now.Add(2 * time.Second)
	if ok, _ := ask("key-a", http.MethodPut); !ok {
		t.Error("nothing came back with time")
	}
	if !rates.Stranger(http.Header{}, "192.0.2.1") {
		t.Error("no limit is a limit")
	}
	if refused["reads"] != 1 || refused["writes"] != 1 {
		t.Errorf("counted %v", refused)
	}
	if !(*Rates)(nil).Identity(http.Header{}, "key-a", http.MethodPost) || !(*Rates)(nil).Stranger(http.Header{}, "x") {
		t.Error("no rates held somebody")
	}
}

// Over any time nobody gets more than the window's worth and what came back since;
// and who waits as long as Retry-After says gets in.
func TestRatesHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
		began := now
		perSecond := rapid.Float64Range(0.1, 50).Draw(t, "per second")
		rates := NewRates(RateLimits{Writes: perSecond}, func() time.Time { return now })
		got := 0
		for range rapid.IntRange(1, 300).Draw(t, "requests") {
			h := http.Header{}
			if rates.Identity(h, "key-a", http.MethodPost) {
				got++
			} else if rapid.Bool().Draw(t, "waits") {
				seconds, err := strconv.Atoi(h.Get("Retry-After"))
				if err != nil || seconds < 1 {
					t.Fatalf("Retry-After is %q", h.Get("Retry-After"))
				}
				now = now.Add(time.Duration(seconds) * time.Second)
				if !rates.Identity(http.Header{}, "key-a", http.MethodPost) {
					t.Fatalf("waited %d seconds for nothing", seconds)
				}
				got++
			}
			now = now.Add(time.Duration(rapid.IntRange(0, 400).Draw(t, "ms")) * time.Millisecond)
		}
		burst := float64(rates.writes.limiter.burst)
		if limit := burst + now.Sub(began).Seconds()*burst/rateWindow.Seconds() + 1; float64(got) > limit {
			t.Fatalf("%d were let in, at most %.1f should be", got, limit)
		}
	})
}

// However many identities come, memory is bounded.
func TestRatesForget(t *testing.T) {
	now := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	rates := NewRates(RateLimits{Strangers: 1}, func() time.Time { return now })
	rates.strangers.limiter.bounds = 100
	for n := range 10_000 {
		rates.Stranger(http.Header{}, strconv.Itoa(n))
	}
	if known := len(rates.strangers.limiter.known); known > 100 {
		t.Errorf("%d addresses are kept in mind", known)
	}
}

func TestRatesAreSafeTogether(t *testing.T) {
	rates := NewRates(RateLimits{Reads: 10}, time.Now)
	var group sync.WaitGroup
	for n := range 8 {
		group.Go(func() {
			for m := range 200 {
				rates.Identity(http.Header{}, strconv.Itoa((n+m)%5), http.MethodGet)
			}
		})
	}
	group.Wait()
}

func BenchmarkRates(b *testing.B) {
	rates := NewRates(RateLimits{Reads: 1e6, Writes: 1e6}, time.Now)
	ids := make([]string, 193)
	for n := range ids {
		ids[n] = "key-" + strconv.Itoa(n)
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		h := http.Header{}
		for n := 0; pb.Next(); n++ {
			rates.Identity(h, ids[n%len(ids)], http.MethodPost)
		}
	})
}
