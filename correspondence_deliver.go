package rapporteur

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// counter is where a contributor delivers: an intake on the terms that the
// contributor has.
type counter struct {
	instrument  Instrument
	stream      Stream
	contributor Contributor
	sender      Sender
}

// at finds the counter of a stream for whoever acts, and refuses those who may
// not deliver there.
func (c Correspondence) at(actor Principal, instrument, stream string) (counter, error) {
	var at counter
	var err error
	if at.instrument, at.stream, err = intakeOf(c.Catalogue, instrument, stream); err != nil {
		return at, err
	}
	if at.contributor, err = c.Catalogue.Contributor(actor.Contributor, DateOf(c.Clock())); err != nil {
		return at, err
	}
	var ok bool
	if at.sender, ok = at.stream.Intake.Sender(at.contributor); !ok {
		return at, Problemf(ProblemForbidden, "Not for you to deliver", "The stream %s takes nothing from %s.", stream, actor.Contributor)
	}
	return at, nil
}

// intakeOf finds a stream that takes deliveries.
func intakeOf(catalogue Catalogue, instrument, stream string) (Instrument, Stream, error) {
	i, err := catalogue.Instrument(instrument)
	if err != nil {
		return i, Stream{}, err
	}
	s, ok := i.Stream(stream)
	if !ok || !s.Intake.Takes() {
		return i, s, NotFound("intake", instrument+"/"+stream)
	}
	return i, s, nil
}

// content refuses content where only a receipt is kept. It is asked before
// anything else looks at what came.
func (at counter) content() error {
	if at.stream.Intake.ReceiptOnly {
		return ReceiptOnly()
	}
	return nil
}

// DeliveryQuestionnaire is what a contributor's delivery to an intake must
// satisfy. Where only a receipt is kept there is none.
func (c Correspondence) DeliveryQuestionnaire(actor Principal, instrument, stream string) (Questionnaire, error) {
	at, err := c.at(actor, instrument, stream)
	if err != nil {
		return Questionnaire{}, err
	}
	if err := at.content(); err != nil {
		return Questionnaire{}, err
	}
	return c.Catalogue.Latest(at.sender.Questionnaire)
}

// CheckDelivery validates a body for an intake without delivering it.
func (c Correspondence) CheckDelivery(ctx context.Context, actor Principal, instrument, stream string, body []byte) (Verdict, error) {
	at, err := c.at(actor, instrument, stream)
	if err != nil {
		return Verdict{}, err
	}
	if err := at.content(); err != nil {
		return Verdict{}, err
	}
	_, verdict, err := c.inspect(ctx, at, body)
	return verdict, err
}

func (c Correspondence) inspect(ctx context.Context, at counter, body []byte) (Questionnaire, Verdict, error) {
	questionnaire, err := c.Catalogue.Latest(at.sender.Questionnaire)
	if err != nil {
		return questionnaire, Verdict{}, err
	}
	document, findings, err := c.Catalogue.Check(ctx, questionnaire.QuestionnaireRef, body)
	if err != nil {
		return questionnaire, Verdict{}, err
	}
	findings = append(findings, unknownFiles(fileReferences(questionnaire, document), nil)...) // a delivery has no files
	findings = Justify(findings, document.Justifications)
	return questionnaire, Verdict{Accepted: !Blocked(findings), Findings: findings, Document: document}, nil
}

// Deliver takes a delivery into the window that is open at its business time,
// or says why not and leaves nothing behind. It is acknowledged by its return:
// body, delivery, audit record and the message that has it routed are in the
// record then, and neither a worker nor Temporal was needed. The same body
// from the same contributor in the same window is the same delivery: a retry is
// harmless.
func (c Correspondence) Deliver(ctx context.Context, actor Principal, instrument, stream string, body []byte) (Delivery, error) {
	at, err := c.at(actor, instrument, stream)
	if err != nil {
		return Delivery{}, err
	}
	if err := at.content(); err != nil {
		return Delivery{}, err
	}
	questionnaire, verdict, err := c.inspect(ctx, at, body)
	if err != nil {
		return Delivery{}, err
	}
	if !verdict.Accepted {
		return Delivery{}, rejected(verdict.Document.Language, verdict.Findings)
	}
	sum := sha256.Sum256(body)
	document := verdict.Document
	delivery := Delivery{
		Contributor: at.contributor.ID, Kind: at.contributor.Kind, Questionnaire: questionnaire.QuestionnaireRef,
		ReturnType: document.ReturnType, Language: document.Language,
		Hash: hex.EncodeToString(sum[:]), Size: len(body),
		Classification: document.Classification.AtLeast(at.stream.Intake.Classification),
		Consent:        questionnaire.ConsentIn(document), Destinations: at.stream.Intake.Destinations,
		ReceivedFrom: actor.ID, Findings: verdict.Findings,
	}
	err = c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		window, err := presentWindow(ctx, tx, at.instrument, at.stream, c.Clock())
		if err != nil {
			return err
		}
		return c.take(ctx, tx, window, &delivery, body)
	})
	return delivery, err
}

// take writes a delivery into a cycle that is locked and open. One that is
// there already comes back as it is.
func (c Correspondence) take(ctx context.Context, tx Tx, cycle Cycle, d *Delivery, body []byte) error {
	d.Cycle = cycle.ID
	if done, err := delivered(ctx, tx, d); done || err != nil {
		return err
	}
	count, err := tx.DeliveryCount(ctx, cycle.ID)
	if err != nil {
		return err
	}
	d.Number, d.ReceivedAt = count+1, cycle.Now(c.Clock())
	if err := tx.InsertDelivery(ctx, *d, body); err != nil {
		return err
	}
	if _, err := tx.AppendAudit(ctx, d.audit()); err != nil || !cycle.ID.IsWindow() {
		return err
	}
	// Whoever finds others that were not tried knows that a hint was sent for
	// them, and that this one is found with them: the window is locked where one
	// is taken off the list.
	waiting, err := tx.Unrouted(ctx, DeliveryFilter{Cycle: cycle.ID, Untried: true, Limit: 1})
	if err != nil {
		return err
	}
	if err := tx.QueueRouting(ctx, d.DeliveryKey); err != nil || len(waiting) > 0 {
		return err
	}
	return tx.Enqueue(ctx, Message{Kind: MessageHint, Cycle: cycle.ID})
}

// delivered finds out whether the same was delivered before, and gives that
// delivery back.
func delivered(ctx context.Context, tx Tx, d *Delivery) (bool, error) {
	before, err := tx.Deliveries(ctx, DeliveryFilter{Cycle: d.Cycle, Contributor: d.Contributor, Hash: d.Hash})
	if err != nil {
		return false, err
	}
	for _, b := range before {
		if fmt.Sprint(b.Receipt, b.Destinations) == fmt.Sprint(d.Receipt, d.Destinations) {
			*d = b
			return true, nil
		}
	}
	return false, nil
}

// audit is the record that something was delivered, or that a receipt was left.
func (d Delivery) audit() AuditRecord {
	record := AuditRecord{
		Key: "delivery/" + d.String(), Cycle: d.Cycle, At: d.ReceivedAt, Actor: d.ReceivedFrom,
		Action: ActionDelivered, Contributor: d.Contributor,
		Details: map[string]string{
			"delivery": fmt.Sprint(d.Number), "hash": d.Hash, "classification": string(d.Classification),
		},
	}
	if d.Receipt {
		record.Action = ActionReceiptLeft
		record.Details["to"] = joinIDs(d.Destinations, len(d.Destinations))
		record.Details["handed-over"] = d.HandedOver.String()
		return record
	}
	record.Details["return-type"], record.Details["findings"] = string(d.ReturnType), fmt.Sprint(len(d.Findings))
	record.Details["in-report"], record.Details["by-name"] = fmt.Sprint(d.Consent.InReport), fmt.Sprint(d.Consent.ByName)
	return record
}
