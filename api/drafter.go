package api

import (
	"context"
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

type appointInput struct {
	CyclePath
	Body struct {
		Drafter string `json:"drafter" maxLength:"80" example:"key-4f2a" doc:"Id of the principal, as lead_drafter and audit records have it."`
		Reason  string `json:"reason" maxLength:"4000" doc:"Why somebody else leads the drafting."`
	} `nameHint:"DrafterAppointed"`
}

// resource takes the best case; what is true is asked when the cycle is read.
func (p *appointInput) resource(rapporteur.Principal) access.Resource {
	return access.Resource{Cycle: p.id(), Leading: true}
}

func (s *service) registerDrafter() {
	register(s, operation{
		id: "appoint-drafter", method: http.MethodPut, path: "/v1/cycles/{instrument}/{stream}/{period}/lead-drafter", tag: tagCycles, action: access.AppointDrafter,
		summary: "Appoint the lead drafter",
		description: "Who starts a cycle is its lead drafter until another is appointed, by the lead drafter or an administrator. Of the Secretariat only the lead " +
			"drafter reads answers with small numbers of persons in them.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemConflict},
	}, s.appointDrafter)
}

func (s *service) appointDrafter(ctx context.Context, in *appointInput) (*cycleOutput, error) {
	p := callOf(ctx).principal
	err := s.Secretariat.Appoint(ctx, p, in.id(), in.Body.Drafter, in.Body.Reason, func(c rapporteur.Cycle) error {
		return access.Allow(p, access.AppointDrafter, access.Resource{Cycle: c.ID, Leading: c.LeadDrafter == p.ID})
	})
	if err != nil {
		return nil, err
	}
	return s.readCycle(ctx, in.id())
}
