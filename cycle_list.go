package rapporteur

import (
	"context"
	"strings"
)

// cyclesTogether is how many cycles are read at once.
const cyclesTogether = 200

// cyclesUnder lists the cycles whose ids begin with a prefix, by id: all of an
// instrument, of a stream, or the occasions of one.
func cyclesUnder(ctx context.Context, r Reader, prefix string) ([]Cycle, error) {
	var found []Cycle
	for after := CycleID(prefix); ; {
		batch, err := r.Cycles(ctx, after, cyclesTogether)
		if err != nil {
			return nil, err
		}
		for _, cycle := range batch {
			if after = cycle.ID; !strings.HasPrefix(string(after), prefix) {
				return found, nil
			}
			found = append(found, cycle)
		}
		if len(batch) < cyclesTogether {
			return found, nil
		}
	}
}
