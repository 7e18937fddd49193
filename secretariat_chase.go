package rapporteur

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Remind has a reminder sent to one contributor out of turn, by the engine, as
// soon as it can. It is refused where nothing is owed, where more time was asked
// for or reminders rest, and where the contributor was written to on the same
// day. The answer that comes before the mail keeps it from being sent. The same
// idempotencyKey again changes nothing.
func (s Secretariat) Remind(ctx context.Context, actor Principal, key RequestKey, reason, idempotencyKey string) (Request, error) {
	return s.actOn(ctx, key, func(ctx context.Context, tx Tx, request Request, cycle Cycle) (Request, error) {
		now := cycle.Now(s.Clock())
		record := AuditRecord{
			Key: keyed("reminder", key, idempotencyKey), Cycle: key.Cycle, At: now, Actor: actor.ID,
			Action: ActionReminderAsked, Contributor: key.Contributor, Reason: reason,
			Details: map[string]string{"number": fmt.Sprint(request.Reminders + 1), "due": request.Due.String()},
		}
		added, err := tx.AppendAudit(ctx, record)
		if err != nil || !added {
			return request, err
		}
		next, _, err := request.Next(RequestEvent{Remind: true}, now)
		if err != nil {
			return next, err
		}
		if err := notToday(ctx, tx, record); err != nil {
			return next, err
		}
		return next, tx.Enqueue(ctx, Message{Kind: MessageStartReminder, Cycle: key.Cycle, Contributor: key.Contributor, Number: next.Reminders})
	})
}

// notToday refuses a reminder to whom a message went, or is on its way, on the
// same day.
func notToday(ctx context.Context, r Reader, asked AuditRecord) error {
	today := DateOf(asked.At)
	key := RequestKey{Cycle: asked.Cycle, Contributor: asked.Contributor}
	ledger, err := r.Ledger(ctx, key)
	if err != nil {
		return err
	}
	before, err := r.AuditTrail(ctx, AuditFilter{Cycle: key.Cycle, Contributor: key.Contributor, Actions: []Action{ActionReminderAsked}})
	if err != nil {
		return err
	}
	sent := func(e LedgerEntry) bool {
		return DateOf(e.ClaimedAt) == today && (e.State == LedgerSent || e.State == LedgerClaimed)
	}
	another := func(a AuditRecord) bool {
		return a.Contributor == key.Contributor && a.Key != asked.Key && DateOf(a.At) == today
	}
	if slices.ContainsFunc(ledger, sent) || slices.ContainsFunc(before, another) {
		return invalidStep("A message went to this contributor today, or is on its way. Give it a day.")
	}
	return nil
}

// Snooze has the reminders of one contributor rest until a day, for a reason, or
// go again where until is zero. Whatever is not a reminder is sent all the same,
// and what would have been sent meanwhile is not made up for. The same
// idempotencyKey again changes nothing.
func (s Secretariat) Snooze(ctx context.Context, actor Principal, key RequestKey, until Date, reason, idempotencyKey string) (Request, error) {
	if !until.IsZero() && strings.TrimSpace(reason) == "" {
		return Request{}, Problemf(ProblemInvalid, "A reason is needed", "Say why reminders rest.")
	}
	return s.actOn(ctx, key, func(ctx context.Context, tx Tx, request Request, cycle Cycle) (Request, error) {
		now := cycle.Now(s.Clock())
		record := AuditRecord{
			Key: keyed("snooze", key, idempotencyKey), Cycle: key.Cycle, At: now, Actor: actor.ID,
			Action: ActionSnoozed, Contributor: key.Contributor, Reason: reason, Details: map[string]string{"until": until.String()},
		}
		if until.IsZero() {
			record.Action, record.Details = ActionSnoozeLifted, map[string]string{"before": request.SnoozedUntil.String()}
		}
		added, err := tx.AppendAudit(ctx, record)
		if err != nil || !added {
			return request, err
		}
		next, _, err := request.Next(RequestEvent{Snooze: &SnoozeEvent{Until: until, Longest: cycle.Plan.Date(DateCloses)}}, now)
		return next, err
	})
}

// Settle takes a contributor's answer as it stands, before the next collection
// does. The version is the one that was read: where a newer one has come it is a
// ProblemStale. The same idempotencyKey again changes nothing.
func (s Secretariat) Settle(ctx context.Context, actor Principal, key RequestKey, version int, idempotencyKey string) (Request, error) {
	return s.actOn(ctx, key, func(ctx context.Context, tx Tx, request Request, cycle Cycle) (Request, error) {
		now := cycle.Now(s.Clock())
		record := AuditRecord{
			Key: keyed("settle", key, idempotencyKey), Cycle: key.Cycle, At: now, Actor: actor.ID,
			Action: ActionSettled, Contributor: key.Contributor, Details: map[string]string{"version": fmt.Sprint(version)},
		}
		added, err := tx.AppendAudit(ctx, record)
		if err != nil || !added {
			return request, err
		}
		next, _, err := request.Next(RequestEvent{Collect: true}, now)
		if err != nil {
			return next, err
		}
		if version != request.Version {
			return next, Problemf(ProblemStale, "Another version", "You have read version %d; version %d came meanwhile. Read it and decide again.", version, request.Version)
		}
		// Collecting looks for answers that wait. Where this was the last, nothing
		// waits that would have the cycle look.
		open, err := tx.OthersOpen(ctx, key)
		if err != nil || open {
			return next, err
		}
		return next, tx.Enqueue(ctx, Message{Kind: MessageHint, Cycle: key.Cycle})
	})
}

// actOn changes a request in one transaction as act says.
func (s Secretariat) actOn(ctx context.Context, key RequestKey, act func(context.Context, Tx, Request, Cycle) (Request, error)) (Request, error) {
	var next Request
	err := s.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		request, cycle, err := lock(ctx, tx, key, false)
		if err != nil {
			return err
		}
		if next, err = act(ctx, tx, request, cycle); err != nil || next == request {
			return err
		}
		return tx.UpdateRequest(ctx, next)
	})
	return next, err
}
