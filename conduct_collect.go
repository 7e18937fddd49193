package rapporteur

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// collectedTogether is how many answers are read and settled in one transaction:
// few enough that nobody else waits for long and that a step which is cut short
// loses little.
const collectedTogether = 100

// Collect reads newly arrived submissions and settles their requests, some in
// each transaction: a step that was cut short goes on where it was. What an
// administrator has marked to be sent again leaves on the way. progress is
// called after each transaction with how many requests were looked at.
func (c Conduct) Collect(ctx context.Context, id CycleID, m Moment, progress func(done int)) (Counts, error) {
	if err := c.SendAgain(ctx, id, m); err != nil {
		return Counts{}, err
	}
	counts, err := c.count(ctx, id)
	if err != nil {
		return Counts{}, err
	}
	filter := RequestFilter{Cycle: id, States: []RequestState{RequestReceived}, Limit: collectedTogether}
	for done := 0; ; {
		received, err := c.intact(ctx, filter)
		if err != nil {
			return Counts{}, err
		}
		if len(received) > 0 {
			if err := c.collect(ctx, id, received, counts.Open, m); err != nil {
				return Counts{}, err
			}
			done += len(received)
			filter.After = received[len(received)-1].Contributor
			progress(done)
		}
		if len(received) < collectedTogether {
			break
		}
	}
	return c.count(ctx, id)
}

// count is how the requests of a cycle stand.
func (c Conduct) count(ctx context.Context, id CycleID) (Counts, error) {
	var counts Counts
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		counts, err = r.Counts(ctx, id)
		return err
	})
	return counts, err
}

// intact lists the requests that a filter lets through, when the newest submission
// of each is there with the very bytes that were accepted: what is sealed opens
// under their hash alone. The questionnaire was asked when they were accepted, and
// has nothing else to say of the same bytes by the same version.
func (c Conduct) intact(ctx context.Context, filter RequestFilter) ([]Request, error) {
	var received []Request
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		if received, err = r.Requests(ctx, filter); err != nil {
			return err
		}
		return eachBody(ctx, r, filter.Cycle, received, func(Submission, []byte) error { return nil })
	})
	return received, err
}

// collect settles requests whose submissions were read, with its record, which says
// how many were open when collecting began: to count them for every part would take
// longer than the part. A request with a newer version waits for the next collection.
func (c Conduct) collect(ctx context.Context, id CycleID, read []Request, open int, m Moment) error {
	versions := make(map[ContributorID]int, len(read))
	for _, request := range read {
		versions[request.Contributor] = request.Version
	}
	return c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		locked, err := tx.LockRequests(ctx, id, contributorsOf(read))
		if err != nil {
			return err
		}
		var settled []Request
		for _, request := range locked {
			if request.State != RequestReceived || request.Version != versions[request.Contributor] {
				continue
			}
			next, _, err := request.Next(RequestEvent{Collect: true}, m.Now)
			if err != nil {
				return err
			}
			settled = append(settled, next)
		}
		if len(settled) == 0 {
			return nil
		}
		if err := tx.UpdateRequests(ctx, settled); err != nil {
			return err
		}
		// Without a key: what is settled once is not settled again, and an
		// attempt that is repeated may well find more.
		record := m.record(id, ActionCollected, "")
		record.Details["collected"] = fmt.Sprint(len(settled))
		record.Details["open"] = fmt.Sprint(open)
		_, err = tx.AppendAudit(ctx, record)
		return err
	})
}

// contributorsOf is whom requests are to.
func contributorsOf(requests []Request) []ContributorID {
	ids := make([]ContributorID, len(requests))
	for n, request := range requests {
		ids[n] = request.Contributor
	}
	return ids
}

// readTogether is how many bodies are held at once.
const readTogether = 50

// eachAccepted reads the version of each request's that the request names, by
// the version of the questionnaire that it was accepted under, and gives it to a
// function.
func (c Conduct) eachAccepted(ctx context.Context, r Reader, id CycleID, requests []Request, use func(Accepted)) error {
	return eachBody(ctx, r, id, requests, func(s Submission, body []byte) error {
		document, err := c.Catalogue.Read(s.Questionnaire, body)
		if err != nil {
			return fmt.Errorf("cannot read submission %d of %s: %w", s.Version, s.Contributor, err)
		}
		use(Accepted{Submission: s, Document: document})
		return nil
	})
}

// eachBody gives the version of each request's that the request names to a
// function, with its body. Bodies are held a few at a time. Requests without a
// version are left out.
func eachBody(ctx context.Context, r Reader, id CycleID, requests []Request, use func(Submission, []byte) error) error {
	for some := range slices.Chunk(requests, readTogether) {
		versions := map[ContributorID]int{}
		for _, request := range some {
			if request.Version > 0 {
				versions[request.Contributor] = request.Version
			}
		}
		all, err := r.SubmissionsOf(ctx, id, slices.Sorted(maps.Keys(versions)))
		if err != nil {
			return err
		}
		newest := slices.DeleteFunc(all, func(s Submission) bool { return s.Version != versions[s.Contributor] })
		if len(newest) < len(versions) {
			return NotFound("newest version of a request in", string(id))
		}
		if err := withBodies(ctx, r, newest, use); err != nil {
			return err
		}
	}
	return nil
}

// withBodies gives submissions to a function, each with its body.
func withBodies(ctx context.Context, r Reader, submissions []Submission, use func(Submission, []byte) error) error {
	var hashes []string
	for _, s := range submissions {
		hashes = append(hashes, s.Hash)
	}
	bodies, err := r.Bodies(ctx, hashes)
	if err != nil {
		return err
	}
	for _, s := range submissions {
		body, ok := bodies[s.Hash]
		if !ok {
			return NotFound("body", s.Hash)
		}
		if err := use(s, body); err != nil {
			return err
		}
	}
	return nil
}

// CloseCollection closes every request with whatever came. Done before, it
// only counts them.
func (c Conduct) CloseCollection(ctx context.Context, id CycleID, m Moment) (Counts, error) {
	counts, _, err := c.closeCollection(ctx, id, m, func(Shape, Counts) bool { return true })
	return counts, err
}

// CloseEarly closes collection where nobody is awaited any more, unless answers
// may change until the end. It reports whether collection was closed by it, now
// or by the same step before.
func (c Conduct) CloseEarly(ctx context.Context, id CycleID, m Moment) (Counts, bool, error) {
	return c.closeCollection(ctx, id, m, Shape.endsEarly)
}

func (c Conduct) closeCollection(ctx context.Context, id CycleID, m Moment, over func(Shape, Counts) bool) (Counts, bool, error) {
	var counts Counts
	var closed bool
	err := c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		cycle, err := tx.LockCycle(ctx, id)
		if err != nil {
			return err
		}
		if counts, err = tx.Counts(ctx, id); err != nil {
			return err
		}
		closing := cycle.Phase == PhaseCollecting && over(cycle.Shape, counts)
		closed = closing || cycle.Phase == cycle.Shape.afterCollection(cycle.Outcome.Kind)
		if closing {
			if err := c.closeRequests(ctx, tx, cycle, m, RequestEvent{Close: true}, standing...); err != nil {
				return err
			}
			cycle.Phase = cycle.Shape.afterCollection(cycle.Outcome.Kind)
			if err := tx.UpdateCycle(ctx, cycle); err != nil {
				return err
			}
		}
		if !closing {
			return nil
		}
		if counts, err = tx.Counts(ctx, id); err != nil {
			return err
		}
		record := m.record(id, ActionCollectionClosed, string(ActionCollectionClosed)+"/"+string(id))
		record.Details["settled"] = fmt.Sprint(counts.Settled)
		record.Details["no-reply"] = fmt.Sprint(counts.NoReply)
		_, err = tx.AppendAudit(ctx, record)
		return err
	})
	return counts, closed, err
}

// standing are the states of requests that are not at their end.
var standing = []RequestState{RequestOpen, RequestReceived, RequestReturned, RequestSettled}

// closeRequests applies one ending event to the requests of the cycle in some
// states. What was to be sent to anybody is superseded.
func (c Conduct) closeRequests(ctx context.Context, tx Tx, cycle Cycle, m Moment, e RequestEvent, states ...RequestState) error {
	filter := RequestFilter{Cycle: cycle.ID, States: states}
	err := changeRequests(ctx, tx, filter, func(request Request) (Request, []RequestEffect, error) { return request.Next(e, m.Now) })
	if err != nil {
		return err
	}
	return tx.Supersede(ctx, cycle.ID, NoticeWithdrawn, NoticeClearance)
}

// changedTogether is how many requests are read and written by one statement of
// a change to many.
const changedTogether = 500

// changeRequests changes the requests that a filter lets through within one
// transaction, page by page. What stays as it is is not written.
func changeRequests(ctx context.Context, tx Tx, filter RequestFilter, change func(Request) (Request, []RequestEffect, error)) error {
	filter.Limit = changedTogether
	for {
		listed, err := tx.Requests(ctx, filter)
		if err != nil || len(listed) == 0 {
			return err
		}
		locked, err := tx.LockRequests(ctx, filter.Cycle, contributorsOf(listed))
		if err != nil {
			return err
		}
		var changed []Request
		for _, request := range locked {
			next, effects, err := change(request)
			if err != nil {
				return err
			}
			if next != request {
				changed = append(changed, next)
			}
			if err := followUpEffects(ctx, tx, next, effects); err != nil {
				return err
			}
		}
		if err := tx.UpdateRequests(ctx, changed); err != nil {
			return err
		}
		if len(listed) < changedTogether {
			return nil
		}
		filter.After = listed[len(listed)-1].Contributor
	}
}

// followUpEffects tells the relay to start or wake the follow-up of a request.
func followUpEffects(ctx context.Context, tx Tx, r Request, effects []RequestEffect) error {
	for _, effect := range effects {
		kind := MessageHint
		if effect == EffectStartFollowUp {
			kind = MessageStartFollowUp
		}
		m := Message{Kind: kind, Cycle: r.Cycle, Contributor: r.Contributor, Number: r.FollowUp}
		if err := tx.Enqueue(ctx, m); err != nil {
			return err
		}
	}
	return nil
}
