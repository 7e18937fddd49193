package rapporteur

import (
	"context"
	"fmt"
	"time"
)

// Conduct is what the engine does for cycles, follow-ups and clearances: each
// method is one step, idempotent, so that a retried activity harms nothing.
// Business time comes with every call.
type Conduct struct {
	Store     Store
	Catalogue Catalogue
	Mailbox   Mailbox
}

// Moment is when, in business time, and where in the engine a step is carried
// out; audit records keep it.
type Moment struct {
	Now      time.Time
	Workflow string
	Run      string
	Event    string // id of the activity
}

// record is an audit record of the engine's own doing.
func (m Moment) record(cycle CycleID, action Action, key string) AuditRecord {
	return AuditRecord{
		Key: key, Cycle: cycle, At: m.Now, Actor: ActorEngine, Action: action,
		Workflow: m.Workflow, Run: m.Run, Event: m.Event, Details: map[string]string{},
	}
}

// stepKey makes a step's audit record unique to the activity that writes it.
func (m Moment) stepKey(step CycleStep) string {
	return fmt.Sprintf("%s/%s/%s/%s", step, m.Workflow, m.Run, m.Event)
}

// LoadCycle is the state from which a cycle's workflow starts.
func (c Conduct) LoadCycle(ctx context.Context, id CycleID) (CycleState, error) {
	var state CycleState
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		cycle, err := r.Cycle(ctx, id)
		if err != nil {
			return err
		}
		state = NewCycleState(cycle)
		return nil
	})
	return state, err
}

// Preflight lists who cannot be reached. Where there are any, the cycle says
// so and does not open.
func (c Conduct) Preflight(ctx context.Context, id CycleID, m Moment) ([]ContributorID, error) {
	var missing []ContributorID
	err := c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		cycle, err := tx.LockCycle(ctx, id)
		if err != nil {
			return err
		}
		if missing, err = tx.Unreachable(ctx, cycle.Contributors); err != nil || cycle.Phase != PhasePlanned {
			return err
		}
		if cycle.Attention = unreachableText(missing); cycle.Attention != "" {
			record := m.record(id, ActionPreflightFailed, m.stepKey(StepPreflight))
			record.Details["unreachable"] = fmt.Sprint(len(missing))
			if _, err := tx.AppendAudit(ctx, record); err != nil {
				return err
			}
		}
		return tx.UpdateCycle(ctx, cycle)
	})
	return missing, err
}

func unreachableText(missing []ContributorID) string {
	if len(missing) == 0 {
		return ""
	}
	return fmt.Sprintf("%d contributors cannot be reached and the cycle cannot open: %s. Give each a focal point, or withdraw it.",
		len(missing), joinIDs(missing, 10))
}

func joinIDs(ids []ContributorID, most int) string {
	text := ""
	for n, id := range ids {
		if n == most {
			return text + fmt.Sprintf(" and %d more", len(ids)-most)
		}
		if n > 0 {
			text += ", "
		}
		text += string(id)
	}
	return text
}

// Open makes every request of the cycle in one transaction. Done before, it
// only counts them.
func (c Conduct) Open(ctx context.Context, id CycleID, m Moment) (Counts, error) {
	var counts Counts
	err := c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		cycle, err := tx.LockCycle(ctx, id)
		if err != nil {
			return err
		}
		if cycle.Phase == PhasePlanned {
			if err := c.open(ctx, tx, cycle, m); err != nil {
				return err
			}
		}
		counts, err = tx.Counts(ctx, id)
		return err
	})
	return counts, err
}

func (c Conduct) open(ctx context.Context, tx Tx, cycle Cycle, m Moment) error {
	requests := make([]Request, 0, len(cycle.Contributors))
	for _, id := range cycle.Contributors {
		request, err := c.newRequest(cycle, id, m.Now)
		if err != nil {
			return err
		}
		requests = append(requests, request)
	}
	if err := tx.InsertRequests(ctx, requests); err != nil {
		return err
	}
	record := m.record(cycle.ID, ActionCycleOpened, string(ActionCycleOpened)+"/"+string(cycle.ID))
	record.Details["requests"] = fmt.Sprint(len(requests))
	record.Details["due"] = cycle.Plan.Date(DateDue).String()
	if _, err := tx.AppendAudit(ctx, record); err != nil {
		return err
	}
	cycle.Phase, cycle.Attention = PhaseCollecting, ""
	return tx.UpdateCycle(ctx, cycle)
}

// newRequest is a fresh request for a contributor, pinned to the newest
// version of its kind's questionnaire.
func (c Conduct) newRequest(cycle Cycle, id ContributorID, now time.Time) (Request, error) {
	contributor, err := c.contributor(cycle, id, DateOf(now))
	if err != nil {
		return Request{}, err
	}
	for _, audience := range cycle.Policy.Audience {
		if audience.Kind != contributor.Kind {
			continue
		}
		questionnaire, err := c.Catalogue.Latest(audience.Questionnaire)
		if err != nil {
			return Request{}, err
		}
		return Request{
			RequestKey: RequestKey{Cycle: cycle.ID, Contributor: id}, Kind: contributor.Kind,
			Questionnaire: questionnaire.QuestionnaireRef, State: RequestOpen,
			Due: cycle.Plan.Date(DateDue), OpenedAt: now,
		}, nil
	}
	return Request{}, Problemf(ProblemInvalid, "Not asked in this stream", "The stream has no questionnaire for a %s such as %s.", contributor.Kind, id)
}

// Collect validates newly arrived submissions against their pinned schema and
// settles their requests.
func (c Conduct) Collect(ctx context.Context, id CycleID, m Moment) (Counts, error) {
	var received []Request
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		received, err = r.Requests(ctx, RequestFilter{Cycle: id, States: []RequestState{RequestReceived}})
		if err != nil {
			return err
		}
		for _, request := range received {
			if _, err := c.accepted(ctx, r, request); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Counts{}, err
	}
	var counts Counts
	err = c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		collected := 0
		for _, request := range received {
			settled, err := settle(ctx, tx, request, m.Now)
			if err != nil {
				return err
			}
			if settled {
				collected++
			}
		}
		if counts, err = tx.Counts(ctx, id); err != nil || collected == 0 {
			return err
		}
		// Without a key: what is settled once is not settled again, and an
		// attempt that is repeated may well find more.
		record := m.record(id, ActionCollected, "")
		record.Details["collected"] = fmt.Sprint(collected)
		record.Details["open"] = fmt.Sprint(counts.Open)
		_, err = tx.AppendAudit(ctx, record)
		return err
	})
	return counts, err
}

// accepted reads the newest accepted submission of a request by the schema it
// was accepted under.
func (c Conduct) accepted(ctx context.Context, r Reader, request Request) (Accepted, error) {
	submission, err := r.Submission(ctx, request.RequestKey, request.Version)
	if err != nil {
		return Accepted{}, err
	}
	body, err := r.Body(ctx, submission.Hash)
	if err != nil {
		return Accepted{}, err
	}
	document, _, err := c.Catalogue.Check(ctx, submission.Questionnaire, body)
	if err != nil {
		return Accepted{}, fmt.Errorf("cannot read submission %d of %s: %w", request.Version, request.Contributor, err)
	}
	return Accepted{Submission: submission, Document: document}, nil
}

// settle settles a request whose checked version is still its newest; a newer
// one waits for the next collection.
func settle(ctx context.Context, tx Tx, checked Request, now time.Time) (settled bool, err error) {
	request, err := tx.LockRequest(ctx, checked.RequestKey)
	if err != nil || request.State != RequestReceived || request.Version != checked.Version {
		return false, err
	}
	next, _, err := request.Next(RequestEvent{Collect: true}, now)
	if err != nil {
		return false, err
	}
	return true, tx.UpdateRequest(ctx, next)
}

// CloseCollection closes every request with whatever came. Done before, it
// only counts them.
func (c Conduct) CloseCollection(ctx context.Context, id CycleID, m Moment) (Counts, error) {
	var counts Counts
	err := c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		cycle, err := tx.LockCycle(ctx, id)
		if err != nil {
			return err
		}
		closing := cycle.Phase == PhaseCollecting
		if closing {
			if err := c.closeRequests(ctx, tx, cycle, m, RequestEvent{Close: true}); err != nil {
				return err
			}
			cycle.Phase = PhaseCompiling
			if err := tx.UpdateCycle(ctx, cycle); err != nil {
				return err
			}
		}
		if counts, err = tx.Counts(ctx, id); err != nil || !closing {
			return err
		}
		record := m.record(id, ActionCollectionClosed, string(ActionCollectionClosed)+"/"+string(id))
		record.Details["settled"] = fmt.Sprint(counts.Settled)
		record.Details["no-reply"] = fmt.Sprint(counts.NoReply)
		_, err = tx.AppendAudit(ctx, record)
		return err
	})
	return counts, err
}

// closeRequests applies one ending event to every request of the cycle that
// is not at its end. What was to be sent to them is superseded.
func (c Conduct) closeRequests(ctx context.Context, tx Tx, cycle Cycle, m Moment, e RequestEvent) error {
	filter := RequestFilter{Cycle: cycle.ID, States: []RequestState{RequestOpen, RequestReceived, RequestReturned, RequestSettled}}
	requests, err := tx.Requests(ctx, filter)
	if err != nil {
		return err
	}
	for _, listed := range requests {
		request, err := tx.LockRequest(ctx, listed.RequestKey)
		if err != nil {
			return err
		}
		next, effects, err := request.Next(e, m.Now)
		if err != nil {
			return err
		}
		if err := tx.UpdateRequest(ctx, next); err != nil {
			return err
		}
		if err := followUpEffects(ctx, tx, next, effects); err != nil {
			return err
		}
	}
	entries, err := tx.Ledger(ctx, RequestKey{Cycle: cycle.ID})
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.Rung == RungWithdrawn || entry.Notice == NoticeClearance {
			continue
		}
		if err := supersede(ctx, tx, entry); err != nil {
			return err
		}
	}
	return nil
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
