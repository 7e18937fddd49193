package api

import (
	"context"
	"net/http"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// StuckWork is work that does not move by itself, or not yet, on the wire.
type StuckWork struct {
	ID          string     `json:"id" doc:"Names it for as long as it is stuck."`
	Kind        string     `json:"kind" enum:"outbox,mail,mail-again,attention,phase,uncollected,follow-up,step,webhook,lost"`
	Cycle       string     `json:"cycle,omitempty"`
	Contributor string     `json:"contributor,omitempty"`
	Since       *time.Time `json:"since,omitempty" doc:"Wall time for the outbox and webhooks, business time for all else."`
	What        string     `json:"what" example:"The reminder was refused: 550 no such mailbox"`
	Advice      string     `json:"advice" doc:"What to do or to look at."`
	Repair      string     `json:"repair,omitempty" enum:"tell,send-again,retry-step" doc:"What a repair does: tell the engine again, mark the message to be sent again, have the step tried at once. Left out where there is none."`
}

// StuckList is what is stuck.
type StuckList struct {
	Items  []StuckWork `json:"items"`
	Engine bool        `json:"engine" doc:"Whether the engine said which of its steps fail."`
	Whole  bool        `json:"whole" doc:"Whether everything was looked at; otherwise mend what is here and ask again."`
}

type stuckOutput struct{ Body StuckList }

type repairInput struct {
	Keyed
	Body struct {
		Item   string `json:"item" maxLength:"400" doc:"Id of what is stuck."`
		Reason string `json:"reason" maxLength:"2000" doc:"Why it is repaired; it goes on the record."`
	} `nameHint:"RepairOrdered"`
}

func (s *service) registerRepairs() {
	register(s, operation{
		id: "list-stuck", method: http.MethodGet, path: "/v1/stuck", tag: tagOperations, action: access.Inspect,
		summary: "List stuck work",
		description: "Messages that the engine has not got, mails that were refused or left, follow-ups and cycles past their dates, answers that wait, and steps of the engine that fail. " +
			"Works while the engine is away.",
	}, s.listStuck)
	register(s, operation{
		id: "repair", method: http.MethodPost, path: "/v1/repairs", tag: tagOperations, action: access.Repair, status: http.StatusNoContent,
		summary: "Repair stuck work",
		description: "Does what list-stuck says under repair, and leaves a record. Done twice it is as good as once: nobody is written to twice, or after an answer. " +
			"What has moved meanwhile is a conflict.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemConflict},
	}, s.repair)
}

func (s *service) listStuck(ctx context.Context, _ *struct{}) (*stuckOutput, error) {
	found, err := s.Repairs.Find(ctx)
	if err != nil {
		return nil, err
	}
	s.away(ctx, found.Away)
	out := &stuckOutput{Body: StuckList{Items: []StuckWork{}, Engine: found.Away == nil, Whole: !found.Part}}
	for _, item := range found.Items {
		out.Body.Items = append(out.Body.Items, StuckWork{
			ID: item.ID(), Kind: string(item.Kind), Cycle: string(item.Cycle), Contributor: string(item.Contributor), Since: instant(item.Since),
			What: item.What, Advice: item.Advice, Repair: string(item.Repair),
		})
	}
	return out, nil
}

func (s *service) repair(ctx context.Context, in *repairInput) (*struct{}, error) {
	_, err := s.Repairs.Order(ctx, callOf(ctx).principal, in.Body.Item, in.Body.Reason, commandID(ctx))
	return nil, err
}
