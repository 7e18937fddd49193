package staff

import (
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var statisticsPage = parse("statistics.html")

// statisticsView is what is published of a cycle's figures, and what would be.
type statisticsView struct {
	Cycle     cycleView
	Places    []place
	Published rapporteur.Release // number 0 where nothing is
	Preview   rapporteur.Release // what would be published now
}

// showStatistics tells what of a cycle's figures is published and what would be.
// Values are shown only as they leave the house.
func (p pages) showStatistics(v *frame.Visit) error {
	cycle, err := p.cycle(v)
	if err != nil {
		return err
	}
	view := statisticsView{Cycle: p.described(cycle)}
	view.Places = view.Cycle.places(v)
	view.Published, err = p.Statistics.Latest(v.Context(), cycle.ID, func(rapporteur.Cycle) error { return nil })
	if err != nil && !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
		return err
	}
	if view.Preview, err = p.Statistics.Preview(v.Context(), cycle.ID); err != nil {
		return err
	}
	return v.Render(http.StatusOK, statisticsPage, view)
}

// publishStatistics fixes what is told of the cycle, for good.
func (p pages) publishStatistics(v *frame.Visit) error {
	release, err := p.Statistics.Publish(v.Context(), v.Principal, frame.CycleOf(v.Request), v.CommandID())
	if err != nil {
		return err
	}
	v.Note("Release " + english.Number(release.Number) + " is published: " + english.Number(len(release.Statistics)) + " figures, " + english.Number(release.Withheld()) + " of them withheld.")
	return v.Redirect("/cycles/" + string(release.Cycle) + "/statistics")
}

// Shown are the figures that the page shows: the beginning of them.
func (s statisticsView) Shown() []rapporteur.Statistic {
	return s.Preview.Statistics[:min(200, len(s.Preview.Statistics))]
}

// CanPublish reports whether collection is over, so that figures can be published.
func (s statisticsView) CanPublish() bool {
	return s.Cycle.Cycle.Phase.Rank() > rapporteur.PhaseCollecting.Rank() && s.Cycle.Cycle.Phase != rapporteur.PhaseCancelled && len(s.Preview.Statistics) > 0
}
