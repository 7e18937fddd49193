package rapporteur

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Repairs finds stuck work and has it tried again. Nothing is done but what the
// house does by itself: the engine is told, a message is marked so that the
// engine's next look sends it, a step is tried before its pause is over.
type Repairs struct {
	// Store's writes should wake the relay, so that the engine hears at once.
	Store     Store
	Clock     Clock
	Inspector Inspector
}

// How much is looked at, and how long the engine may take to answer.
const (
	stuckRead      = 500
	stuckWorkflows = 200
	stuckTime      = 5 * time.Second
	longestReason  = 2000
)

// StuckWork is what is stuck, by cycle.
type StuckWork struct {
	Items []Stuck
	// Away is why nothing is known of the engine's steps: it does not answer.
	Away error
	// Part says that there is more than was looked at.
	Part bool
}

// Find lists what is stuck. It works without an engine.
func (r Repairs) Find(ctx context.Context) (StuckWork, error) {
	facts := StuckFacts{Wall: r.Clock(), Requests: map[RequestKey]Request{}, Reached: map[RequestKey]time.Time{}, Lost: map[CycleID][]string{}}
	var part bool
	err := r.Store.Read(ctx, func(ctx context.Context, reader Reader) error {
		var err error
		if facts.Cycles, err = running(ctx, reader); err != nil {
			return err
		}
		calendars, err := reader.StreamCalendars(ctx)
		if err != nil {
			return err
		}
		for _, c := range calendars {
			facts.Calendars = append(facts.Calendars, c.Calendar())
		}
		if facts.Outbox, err = reader.Outbox(ctx, stuckRead); err != nil {
			return err
		}
		if facts.Unsent, err = reader.Unsent(ctx, "", stuckRead); err != nil {
			return err
		}
		if facts.FollowUps, err = reader.OverdueFollowUps(ctx, endOfTime, stuckRead); err != nil {
			return err
		}
		if facts.Uncollected, err = reader.Uncollected(ctx); err != nil {
			return err
		}
		if facts.Webhooks, err = reader.Webhooks(ctx); err != nil {
			return err
		}
		part = max(len(facts.Outbox), len(facts.Unsent), len(facts.FollowUps)) == stuckRead
		return facts.readRequests(ctx, reader)
	})
	if err != nil {
		return StuckWork{}, err
	}
	work := facts.work()
	found := StuckWork{Part: part || len(work) > stuckWorkflows}
	facts.Steps, found.Away = r.steps(ctx, facts, work[:min(len(work), stuckWorkflows)])
	found.Items = FindStuck(facts)
	return found, nil
}

// running reads the cycles that have not ended.
func running(ctx context.Context, r Reader) ([]Cycle, error) {
	var all []Cycle
	for after := CycleID(""); ; {
		some, err := r.Cycles(ctx, after, stuckRead)
		if err != nil {
			return nil, err
		}
		for _, c := range some {
			if !c.Phase.Final() {
				all = append(all, c)
			}
		}
		if len(some) < stuckRead {
			return all, nil
		}
		after = some[len(some)-1].ID
	}
}

// readRequests reads how the requests stand whose messages were not sent, and
// when they were last reached.
func (f *StuckFacts) readRequests(ctx context.Context, r Reader) error {
	for _, e := range f.Unsent {
		key := RequestKey{Cycle: e.Cycle, Contributor: e.Contributor}
		if _, known := f.Requests[key]; known {
			continue
		}
		request, err := r.Request(ctx, key)
		if IsProblem(err, ProblemNotFound) { // an office, a drafter
			continue
		}
		if err != nil {
			return err
		}
		f.Requests[key] = request
		entries, err := r.Ledger(ctx, key)
		if err != nil {
			return err
		}
		for _, other := range entries {
			if other.SentAt.After(f.Reached[key]) {
				f.Reached[key] = other.SentAt
			}
		}
	}
	return nil
}

// endOfTime is after every deadline: what was to end before it has not ended.
var endOfTime = Date{Year: 9999, Month: time.December, Day: 31}

// stuckWork is a workflow that the engine should run, for a cycle or calendar.
type stuckWork struct {
	cycle    CycleID
	workflow string
}

// work lists what the engine should run.
func (f StuckFacts) work() []stuckWork {
	var all []stuckWork
	for _, id := range f.Calendars {
		all = append(all, stuckWork{id, CycleWorkflowID(id)})
	}
	for _, c := range f.Cycles {
		all = append(all, stuckWork{c.ID, CycleWorkflowID(c.ID)})
		if c.Phase == PhaseClearing {
			all = append(all, stuckWork{c.ID, ClearanceWorkflowID(c.ID, c.Draft)})
		}
	}
	for _, u := range f.FollowUps {
		all = append(all, stuckWork{u.Cycle, FollowUpWorkflowID(u.RequestKey, u.Number)})
	}
	return all
}

// steps asks the engine which steps of what it should run fail, and notes what it
// does not run. It gives what it learns and why it did not learn more.
func (r Repairs) steps(ctx context.Context, f StuckFacts, all []stuckWork) (map[CycleID][]RetryingStep, error) {
	ctx, cancel := context.WithTimeout(ctx, stuckTime)
	defer cancel()
	found, lost := make([][]RetryingStep, len(all)), make([]bool, len(all))
	away := eachOf(len(all), historyReaders, func(n int) (err error) {
		found[n], err = r.Inspector.Retrying(ctx, all[n].workflow)
		if lost[n] = IsProblem(err, ProblemNotFound); lost[n] {
			return nil
		}
		return err
	})
	steps := map[CycleID][]RetryingStep{}
	for n, some := range found {
		steps[all[n].cycle] = append(steps[all[n].cycle], some...)
		if lost[n] && !f.starting(all[n].workflow) {
			f.Lost[all[n].cycle] = append(f.Lost[all[n].cycle], all[n].workflow)
		}
	}
	return steps, away
}

// starting reports whether a message waits that starts a workflow.
func (f StuckFacts) starting(workflow string) bool {
	return len(f.Outbox) == stuckRead || slices.ContainsFunc(f.Outbox, func(m Message) bool {
		return m.Kind != MessageHint && m.WorkflowID() == workflow
	})
}

// errUnstuck is that there is nothing to repair.
func errUnstuck() error {
	return Problemf(ProblemConflict, "Not stuck any more", "It has moved since the page was loaded. Nothing was done.")
}

// Item is one of what is stuck, by its id; what is not stuck any more is a
// ProblemConflict.
func (r Repairs) Item(ctx context.Context, id string) (Stuck, error) {
	found, err := r.Find(ctx)
	if err != nil {
		return Stuck{}, err
	}
	n := slices.IndexFunc(found.Items, func(s Stuck) bool { return s.ID() == id })
	if n < 0 {
		return Stuck{}, errUnstuck()
	}
	return found.Items[n], nil
}

// Order has one of what is stuck repaired, for a reason, and leaves a record of
// it. The same idempotencyKey again does nothing more and gives no item. What is no longer stuck, or
// has no repair, is a ProblemConflict.
func (r Repairs) Order(ctx context.Context, actor Principal, id, reason, idempotencyKey string) (Stuck, error) {
	if err := reasoned(reason, "Say why it is repaired."); err != nil {
		return Stuck{}, err
	}
	if len(reason) > longestReason {
		return Stuck{}, Problemf(ProblemInvalid, "Too long", "Say it in at most %d letters.", longestReason)
	}
	if done, err := r.ordered(ctx, id, idempotencyKey); err != nil || done {
		return Stuck{}, err
	}
	item, err := r.Item(ctx, id)
	if err != nil {
		return item, err
	}
	if item.Repair == NoRepair {
		return item, Problemf(ProblemConflict, "Nothing to press", "This cannot be repaired from here.")
	}
	err = r.Store.Write(ctx, func(ctx context.Context, tx Tx) error { return r.order(ctx, tx, actor, item, reason, idempotencyKey) })
	if err == nil && item.Repair == RepairRetry {
		err = r.Inspector.RetryNow(ctx, item.Step)
	}
	return item, err
}

// ordered reports whether the same was ordered before.
func (r Repairs) ordered(ctx context.Context, id, idempotencyKey string) (done bool, err error) {
	_, rest, _ := strings.Cut(id, " ")
	cycle, _, _ := strings.Cut(rest, " ")
	err = r.Store.Read(ctx, func(ctx context.Context, reader Reader) error {
		records, err := reader.AuditTrail(ctx, AuditFilter{Cycle: CycleID(cycle), Actions: []Action{ActionRepairOrdered}})
		done = slices.ContainsFunc(records, func(a AuditRecord) bool {
			return idempotencyKey != "" && a.Key == repairKey(CycleID(cycle), idempotencyKey)
		})
		return err
	})
	return done, err
}

func repairKey(id CycleID, idempotencyKey string) string {
	return fmt.Sprintf("repair/%s/%s", id, idempotencyKey)
}

func (r Repairs) order(ctx context.Context, tx Tx, actor Principal, item Stuck, reason, idempotencyKey string) error {
	cycle, err := cycleOrCalendar(ctx, tx, item.Cycle)
	if err != nil {
		return err
	}
	record := AuditRecord{
		Cycle: item.Cycle, At: cycle.Now(r.Clock()), Actor: actor.ID, Action: ActionRepairOrdered, Contributor: item.Contributor, Reason: reason,
		Details: map[string]string{"repair": string(item.Repair), "stuck": string(item.Kind)},
	}
	if idempotencyKey != "" {
		record.Key = repairKey(item.Cycle, idempotencyKey)
	}
	switch item.Repair {
	case RepairSend:
		record.Details["notice"], record.Details["rung"], record.Details["due"] = string(item.Entry.Notice), item.Entry.Rung, item.Entry.Due.String()
	case RepairRetry:
		record.Details["step"], record.Details["workflow"], record.Details["attempts"] = item.Step.Name, item.Step.Workflow, fmt.Sprint(item.Step.Attempt-1)
	case RepairTell, NoRepair:
	}
	added, err := tx.AppendAudit(ctx, record)
	if err != nil || !added {
		return err
	}
	switch {
	case item.Repair == RepairSend:
		return markAgain(ctx, tx, item.Entry)
	case item.Kind == StuckLost:
		return startAgain(ctx, tx, cycle)
	case item.Repair == RepairTell && item.Kind != StuckOutbox: // whose message waits already; the relay wakes with this write
		return tx.Enqueue(ctx, Message{Kind: MessageHint, Cycle: item.Cycle, Contributor: item.followed(), Number: item.Number})
	}
	return nil
}

// startAgain has the engine start a cycle again, the clearance of its draft and the
// follow-ups in it, where it does not run them.
func startAgain(ctx context.Context, tx Tx, c Cycle) error {
	all := []Message{{Kind: MessageStartAgain, Cycle: c.ID}}
	if c.Phase == PhaseClearing {
		all = append(all, Message{Kind: MessageStartAgain, Cycle: c.ID, Number: c.Draft})
	}
	requests, err := tx.Requests(ctx, RequestFilter{Cycle: c.ID})
	if err != nil {
		return err
	}
	for _, request := range requests {
		if request.FollowUp == 0 {
			continue
		}
		f, err := tx.FollowUp(ctx, request.RequestKey, request.FollowUp)
		if err != nil {
			return err
		}
		if f.ClosedAt.IsZero() {
			all = append(all, Message{Kind: MessageStartAgain, Cycle: c.ID, Contributor: f.Contributor, Number: f.Number})
		}
	}
	for _, m := range all {
		if err := tx.Enqueue(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// followed is whose follow-up is to be told, nobody's where the cycle is.
func (s Stuck) followed() ContributorID {
	if s.Kind == StuckFollowUp {
		return s.Contributor
	}
	return ""
}

// markAgain marks a message to be sent again, unless it was sent meanwhile or
// nobody needs it any more.
func markAgain(ctx context.Context, tx Tx, seen LedgerEntry) error {
	request, err := tx.LockRequest(ctx, RequestKey{Cycle: seen.Cycle, Contributor: seen.Contributor})
	if err != nil {
		return err
	}
	entry, err := tx.LedgerEntry(ctx, seen.LedgerKey)
	if err != nil {
		return err
	}
	if entry.State != seen.State || !entry.wantedAgain(request) {
		return errUnstuck()
	}
	entry.State = LedgerAgain
	if err := tx.UpdateLedgerEntry(ctx, entry); err != nil {
		return err
	}
	return tx.Enqueue(ctx, Message{Kind: MessageHint, Cycle: entry.Cycle})
}
