package api

import (
	"context"
	"net/http"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// FollowUp is one contributor's own story off the common path, on the wire.
type FollowUp struct {
	Number   int        `json:"number"`
	Kind     string     `json:"kind" enum:"extension,correction,escalation"`
	Due      string     `json:"due" format:"date" doc:"By which the extension is decided, or the correction or answer is due."`
	Reason   string     `json:"reason,omitempty"`
	OpenedAt *time.Time `json:"opened_at,omitempty" doc:"Business time."`
	OpenedBy string     `json:"opened_by"`
	ClosedAt *time.Time `json:"closed_at,omitempty"`
	Outcome  string     `json:"outcome,omitempty" doc:"How it ended: answered, refused, unanswered, closed."`
}

type followUpsOutput struct {
	Body struct {
		Items []FollowUp `json:"items"`
	} `nameHint:"FollowUpList"`
}

type askInput struct {
	RequestPath
	Keyed
	IfMatch
	Body struct {
		Until  string `json:"until" format:"date" doc:"Until when time is asked for."`
		Reason string `json:"reason" minLength:"1" maxLength:"4000"`
	} `nameHint:"ExtensionWish"`
}

type decideExtensionInput struct {
	RequestPath
	Keyed
	IfMatch
	Number int `path:"number" minimum:"1" doc:"Number of the follow-up in which the wish is decided: follow_up of the request."`
	Body   struct {
		Granted bool   `json:"granted"`
		Until   string `json:"until,omitempty" format:"date" doc:"The new deadline; the one asked for where left out."`
		Reason  string `json:"reason,omitempty" maxLength:"4000" doc:"The contributor reads it."`
	} `nameHint:"ExtensionDecision"`
}

type returnInput struct {
	RequestPath
	Keyed
	IfMatch
	Body struct {
		Due      string `json:"due,omitempty" format:"date" doc:"By when to correct; by the policy of the stream where left out."`
		Comments string `json:"comments" minLength:"1" maxLength:"10000" doc:"What should be corrected; the contributor reads it."`
	} `nameHint:"Return"`
}

func (s *service) registerExtensions() {
	register(s, operation{
		id: "ask-extension", method: http.MethodPost, path: requestPath + "/extensions", tag: tagRequests, action: access.AskExtension, status: http.StatusCreated,
		summary: "Ask for time", description: "Asks the Secretariat for more time. Until it is decided the common reminders leave the contributor alone.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemConflict, rapporteur.ProblemPrecondition},
	}, s.askExtension)
	register(s, operation{
		id: "decide-extension", method: http.MethodPost, path: requestPath + "/extensions/{number}/decision", tag: tagRequests, action: access.DecideExtension,
		summary: "Grant or refuse time", description: "Answered, with the request as it then is, when the engine has committed the decision. The contributor is written to.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemConflict, rapporteur.ProblemPrecondition},
	}, s.decideExtension)
	register(s, operation{
		id: "return-submission", method: http.MethodPost, path: requestPath + "/returns", tag: tagRequests, action: access.ReturnSubmission,
		summary: "Return an answer for correction", description: "Sends the newest submission back with comments. The accepted version stands until it is corrected.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemConflict, rapporteur.ProblemPrecondition},
	}, s.returnSubmission)
	register(s, operation{
		id: "list-follow-ups", method: http.MethodGet, path: requestPath + "/follow-ups", tag: tagRequests, action: access.ReadRequest,
		summary: "List a contributor's follow-ups", description: "Extensions, corrections and escalations of a request, with their reasons, oldest first.",
	}, s.listFollowUps)
}

func (s *service) askExtension(ctx context.Context, in *askInput) (*requestOutput, error) {
	until, err := dateOf(in.Body.Until)
	if err != nil {
		return nil, err
	}
	correspondence := s.Correspondence
	correspondence.Store = s.guardRequest(in.IfMatch, in.key())
	if _, err := correspondence.AskExtension(ctx, callOf(ctx).principal, in.key(), until, in.Body.Reason, commandID(ctx)); err != nil {
		return nil, err
	}
	return s.requestNow(ctx, in.key())
}

func (s *service) decideExtension(ctx context.Context, in *decideExtensionInput) (*requestOutput, error) {
	until, err := dateOf(in.Body.Until)
	if err != nil {
		return nil, err
	}
	decision := rapporteur.ExtensionDecision{
		ID: commandID(ctx), Actor: callOf(ctx).principal.ID, Granted: in.Body.Granted, Until: until, Reason: in.Body.Reason,
	}
	holds := func(r rapporteur.Request) error { return in.holds(r.Revision) }
	if err := s.Steering.DecideExtension(ctx, in.key(), in.Number, decision, holds); err != nil {
		return nil, err
	}
	return s.requestNow(ctx, in.key())
}

func (s *service) returnSubmission(ctx context.Context, in *returnInput) (*requestOutput, error) {
	due, err := dateOf(in.Body.Due)
	if err != nil {
		return nil, err
	}
	secretariat := s.Secretariat
	secretariat.Store = in.guard(secretariat.Store, in.key())
	if _, err := secretariat.Return(ctx, callOf(ctx).principal, in.key(), due, in.Body.Comments, commandID(ctx)); err != nil {
		return nil, err
	}
	return s.requestNow(ctx, in.key())
}

// requestNow is a request as it is after a change, with its new revision.
func (s *service) requestNow(ctx context.Context, key rapporteur.RequestKey) (*requestOutput, error) {
	request, err := s.readRequest(ctx, key)
	if err != nil {
		return nil, err
	}
	return s.requestAnswer(ctx, request), nil
}

func (s *service) listFollowUps(ctx context.Context, in *RequestPath) (*followUpsOutput, error) {
	out := &followUpsOutput{}
	out.Body.Items = []FollowUp{}
	err := s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		if _, err := r.Request(ctx, in.key()); err != nil {
			return err
		}
		found, err := r.FollowUps(ctx, in.key())
		for _, f := range found {
			out.Body.Items = append(out.Body.Items, FollowUp{
				Number: f.Number, Kind: string(f.Kind), Due: f.Due.String(), Reason: f.Reason, OpenedAt: instant(f.OpenedAt),
				OpenedBy: f.OpenedBy, ClosedAt: instant(f.ClosedAt), Outcome: f.Outcome,
			})
		}
		return err
	})
	return out, err
}
