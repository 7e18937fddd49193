package rapporteur

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Correspondence is what contributors can do: check an answer, submit it, ask
// for time. It needs no running engine; acceptance is one transaction.
type Correspondence struct {
	Store     Store
	Catalogue Catalogue
	Clock     Clock
}

// Verdict is the result of checking an answer.
type Verdict struct {
	Accepted bool // it would be, or was, accepted
	Findings []Finding
	Document AnswerDocument
}

// Check validates a body for a request without submitting it.
func (c Correspondence) Check(ctx context.Context, key RequestKey, body []byte) (Verdict, error) {
	request, _, err := c.request(ctx, key)
	if err != nil {
		return Verdict{}, err
	}
	return c.check(ctx, request, body)
}

func (c Correspondence) request(ctx context.Context, key RequestKey) (Request, Cycle, error) {
	var request Request
	var cycle Cycle
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		if request, err = r.Request(ctx, key); err != nil {
			return err
		}
		cycle, err = r.Cycle(ctx, key.Cycle)
		return err
	})
	return request, cycle, err
}

func (c Correspondence) check(ctx context.Context, request Request, body []byte) (Verdict, error) {
	document, findings, err := c.Catalogue.Check(ctx, request.Questionnaire, body)
	if err != nil {
		return Verdict{}, err
	}
	findings = Justify(findings, document.Justifications)
	return Verdict{Accepted: !Blocked(findings), Findings: findings, Document: document}, nil
}

// Submit accepts an answer, or says why not and leaves nothing behind. The
// verdict of schema and rules is part of the answer. Submitting the newest
// version's body again returns that version: a retry is harmless.
func (c Correspondence) Submit(ctx context.Context, actor Principal, key RequestKey, body []byte) (Submission, error) {
	request, _, err := c.request(ctx, key)
	if err != nil {
		return Submission{}, err
	}
	if !request.Accepting() {
		return Submission{}, request.closedProblem()
	}
	verdict, err := c.check(ctx, request, body)
	if err != nil {
		return Submission{}, err
	}
	if !verdict.Accepted {
		return Submission{}, rejected(verdict.Findings)
	}
	sum := sha256.Sum256(body)
	submission := Submission{
		RequestKey: key, Questionnaire: request.Questionnaire, ReturnType: verdict.Document.ReturnType,
		Language: verdict.Document.Language, Hash: hex.EncodeToString(sum[:]), Size: len(body),
		SubmittedBy: actor.ID, Findings: verdict.Findings,
	}
	err = c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		return c.accept(ctx, tx, &submission, body)
	})
	return submission, err
}

func rejected(findings []Finding) error {
	blocking := 0
	for _, f := range findings {
		if f.Blocks() {
			blocking++
		}
	}
	return &Problem{
		Kind: ProblemRejected, Title: "The answer was not accepted", Findings: findings,
		Detail: fmt.Sprintf("%s to mend or justify; nothing was stored.", count(blocking, "finding")),
	}
}

// accept does the whole acceptance in one transaction: request checked and
// moved, version and body stored, audit and outbox written.
func (c Correspondence) accept(ctx context.Context, tx Tx, s *Submission, body []byte) error {
	request, err := tx.LockRequest(ctx, s.RequestKey)
	if err != nil {
		return err
	}
	if request.Questionnaire != s.Questionnaire {
		return Problemf(ProblemStale, "The questionnaire has changed", "The request now asks %s; fetch it and answer again.", request.Questionnaire)
	}
	if done, err := repeated(ctx, tx, request, s); done || err != nil {
		return err
	}
	cycle, err := tx.Cycle(ctx, s.Cycle)
	if err != nil {
		return err
	}
	now := cycle.Now(c.Clock())
	next, effects, err := request.Next(RequestEvent{Submit: &SubmitEvent{ReturnType: s.ReturnType}}, now)
	if err != nil {
		return err
	}
	s.Version, s.SubmittedAt, s.Late = next.Version, now, now.After(request.Due.End())
	if err := tx.UpdateRequest(ctx, next); err != nil {
		return err
	}
	if err := tx.InsertSubmission(ctx, *s, body); err != nil {
		return err
	}
	record := AuditRecord{
		Key:   fmt.Sprintf("submission/%s/%s/%d", s.Cycle, s.Contributor, s.Version),
		Cycle: s.Cycle, At: now, Actor: s.SubmittedBy, Action: ActionSubmitted, Contributor: s.Contributor,
		Details: map[string]string{
			"version": fmt.Sprint(s.Version), "return-type": string(s.ReturnType),
			"findings": fmt.Sprint(len(s.Findings)), "hash": s.Hash, "late": fmt.Sprint(s.Late),
		},
	}
	if _, err := tx.AppendAudit(ctx, record); err != nil {
		return err
	}
	if err := followUpEffects(ctx, tx, next, effects); err != nil {
		return err
	}
	return hintCycle(ctx, tx, cycle, next)
}

// repeated finds out whether the body is that of the newest version, and
// gives that version back.
func repeated(ctx context.Context, tx Tx, request Request, s *Submission) (bool, error) {
	if request.Version == 0 || request.State == RequestReturned {
		return false, nil
	}
	newest, err := tx.Submission(ctx, request.RequestKey, request.Version)
	if err != nil || newest.Hash != s.Hash {
		return false, err
	}
	*s = newest
	return true, nil
}

// hintCycle tells the cycle of an accepted submission when that is worth a
// hint: nobody else is open, or none was sent for an interval of its policy.
func hintCycle(ctx context.Context, tx Tx, cycle Cycle, r Request) error {
	now := r.AnsweredAt
	others, err := tx.OthersOpen(ctx, r.RequestKey)
	if err != nil {
		return err
	}
	interval := DateOf(now).Add(cycle.Policy.CollectEvery).DaysSince(DateOf(now))
	waited := cycle.HintedAt.IsZero() || DateOf(now).DaysSince(DateOf(cycle.HintedAt)) >= interval
	if others && !waited {
		return nil
	}
	if waited {
		locked, err := tx.LockCycle(ctx, cycle.ID)
		if err != nil {
			return err
		}
		locked.HintedAt = now
		if err := tx.UpdateCycle(ctx, locked); err != nil {
			return err
		}
	}
	return tx.Enqueue(ctx, Message{Kind: MessageHint, Cycle: cycle.ID})
}

// AskExtension asks the Secretariat for time until a date. key makes the call
// idempotent.
func (c Correspondence) AskExtension(ctx context.Context, actor Principal, key RequestKey, until Date, reason, idempotencyKey string) (Request, error) {
	var next Request
	err := c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		request, err := tx.LockRequest(ctx, key)
		if err != nil {
			return err
		}
		cycle, err := tx.Cycle(ctx, key.Cycle)
		if err != nil {
			return err
		}
		now := cycle.Now(c.Clock())
		event := AskEvent{Until: until, Reason: reason, Longest: cycle.LongestExtension()}
		var effects []RequestEffect
		next, effects, err = request.Next(RequestEvent{AskExtension: &event}, now)
		if err != nil {
			return err
		}
		record := AuditRecord{
			Key: keyed("ask", key, idempotencyKey), Cycle: key.Cycle, At: now, Actor: actor.ID,
			Action: ActionExtensionAsked, Contributor: key.Contributor, Reason: reason,
			Details: map[string]string{"until": until.String()},
		}
		decideBy := DateOf(now).Add(cycle.Policy.FollowUp.DecideWithin)
		followUp := FollowUp{
			RequestKey: key, Number: next.FollowUp, Kind: FollowUpExtension, Due: maxDate(decideBy, request.Due),
			Reason: reason, OpenedAt: now, OpenedBy: actor.ID,
		}
		return leaveCommonPath(ctx, tx, next, effects, followUp, record)
	})
	return next, err
}

// keyed is an audit key for a person's act, empty (always new) when the client
// gave no idempotency key.
func keyed(act string, key RequestKey, idempotencyKey string) string {
	if idempotencyKey == "" {
		return ""
	}
	return fmt.Sprintf("%s/%s/%s/%s", act, key.Cycle, key.Contributor, idempotencyKey)
}
