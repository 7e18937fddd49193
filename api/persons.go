package api

import (
	"context"
	"net/http"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// Person is somebody who has signed in, on the wire. Its label is personal data.
type Person struct {
	ID          string     `json:"id" doc:"How the person is named in histories."`
	Role        string     `json:"role" doc:"In which they signed in last."`
	Contributor string     `json:"contributor,omitempty"`
	Office      string     `json:"office,omitempty"`
	Standing    string     `json:"standing,omitempty" doc:"lead or colleague, of a contributor's people."`
	For         string     `json:"for,omitempty" doc:"Principal on whose behalf a colleague acts."`
	Label       string     `json:"label,omitempty" doc:"How they are known."`
	FirstSeen   string     `json:"first_seen" format:"date"`
	LastSeen    string     `json:"last_seen" format:"date"`
	BlockedAt   *time.Time `json:"blocked_at,omitempty"`
	BlockedBy   string     `json:"blocked_by,omitempty"`
}

type personsOutput struct {
	Body struct {
		Items []Person `json:"items"`
	} `nameHint:"PersonList"`
}

type blockInput struct {
	Keyed
	ID   string `path:"id" maxLength:"80" doc:"Id of the person."`
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"2000" doc:"Why; kept in the record. No personal data."`
	} `nameHint:"PersonBlocked"`
}

func (s *service) registerPersons() {
	register(s, operation{
		id: "list-persons", method: http.MethodGet, path: "/v1/persons", tag: tagOperations, action: access.ManagePersons,
		summary: "List who has signed in", description: "Everybody who has ever signed in, by id, in the role of the last time.",
	}, s.listPersons)
	register(s, operation{
		id: "block-person", method: http.MethodPost, path: "/v1/persons/{id}/block", tag: tagOperations, action: access.ManagePersons, status: http.StatusNoContent,
		summary:     "Block a person",
		description: "Ends the person's sessions and what they have delegated, and keeps them out, by links and providers, until they are let in again.",
		problems:    []rapporteur.ProblemKind{rapporteur.ProblemConflict},
	}, s.blockPerson)
	register(s, operation{
		id: "unblock-person", method: http.MethodPost, path: "/v1/persons/{id}/unblock", tag: tagOperations, action: access.ManagePersons, status: http.StatusNoContent,
		summary: "Let a person in again", description: "Lets somebody who was blocked sign in again. What was ended stays so.",
	}, s.unblockPerson)
}

func (s *service) persons() rapporteur.Persons {
	return rapporteur.Persons{Store: s.Store, Clock: s.Clock}
}

func (s *service) listPersons(ctx context.Context, _ *struct{}) (*personsOutput, error) {
	found, err := s.persons().List(ctx)
	out := &personsOutput{}
	out.Body.Items = []Person{}
	for _, p := range found {
		out.Body.Items = append(out.Body.Items, Person{
			ID: p.ID, Role: string(p.Role), Contributor: string(p.Contributor), Office: p.Office, Standing: string(p.Standing), For: p.For, Label: p.Label,
			FirstSeen: p.FirstSeen.String(), LastSeen: p.LastSeen.String(), BlockedAt: instant(p.BlockedAt), BlockedBy: p.BlockedBy,
		})
	}
	return out, err
}

func (s *service) blockPerson(ctx context.Context, in *blockInput) (*struct{}, error) {
	return nil, s.persons().Block(ctx, callOf(ctx).principal, in.ID, in.Body.Reason)
}

func (s *service) unblockPerson(ctx context.Context, in *blockInput) (*struct{}, error) {
	return nil, s.persons().Unblock(ctx, callOf(ctx).principal, in.ID, in.Body.Reason)
}
