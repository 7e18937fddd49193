package rapporteur

import (
	"context"
	"slices"
	"time"
)

// WorkingSeen is what somebody knows of a working answer as a whole when they
// submit it: its revision, and the newest accepted version, which may have come
// by another way.
type WorkingSeen struct {
	Revision int
	Version  int
}

// CheckWorkingAnswer says what a submission of the working answer as it is would
// find: the findings of Check, and every prefilled value that nobody has
// confirmed.
func (c Correspondence) CheckWorkingAnswer(ctx context.Context, key RequestKey) (Verdict, error) {
	v, err := c.WorkingAnswer(ctx, key)
	if err != nil {
		return Verdict{}, err
	}
	return c.verdict(ctx, v)
}

func (c Correspondence) verdict(ctx context.Context, v WorkingView) (Verdict, error) {
	body := v.Answer.Body(v.Request.Questionnaire)
	verdict, err := c.check(ctx, v.Request, body)
	if err != nil {
		return Verdict{}, err
	}
	unconfirmed := c.Catalogue.Placed(v.Request.Questionnaire, body, v.Answer.Unconfirmed())
	verdict.Findings = append(unconfirmed, verdict.Findings...)
	verdict.Accepted = !Blocked(verdict.Findings)
	return verdict, nil
}

// SubmitWorkingAnswer puts the sections together and submits them like any other
// answer, or says why not and leaves everything as it is. The working answer
// stays, as what a correction begins with. It is refused where the working
// answer, or what was accepted, is not any more what was seen.
func (c Correspondence) SubmitWorkingAnswer(ctx context.Context, actor Principal, key RequestKey, seen []WorkingSeen) (Submission, error) {
	v, err := c.WorkingAnswer(ctx, key)
	if err != nil {
		return Submission{}, err
	}
	if !v.Request.Accepting() {
		return Submission{}, v.Request.closedProblem()
	}
	if err := v.unseen(seen); err != nil {
		return Submission{}, err
	}
	verdict, err := c.verdict(ctx, v)
	if err != nil {
		return Submission{}, err
	}
	if !verdict.Accepted {
		return c.measured(key, offer{}, func(o offer) (Submission, error) {
			o.measure.ReturnType = verdict.Document.ReturnType
			return Submission{}, rejected(verdict.Document.Language, verdict.Findings)
		})
	}
	return c.submit(ctx, actor, key, offer{
		body: v.Answer.Body(v.Request.Questionnaire), then: func(ctx context.Context, tx Tx) error { return c.noteSubmitted(ctx, tx, v) },
	})
}

// unseen refuses where a working answer is not what somebody says it is.
func (v WorkingView) unseen(seen []WorkingSeen) error {
	switch {
	case v.Answer.Revision == 0:
		return NotFound("working answer of", string(v.Answer.Contributor))
	case len(seen) == 0:
		return Problemf(ProblemPrecondition, "Say what you submit", "Several people may be writing: read the working answer and send its ETag in If-Match. Nothing was submitted.")
	}
	if slices.Contains(seen, WorkingSeen{Revision: v.Answer.Revision, Version: v.Request.Version}) {
		return nil
	}
	return v.moved(seen[0])
}

// moved says what has happened since somebody read a working answer.
func (v WorkingView) moved(seen WorkingSeen) error {
	if seen.Version != v.Request.Version {
		return Problemf(ProblemPrecondition, "Another version was accepted", "Version %d was accepted since you read the working answer, perhaps by another way. Read both and submit again with the new ETag; nothing was submitted.", v.Request.Version)
	}
	newest := WorkingSave{}
	for _, s := range v.Answer.Sections {
		if s.Saved.Last > newest.Last {
			newest = s.Saved
		}
	}
	return Problemf(ProblemPrecondition, "It has changed", "The working answer has changed since you read it: section %s was %s by %s at %s. Read it and submit again with its new ETag; nothing was submitted.",
		newest.Section, newest.Act, newest.By, newest.Until.UTC().Format(time.RFC3339))
}

// noteSubmitted makes sure, in the transaction of the acceptance, that what was
// accepted is the working answer as it still is, and notes its version there.
func (c Correspondence) noteSubmitted(ctx context.Context, tx Tx, v WorkingView) error {
	request, err := tx.Request(ctx, v.Request.RequestKey)
	if err != nil {
		return err
	}
	w, err := begun(ctx, tx, v.Request.RequestKey)
	if err != nil {
		return err
	}
	now := WorkingView{Answer: w, Request: request}
	if w.Revision != v.Answer.Revision {
		return now.moved(WorkingSeen{Revision: v.Answer.Revision, Version: request.Version})
	}
	if request.Version > v.Request.Version+1 {
		now.Request.Version-- // the one before this, which will not have been
		return now.moved(WorkingSeen{Revision: w.Revision, Version: v.Request.Version})
	}
	next, err := w.Next(WorkingEvent{Submitted: request.Version}, "", request.AnsweredAt)
	if err != nil || next.Revision == w.Revision {
		return err
	}
	return tx.PutWorkingAnswer(ctx, next)
}
