package rapporteur

import "context"

// counting is what of a check's findings counts in a cycle at the moment.
func (c Correspondence) counting(ctx context.Context, request Request, found []Finding) ([]Finding, error) {
	if len(found) == 0 {
		return found, nil
	}
	var findings []Finding
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		findings, err = countingNow(ctx, r, request.RequestKey, request.Questionnaire, found)
		return err
	})
	return findings, err
}

// countingNow is counting within a transaction. Whoever locks the request first
// knows that nobody misses what it then accepts: a suspension that begins or is
// lifted meanwhile has every request checked again under the same lock, after it
// is in the record.
func countingNow(ctx context.Context, r Reader, key RequestKey, asked QuestionnaireRef, found []Finding) ([]Finding, error) {
	if len(found) == 0 {
		return found, nil
	}
	suspensions, err := r.RuleSuspensions(ctx, key.Cycle)
	if err != nil {
		return nil, err
	}
	return Suspend(found, asked.ID, suspensions), nil
}

// acceptedBefore gives the newest version back where its body came again, and
// otherwise says why the body is not accepted. What was accepted while a rule
// was suspended stays accepted when that is lifted, and its retry harmless.
func (c Correspondence) acceptedBefore(ctx context.Context, request Request, s Submission) (Submission, error) {
	findings := s.Findings
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		done, err := repeated(ctx, r, request, &s)
		if err == nil && !done {
			err = rejected(s.Language, findings)
		}
		return err
	})
	if err != nil {
		return Submission{}, err
	}
	return s, nil
}
