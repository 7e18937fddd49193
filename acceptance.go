package rapporteur

import (
	"context"
	"time"
)

// Collection is what of a cycle decides about an answer to it: less than a
// Cycle, which holds everybody who is asked.
type Collection struct {
	Cycle        CycleID
	Shape        Shape
	Phase        Phase
	ClockOffset  time.Duration
	HintedAt     time.Time // business time of the newest hint for submissions; zero for none
	CollectEvery Period    // of the policy
	ReceiptOnly  bool      // of what it is about only a receipt may be kept
}

// Collection is the cycle for whoever answers.
func (c Cycle) Collection() Collection {
	return Collection{
		Cycle: c.ID, Shape: c.Shape, Phase: c.Phase, ClockOffset: c.ClockOffset, HintedAt: c.HintedAt,
		CollectEvery: c.Policy.CollectEvery, ReceiptOnly: c.Event.ReceiptOnly,
	}
}

// Now is the cycle's business time at a wall-clock instant.
func (c Collection) Now(wall time.Time) time.Time { return wall.Add(c.ClockOffset).UTC() }

// hintDue reports whether a submission is worth a hint by itself: none was
// sent for an interval of the policy, a day where it names none.
func (c Collection) hintDue(now time.Time) bool {
	interval := c.CollectEvery
	if interval.IsZero() {
		interval = Period{Days: 1}
	}
	return c.HintedAt.IsZero() || !DateOf(now).Before(DateOf(c.HintedAt).Add(interval))
}

// takesBodies is a problem where of what a cycle is about only a receipt may be
// kept. It comes before anything is done with a body.
func (c Collection) takesBodies() error {
	if !c.ReceiptOnly {
		return nil
	}
	return ReceiptOnly()
}

// Acceptance is all that is kept of an accepted answer, decided on the request
// and its cycle as they were read.
type Acceptance struct {
	Request    Request // as it is from now on, but with the revision that was read
	Submission Submission
	Body       []byte
	Receipt    SubmissionReceipt
	Audit      AuditRecord
	// HintedAt is when, in business time, the cycle is told that answers have come,
	// unless its newest hint is another than the one that was read. Zero tells it
	// only where nobody else has nothing accepted.
	HintedAt time.Time
	HintRead time.Time // the newest hint when it was read
}

// AcceptanceResult is what came of an acceptance.
type AcceptanceResult struct {
	Kept bool // false: something has changed since it was read, and nothing was kept
	Last bool // nobody else has nothing accepted: the cycle was told, and should hear at once
}

// Acceptor is a Store that can also keep a decided acceptance in one step, which
// is durable when it returns. It is kept where the request still has the revision
// that was read and its cycle collects; whatever else would have to be looked at
// under lock, such as rules that were suspended meanwhile, must not matter to it.
// The same contributor's next version, or any other change of the request, gives
// it another revision, so that of two acceptances that were decided on the same
// reading one is kept.
//
// A store that wraps another one to look at its writes is no Acceptor: what goes
// around Write goes around it.
type Acceptor interface {
	Store
	Accept(ctx context.Context, a Acceptance) (AcceptanceResult, error)
}

// Glancer is a Store that can be asked a single question for less than by Read.
type Glancer interface {
	Store
	// Glance runs fn like Read, but each question sees a view of its own.
	Glance(ctx context.Context, fn func(ctx context.Context, r Reader) error) error
}

// Glance asks a store a single question.
func Glance(ctx context.Context, s Store, fn func(ctx context.Context, r Reader) error) error {
	if g, ok := s.(Glancer); ok {
		return g.Glance(ctx, fn)
	}
	return s.Read(ctx, fn)
}
