package api

import (
	"context"
	"net/http"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// Request is what one contributor is asked in one cycle, on the wire.
type Request struct {
	Cycle         string         `json:"cycle"`
	Contributor   string         `json:"contributor"`
	Name          string         `json:"name" doc:"In the official language of Accept-Language, English where that names none."`
	Kind          string         `json:"kind" enum:"member-state,entity,mission,panel"`
	Questionnaire *Questionnaire `json:"questionnaire,omitempty" doc:"Left out where only a receipt is kept."`
	State         string         `json:"state" enum:"open,received,returned,settled,no-reply,withdrawn"`
	Outcome       string         `json:"outcome,omitempty" doc:"How it was answered: answered, partial, nil, not-applicable, covered, declined, no-reply."`
	Due           string         `json:"due" format:"date" doc:"The deadline that applies to this contributor."`
	FollowUp      int            `json:"follow_up" doc:"Number of the newest follow-up, 0 for none."`
	OffPath       bool           `json:"off_path" doc:"That follow-up is running; the common ladder leaves the contributor alone."`
	Extension     string         `json:"extension,omitempty" enum:"asked,granted,refused"`
	AskedUntil    string         `json:"asked_until,omitempty" format:"date"`
	Version       int            `json:"version" doc:"Newest accepted submission, 0 for none."`
	Withdrawn     int            `json:"withdrawn_version,omitempty" doc:"The versions up to this one were withdrawn by the contributor."`
	Late          bool           `json:"late"`
	Rounds        int            `json:"rounds" doc:"How often it was returned for correction."`
	Reminders     int            `json:"reminders,omitempty" doc:"How many reminders were sent out of turn. For the Secretariat alone."`
	SnoozedUntil  string         `json:"snoozed_until,omitempty" format:"date" doc:"Reminders rest before this day. For the Secretariat alone."`
	OpenedAt      *time.Time     `json:"opened_at,omitempty" doc:"Business time."`
	AnsweredAt    *time.Time     `json:"answered_at,omitempty"`
	SettledAt     *time.Time     `json:"settled_at,omitempty"`
	Revision      int            `json:"revision" doc:"Grows with every change."`
}

// Questionnaire pins one version of a questionnaire.
type Questionnaire struct {
	ID      string `json:"id"`
	Version string `json:"version"`
}

type listRequestsInput struct {
	CyclePath
	Paged
	State []string `query:"state" enum:"open,received,returned,settled,no-reply,withdrawn" doc:"Only in these states."`
	Kind  []string `query:"kind" enum:"member-state,entity,mission,panel" doc:"Only of these kinds."`
}

type requestsOutput struct {
	Vary string `header:"Vary"`
	Body struct {
		Items      []Request `json:"items"`
		NextCursor string    `json:"next_cursor,omitempty" doc:"Left out on the last page."`
	} `nameHint:"RequestPage"`
}

type getRequestInput struct {
	RequestPath
	IfNoneMatch
}

type requestOutput struct {
	ETag string `header:"ETag"`
	Vary string `header:"Vary"`
	Body Request
}

type questionnaireInput struct {
	RequestPath
	IfNoneMatch
}

type questionnaireOutput struct {
	ContentType string `header:"Content-Type"`
	ETag        string `header:"ETag"`
	Body        []byte
}

const requestsPath = "/v1/cycles/{instrument}/{stream}/{period}/requests"

func (s *service) registerRequests() {
	register(s, operation{
		id: "list-requests", method: http.MethodGet, path: requestsPath, tag: tagRequests, action: access.ListRequests,
		summary: "List a cycle's requests", description: "What each contributor is asked and how it stands, by contributor. A contributor sees its own.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemMalformed},
	}, s.listRequests)
	register(s, operation{
		id: "get-request", method: http.MethodGet, path: requestsPath + "/{contributor}", tag: tagRequests, action: access.ReadRequest,
		summary: "Read a request", description: "What one contributor is asked, until when, and how it stands.",
	}, s.getRequest)
	register(s, operation{
		id: "get-questionnaire", method: http.MethodGet, path: requestsPath + "/{contributor}/questionnaire", tag: tagRequests, action: access.ReadRequest,
		summary: "Read the questionnaire", description: "The JSON Schema (2020-12) that an answer to this request must satisfy, with its questions, their provisions and its cross-field rules. " +
			"Where only a receipt is kept there is none.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemReceiptOnly},
		media:    mediaObject("application/schema+json", "A JSON Schema 2020-12 document."),
	}, s.getQuestionnaire)
}

func (s *service) listRequests(ctx context.Context, in *listRequestsInput) (*requestsOutput, error) {
	after, err := in.after()
	if err != nil {
		return nil, err
	}
	filter := rapporteur.RequestFilter{Cycle: in.id(), After: rapporteur.ContributorID(after), Limit: in.Limit + 1}
	for _, state := range in.State {
		filter.States = append(filter.States, rapporteur.RequestState(state))
	}
	for _, kind := range in.Kind {
		filter.Kinds = append(filter.Kinds, rapporteur.ContributorKind(kind))
	}
	if p := callOf(ctx).principal; !staff(p) {
		filter.Contributor = p.Contributor
	}
	var found []rapporteur.Request
	err = s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		if err := seesCycle(ctx, r, in.id()); err != nil {
			return err
		}
		if _, err := r.Cycle(ctx, in.id()); err != nil {
			return err
		}
		var err error
		found, err = r.Requests(ctx, filter)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := &requestsOutput{Vary: "Accept-Language"}
	out.Body.Items = []Request{}
	cut, next := page(found, in.Limit, func(r rapporteur.Request) string { return string(r.Contributor) })
	out.Body.NextCursor = next
	for _, r := range cut {
		out.Body.Items = append(out.Body.Items, s.requestOf(ctx, r))
	}
	return out, nil
}

func (s *service) requestOf(ctx context.Context, r rapporteur.Request) Request {
	out := Request{
		Cycle: string(r.Cycle), Contributor: string(r.Contributor), Name: s.name(ctx, r), Kind: string(r.Kind),
		State: string(r.State), Outcome: string(r.Outcome), Due: r.Due.String(), FollowUp: r.FollowUp, OffPath: r.OffPath,
		Extension: string(r.Extension), AskedUntil: r.AskedUntil.String(), Version: r.Version, Withdrawn: r.WithdrawnVersion, Late: r.Late, Rounds: r.Rounds,
		OpenedAt: instant(r.OpenedAt), AnsweredAt: instant(r.AnsweredAt), SettledAt: instant(r.SettledAt), Revision: r.Revision,
	}
	if staff(callOf(ctx).principal) {
		out.Reminders, out.SnoozedUntil = r.Reminders, r.SnoozedUntil.String()
	}
	if ref := r.Questionnaire; ref != (rapporteur.QuestionnaireRef{}) {
		out.Questionnaire = &Questionnaire{ID: ref.ID, Version: ref.Version}
	}
	return out
}

// name is what the contributor was called when it was asked.
func (s *service) name(ctx context.Context, r rapporteur.Request) string {
	c, err := s.Catalogue.Contributor(r.Contributor, rapporteur.DateOf(r.OpenedAt))
	if err != nil {
		return string(r.Contributor)
	}
	return c.Name(callOf(ctx).language)
}

func (s *service) getRequest(ctx context.Context, in *getRequestInput) (*requestOutput, error) {
	request, err := s.readRequest(ctx, in.key())
	if err != nil {
		return nil, err
	}
	out := s.requestAnswer(ctx, request)
	if err := in.fresh(out.ETag); err != nil {
		return nil, err
	}
	return out, nil
}

func (s *service) requestAnswer(ctx context.Context, r rapporteur.Request) *requestOutput {
	body := s.requestOf(ctx, r)
	return &requestOutput{ETag: etagOf(r.Revision, body), Vary: "Accept-Language", Body: body}
}

func (s *service) readRequest(ctx context.Context, key rapporteur.RequestKey) (rapporteur.Request, error) {
	var request rapporteur.Request
	err := s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		request, err = r.Request(ctx, key)
		return err
	})
	return request, err
}

func (s *service) getQuestionnaire(ctx context.Context, in *questionnaireInput) (*questionnaireOutput, error) {
	request, err := s.readRequest(ctx, in.key())
	if err != nil {
		return nil, err
	}
	if request.Questionnaire == (rapporteur.QuestionnaireRef{}) {
		return nil, rapporteur.ReceiptOnly()
	}
	q, err := s.Catalogue.Questionnaire(request.Questionnaire)
	if err != nil {
		return nil, err
	}
	etag := etagOf(0, q.Schema)
	if err := in.fresh(etag); err != nil {
		return nil, err
	}
	return &questionnaireOutput{ContentType: "application/schema+json", ETag: etag, Body: q.Schema}, nil
}
