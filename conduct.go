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
	Signer    Signer     // of delivery records; nil where no intake runs
	Links     LinkSecret // of the links in mails; none where there are no links
	// SignInFor is how long a letter's link to sign in by lasts; 0 for two weeks.
	SignInFor time.Duration
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
	return fmt.Sprintf("%s cannot be reached and the cycle cannot open: %s. Give each a focal point, or withdraw it.",
		count(len(missing), "contributor"), joinIDs(missing, 10))
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
		var questionnaire Questionnaire
		if !cycle.Event.ReceiptOnly {
			if questionnaire, err = c.Catalogue.Latest(audience.Questionnaire); err != nil {
				return Request{}, err
			}
		}
		return Request{
			RequestKey: RequestKey{Cycle: cycle.ID, Contributor: id}, Kind: contributor.Kind,
			Questionnaire: questionnaire.QuestionnaireRef, State: RequestOpen,
			Due: cycle.Plan.Date(DateDue), OpenedAt: now,
		}, nil
	}
	return Request{}, Problemf(ProblemInvalid, "Not asked in this stream", "The stream has no questionnaire for a %s such as %s.", contributor.Kind, id)
}
