package rapporteur

import (
	"context"
	"regexp"
	"slices"
	"strings"
)

// ReceiptNote is all that may be said of something that was handed over by a
// channel of its own (OP27.b, OP30): no content, no free text.
type ReceiptNote struct {
	Instrument     string
	Stream         string
	Period         string         // of the occasion; empty for the window that is open
	HandedOver     Date           // the day
	To             ContributorID  // one of the stream's destinations or recipients
	Hash           string         // SHA-256 of what was handed over, lower-case hexadecimal
	Classification Classification // the stream's least where empty
}

var hashForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// LeaveReceipt keeps the receipt of something that was handed over elsewhere.
// Like Deliver it is one transaction and safe to repeat.
func (c Correspondence) LeaveReceipt(ctx context.Context, actor Principal, n ReceiptNote) (Delivery, error) {
	at, err := c.at(actor, n.Instrument, n.Stream)
	if err != nil {
		return Delivery{}, err
	}
	if err := at.check(n); err != nil {
		return Delivery{}, err
	}
	receipt := Delivery{
		Contributor: at.contributor.ID, Kind: at.contributor.Kind, Receipt: true, Hash: n.Hash,
		Classification: n.Classification.AtLeast(at.stream.Intake.Classification),
		HandedOver:     n.HandedOver, Destinations: []ContributorID{n.To}, ReceivedFrom: actor.ID,
	}
	err = c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		cycle, err := c.receiving(ctx, tx, at, n.Period)
		if err != nil {
			return err
		}
		if today := DateOf(cycle.Now(c.Clock())); n.HandedOver.After(today) || n.HandedOver.Before(at.instrument.Adopted) {
			return Problemf(ProblemInvalid, "Not the day of a handover", "Give a day from %s to %s.", at.instrument.Adopted, today)
		}
		if err := c.take(ctx, tx, cycle, &receipt, nil); err != nil || cycle.ID.IsWindow() {
			return err
		}
		return c.receipted(ctx, tx, cycle, at.contributor.ID)
	})
	return receipt, err
}

// receipted settles the request of whom an occasion asks: the receipt stands for
// the answer, and nobody is reminded of what is done.
func (c Correspondence) receipted(ctx context.Context, tx Tx, cycle Cycle, id ContributorID) error {
	request, err := tx.LockRequest(ctx, RequestKey{Cycle: cycle.ID, Contributor: id})
	if IsProblem(err, ProblemNotFound) {
		return nil // was not asked, and may leave a receipt all the same
	}
	if err != nil || request.State == RequestSettled || !request.Accepting() {
		return err
	}
	next, effects, err := request.Next(RequestEvent{Receipt: true}, cycle.Now(c.Clock()))
	if err != nil {
		return err
	}
	if err := tx.UpdateRequest(ctx, next); err != nil {
		return err
	}
	return followUpEffects(ctx, tx, next, effects)
}

func (at counter) check(n ReceiptNote) error {
	p := at.stream.Intake
	switch {
	case !p.ReceiptOnly:
		return Problemf(ProblemInvalid, "The content is taken here", "The stream %s takes deliveries as they are; it keeps no receipts of others.", n.Stream)
	case n.HandedOver.IsZero():
		return Problemf(ProblemInvalid, "A day is needed", "Say on which day the content was handed over.")
	case !hashForm.MatchString(n.Hash):
		return Problemf(ProblemInvalid, "Invalid hash", "Give the SHA-256 of what was handed over as 64 lower-case hexadecimal digits.")
	case n.Classification != "" && !n.Classification.Known():
		return Problemf(ProblemInvalid, "Invalid classification", "Choose one of %s, %s and %s.", Unclassified, Confidential, StrictlyConfidential)
	case !slices.Contains(p.Destinations, n.To) && !slices.Contains(p.Recipients, n.To):
		return Problemf(ProblemInvalid, "Invalid recipient", "Choose one of %s.", joinIDs(slices.Concat(p.Destinations, p.Recipients), maxRecipients))
	case (at.stream.Shape == ShapeIntake) != (n.Period == ""):
		return Problemf(ProblemInvalid, "Which occasion?", "Name the occasion where the stream has occasions, and no period where it is an intake.")
	}
	return nil
}

// maxRecipients is how many recipients a problem names.
const maxRecipients = 30

// receiving is the cycle that takes a receipt, locked: the open window of an
// intake, or the occasion that the contributor names.
func (c Correspondence) receiving(ctx context.Context, tx Tx, at counter, period string) (Cycle, error) {
	if period == "" {
		return presentWindow(ctx, tx, at.instrument, at.stream, c.Clock())
	}
	id := NewCycleID(at.instrument.ID, at.stream.ID, period)
	if !strings.HasPrefix(period, OccasionPrefix) {
		return Cycle{}, NotFound("occasion", string(id))
	}
	cycle, err := tx.LockCycle(ctx, id)
	if err == nil && cycle.Phase.Final() {
		err = Problemf(ProblemClosed, "The occasion is over", "Its record is closed; write to the Secretariat.")
	}
	return cycle, err
}
