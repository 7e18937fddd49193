package steering

import (
	"context"
	"net/http"
	"slices"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var clearancesPage = parse("clearances.html")

// waiting is a draft that waits for decisions.
type waiting struct {
	Cycle    cycleView
	Clearing clearingView
	Title    string
	Open     []string // offices that have not decided
}

// cyclePage is how many cycles are read at once.
const cyclePage = 200

// showClearances lists the drafts that wait: for the visitor, by delegation, and
// for others.
func (p pages) showClearances(v *frame.Visit) error {
	cycles, err := p.clearingCycles(v.Context())
	if err != nil {
		return err
	}
	names, err := p.names(v)
	if err != nil {
		return err
	}
	var mine, others []waiting
	for _, cycle := range cycles {
		found, err := p.clearing(v, names, cycle, cycle.Draft)
		if err != nil {
			return err
		}
		if found == nil || found.Outcome != rapporteur.ClearancePending {
			continue
		}
		w := waiting{Cycle: cycle, Clearing: *found}
		for _, office := range found.Step().Offices {
			if !slices.Contains(found.Approved, office) {
				w.Open = append(w.Open, office)
			}
		}
		if len(found.Mine) > 0 {
			mine = append(mine, w)
		} else {
			others = append(others, w)
		}
	}
	sooner := func(a, b waiting) int { return a.Clearing.Due.DaysSince(b.Clearing.Due) }
	slices.SortStableFunc(mine, sooner)
	slices.SortStableFunc(others, sooner)
	return v.Render(http.StatusOK, clearancesPage, struct {
		Office       string
		Officer      bool
		Mine, Others []waiting
	}{v.Principal.Office, v.Principal.Role == rapporteur.RoleClearance, mine, others})
}

// clearingCycles are the cycles of which a draft is with clearance.
func (p pages) clearingCycles(ctx context.Context) ([]cycleView, error) {
	var found []cycleView
	err := p.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		found = nil
		for after := rapporteur.CycleID(""); ; {
			cycles, err := r.Cycles(ctx, after, cyclePage)
			if err != nil {
				return err
			}
			for _, c := range cycles {
				if c.Phase == rapporteur.PhaseClearing {
					found = append(found, p.cycle(c))
				}
			}
			if len(cycles) < cyclePage {
				return nil
			}
			after = cycles[len(cycles)-1].ID
		}
	})
	return found, err
}
