package webtest

import (
	"context"
	"sync"

	"github.com/rapporteur/rapporteur"
)

// Engine carries out at once what people command, with the use-cases that the
// activities call. Failure, where set, is what every command ends with.
type Engine struct {
	Failure error
	History []rapporteur.EngineEvent  // what Events finds, by workflow
	Steps   []rapporteur.RetryingStep // what Retrying finds, by workflow
	Lost    []string                  // workflows that do not run
	Retried []rapporteur.RetryingStep // what RetryNow was asked for
	house   *House
}

// Command applies a command to the record, unless the cycle's workflow would
// refuse it.
func (e *Engine) Command(ctx context.Context, cycle rapporteur.CycleID, c rapporteur.Command) error {
	if e.Failure != nil {
		return e.Failure
	}
	if err := e.admits(ctx, cycle, c); err != nil {
		return err
	}
	_, err := e.house.Conduct.Apply(ctx, cycle, c, e.house.Moment())
	return err
}

// admits asks the state of a report's cycle whether it takes a command.
func (e *Engine) admits(ctx context.Context, id rapporteur.CycleID, c rapporteur.Command) error {
	var cycle rapporteur.Cycle
	err := e.house.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		cycle, err = r.Cycle(ctx, id)
		return err
	})
	if err != nil || cycle.Shape != rapporteur.ShapeReport {
		return err
	}
	state := rapporteur.NewCycleState(cycle)
	state.Redraft = cycle.Phase == rapporteur.PhaseCompiling && cycle.Draft > 0
	_, err = state.Next(rapporteur.CycleEvent{Command: &c}, e.house.Moment().Now)
	return err
}

// DecideExtension records a decision on a wish for time.
func (e *Engine) DecideExtension(ctx context.Context, key rapporteur.RequestKey, number int, d rapporteur.ExtensionDecision) error {
	if e.Failure != nil {
		return e.Failure
	}
	return e.house.Conduct.DecideExtension(ctx, key, number, d, e.house.Moment())
}

// Decide records a clearance decision.
func (e *Engine) Decide(ctx context.Context, d rapporteur.Decision) error {
	if e.Failure != nil {
		return e.Failure
	}
	_, err := e.house.Conduct.Decide(ctx, d, e.house.Moment())
	return err
}

// Delegate records a delegation.
func (e *Engine) Delegate(ctx context.Context, g rapporteur.Delegation) error {
	if e.Failure != nil {
		return e.Failure
	}
	_, err := e.house.Conduct.Delegate(ctx, g, e.house.Moment())
	return err
}

// Events gives the events of a workflow that the test has put there.
func (e *Engine) Events(_ context.Context, workflow string) ([]rapporteur.EngineEvent, error) {
	if e.Failure != nil {
		return nil, e.Failure
	}
	var found []rapporteur.EngineEvent
	for _, event := range e.History {
		if event.Workflow == workflow {
			found = append(found, event)
		}
	}
	return found, nil
}

// Mailbox keeps letters in place of sending them.
type Mailbox struct {
	mutex   sync.Mutex
	Letters []rapporteur.Letter
}

// Send keeps a letter.
func (m *Mailbox) Send(_ context.Context, l rapporteur.Letter) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.Letters = append(m.Letters, l)
	return nil
}

// Newest is the letter that was sent last, the zero one where none was.
func (m *Mailbox) Newest() rapporteur.Letter {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if len(m.Letters) == 0 {
		return rapporteur.Letter{}
	}
	return m.Letters[len(m.Letters)-1]
}

// post sends a letter with a link to sign in by.
func (h *House) post(l rapporteur.Letter) { _ = h.Mailbox.Send(h.T.Context(), l) }

// MessageID is made of whom and what the letter is for.
func (*Mailbox) MessageID(l rapporteur.Letter) string {
	return string(l.Notice) + "." + string(l.Contributor.ID) + "." + l.Rung + "@test"
}
