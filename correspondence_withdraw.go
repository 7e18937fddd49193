package rapporteur

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// WithdrawnAnswer is what came of a withdrawal: the version as it is in the
// record, its request, and the drafts that rest on what was withdrawn.
type WithdrawnAnswer struct {
	Submission Submission
	Request    Request
	Quoted     []Quotation
}

// Withdraw takes a contributor's answer back, with a reason. It names the newest
// version, so that nobody withdraws what they have not seen; the ones before,
// which that one had replaced, are withdrawn with it. All stay in the record.
// While the cycle collects, the request is open again and the rungs to come
// remind of it; after that there is no reply, and the Secretariat is told of
// drafts under way that rest on the answer. When the report has left it is too
// late. Withdrawn before, it changes nothing.
func (c Correspondence) Withdraw(ctx context.Context, actor Principal, key RequestKey, version int, reason string) (WithdrawnAnswer, error) {
	if strings.TrimSpace(reason) == "" {
		return WithdrawnAnswer{}, Problemf(ProblemInvalid, "A reason is needed", "Say why the answer is withdrawn; the Secretariat reads it.")
	}
	var done WithdrawnAnswer
	err := c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		done = WithdrawnAnswer{}
		request, cycle, err := lock(ctx, tx, key, true)
		if err != nil {
			return err
		}
		submission, err := tx.Submission(ctx, key, version)
		if err != nil {
			return err
		}
		done.Request = request
		if !submission.Withdrawn() {
			if err := withdrawable(cycle, request, version); err != nil {
				return err
			}
			w := Withdrawal{At: cycle.Now(c.Clock()), By: actor.ID, Reason: reason}
			if err := c.withdraw(ctx, tx, cycle, &done, w); err != nil {
				return err
			}
			submission.Withdrawal = w
		}
		done.Submission = submission
		if done.Quoted == nil {
			done.Quoted, err = Quotations(ctx, tx, key, upTo(version))
		}
		return err
	})
	return done, err
}

func upTo(version int) func(int) bool { return func(v int) bool { return v <= version } }

// withdrawable refuses what cannot be withdrawn any more, or not by this number.
func withdrawable(cycle Cycle, request Request, version int) error {
	switch {
	case !slices.Contains(phasesOfWithdrawal, cycle.Phase):
		return Problemf(ProblemClosed, "The record is closed",
			"The cycle is %s, and what was answered is part of its record; write to the Secretariat.", cycle.Phase)
	case request.Standing() > 0 && request.Standing() != version:
		return Problemf(ProblemStale, "Not the newest version",
			"Version %d has taken the place of version %d. Withdraw version %d: those before it are withdrawn with it.", request.Version, version, request.Version)
	}
	return nil
}

// phasesOfWithdrawal are those in which what is withdrawn can still be left out
// of a report, or somebody be told.
var phasesOfWithdrawal = []Phase{
	PhaseCollecting, PhaseCompiling, PhaseClearing, PhaseCleared, PhaseHandingOver, PhaseAwaiting, PhaseRecording,
}

// withdraw writes the withdrawal: versions, request, audit record, what the
// Secretariat has to know, and what wakes the engine.
func (c Correspondence) withdraw(ctx context.Context, tx Tx, cycle Cycle, done *WithdrawnAnswer, w Withdrawal) error {
	before := done.Request
	event := WithdrawAnswerEvent{Due: cycle.Plan.Date(DateDue), Closed: cycle.Phase != PhaseCollecting}
	next, effects, err := before.Next(RequestEvent{WithdrawAnswer: &event}, w.At)
	if err != nil {
		return err
	}
	for version := before.WithdrawnVersion + 1; version <= before.Version; version++ {
		if err := tx.InsertWithdrawal(ctx, before.RequestKey, version, w); err != nil {
			return err
		}
	}
	if err := tx.UpdateRequest(ctx, next); err != nil {
		return err
	}
	done.Request = next
	if done.Quoted, err = Quotations(ctx, tx, before.RequestKey, upTo(before.Version)); err != nil {
		return err
	}
	record := AuditRecord{
		Key:   fmt.Sprintf("withdrawal/%s/%s/%d", next.Cycle, next.Contributor, before.Version),
		Cycle: next.Cycle, At: w.At, Actor: w.By, Action: ActionAnswerWithdrawn, Contributor: next.Contributor, Reason: w.Reason,
		Details: map[string]string{"version": fmt.Sprint(before.Version), "due": next.Due.String(), "drafts": quotedIn(next.Cycle, done.Quoted)},
	}
	if _, err := tx.AppendAudit(ctx, record); err != nil {
		return err
	}
	if err := c.putBefore(ctx, tx, cycle.ID, done.Quoted, w); err != nil {
		return err
	}
	if err := followUpEffects(ctx, tx, next, effects); err != nil || event.Closed {
		return err
	}
	return tx.Enqueue(ctx, Message{Kind: MessageHint, Cycle: next.Cycle})
}

// quotedIn names the drafts of some quotations, each once: 2 of the cycle
// itself, s-res-2388-2017/op34/2018/1 of another.
func quotedIn(own CycleID, quoted []Quotation) string {
	var drafts []string
	for _, q := range quoted {
		name := fmt.Sprint(q.Draft)
		if q.Cycle != own {
			name = draftReference(q.Cycle, q.Draft)
		}
		drafts = appendOnce(drafts, name)
	}
	return strings.Join(drafts, ", ")
}

func draftReference(id CycleID, number int) string { return fmt.Sprintf("%s/%d", id, number) }

// putBefore puts before the Secretariat, in each cycle whose newest draft rests
// on what was withdrawn, what it can do.
func (c Correspondence) putBefore(ctx context.Context, tx Tx, own CycleID, quoted []Quotation, w Withdrawal) error {
	var told []CycleID
	for _, q := range quoted {
		if !q.Newest || slices.Contains(told, q.Cycle) {
			continue
		}
		told = append(told, q.Cycle)
		cycle, err := tx.LockCycle(ctx, q.Cycle)
		if err != nil {
			return err
		}
		text, err := restsOnWithdrawn(ctx, tx, cycle)
		switch {
		case err != nil:
			return err
		case text == "" || text == cycle.Attention:
			continue
		}
		record := AuditRecord{
			Cycle: q.Cycle, At: cycle.Now(c.Clock()), Actor: w.By, Action: ActionAttention, Reason: text, Details: map[string]string{},
		}
		if q.Cycle != own {
			record.Details["because-of"] = string(own)
		}
		if _, err := tx.AppendAudit(ctx, record); err != nil {
			return err
		}
		cycle.Attention = text
		if err := tx.UpdateCycle(ctx, cycle); err != nil {
			return err
		}
	}
	return nil
}

// restsOnWithdrawn is what the Secretariat should know of a cycle whose newest
// draft rests on answers that were withdrawn; empty where it does not.
func restsOnWithdrawn(ctx context.Context, r Reader, cycle Cycle) (string, error) {
	if cycle.Draft == 0 {
		return "", nil
	}
	draft, err := r.Draft(ctx, cycle.ID, cycle.Draft)
	if err != nil {
		return "", err
	}
	who, err := withdrawnIn(ctx, r, cycle.ID, draft.Report)
	return withdrawnText(cycle.Phase, cycle.Draft, who), err
}
