package rapporteur

import (
	"context"
	"fmt"
	"time"
)

// digestNumber is the number of a window's digest among its drafts: there is
// one.
const digestNumber = 1

// Digest makes the digest of a window that is closed and keeps it as its draft.
// Done before, it only gives its number.
func (c Conduct) Digest(ctx context.Context, id CycleID, m Moment) (int, error) {
	var content WindowContent
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		window, err := r.Cycle(ctx, id)
		if err != nil {
			return err
		}
		content, err = c.windowContent(ctx, r, window, time.Time{}, m)
		return err
	})
	if err != nil {
		return 0, err
	}
	report, err := Digest(content)
	if err != nil {
		return 0, err
	}
	return digestNumber, c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		window, err := tx.LockCycle(ctx, id)
		if err != nil {
			return err
		}
		record := m.record(id, ActionWindowDigested, string(ActionWindowDigested)+"/"+string(id))
		record.Details["deliveries"], record.Details["words"] = fmt.Sprint(len(content.Deliveries)), fmt.Sprint(report.Words)
		record.Details["hash"] = report.Hash
		added, err := tx.AppendAudit(ctx, record)
		if err != nil || !added {
			return err
		}
		draft := Draft{Cycle: id, Number: digestNumber, Report: report, CompiledAt: m.Now, Outcome: ClearanceNotNeeded}
		if err := tx.InsertDraft(ctx, draft); err != nil {
			return err
		}
		window.Draft = digestNumber
		return tx.UpdateCycle(ctx, window)
	})
}

// windowContent gathers what a digest is made from: what came in a window after
// a moment.
func (c Conduct) windowContent(ctx context.Context, r Reader, window Cycle, since time.Time, m Moment) (WindowContent, error) {
	in := WindowContent{
		Window: window, Documents: map[int]AnswerDocument{}, Contributors: map[ContributorID]Contributor{},
		Questionnaires: map[QuestionnaireRef]Questionnaire{}, Since: since, At: m.Now,
	}
	var err error
	if in.Instrument, in.Stream, err = c.ofWindow(window.ID); err != nil {
		return in, err
	}
	all, err := r.Deliveries(ctx, DeliveryFilter{Cycle: window.ID})
	if err != nil {
		return in, err
	}
	for _, d := range all {
		if !d.ReceivedAt.After(since) {
			continue
		}
		in.Deliveries = append(in.Deliveries, d)
		if err := c.addDelivery(ctx, r, &in, d); err != nil {
			return in, fmt.Errorf("cannot read delivery %s: %w", d, err)
		}
	}
	return in, nil
}

// addDelivery adds who and what belongs to a delivery. Of a receipt there is no
// content to read.
func (c Conduct) addDelivery(ctx context.Context, r Reader, in *WindowContent, d Delivery) error {
	for _, id := range append([]ContributorID{d.Contributor}, d.Destinations...) {
		if _, known := in.Contributors[id]; known {
			continue
		}
		contributor, err := c.contributor(in.Window, id, DateOf(d.ReceivedAt))
		if err != nil {
			return err
		}
		in.Contributors[id] = contributor
	}
	if d.Receipt {
		return nil
	}
	body, err := r.Body(ctx, d.Hash)
	if err != nil {
		return err
	}
	document, _, err := c.Catalogue.Check(ctx, d.Questionnaire, body)
	if err != nil {
		return err
	}
	in.Documents[d.Number] = document
	if _, known := in.Questionnaires[d.Questionnaire]; !known {
		in.Questionnaires[d.Questionnaire], err = c.Catalogue.Questionnaire(d.Questionnaire)
	}
	return err
}
