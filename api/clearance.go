package api

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// Clearance is how the clearance of a draft stands, on the wire.
type Clearance struct {
	Draft       int             `json:"draft"`
	DraftHash   string          `json:"draft_hash" doc:"What a decision must name: the text that is decided on."`
	Outcome     string          `json:"outcome" enum:"pending,cleared,returned"`
	Step        string          `json:"step" doc:"Id of the step that decides now, or decided last."`
	Due         string          `json:"due" format:"date" doc:"When the time of that step is over."`
	Approved    []string        `json:"approved" doc:"Offices that have approved in that step."`
	Steps       []ClearanceStep `json:"steps"`
	Decisions   []Decision      `json:"decisions"`
	Delegations []Delegation    `json:"delegations"`
}

// Decision is what an office has said about a draft.
type Decision struct {
	Step     string     `json:"step"`
	Office   string     `json:"office"`
	Actor    string     `json:"actor" doc:"Principal who decided."`
	For      string     `json:"for,omitempty" doc:"Principal on whose behalf a delegate decided."`
	Approve  bool       `json:"approve"`
	ReturnTo string     `json:"return_to,omitempty"`
	Comments string     `json:"comments,omitempty"`
	At       *time.Time `json:"at,omitempty" doc:"Business time."`
}

// Delegation lets somebody decide for an office while its officer is away.
type Delegation struct {
	Office string `json:"office"`
	From   string `json:"from" doc:"Principal who delegates."`
	To     string `json:"to" doc:"Principal who may decide."`
	Starts string `json:"starts" format:"date"`
	Ends   string `json:"ends" format:"date"`
}

type clearanceOutput struct {
	ETag string `header:"ETag"`
	Body Clearance
}

type getClearanceInput struct {
	DraftPath
	IfNoneMatch
}

type decideInput struct {
	DraftPath
	Keyed
	IfMatch
	Body struct {
		DraftHash string `json:"draft_hash" minLength:"64" maxLength:"64" doc:"Hash of the text that was read."`
		Step      string `json:"step" maxLength:"80" doc:"Id of the step that the decision is for."`
		Office    string `json:"office,omitempty" maxLength:"80" doc:"Whose decision it is; the key's own office where left out."`
		For       string `json:"for,omitempty" maxLength:"80" doc:"Principal who has delegated the decision, for another office than the key's."`
		Approve   bool   `json:"approve"`
		ReturnTo  string `json:"return_to,omitempty" maxLength:"80" doc:"An earlier step, or drafting, where not approved."`
		Comments  string `json:"comments,omitempty" maxLength:"10000" doc:"What should change; needed where not approved."`
	} `nameHint:"DecisionTaken"`
}

type delegateInput struct {
	DraftPath
	Keyed
	IfMatch
	Body struct {
		To     string `json:"to" maxLength:"80" doc:"Principal who may decide for the key's office."`
		Starts string `json:"starts" format:"date" doc:"First day."`
		Ends   string `json:"ends" format:"date" doc:"Last day."`
	} `nameHint:"DelegationGiven"`
}

// office is whose decision it is.
func (i *decideInput) office(p rapporteur.Principal) string { return cmp.Or(i.Body.Office, p.Office) }

func (i *decideInput) resource(p rapporteur.Principal) access.Resource {
	return access.Resource{Cycle: i.id(), Office: i.office(p), ByDelegation: i.Body.For != ""}
}

func (i *delegateInput) resource(p rapporteur.Principal) access.Resource {
	return access.Resource{Cycle: i.id(), Office: p.Office}
}

const clearancePath = "/v1/cycles/{instrument}/{stream}/{period}/clearance/{number}"

func (s *service) registerClearance() {
	register(s, operation{
		id: "get-clearance", method: http.MethodGet, path: clearancePath, tag: tagReports, action: access.ReadClearance,
		summary: "Read a draft's clearance", description: "Which step decides now and until when, who has decided what, and who decides for whom.",
	}, s.getClearance)
	register(s, operation{
		id: "decide", method: http.MethodPost, path: clearancePath + "/decisions", tag: tagReports, action: access.Decide,
		summary:     "Approve or return a draft",
		description: "Names the hash of the text that was read, so that an approval never covers a later change. Answered when the engine has committed the decision.",
		problems:    []rapporteur.ProblemKind{rapporteur.ProblemConflict, rapporteur.ProblemStale, rapporteur.ProblemPrecondition},
	}, s.decide)
	register(s, operation{
		id: "delegate", method: http.MethodPost, path: clearancePath + "/delegations", tag: tagReports, action: access.Delegate,
		summary: "Let somebody decide while you are away", description: "Lets another principal decide for the key's own office, from one day to another.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemConflict, rapporteur.ProblemPrecondition},
	}, s.delegate)
}

func (s *service) getClearance(ctx context.Context, in *getClearanceInput) (*clearanceOutput, error) {
	out, err := s.readClearance(ctx, in.id(), in.Number)
	if err != nil {
		return nil, err
	}
	if err := in.fresh(out.ETag); err != nil {
		return nil, err
	}
	return out, nil
}

func (s *service) readClearance(ctx context.Context, id rapporteur.CycleID, draft int) (*clearanceOutput, error) {
	state, err := s.Steering.Clearing(ctx, id, draft)
	if err != nil {
		return nil, err
	}
	body := Clearance{
		Draft: state.Draft, DraftHash: state.DraftHash, Outcome: string(state.Outcome), Step: state.Step().ID, Due: state.StepDue().String(),
		Approved: append([]string{}, state.Approved...), Steps: stepsOf(state.Steps), Decisions: []Decision{}, Delegations: []Delegation{},
	}
	for _, d := range state.Decisions {
		body.Decisions = append(body.Decisions, Decision{
			Step: d.Step, Office: d.Office, Actor: d.Actor, For: d.For, Approve: d.Approve, ReturnTo: d.ReturnTo, Comments: d.Comments, At: instant(d.At),
		})
	}
	for _, g := range state.Delegations {
		body.Delegations = append(body.Delegations, Delegation{Office: g.Office, From: g.From, To: g.To, Starts: g.Starts.String(), Ends: g.Ends.String()})
	}
	return &clearanceOutput{ETag: etagOf(state.Revision(), body), Body: body}, nil
}

func (s *service) decide(ctx context.Context, in *decideInput) (*clearanceOutput, error) {
	p := callOf(ctx).principal
	err := s.Steering.Decide(ctx, rapporteur.Decision{
		ID: commandID(ctx), Cycle: in.id(), Draft: in.Number, DraftHash: in.Body.DraftHash, Step: in.Body.Step, Office: in.office(p),
		Actor: p.ID, For: in.Body.For, Approve: in.Body.Approve, ReturnTo: in.Body.ReturnTo, Comments: in.Body.Comments,
	}, in.holdsClearing)
	if err != nil {
		return nil, err
	}
	return s.readClearance(ctx, in.id(), in.Number)
}

func (s *service) delegate(ctx context.Context, in *delegateInput) (*clearanceOutput, error) {
	starts, err := dateOf(in.Body.Starts)
	if err != nil {
		return nil, err
	}
	ends, err := dateOf(in.Body.Ends)
	if err != nil {
		return nil, err
	}
	p := callOf(ctx).principal
	err = s.Steering.Delegate(ctx, rapporteur.Delegation{
		ID: commandID(ctx), Cycle: in.id(), Draft: in.Number, Office: p.Office, From: p.ID, To: in.Body.To, Starts: starts, Ends: ends,
	}, in.holdsClearing)
	if err != nil {
		return nil, err
	}
	return s.readClearance(ctx, in.id(), in.Number)
}

// holdsClearing refuses to change a clearance that is not as the client has read
// it.
func (i IfMatch) holdsClearing(c rapporteur.Clearing) error { return i.holds(c.Revision()) }
