package rapporteur

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"strconv"
	"time"
)

// Correspondence is what contributors can do: check an answer, submit it, ask
// for time. It needs no running engine; acceptance is one transaction.
type Correspondence struct {
	Store     Store
	Catalogue Catalogue
	Clock     Clock
	Signer    Signer     // of receipts; without one nothing is accepted
	Links     LinkSecret // of the links in mails; without one none is known
	Published Published  // figures that working answers can be prefilled from; nil for none
	Workbooks Workbooks  // for answers by file
	Meter     Meter      // counts what is offered; nil for nobody
	Hasten    func()     // has the engine hear of the last answer at once; nil where it may wait for its next look
}

// Verdict is the result of checking an answer.
type Verdict struct {
	Accepted bool // it would be, or was, accepted
	Findings []Finding
	Document AnswerDocument

	found []Finding // before suspended rules were made advice
}

// Check validates a body for a request without submitting it.
func (c Correspondence) Check(ctx context.Context, key RequestKey, body []byte) (Verdict, error) {
	request, collection, err := c.collecting(ctx, key)
	if err == nil {
		err = collection.takesBodies()
	}
	if err != nil {
		return Verdict{}, err
	}
	return c.check(ctx, request, body)
}

// request is a request with its whole cycle.
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

// collecting is a request for whoever answers it.
func (c Correspondence) collecting(ctx context.Context, key RequestKey) (Request, Collection, error) {
	var request Request
	var collection Collection
	err := Glance(ctx, c.Store, func(ctx context.Context, r Reader) error {
		var err error
		request, collection, err = r.Asked(ctx, key)
		return err
	})
	return request, collection, err
}

func (c Correspondence) check(ctx context.Context, request Request, body []byte) (Verdict, error) {
	document, findings, err := c.Catalogue.Check(ctx, request.Questionnaire, body)
	if err != nil {
		return Verdict{}, err
	}
	if findings, err = c.checkReferences(ctx, request, document, findings); err != nil {
		return Verdict{}, err
	}
	found := Justify(c.Catalogue.Placed(request.Questionnaire, body, findings), document.Justifications)
	if findings, err = c.counting(ctx, request, found); err != nil {
		return Verdict{}, err
	}
	return Verdict{Accepted: !Blocked(findings), Findings: findings, Document: document, found: found}, nil
}

// Submit accepts an answer, or says why not and leaves nothing behind. The
// verdict of schema and rules is part of the answer. Submitting the newest
// version's body again returns that version: a retry is harmless.
func (c Correspondence) Submit(ctx context.Context, actor Principal, key RequestKey, body []byte) (Submission, error) {
	return c.submit(ctx, actor, key, offer{body: body})
}

// submit is Submit of an offer.
func (c Correspondence) submit(ctx context.Context, actor Principal, key RequestKey, o offer) (Submission, error) {
	return c.measured(key, o, func(o offer) (Submission, error) { return c.checkAndKeep(ctx, actor, key, o) })
}

func (c Correspondence) checkAndKeep(ctx context.Context, actor Principal, key RequestKey, o offer) (Submission, error) {
	request, collection, err := c.collecting(ctx, key)
	if err == nil {
		err = collection.takesBodies()
	}
	if err != nil {
		return Submission{}, err
	}
	if !request.Accepting() {
		return Submission{}, request.closedProblem()
	}
	verdict, err := c.check(ctx, request, o.body)
	if err != nil {
		return Submission{}, err
	}
	return c.keep(ctx, actor, request, collection, verdict, o)
}

// keep stores an answer that was checked, or says why it is not accepted.
func (c Correspondence) keep(ctx context.Context, actor Principal, request Request, collection Collection, verdict Verdict, o offer) (Submission, error) {
	o.measure.ReturnType, o.measure.Findings = verdict.Document.ReturnType, verdict.Findings
	sum := sha256.Sum256(o.body)
	submission := Submission{
		RequestKey: request.RequestKey, Questionnaire: request.Questionnaire, ReturnType: verdict.Document.ReturnType,
		Language: verdict.Document.Language, Hash: hex.EncodeToString(sum[:]), Size: len(o.body),
		SubmittedBy: actor.ID, Findings: verdict.Findings,
	}
	if !verdict.Accepted {
		o.measure.Outcome = SubmissionRepeated // or else an error
		return c.acceptedBefore(ctx, request, submission)
	}
	references, err := c.references(request, verdict.Document)
	if err != nil {
		return Submission{}, err
	}
	o.hint, o.found = collection.hintDue(collection.Now(c.Clock())), verdict.found
	if len(references) == 0 {
		if kept, err := c.keepAtOnce(ctx, request, collection, &submission, o); kept || err != nil {
			o.measure.Outcome = SubmissionAccepted
			return submission, err
		}
	}
	last := false
	err = c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		o.measure.Outcome = SubmissionAccepted // also where it runs anew
		var err error
		if last, err = c.accept(ctx, tx, &submission, o); err != nil {
			return err
		}
		if err := refer(ctx, tx, submission, references); err != nil || o.then == nil {
			return err
		}
		return o.then(ctx, tx)
	})
	if err == nil && last {
		c.hasten()
	}
	return submission, err
}

func rejected(language string, findings []Finding) error {
	blocking := 0
	for _, f := range findings {
		if f.Blocks() {
			blocking++
		}
	}
	return &Problem{
		Kind: ProblemRejected, Title: "The answer was not accepted", Findings: findings, Language: language,
		Detail: fmt.Sprintf("%s to mend or justify; nothing was stored.", count(blocking, "finding")),
	}
}

// offer is what comes with a submission that is to be accepted.
type offer struct {
	found   []Finding // by whatever rules; which of them count is asked in the transaction
	body    []byte
	measure *SubmissionMeasure  // what is counted of it
	hint    bool                // the cycle is to be told that a hint was sent for submissions
	wanted  func(Request) error // asked of the locked request, unless the body is its newest version's; nil for anything

	details map[string]string                      // of the audit record, beside its own
	then    func(ctx context.Context, tx Tx) error // what more belongs to the acceptance; nil for nothing
}

// accept does the whole acceptance in one transaction: request checked and
// moved, version and body stored, audit and outbox written. It reports whether nobody
// else has nothing accepted.
func (c Correspondence) accept(ctx context.Context, tx Tx, s *Submission, o offer) (last bool, err error) {
	request, cycle, err := lock(ctx, tx, s.RequestKey, o.hint)
	if err != nil {
		return false, err
	}
	if request.Questionnaire != s.Questionnaire {
		return false, Problemf(ProblemStale, "The questionnaire has changed", "The request now asks %s; fetch it and answer again.", request.Questionnaire)
	}
	if done, err := repeated(ctx, tx, request, s); done || err != nil {
		o.measure.Outcome = SubmissionRepeated
		return false, err
	}
	if cycle.Phase != PhaseCollecting {
		return false, request.closedProblem()
	}
	if o.wanted != nil {
		if err := o.wanted(request); err != nil {
			return false, err
		}
	}
	if s.Findings, err = countingNow(ctx, tx, s.RequestKey, s.Questionnaire, o.found); err != nil {
		return false, err
	}
	if Blocked(s.Findings) {
		return false, rejected(s.Language, s.Findings)
	}
	now := cycle.Now(c.Clock())
	next, effects, err := request.Next(RequestEvent{Submit: &SubmitEvent{ReturnType: s.ReturnType}}, now)
	if err != nil {
		return false, err
	}
	s.Version, s.SubmittedAt, s.Late = next.Version, now, now.After(request.Due.End())
	if err := tx.UpdateRequest(ctx, next); err != nil {
		return false, err
	}
	if err := tx.InsertSubmission(ctx, *s, o.body); err != nil {
		return false, err
	}
	if _, err := c.giveReceipt(ctx, tx, *s); err != nil {
		return false, err
	}
	if _, err := tx.AppendAudit(ctx, s.record(request, o.details)); err != nil {
		return false, err
	}
	if err := followUpEffects(ctx, tx, next, effects); err != nil {
		return false, err
	}
	return hintCycle(ctx, tx, cycle, next.RequestKey, now, o.hint)
}

// record is the audit record of an accepted answer to a request.
func (s Submission) record(request Request, more map[string]string) AuditRecord {
	record := AuditRecord{
		Key:   fmt.Sprintf("submission/%s/%s/%d", s.Cycle, s.Contributor, s.Version),
		Cycle: s.Cycle, At: s.SubmittedAt, Actor: s.SubmittedBy, Action: ActionSubmitted, Contributor: s.Contributor,
		Details: map[string]string{
			"version": strconv.Itoa(s.Version), "return-type": string(s.ReturnType),
			"findings": strconv.Itoa(len(s.Findings)), "hash": s.Hash, "late": strconv.FormatBool(s.Late), "due": request.Due.String(),
		},
	}
	maps.Copy(record.Details, more)
	return record
}

// lock reads a request that will change, with its cycle: that locked too, and
// first, where it will change. Everybody who locks both does so in this order.
func lock(ctx context.Context, tx Tx, key RequestKey, cycleToo bool) (Request, Cycle, error) {
	var cycle Cycle
	var err error
	if cycleToo {
		if cycle, err = tx.LockCycle(ctx, key.Cycle); err != nil {
			return Request{}, cycle, err
		}
	}
	request, err := tx.LockRequest(ctx, key)
	if err == nil && !cycleToo {
		cycle, err = tx.Cycle(ctx, key.Cycle)
	}
	return request, cycle, err
}

// repeated finds out whether the body is that of the newest version, and
// gives that version back.
func repeated(ctx context.Context, r Reader, request Request, s *Submission) (bool, error) {
	if request.Standing() == 0 || request.State == RequestReturned {
		return false, nil
	}
	newest, err := r.Submission(ctx, request.RequestKey, request.Version)
	if err != nil || newest.Hash != s.Hash {
		return false, err
	}
	*s = newest
	return true, nil
}

// hintCycle tells the cycle of an accepted submission when that is worth a
// hint: nobody else is open, which it reports, or none was sent for an interval
// of its policy. Only in a cycle that is locked is it noted.
func hintCycle(ctx context.Context, tx Tx, cycle Cycle, key RequestKey, now time.Time, locked bool) (last bool, err error) {
	due := cycle.Collection().hintDue(now)
	if !due && cycle.Shape == ShapeOccasion {
		return false, nil // replies may change until collection closes
	}
	if !due {
		others, err := tx.OthersOpen(ctx, key)
		if err != nil || others {
			return false, err
		}
	}
	if due && locked {
		cycle.HintedAt = now
		if err := tx.UpdateCycle(ctx, cycle); err != nil {
			return false, err
		}
	}
	return !due, tx.Enqueue(ctx, Message{Kind: MessageHint, Cycle: cycle.ID})
}

// AskExtension asks the Secretariat for time until a date. The same
// idempotencyKey again changes nothing and gives the request as it stands.
func (c Correspondence) AskExtension(ctx context.Context, actor Principal, key RequestKey, until Date, reason, idempotencyKey string) (Request, error) {
	var next Request
	err := c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		request, cycle, err := lock(ctx, tx, key, false)
		if err != nil {
			return err
		}
		now := cycle.Now(c.Clock())
		record := AuditRecord{
			Key: keyed("ask", key, idempotencyKey), Cycle: key.Cycle, At: now, Actor: actor.ID,
			Action: ActionExtensionAsked, Contributor: key.Contributor, Reason: reason,
			Details: map[string]string{"until": until.String()},
		}
		added, err := tx.AppendAudit(ctx, record)
		if next = request; err != nil || !added {
			return err
		}
		event := AskEvent{Until: until, Reason: reason, Longest: cycle.LongestExtension()}
		var effects []RequestEffect
		if next, effects, err = request.Next(RequestEvent{AskExtension: &event}, now); err != nil {
			return err
		}
		decideBy := DateOf(now).Add(cycle.Policy.FollowUp.DecideWithin)
		followUp := FollowUp{
			RequestKey: key, Number: next.FollowUp, Kind: FollowUpExtension, Due: maxDate(decideBy, request.Due),
			Reason: reason, OpenedAt: now, OpenedBy: actor.ID,
		}
		return leaveCommonPath(ctx, tx, next, effects, followUp)
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
