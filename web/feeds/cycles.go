package feeds

import (
	"context"
	"slices"

	"github.com/rapporteur/rapporteur"
)

// choice is a cycle of which somebody can have a feed.
type choice struct {
	ID    rapporteur.CycleID
	Title string
}

// cyclesTogether is how many cycles are read at once.
const cyclesTogether = 200

// choices are the running cycles that have dates for somebody, by id: to officers
// those in which their office clears. Contributors find all that is asked of them
// in one feed, and choose none.
func (p pages) choices(ctx context.Context, who rapporteur.Principal) ([]choice, error) {
	if who.Role == rapporteur.RoleContributor {
		return nil, nil
	}
	var found []choice
	err := p.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		found = nil
		for after := rapporteur.CycleID(""); ; {
			batch, err := r.Cycles(ctx, after, cyclesTogether)
			if err != nil {
				return err
			}
			for _, c := range batch {
				if after = c.ID; !c.Phase.Final() && concerns(c, who) {
					found = append(found, choice{ID: c.ID, Title: p.title(c)})
				}
			}
			if len(batch) < cyclesTogether {
				return nil
			}
		}
	})
	return found, err
}

func concerns(c rapporteur.Cycle, who rapporteur.Principal) bool {
	return who.Role != rapporteur.RoleClearance || slices.ContainsFunc(c.Policy.Clearance, func(s rapporteur.ClearanceStep) bool {
		return slices.Contains(s.Offices, who.Office)
	})
}

// title names a cycle by its host report or event, or else by its stream. Of what
// only receipts are kept of, not even what it is about is told.
func (p pages) title(c rapporteur.Cycle) string {
	if c.Title == "" || c.Event.ReceiptOnly {
		return p.stream(c.ID)
	}
	return c.Title + " (" + c.Period() + ")"
}

// stream names a cycle by the title of its stream, as far as the catalogue still
// has it.
func (p pages) stream(id rapporteur.CycleID) string {
	instrument, stream, period, err := id.Parts()
	if err != nil {
		return string(id)
	}
	title := stream
	if i, err := p.Catalogue.Instrument(instrument); err == nil {
		if s, known := i.Stream(stream); known {
			title = s.Title
		}
	}
	return title + " (" + period + ")"
}

// about names the cycle of a feed, which may have ended since.
func (p pages) about(id rapporteur.CycleID, running []choice) string {
	if n := slices.IndexFunc(running, func(c choice) bool { return c.ID == id }); n >= 0 {
		return running[n].Title
	}
	return p.stream(id)
}
