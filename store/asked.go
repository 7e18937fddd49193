package store

import (
	"context"
	"sync"

	"github.com/rapporteur/rapporteur"
)

const selectAsked = `SELECT r.contributor, r.kind, r.questionnaire, r.questionnaire_version, r.state, r.outcome, r.due,
	r.follow_up, r.off_path, r.extension, r.asked_until, r.version, r.late, r.rounds, r.reopened, r.opened_at, r.answered_at, r.settled_at, r.revision,
	r.withdrawn_version, r.reminders, r.snoozed_until, c.id, c.shape, c.phase, c.clock_offset, c.hinted_at, c.revision
	FROM requests r JOIN cycles c ON c.id = r.cycle WHERE r.cycle = ? AND r.contributor = ?`

// askedRow is a request with what of its cycle decides about an answer, but for
// the terms, which are those of a revision of the cycle.
type askedRow struct {
	request    rapporteur.Request
	collection rapporteur.Collection
	revision   int64
}

func scanAsked(r row) (askedRow, error) {
	var a askedRow
	q, c := &a.request, &a.collection
	err := r.Scan(&q.Contributor, &q.Kind, &q.Questionnaire.ID, &q.Questionnaire.Version, &q.State, &q.Outcome,
		dateColumn{&q.Due}, &q.FollowUp, &q.OffPath, &q.Extension, dateColumn{&q.AskedUntil}, &q.Version, &q.Late, &q.Rounds, &q.Reopened,
		timeColumn{&q.OpenedAt}, timeColumn{&q.AnsweredAt}, timeColumn{&q.SettledAt}, &q.Revision, &q.WithdrawnVersion,
		&q.Reminders, dateColumn{&q.SnoozedUntil}, &c.Cycle, &c.Shape, &c.Phase, &c.ClockOffset, timeColumn{&c.HintedAt}, &a.revision)
	q.Cycle = c.Cycle
	return a, err
}

// Asked reads a request with what of its cycle decides about an answer.
func (r *reader) Asked(ctx context.Context, key rapporteur.RequestKey) (rapporteur.Request, rapporteur.Collection, error) {
	a, err := one(ctx, r, noRequest(key), scanAsked, selectAsked, key.Cycle, key.Contributor)
	if err != nil {
		return a.request, a.collection, failure("read request", err)
	}
	terms, known := r.terms.of(key.Cycle, a.revision)
	if !known {
		if terms, err = one(ctx, r, nil, scanTerms, selectTerms, key.Cycle); err != nil {
			return a.request, a.collection, failure("read terms of cycle", err)
		}
		r.terms.keep(key.Cycle, terms)
	}
	a.collection.CollectEvery, a.collection.ReceiptOnly = terms.collectEvery, terms.receiptOnly
	return a.request, a.collection, nil
}

const selectTerms = "SELECT revision, policy, event FROM cycles WHERE id = ?"

// terms are what of a cycle's policy and event decides about an answer.
type terms struct {
	revision     int64 // of the cycle
	collectEvery rapporteur.Period
	receiptOnly  bool
}

func scanTerms(r row) (terms, error) {
	var t terms
	var p rapporteur.Policy
	var e rapporteur.Event
	err := r.Scan(&t.revision, documentColumn{&p}, documentColumn{&e})
	t.collectEvery, t.receiptOnly = p.CollectEvery, e.ReceiptOnly
	return t, err
}

// knownTerms remembers the terms of cycles: to bring policy and event along with
// every answer takes longer than the rest of the question. They hold for one
// revision of a cycle. The zero value is ready; nil knows nothing.
type knownTerms struct {
	lock    sync.Mutex
	byCycle map[rapporteur.CycleID]terms
}

// maxTerms bounds how many cycles are remembered.
const maxTerms = 1000

func (k *knownTerms) of(cycle rapporteur.CycleID, revision int64) (terms, bool) {
	if k == nil {
		return terms{}, false
	}
	k.lock.Lock()
	defer k.lock.Unlock()
	t, ok := k.byCycle[cycle]
	return t, ok && t.revision == revision
}

func (k *knownTerms) keep(cycle rapporteur.CycleID, t terms) {
	if k == nil {
		return
	}
	k.lock.Lock()
	defer k.lock.Unlock()
	if k.byCycle == nil || len(k.byCycle) >= maxTerms {
		k.byCycle = map[rapporteur.CycleID]terms{}
	}
	k.byCycle[cycle] = t
}
