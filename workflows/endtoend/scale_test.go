package endtoend_test

import (
	"context"
	"flag"
	"runtime"
	"runtime/metrics"
	"sync/atomic"
	"testing"
	"time"
)

var scale = flag.Int("scale", 10_000, "how many contributors the large cycle has; 2,000 at most with -short")

// The most memory that objects may hold, dead ones included that were not
// collected yet: while answers come and are chased and collected, which grows with
// what is done at once and not with a cycle, and while the report is compiled,
// which reads every answer of the cycle.
const (
	heapBound        = 250 << 20
	heapBoundCompile = 600 << 20
)

// heap watches how much memory objects hold, dead ones that were not collected
// yet included, and remembers the most.
type heap struct {
	peak atomic.Uint64
	stop chan struct{}
}

func watchHeap(t testing.TB) *heap {
	t.Helper()
	h := &heap{stop: make(chan struct{})}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(5 * time.Millisecond)
		defer ticker.Stop()
		for {
			h.peak.Store(max(h.peak.Load(), inUse()))
			select {
			case <-h.stop:
				return
			case <-ticker.C:
			}
		}
	}()
	t.Cleanup(func() { close(h.stop); <-ended })
	return h
}

func inUse() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// since is the peak from the last time on, in MiB.
func (h *heap) since() uint64 { return h.peak.Swap(0) >> 20 }

// TestTenThousandContributors opens, chases, collects, compiles and closes a
// large cycle in one process.
func TestTenThousandContributors(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 12*time.Minute)
	defer cancel()
	n := *scale
	if testing.Short() {
		n = min(n, 2000)
	}
	more, ids := crowd(n)
	h := build(ctx, t, moment(t, "2018-05-02 08:00"), more)
	h.reach(ctx, ids)
	runtime.GC()
	watch := watchHeap(t)
	var most uint64
	began := time.Now()
	told := func(what string) {
		peak := watch.since()
		most = max(most, peak)
		t.Logf("%-28s %6.2f s, heap at most %d MiB", what, time.Since(began).Seconds(), peak)
		began = time.Now()
	}
	id := h.askAll(ctx, ids)
	told("planned and started")
	h.goTo(ctx, "2018-05-21 13:00")
	told("opened, requests sent")
	h.goTo(ctx, "2018-06-10 09:00")
	half := len(ids) / 2
	h.submitAll(ctx, id, ids[:half])
	told("half has answered")
	h.goTo(ctx, "2018-08-16 09:00") // the others were reminded
	told("others reminded")
	h.submitAll(ctx, id, ids[half:half+half/2])
	told("half of them has answered")
	h.goTo(ctx, "2018-09-10 09:00") // the rest was reminded again
	told("rest reminded")
	h.submitAll(ctx, id, ids[half+half/2:])
	told("everybody has answered")
	before := most
	h.settle(ctx)
	told("collected, closed, compiled")
	h.end(ctx, id)
	told("cleared, transmitted, closed")
	h.everybodySettled(ctx, id, len(ids))
	if want := len(ids) + half + half/2; h.sink.Count() < want {
		t.Errorf("%d mails were sent, want %d requests and reminders", h.sink.Count(), want)
	}
	if before > heapBound>>20 || most > heapBoundCompile>>20 {
		t.Errorf("objects held %d MiB while answers came and %d MiB in all, want at most %d and %d", before, most, heapBound>>20, heapBoundCompile>>20)
	}
	size := h.sizeOf(ctx, id)
	t.Logf("the history has %d events and %d bytes", size.events, size.bytes)
}
