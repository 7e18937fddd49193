package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// IntakeSummary is a stream that takes deliveries, on the wire.
type IntakeSummary struct {
	Instrument     string   `json:"instrument"`
	Stream         string   `json:"stream" example:"op9"`
	Shape          string   `json:"shape" enum:"intake,occasion" doc:"An intake is always open; a stream of occasions takes receipts for one of its occasions."`
	Title          string   `json:"title"`
	Provisions     []string `json:"provisions"`
	ReceiptOnly    bool     `json:"receipt_only" doc:"Content goes to its destination by another channel; only a receipt is left here."`
	Classification string   `json:"classification" enum:"unclassified,confidential,strictly-confidential" doc:"The least that its deliveries have."`
	Windows        string   `json:"windows,omitempty" example:"halves" doc:"Calendar halves, or the length of a window as an ISO 8601 duration."`
	From           string   `json:"from,omitempty" format:"date" doc:"It takes nothing before."`
	Destinations   []string `json:"destinations" doc:"To whom deliveries go."`
	Recipients     []string `json:"recipients,omitempty" doc:"Bodies outside the registry that receipts may name."`
	Senders        []Sender `json:"senders" doc:"Who may deliver, and with what."`
}

// Sender is who may deliver to an intake, and with what.
type Sender struct {
	Kind          string   `json:"kind" enum:"member-state,entity,mission"`
	Questionnaire string   `json:"questionnaire,omitempty" doc:"Left out where only receipts are kept."`
	Only          []string `json:"only,omitempty" doc:"Just these contributors of the kind."`
}

// Intake is an intake with its windows.
type Intake struct {
	IntakeSummary
	Running bool     `json:"running" doc:"It takes deliveries, or will from its first day."`
	Items   []Window `json:"items" doc:"Its windows, oldest first."`
}

// Window is one span of an intake.
type Window struct {
	Period     string `json:"period" example:"window-2018-H1" doc:"For the Secretariat its cycle is under /v1/cycles, with its digest as a draft."`
	Label      string `json:"label" example:"2018-H1"`
	First      string `json:"first" format:"date"`
	Last       string `json:"last" format:"date"`
	Phase      string `json:"phase" enum:"planned,collecting,closed,cancelled"`
	Deliveries *int   `json:"deliveries,omitempty" doc:"How many came. For the Secretariat."`
	Digest     int    `json:"digest,omitempty" doc:"Number of the draft that is its digest. For the Secretariat."`
	Attention  string `json:"attention,omitempty" doc:"What a person should do. For the Secretariat."`
}

// IntakePath names an intake.
type IntakePath struct {
	Instrument string `path:"instrument" maxLength:"80" example:"s-res-2388-2017" doc:"Id of the instrument."`
	Stream     string `path:"stream" maxLength:"80" example:"op9" doc:"Id of the stream."`
}

type startIntakeInput struct {
	IntakePath
	Keyed
}

// Stop is why an intake is stopped.
type Stop struct {
	Reason string `json:"reason" minLength:"1" maxLength:"4000"`
}

type stopIntakeInput struct {
	IntakePath
	Keyed
	Body Stop
}

type intakesOutput struct {
	Body struct {
		Items []IntakeSummary `json:"items"`
	} `nameHint:"IntakeList"`
}

type intakeOutput struct{ Body Intake }

type intakeQuestionnaireInput struct {
	IntakePath
	IfNoneMatch
}

const intakePath = "/v1/intakes/{instrument}/{stream}"

func (s *service) registerIntakes() {
	register(s, operation{
		id: "list-intakes", method: http.MethodGet, path: "/v1/intakes", tag: tagIntakes, action: access.ReadIntake,
		summary: "List intakes", description: "Streams that take deliveries at any time; a contributor sees those to which it may deliver or whose deliveries go to it.",
	}, s.listIntakes)
	register(s, operation{
		id: "get-intake", method: http.MethodGet, path: intakePath, tag: tagIntakes, action: access.ReadIntake,
		summary: "Read an intake", description: "On what terms it takes deliveries, and its windows. A window's digest is a draft of its cycle.",
	}, s.getIntake)
	register(s, operation{
		id: "start-intake", method: http.MethodPost, path: intakePath, tag: tagIntakes, action: access.SteerIntake, mayBeEmpty: true,
		summary:     "Start an intake",
		description: "It then stays open, in windows that follow each other, until it is stopped. One that runs stays as it is, and the engine is told of it again.",
		problems:    []rapporteur.ProblemKind{rapporteur.ProblemUnreachable, rapporteur.ProblemUnsupported, rapporteur.ProblemConflict},
	}, s.startIntake)
	register(s, operation{
		id: "stop-intake", method: http.MethodPost, path: intakePath + "/stop", tag: tagIntakes, action: access.SteerIntake,
		summary: "Stop an intake", description: "Closes what is open, for a reason. What was delivered is still routed, and the last digest made.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemConflict, rapporteur.ProblemClosed},
	}, s.stopIntake)
	register(s, operation{
		id: "get-intake-questionnaire", method: http.MethodGet, path: intakePath + "/questionnaire", tag: tagIntakes, action: access.Deliver,
		summary: "Read the questionnaire of an intake", description: "The JSON Schema (2020-12) that a delivery of the caller must satisfy.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemReceiptOnly},
		media:    mediaObject("application/schema+json", "A JSON Schema with the keywords of schemas/README.md."),
	}, s.getIntakeQuestionnaire)
}

// intake finds a stream that takes deliveries and that the caller may know of.
func (s *service) intake(ctx context.Context, p IntakePath) (rapporteur.Instrument, rapporteur.Stream, error) {
	instrument, err := s.Catalogue.Instrument(p.Instrument)
	if err != nil {
		return instrument, rapporteur.Stream{}, err
	}
	stream, ok := instrument.Stream(p.Stream)
	if !ok || !s.seesIntake(ctx, stream) {
		return instrument, stream, rapporteur.NotFound("intake", p.Instrument+"/"+p.Stream)
	}
	return instrument, stream, nil
}

// seesIntake reports whether a stream takes deliveries and the caller has to do
// with it.
func (s *service) seesIntake(ctx context.Context, stream rapporteur.Stream) bool {
	p := callOf(ctx).principal
	if !stream.Intake.Takes() || staff(p) {
		return stream.Intake.Takes()
	}
	contributor, err := s.Catalogue.Contributor(p.Contributor, rapporteur.DateOf(s.Clock()))
	return err == nil && stream.Intake.Concerns(contributor)
}

func (s *service) listIntakes(ctx context.Context, _ *struct{}) (*intakesOutput, error) {
	out := &intakesOutput{}
	out.Body.Items = []IntakeSummary{}
	for _, instrument := range s.Catalogue.Instruments() {
		for _, stream := range instrument.Streams {
			if s.seesIntake(ctx, stream) {
				out.Body.Items = append(out.Body.Items, intakeOf(instrument, stream))
			}
		}
	}
	return out, nil
}

func intakeOf(i rapporteur.Instrument, s rapporteur.Stream) IntakeSummary {
	p := s.Intake
	out := IntakeSummary{
		Instrument: i.ID, Stream: s.ID, Shape: string(s.Shape), Title: s.Title, Provisions: s.Provisions,
		ReceiptOnly: p.ReceiptOnly, Classification: string(p.Classification), From: p.From.String(),
		Destinations: textsOf(p.Destinations), Recipients: textsOf(p.Recipients), Senders: []Sender{},
	}
	switch {
	case p.Halves:
		out.Windows = "halves"
	case !p.Window.IsZero():
		out.Windows = p.Window.String()
	}
	for _, sender := range p.Senders {
		out.Senders = append(out.Senders, Sender{Kind: string(sender.Kind), Questionnaire: sender.Questionnaire, Only: textsOf(sender.Only)})
	}
	return out
}

func textsOf(ids []rapporteur.ContributorID) []string {
	texts := make([]string, 0, len(ids))
	for _, id := range ids {
		texts = append(texts, string(id))
	}
	return texts
}

func (s *service) getIntake(ctx context.Context, in *IntakePath) (*intakeOutput, error) {
	instrument, stream, err := s.intake(ctx, *in)
	if err != nil {
		return nil, err
	}
	out := &intakeOutput{Body: Intake{IntakeSummary: intakeOf(instrument, stream), Items: []Window{}}}
	err = s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		windows, err := r.Windows(ctx, instrument.ID, stream.ID)
		for _, window := range windows {
			out.Body.Running = !window.Phase.Final()
			shown := windowOf(window)
			if staff(callOf(ctx).principal) {
				count, err := r.DeliveryCount(ctx, window.ID)
				if err != nil {
					return err
				}
				shown.Deliveries, shown.Digest, shown.Attention = &count, window.Draft, window.Attention
			}
			out.Body.Items = append(out.Body.Items, shown)
		}
		return err
	})
	return out, err
}

func windowOf(c rapporteur.Cycle) Window {
	w := c.Window()
	return Window{
		Period: rapporteur.WindowPrefix + w.Label, Label: w.Label, First: w.First.String(), Last: w.Last.String(), Phase: string(c.Phase),
	}
}

func (s *service) startIntake(ctx context.Context, in *startIntakeInput) (*intakeOutput, error) {
	if _, err := s.Secretariat.StartIntake(ctx, callOf(ctx).principal, in.Instrument, in.Stream); err != nil {
		return nil, err
	}
	return s.getIntake(ctx, &in.IntakePath)
}

func (s *service) stopIntake(ctx context.Context, in *stopIntakeInput) (*intakeOutput, error) {
	if strings.TrimSpace(in.Body.Reason) == "" {
		return nil, rapporteur.Problemf(rapporteur.ProblemInvalid, "A reason is needed", "Say why the intake is stopped.")
	}
	var windows []rapporteur.Cycle
	err := s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		windows, err = r.Windows(ctx, in.Instrument, in.Stream)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(windows) == 0 {
		return nil, rapporteur.NotFound("running intake", in.Instrument+"/"+in.Stream)
	}
	err = s.Engine.Command(ctx, windows[len(windows)-1].ID, rapporteur.Command{
		ID: commandID(ctx), Kind: rapporteur.CommandStopIntake, Actor: callOf(ctx).principal.ID, Reason: in.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	return s.getIntake(ctx, &in.IntakePath)
}

func (s *service) getIntakeQuestionnaire(ctx context.Context, in *intakeQuestionnaireInput) (*questionnaireOutput, error) {
	q, err := s.Correspondence.DeliveryQuestionnaire(callOf(ctx).principal, in.Instrument, in.Stream)
	if err != nil {
		return nil, err
	}
	etag := etagOf(0, q.Schema)
	if err := in.fresh(etag); err != nil {
		return nil, err
	}
	return &questionnaireOutput{ContentType: "application/schema+json", ETag: etag, Body: q.Schema}, nil
}
