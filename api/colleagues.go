package api

import (
	"context"
	"net/http"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// Delegated is a delegation of a contributor's lead to a colleague on the wire.
// Name and address are personal data.
type Delegated struct {
	ID        string     `json:"id"`
	Principal string     `json:"principal" doc:"How the colleague is named in histories."`
	Name      string     `json:"name,omitempty" doc:"Left out where it is not the reader's to know."`
	Address   string     `json:"address,omitempty"`
	Language  string     `json:"language"`
	From      string     `json:"from" format:"date" doc:"The first day."`
	Until     string     `json:"until" format:"date" doc:"The last day."`
	GivenBy   string     `json:"given_by" doc:"Principal on whose behalf the colleague acts."`
	GivenAt   *time.Time `json:"given_at,omitempty"`
	EndedBy   string     `json:"ended_by,omitempty"`
	EndedAt   *time.Time `json:"ended_at,omitempty" doc:"When it was ended before its last day."`
	InForce   bool       `json:"in_force"`
}

type colleaguesOutput struct {
	Body struct {
		Items []Delegated `json:"items"`
	} `nameHint:"DelegatedList"`
}

type delegateColleagueInput struct {
	ContributorPath
	Keyed
	Body struct {
		Name     string `json:"name" minLength:"1" maxLength:"200"`
		Address  string `json:"address" maxLength:"254" doc:"A plain mail address (RFC 5322)."`
		Language string `json:"language" enum:"ar,zh,en,fr,ru,es" doc:"Of the mails to the colleague."`
		From     string `json:"from" format:"date"`
		Until    string `json:"until" format:"date" doc:"At most a year from the first day."`
	} `nameHint:"DelegationWanted"`
}

type delegatedOutput struct {
	Location string `header:"Location"`
	Body     Delegated
}

// withoutSecret is what may be remembered of the answer: nobody's name.
func (o *delegatedOutput) withoutSecret() any {
	kept := *o
	kept.Body.Name, kept.Body.Address = "", ""
	return &kept
}

type endColleagueInput struct {
	ContributorPath
	ID string `path:"id" maxLength:"80" doc:"Id of the delegation."`
}

const colleaguesPath = "/v1/contributors/{contributor}/colleagues"

func (s *service) registerColleagues() {
	register(s, operation{
		id: "list-colleagues", method: http.MethodGet, path: colleaguesPath, tag: tagCatalogue, action: access.ReadColleagues,
		summary: "List a contributor's delegations", description: "To whom the contributor's lead has delegated, oldest first, also what is over.",
	}, s.listColleagues)
	register(s, operation{
		id: "delegate-to-colleague", method: http.MethodPost, path: colleaguesPath, tag: tagCatalogue, action: access.ManageColleagues, status: http.StatusCreated,
		summary: "Delegate to a colleague",
		description: "Lets somebody work on the contributor's answers for some days. The colleague is sent a link to sign in by, and is out after the last day " +
			"or when the delegation is ended. Whatever a colleague does is recorded with who delegated. A colleague cannot withdraw answers or delegate.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemConflict},
	}, s.delegateToColleague)
	register(s, operation{
		id: "end-delegation", method: http.MethodDelete, path: colleaguesPath + "/{id}", tag: tagCatalogue, action: access.ManageColleagues,
		status: http.StatusNoContent, summary: "End a delegation", description: "Ends a delegation before its last day. One that is over stays as it is.",
	}, s.endDelegation)
}

func (s *service) listColleagues(ctx context.Context, in *struct{ ContributorPath }) (*colleaguesOutput, error) {
	found, err := s.Delegations.List(ctx, callOf(ctx).principal, rapporteur.ContributorID(in.Contributor))
	out := &colleaguesOutput{}
	out.Body.Items = []Delegated{}
	for _, c := range found {
		out.Body.Items = append(out.Body.Items, delegatedOf(c, s.Clock()))
	}
	return out, err
}

func (s *service) delegateToColleague(ctx context.Context, in *delegateColleagueInput) (*delegatedOutput, error) {
	from, err := rapporteur.ParseDate(in.Body.From)
	if err != nil {
		return nil, err
	}
	until, err := rapporteur.ParseDate(in.Body.Until)
	if err != nil {
		return nil, err
	}
	given, err := s.Delegations.Give(ctx, callOf(ctx).principal, rapporteur.Colleague{
		Contributor: rapporteur.ContributorID(in.Contributor), Name: in.Body.Name, Address: in.Body.Address, Language: in.Body.Language,
		From: from, Until: until,
	}, commandID(ctx))
	if err != nil {
		return nil, err
	}
	return &delegatedOutput{Location: "/v1/contributors/" + in.Contributor + "/colleagues/" + given.ID, Body: delegatedOf(given, s.Clock())}, nil
}

func (s *service) endDelegation(ctx context.Context, in *endColleagueInput) (*struct{}, error) {
	return nil, s.Delegations.End(ctx, callOf(ctx).principal, rapporteur.ContributorID(in.Contributor), in.ID)
}

func delegatedOf(c rapporteur.Colleague, now time.Time) Delegated {
	return Delegated{
		ID: c.ID, Principal: c.Principal(), Name: c.Name, Address: c.Address, Language: c.Language, From: c.From.String(), Until: c.Until.String(),
		GivenBy: c.GivenBy, GivenAt: instant(c.GivenAt), EndedBy: c.EndedBy, EndedAt: instant(c.EndedAt), InForce: c.InForce(rapporteur.DateOf(now)),
	}
}
