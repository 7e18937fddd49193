package steering

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/web/frame"
)

var draftsPage = parse("drafts.html")

// draftsView is what the page of a cycle's drafts shows.
type draftsView struct {
	Cycle         cycleView
	Drafts        []rapporteur.Draft
	Counts        rapporteur.Counts
	Observations  string // the Secretariat's own paragraphs, an empty line between two
	MayWrite      bool
	MayAct        bool
	Alert         *alert
	CanCollect    bool // collection can be closed
	CanRedraft    bool
	CanTransmit   bool
	Drafter       string
	ObservedAfter bool // what is written now comes into the next draft
}

// showDrafts lists a cycle's drafts, and what can be done about the next.
func (p pages) showDrafts(v *frame.Visit) error { return p.drafts(v, http.StatusOK, nil, url.Values{}) }

func (p pages) drafts(v *frame.Visit, status int, trouble *alert, typed url.Values) error {
	id := frame.CycleOf(v.Request)
	view := draftsView{Alert: trouble}
	var observations []rapporteur.Observation
	var err error
	view.Cycle, err = p.readCycle(v.Context(), id, func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		if view.Drafts, err = r.Drafts(ctx, id); err != nil {
			return err
		}
		if view.Counts, err = r.Counts(ctx, id); err != nil {
			return err
		}
		observations, err = r.Observations(ctx, id)
		return err
	})
	if err != nil {
		return err
	}
	names, err := p.names(v)
	if err != nil {
		return err
	}
	slices.Reverse(view.Drafts)
	cycle, about := view.Cycle, access.Resource{Cycle: id}
	view.MayAct, view.MayWrite = may(v, access.CommandCycle, about), may(v, access.WriteObservations, about) && cycle.Phase.Rank() < rapporteur.PhaseCleared.Rank()
	view.CanCollect, view.CanRedraft, view.CanTransmit = cycle.Takes(rapporteur.CommandCloseCollection), cycle.Takes(rapporteur.CommandRedraft), cycle.Takes(rapporteur.CommandTransmit)
	view.Drafter, view.ObservedAfter = names.Of(cycle.LeadDrafter), len(view.Drafts) > 0
	texts := make([]string, len(observations))
	for n, o := range observations {
		texts[n] = o.Text
	}
	view.Observations = strings.Join(texts, "\n\n")
	if typed.Has("observations") {
		view.Observations = typed.Get("observations")
	}
	return v.Render(status, draftsPage, view)
}
