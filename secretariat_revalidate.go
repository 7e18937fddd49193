package rapporteur

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// revalidatedTogether is how many requests are looked at in one transaction.
// They are checked before it, so it lasts as long as reading and writing them.
const revalidatedTogether = 100

// revalidate checks every newest accepted version of a cycle again after a
// suspension began or was lifted. It does so in steps, of which the record knows
// how far they have come, and which can be repeated: a version whose findings
// stand as they are leaves nothing.
func (s Secretariat) revalidate(ctx context.Context, actor Principal, changed RuleSuspension, lifted bool) (RuleChange, error) {
	for after, pending := changed.CheckedTo, changed.unchecked(lifted); pending; {
		part, err := s.recheckSome(ctx, changed, lifted, after)
		if err == nil && len(part) > 0 {
			after = part[len(part)-1]
			err = s.checkedTo(ctx, changed, lifted, after)
		}
		if err != nil {
			return RuleChange{}, fmt.Errorf("cannot check answers of %s again: %w", changed.Cycle, err)
		}
		pending = len(part) == revalidatedTogether
	}
	var change RuleChange
	err := s.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		cycle, present, err := lockSuspension(ctx, tx, changed)
		if err != nil {
			return err
		}
		all, err := tx.Revalidations(ctx, RequestKey{Cycle: changed.Cycle})
		if err != nil {
			return err
		}
		change = RuleChange{Suspension: present, Affected: becauseOf(all, changed.Number, lifted)}
		if !present.unchecked(lifted) {
			return nil
		}
		change.Suspension.Revalidated, change.Suspension.CheckedTo = true, ""
		if err := tx.UpdateRuleSuspension(ctx, change.Suspension); err != nil {
			return err
		}
		_, err = tx.AppendAudit(ctx, revalidatedRecord(changed, lifted, actor, cycle.Now(s.Clock()), change.Affected))
		return err
	})
	return change, err
}

// unchecked reports whether answers are still to be checked again because a
// suspension began or was lifted. One that was lifted since is the business of
// whoever lifted it.
func (s RuleSuspension) unchecked(lifted bool) bool { return !s.Revalidated && s.InForce() != lifted }

// lockSuspension locks a cycle and reads one of its suspensions as it is now.
func lockSuspension(ctx context.Context, tx Tx, s RuleSuspension) (Cycle, RuleSuspension, error) {
	cycle, err := tx.LockCycle(ctx, s.Cycle)
	if err != nil {
		return cycle, s, err
	}
	all, err := tx.RuleSuspensions(ctx, s.Cycle)
	if err != nil || s.Number > len(all) {
		return cycle, s, err
	}
	return cycle, all[s.Number-1], nil
}

// checkedTo notes how far checking again has come.
func (s Secretariat) checkedTo(ctx context.Context, changed RuleSuspension, lifted bool, last ContributorID) error {
	return s.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		_, present, err := lockSuspension(ctx, tx, changed)
		if err != nil || !present.unchecked(lifted) || present.CheckedTo >= last {
			return err
		}
		present.CheckedTo = last
		return tx.UpdateRuleSuspension(ctx, present)
	})
}

// recheckSome checks the next requests after a contributor and gives whose they
// are, none at the end.
func (s Secretariat) recheckSome(ctx context.Context, changed RuleSuspension, lifted bool, after ContributorID) ([]ContributorID, error) {
	var requests []Request
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		requests, err = r.Requests(ctx, RequestFilter{Cycle: changed.Cycle, After: after, Limit: revalidatedTogether})
		return err
	})
	if err != nil {
		return nil, err
	}
	part := make([]ContributorID, len(requests))
	for n, request := range requests {
		part[n] = request.Contributor
	}
	// Whoever submits between check and transaction is looked at once more.
	for left := part; len(left) > 0 && err == nil; {
		left, err = s.recheck(ctx, changed, lifted, left)
	}
	return part, err
}

// recheck checks the newest versions of some requests and writes down what has
// changed. It gives those of whom a newer version came meanwhile.
func (s Secretariat) recheck(ctx context.Context, changed RuleSuspension, lifted bool, who []ContributorID) ([]ContributorID, error) {
	checked, err := s.checkNewest(ctx, changed.Cycle, who)
	if err != nil {
		return nil, err
	}
	var left []ContributorID
	err = s.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		left = nil
		cycle, err := tx.Cycle(ctx, changed.Cycle)
		if err != nil {
			return err
		}
		now := cycle.Now(s.Clock())
		for _, id := range who {
			// The lock waits for a submission under way, which may have read the
			// suspensions as they were. See countingNow.
			request, err := tx.LockRequest(ctx, RequestKey{Cycle: changed.Cycle, Contributor: id})
			if err != nil {
				return err
			}
			answer, ok := checked[id]
			if request.Standing() != answer.submission.Version {
				left = append(left, id)
				continue
			}
			if !ok {
				continue // nothing is accepted
			}
			because := Revalidation{Suspension: changed.Number, Lifted: lifted, At: now}
			if err := putRevalidation(ctx, tx, answer, because); err != nil {
				return err
			}
		}
		return nil
	})
	return left, err
}

// checkedAnswer is an accepted version and what a check finds in it today, by
// whatever rules.
type checkedAnswer struct {
	submission Submission
	found      []Finding
}

// checkNewest checks the newest accepted versions of some contributors.
func (s Secretariat) checkNewest(ctx context.Context, id CycleID, who []ContributorID) (map[ContributorID]checkedAnswer, error) {
	var submissions []Submission
	var bodies map[string][]byte
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var hashes []string
		for _, contributor := range who {
			key := RequestKey{Cycle: id, Contributor: contributor}
			request, err := r.Request(ctx, key)
			if err != nil {
				return err
			}
			if request.Standing() == 0 {
				continue
			}
			submission, err := r.Submission(ctx, key, request.Standing())
			if err != nil {
				return err
			}
			submissions, hashes = append(submissions, submission), append(hashes, submission.Hash)
		}
		var err error
		bodies, err = r.Bodies(ctx, hashes)
		return err
	})
	if err != nil {
		return nil, err
	}
	checked := map[ContributorID]checkedAnswer{}
	for _, submission := range submissions {
		_, found, err := s.Catalogue.Check(ctx, submission.Questionnaire, bodies[submission.Hash])
		if err != nil {
			return nil, fmt.Errorf("cannot read submission %d of %s: %w", submission.Version, submission.Contributor, err)
		}
		checked[submission.Contributor] = checkedAnswer{submission, found}
	}
	return checked, nil
}

// putRevalidation writes down how the findings of a version stand now, where
// that is another than it was.
func putRevalidation(ctx context.Context, tx Tx, answer checkedAnswer, because Revalidation) error {
	findings, err := countingNow(ctx, tx, answer.submission.RequestKey, answer.submission.Questionnaire, answer.found)
	if err != nil {
		return err
	}
	before, err := tx.Revalidations(ctx, answer.submission.RequestKey)
	if err != nil {
		return err
	}
	because.RequestKey, because.Version = answer.submission.RequestKey, answer.submission.Version
	because.Earlier = answer.submission.present(byVersion(before)).Findings
	because.Findings = findings
	if len(because.Gone())+len(because.New()) == 0 {
		return nil
	}
	return tx.InsertRevalidation(ctx, because)
}

// becauseOf is what a suspension's beginning or end changed, one for each
// contributor: where it came to several versions, how the newest stands.
func becauseOf(all []Revalidation, suspension int, lifted bool) []Revalidation {
	affected := map[ContributorID]Revalidation{}
	for _, r := range all {
		if r.Suspension != suspension || r.Lifted != lifted {
			continue
		}
		if first, ok := affected[r.Contributor]; ok && first.Version == r.Version {
			r.Earlier = first.Earlier
		}
		affected[r.Contributor] = r
	}
	sorted := make([]Revalidation, 0, len(affected))
	for _, r := range affected {
		sorted = append(sorted, r)
	}
	slices.SortFunc(sorted, func(a, b Revalidation) int { return cmp.Compare(a.Contributor, b.Contributor) })
	return sorted
}

// revalidatedRecord says what checking everything again came to.
func revalidatedRecord(changed RuleSuspension, lifted bool, actor Principal, at time.Time, affected []Revalidation) AuditRecord {
	gone, fresh, blocked := 0, 0, 0
	for _, r := range affected {
		gone, fresh = gone+len(r.Gone()), fresh+len(r.New())
		if Blocked(r.Findings) {
			blocked++
		}
	}
	return AuditRecord{
		Key:   fmt.Sprintf("%s/%s/%d/%t", ActionRevalidated, changed.Cycle, changed.Number, lifted),
		Cycle: changed.Cycle, At: at, Actor: actor.ID, Action: ActionRevalidated,
		Details: map[string]string{
			"suspension": fmt.Sprint(changed.Number), "rule": changed.Rule, "affected": fmt.Sprint(len(affected)),
			"gone": fmt.Sprint(gone), "new": fmt.Sprint(fresh), "to-return": fmt.Sprint(blocked),
		},
	}
}
