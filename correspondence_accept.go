package rapporteur

import "context"

// keepAtOnce keeps an answer in one step where the store can and nothing has to
// be asked under the request's lock: the first answer to an open request, or a
// correction of what stands no more, without a finding that a rule's suspension
// could change, from somebody on the common path, in a cycle that may hear of the
// last answer at once. It reports false, and has kept
// nothing, where that is not so or something has changed since it was read.
func (c Correspondence) keepAtOnce(ctx context.Context, request Request, collection Collection, s *Submission, o offer) (bool, error) {
	store, ok := c.Store.(Acceptor)
	anew := request.Standing() == 0 || request.State == RequestReturned
	if !ok || !anew || len(o.found) > 0 || o.wanted != nil || o.then != nil || collection.Phase != PhaseCollecting || collection.Shape == ShapeOccasion {
		return false, nil
	}
	if c.Signer == nil {
		return false, errNoReceiptSigner
	}
	now := collection.Now(c.Clock())
	next, effects, err := request.Next(RequestEvent{Submit: &SubmitEvent{ReturnType: s.ReturnType}}, now)
	if err != nil || len(effects) > 0 {
		return false, err
	}
	accepted := *s
	accepted.Version, accepted.SubmittedAt, accepted.Late = next.Version, now, now.After(request.Due.End())
	a := Acceptance{
		Request: next, Submission: accepted, Body: o.body, Receipt: c.receipt(accepted), Audit: accepted.record(request, o.details),
		HintRead: collection.HintedAt,
	}
	if o.hint {
		a.HintedAt = now
	}
	result, err := store.Accept(ctx, a)
	if err == nil && result.Kept {
		*s = accepted
	}
	if result.Last {
		c.hasten()
	}
	return result.Kept, err
}

// hasten has the engine hear at once that there is nobody left to wait for.
func (c Correspondence) hasten() {
	if c.Hasten != nil {
		c.Hasten()
	}
}
