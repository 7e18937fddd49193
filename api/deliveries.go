package api

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// Delivery is the receipt of what was delivered, on the wire: all but the
// content.
type Delivery struct {
	ID             string         `json:"id" example:"s-res-2388-2017/op9/window-2018-H1/7"`
	Instrument     string         `json:"instrument"`
	Stream         string         `json:"stream"`
	Period         string         `json:"period" example:"window-2018-H1" doc:"The window, or the occasion, that it came in."`
	Number         int            `json:"number" doc:"In the period."`
	Contributor    string         `json:"contributor" doc:"Who delivered."`
	Kind           string         `json:"kind" enum:"member-state,entity,mission"`
	Receipt        bool           `json:"receipt" doc:"The content went by another channel; only this receipt is kept."`
	Questionnaire  *Questionnaire `json:"questionnaire,omitempty"`
	ReturnType     string         `json:"return_type,omitempty" enum:"answered,partial,nil,not-applicable,covered,declined"`
	Language       string         `json:"language,omitempty"`
	Hash           string         `json:"hash" doc:"SHA-256 of the content's bytes, hexadecimal."`
	Size           int            `json:"size" doc:"Bytes of the content; 0 for a receipt."`
	Classification string         `json:"classification" enum:"unclassified,confidential,strictly-confidential"`
	UseInReport    bool           `json:"use_in_report" doc:"The contributor agreed that the content may be used in reports to the Council."`
	Attribution    bool           `json:"attribution" doc:"And that it may be attributed by name."`
	HandedOver     string         `json:"handed_over,omitempty" format:"date" doc:"Receipts: the day on which the content was handed over."`
	Destinations   []string       `json:"destinations" doc:"For whom it is."`
	ReceivedAt     *time.Time     `json:"received_at,omitempty" doc:"Business time."`
	Findings       []Finding      `json:"findings" doc:"Justified warnings and advice."`
}

// ReceiptNote is all that is said of what was handed over by another channel.
type ReceiptNote struct {
	HandedOver     string `json:"handed_over" format:"date" doc:"The day."`
	To             string `json:"to" maxLength:"80" example:"entity-unitad" doc:"A destination or recipient of the intake."`
	Hash           string `json:"hash" pattern:"^[0-9a-f]{64}$" patternDescription:"a SHA-256 in lower-case hexadecimal" doc:"SHA-256 of what was handed over."`
	Classification string `json:"classification,omitempty" enum:"unclassified,confidential,strictly-confidential" doc:"The intake's least where left out; it cannot be lowered."`
	Period         string `json:"period,omitempty" maxLength:"40" example:"occasion-1" doc:"The occasion, where the stream has occasions."`
}

type deliverInput struct {
	IntakePath
	Keyed
}

type receiptInput struct {
	IntakePath
	Keyed
	Body ReceiptNote
}

type deliverOutput struct {
	Location string `header:"Location"`
	Body     Delivery
}

func (s *service) registerDeliveries() {
	register(s, operation{
		id: "validate-delivery", method: http.MethodPost, path: intakePath + "/validations", tag: tagIntakes, action: access.Deliver,
		summary:     "Check a delivery without delivering it",
		description: "Runs the same checks as a delivery and says what they find. Nothing is stored.",
		problems:    []rapporteur.ProblemKind{rapporteur.ProblemStale, rapporteur.ProblemReceiptOnly}, rawBody: true, maxBody: maxSubmission,
	}, s.validateDelivery)
	register(s, operation{
		id: "deliver", method: http.MethodPost, path: intakePath + "/deliveries", tag: tagIntakes, action: access.Deliver, status: http.StatusCreated,
		summary: "Deliver",
		description: "Takes the content into the window that is open, or says why not and keeps nothing. The answer is the receipt. Whether content may be used in a " +
			"report is a question of the questionnaire. The same bytes again are the same delivery. Needs no running engine.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemRejected, rapporteur.ProblemClosed, rapporteur.ProblemStale, rapporteur.ProblemReceiptOnly, rapporteur.ProblemConflict},
		rawBody:  true, maxBody: maxSubmission,
	}, s.deliver)
	register(s, operation{
		id: "leave-receipt", method: http.MethodPost, path: intakePath + "/receipts", tag: tagIntakes, action: access.Deliver, status: http.StatusCreated,
		summary: "Leave a receipt",
		description: "Keeps who handed over what to whom and when, by its hash, where the content itself must not come here. There is no field for content, and a " +
			"request that has one is refused.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemClosed, rapporteur.ProblemConflict},
	}, s.leaveReceipt)
	s.registerDelivered()
}

func (s *service) validateDelivery(ctx context.Context, in *deliverInput) (*validateOutput, error) {
	verdict, err := s.Correspondence.CheckDelivery(ctx, callOf(ctx).principal, in.Instrument, in.Stream, in.RawBody)
	if err != nil {
		return nil, err
	}
	return &validateOutput{Body: Verdict{
		Accepted: verdict.Accepted, Findings: findingsOf(verdict.Findings, callOf(ctx).languageOf(verdict.Document.Language)),
	}}, nil
}

func (s *service) deliver(ctx context.Context, in *deliverInput) (*deliverOutput, error) {
	// The framework uses the buffer again; a write may outlive its caller.
	body := bytes.Clone(in.RawBody)
	delivery, err := s.Correspondence.Deliver(ctx, callOf(ctx).principal, in.Instrument, in.Stream, body)
	if err != nil {
		return nil, err
	}
	return &deliverOutput{Location: deliveryURL(delivery.DeliveryKey), Body: deliveryOf(ctx, delivery)}, nil
}

func (s *service) leaveReceipt(ctx context.Context, in *receiptInput) (*deliverOutput, error) {
	handedOver, err := dateOf(in.Body.HandedOver)
	if err != nil {
		return nil, err
	}
	receipt, err := s.Correspondence.LeaveReceipt(ctx, callOf(ctx).principal, rapporteur.ReceiptNote{
		Instrument: in.Instrument, Stream: in.Stream, Period: in.Body.Period, HandedOver: handedOver,
		To: rapporteur.ContributorID(in.Body.To), Hash: in.Body.Hash, Classification: rapporteur.Classification(in.Body.Classification),
	})
	if err != nil {
		return nil, err
	}
	return &deliverOutput{Location: deliveryURL(receipt.DeliveryKey), Body: deliveryOf(ctx, receipt)}, nil
}

// deliveryURL is the address of a delivery.
func deliveryURL(k rapporteur.DeliveryKey) string {
	instrument, stream, period, _ := k.Cycle.Parts() // a stored id has its parts
	return fmt.Sprintf("/v1/intakes/%s/%s/deliveries/%s/%d", instrument, stream, period, k.Number)
}

func deliveryOf(ctx context.Context, d rapporteur.Delivery) Delivery {
	instrument, stream, period, _ := d.Cycle.Parts() // a stored id has its parts
	out := Delivery{
		ID: d.String(), Instrument: instrument, Stream: stream, Period: period, Number: d.Number,
		Contributor: string(d.Contributor), Kind: string(d.Kind), Receipt: d.Receipt, ReturnType: string(d.ReturnType), Language: d.Language,
		Hash: d.Hash, Size: d.Size, Classification: string(d.Classification), UseInReport: d.Consent.InReport, Attribution: d.Consent.ByName,
		HandedOver: d.HandedOver.String(), Destinations: textsOf(d.Destinations), ReceivedAt: instant(d.ReceivedAt),
		Findings: findingsOf(d.Findings, callOf(ctx).languageOf(d.Language)),
	}
	if !d.Receipt {
		out.Questionnaire = &Questionnaire{ID: d.Questionnaire.ID, Version: d.Questionnaire.Version}
	}
	return out
}
