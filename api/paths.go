package api

import (
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// CyclePath names a cycle in the address of what belongs to it.
type CyclePath struct {
	Instrument string `path:"instrument" maxLength:"80" example:"s-res-2388-2017" doc:"Id of the instrument."`
	Stream     string `path:"stream" maxLength:"80" example:"op34" doc:"Id of the stream."`
	Period     string `path:"period" maxLength:"40" example:"2018" doc:"Label of the period."`
}

func (p *CyclePath) id() rapporteur.CycleID {
	return rapporteur.NewCycleID(p.Instrument, p.Stream, p.Period)
}

func (p *CyclePath) resource(rapporteur.Principal) access.Resource {
	return access.Resource{Cycle: p.id()}
}

// RequestPath names a request: a cycle and the contributor who is asked.
type RequestPath struct {
	CyclePath
	Contributor string `path:"contributor" maxLength:"80" example:"state-ken" doc:"Id of the contributor."`
}

func (p *RequestPath) key() rapporteur.RequestKey {
	return rapporteur.RequestKey{Cycle: p.id(), Contributor: rapporteur.ContributorID(p.Contributor)}
}

func (p *RequestPath) resource(rapporteur.Principal) access.Resource {
	return access.Resource{Cycle: p.id(), Contributor: rapporteur.ContributorID(p.Contributor)}
}

// DraftPath names a draft of a cycle's report.
type DraftPath struct {
	CyclePath
	Number int `path:"number" minimum:"1" doc:"Number of the draft."`
}

// cycleURL is the address of a cycle.
func cycleURL(id rapporteur.CycleID) string { return "/v1/cycles/" + string(id) }

// requestURL is the address of a request.
func requestURL(k rapporteur.RequestKey) string {
	return cycleURL(k.Cycle) + "/requests/" + string(k.Contributor)
}

// instant is a time on the wire: none is left out.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	utc := t.UTC()
	return &utc
}

// dateOf reads a date that the framework has checked the form of. Nothing is
// reckoned from a year in which others could not be written.
func dateOf(text string) (rapporteur.Date, error) {
	if text == "" {
		return rapporteur.Date{}, nil
	}
	d, err := rapporteur.ParseDate(text)
	if err != nil {
		return d, rapporteur.Problemf(rapporteur.ProblemInvalid, "Invalid date", "A date is written YYYY-MM-DD.")
	}
	if d.Year < rapporteur.FirstYear || d.Year > rapporteur.LastYear {
		return d, rapporteur.Problemf(rapporteur.ProblemInvalid, "Invalid date", "%s is not of the years from %d to %d.", d, rapporteur.FirstYear, rapporteur.LastYear)
	}
	return d, nil
}
