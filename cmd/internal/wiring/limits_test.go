package wiring

import (
	"bytes"
	"maps"
	"strings"
	"sync"
	"testing"

	"github.com/rs/zerolog"
)

// Refusals are counted by limit, told in one line each, and begin anew.
func TestRefusals(t *testing.T) {
	also := 0
	var refusals Refusals
	refusals.Also = func(string) { also++ }
	for range 3 {
		refusals.Count("reads")
	}
	refusals.Count("bodies")
	var log bytes.Buffer
	refusals.tell(zerolog.New(&log))
	if lines := strings.Count(log.String(), "\n"); lines != 2 || also != 4 || !strings.Contains(log.String(), `"limit":"reads","refused":3`) {
		t.Errorf("%d also, told\n%s", also, log.String())
	}
	log.Reset()
	refusals.tell(zerolog.New(&log))
	if log.Len() > 0 {
		t.Errorf("told again: %s", log.String())
	}
}

func TestRefusalsAreSafeTogether(t *testing.T) {
	var refusals Refusals
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 100 {
				refusals.Count("writes")
			}
		})
	}
	group.Wait()
	if taken := refusals.taken(); !maps.Equal(taken, map[string]int{"writes": 800}) {
		t.Errorf("counted %v", taken)
	}
}
