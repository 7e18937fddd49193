package rapporteur

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// SendResult is what came of sending a rung.
type SendResult struct {
	Sent      int
	Failed    int // refused for good; the ledger says why
	Skipped   int // answered meanwhile, or sent before
	Escalated int
}

// senders is how many messages are handed to the mail server at once.
const senders = 4

// SendRung climbs one rung of the common ladder: it selects who is still open
// on the common path and meant by the rung, and sends each one message. Sent
// before, a message is not sent again; a message that a crash left between
// claiming and sending goes again with the same Message-ID. progress is called
// after each contributor.
func (c Conduct) SendRung(ctx context.Context, id CycleID, rung PlannedRung, m Moment, progress func(done int)) (SendResult, error) {
	cycle, requests, err := c.chaseable(ctx, id, rung)
	if err != nil {
		return SendResult{}, err
	}
	var result SendResult
	if rung.Rung.Escalates {
		result, err = c.escalate(ctx, cycle, requests, m)
	} else {
		result, err = c.sendAll(ctx, cycle, requests, rung, m, progress)
	}
	if err != nil {
		return result, err
	}
	err = c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		record := m.record(id, ActionRungSent, fmt.Sprintf("rung/%s/%s/%s", id, rung.Rung.ID, rung.Due))
		record.Details["rung"] = rung.Rung.ID
		record.Details["notice"] = string(rung.Rung.Notice)
		record.Details["sent"] = fmt.Sprint(result.Sent)
		record.Details["failed"] = fmt.Sprint(result.Failed)
		record.Details["escalated"] = fmt.Sprint(result.Escalated)
		_, err := tx.AppendAudit(ctx, record)
		return err
	})
	return result, err
}

// chaseable reads the cycle and those of its requests that the rung is for.
func (c Conduct) chaseable(ctx context.Context, id CycleID, rung PlannedRung) (Cycle, []Request, error) {
	var cycle Cycle
	var requests []Request
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		if cycle, err = r.Cycle(ctx, id); err != nil {
			return err
		}
		filter := RequestFilter{Cycle: id, States: []RequestState{RequestOpen}, Kinds: rung.Rung.Kinds, OnPath: true}
		requests, err = r.Requests(ctx, filter)
		return err
	})
	return cycle, requests, err
}

func (c Conduct) sendAll(ctx context.Context, cycle Cycle, requests []Request, rung PlannedRung, m Moment, progress func(int)) (SendResult, error) {
	var (
		mutex  sync.Mutex
		group  sync.WaitGroup
		result SendResult
		failed error
		done   int
	)
	work := make(chan Request)
	for range senders {
		group.Go(func() {
			for request := range work {
				state, err := c.sendOne(ctx, cycle, request.RequestKey, rung, m)
				mutex.Lock()
				failed = errors.Join(failed, err)
				result.add(state)
				done++
				progress(done)
				mutex.Unlock()
			}
		})
	}
	for _, request := range requests {
		work <- request
	}
	close(work)
	group.Wait()
	return result, failed
}

func (r *SendResult) add(state LedgerState) {
	switch state {
	case LedgerSent:
		r.Sent++
	case LedgerFailed:
		r.Failed++
	case "":
		r.Skipped++
	}
}

// sendOne sends one message of the ladder to one contributor who is still
// being chased. An empty state means that there was nothing to send.
func (c Conduct) sendOne(ctx context.Context, cycle Cycle, key RequestKey, rung PlannedRung, m Moment) (LedgerState, error) {
	letter := Letter{Notice: rung.Rung.Notice, Rung: rung.Rung.ID, Due: rung.Due}
	return c.send(ctx, cycle, key, letter, m, func(r Request) bool { return r.State == RequestOpen && !r.OffPath })
}

// send claims a letter in the ledger, hands it to the mail server and records
// what came of it. wanted is asked in the claiming transaction, so that nobody
// is reminded after an answer.
func (c Conduct) send(ctx context.Context, cycle Cycle, key RequestKey, l Letter, m Moment, wanted func(Request) bool) (LedgerState, error) {
	l, err := c.address(ctx, cycle, key, l, m)
	if err != nil {
		return "", err
	}
	entry := c.ledgerEntry(l, m)
	entry, claimed, err := c.claim(ctx, entry, wanted)
	if err != nil || !claimed {
		return "", err
	}
	return c.deliver(ctx, l, entry, m)
}

// claim writes the ledger entry if the message is wanted and was neither sent
// nor refused before.
func (c Conduct) claim(ctx context.Context, entry LedgerEntry, wanted func(Request) bool) (LedgerEntry, bool, error) {
	claimed := false
	err := c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		claimed = false
		request, err := tx.LockRequest(ctx, RequestKey{Cycle: entry.Cycle, Contributor: entry.Contributor})
		if err != nil || !wanted(request) {
			return err
		}
		stored, _, err := tx.ClaimMessage(ctx, entry)
		claimed = stored.State == LedgerClaimed
		entry = stored
		return err
	})
	return entry, claimed, err
}

func (c Conduct) deliver(ctx context.Context, l Letter, entry LedgerEntry, m Moment) (LedgerState, error) {
	err := c.Mailbox.Send(ctx, l)
	var refusal *Refusal
	switch {
	case err == nil:
		entry.State, entry.SentAt = LedgerSent, m.Now
	case errors.As(err, &refusal):
		entry.State, entry.Failure = LedgerFailed, refusal.Error()
	default:
		return LedgerClaimed, fmt.Errorf("cannot send %s to %s: %w", l.Notice, entry.Contributor, err)
	}
	err = c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if entry.State == LedgerFailed {
			record := m.record(entry.Cycle, ActionMessageFailed, fmt.Sprintf("failed/%s/%s/%s/%s", entry.Cycle, entry.Contributor, entry.Rung, entry.Due))
			record.Contributor = entry.Contributor
			record.Details["notice"] = string(entry.Notice)
			if _, err := tx.AppendAudit(ctx, record); err != nil {
				return err
			}
		}
		return tx.UpdateLedgerEntry(ctx, entry)
	})
	return entry.State, err
}

// ledgerEntry is the claim of a letter.
func (c Conduct) ledgerEntry(l Letter, m Moment) LedgerEntry {
	entry := LedgerEntry{
		LedgerKey: LedgerKey{Cycle: l.Cycle, Contributor: l.Contributor.ID, Rung: l.Rung, Due: l.Due},
		Notice:    l.Notice, State: LedgerClaimed, MessageID: c.Mailbox.MessageID(l), ClaimedAt: m.Now,
	}
	for _, contact := range l.To {
		entry.To = append(entry.To, contact.Address)
	}
	return entry
}

// aboutCycle adds to a letter what its cycle is about.
func (c Conduct) aboutCycle(cycle Cycle, l Letter, m Moment) (Letter, error) {
	instrumentID, streamID, _, err := cycle.ID.Parts()
	if err != nil {
		return l, err
	}
	instrument, err := c.Catalogue.Instrument(instrumentID)
	if err != nil {
		return l, err
	}
	stream, _ := instrument.Stream(streamID)
	l.Cycle, l.Instrument, l.Subject = cycle.ID, instrument.Symbol, stream.Title
	l.Provisions, l.MandatedDue, l.SentAt = stream.Provisions, cycle.Plan.Date(DateMandated), m.Now
	return l, nil
}

// address completes a letter with what the catalogue and the store know of its
// contributor.
func (c Conduct) address(ctx context.Context, cycle Cycle, key RequestKey, l Letter, m Moment) (Letter, error) {
	l, err := c.aboutCycle(cycle, l, m)
	if err != nil {
		return l, err
	}
	if l.Contributor, err = c.Catalogue.Contributor(key.Contributor, DateOf(m.Now)); err != nil {
		return l, err
	}
	role := ContactFocalPoint
	if l.Notice == NoticeEscalation {
		role = ContactLead
	}
	err = c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		contacts, err := r.Contacts(ctx, key.Contributor)
		l.To = addressees(contacts, role)
		return err
	})
	if err == nil && len(l.To) == 0 {
		err = Problemf(ProblemUnreachable, "Cannot be reached", "%s has no contact to write to.", key.Contributor)
	}
	return l, err
}

// addressees are the contacts in a role, or all where nobody has it.
func addressees(contacts []Contact, role ContactRole) []Contact {
	var chosen []Contact
	for _, contact := range contacts {
		if contact.Role == role {
			chosen = append(chosen, contact)
		}
	}
	if len(chosen) == 0 {
		return contacts
	}
	return chosen
}

// escalate takes the silent contributors off the common path; the follow-up of
// each writes to its lead.
func (c Conduct) escalate(ctx context.Context, cycle Cycle, requests []Request, m Moment) (SendResult, error) {
	var result SendResult
	err := c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		result = SendResult{}
		due := DateOf(m.Now).Add(cycle.Policy.FollowUp.EscalateWithin)
		for _, listed := range requests {
			request, err := tx.LockRequest(ctx, listed.RequestKey)
			if err != nil {
				return err
			}
			next, effects, err := request.Next(RequestEvent{Escalate: true}, m.Now)
			if err != nil {
				result.Skipped++
				continue
			}
			record := m.record(cycle.ID, ActionEscalated, fmt.Sprintf("escalated/%s/%s/%d", cycle.ID, request.Contributor, next.FollowUp))
			record.Contributor = request.Contributor
			followUp := FollowUp{RequestKey: next.RequestKey, Number: next.FollowUp, Kind: FollowUpEscalation, Due: due, OpenedAt: m.Now, OpenedBy: ActorEngine}
			if err := leaveCommonPath(ctx, tx, next, effects, followUp, record); err != nil {
				return err
			}
			result.Escalated++
		}
		return nil
	})
	return result, err
}

// leaveCommonPath writes a request that has left the common path, with its
// follow-up when a new one begins.
func leaveCommonPath(ctx context.Context, tx Tx, r Request, effects []RequestEffect, f FollowUp, record AuditRecord) error {
	if err := tx.UpdateRequest(ctx, r); err != nil {
		return err
	}
	if _, err := tx.AppendAudit(ctx, record); err != nil {
		return err
	}
	for _, effect := range effects {
		if effect == EffectStartFollowUp {
			if err := tx.InsertFollowUp(ctx, f); err != nil {
				return err
			}
		}
	}
	return followUpEffects(ctx, tx, r, effects)
}
