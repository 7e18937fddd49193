package rapporteur

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// senders is how many messages are handed to the mail server at once.
const senders = 4

// posting is a letter to one contributor that is not addressed yet.
type posting struct {
	key    RequestKey
	letter Letter
}

// sendAll sends many letters, several at once. A letter that cannot be sent
// now does not keep the others from being tried; the error tells of it then.
func (c Conduct) sendAll(ctx context.Context, cycle Cycle, letters []posting, m Moment, wanted func(Request) bool, progress func(done int)) (SendResult, error) {
	var group sync.WaitGroup
	var sent tally
	work := make(chan posting)
	for range senders {
		group.Go(func() {
			for p := range work {
				state, err := c.send(ctx, cycle, p, m, wanted)
				sent.add(state, err, progress)
			}
		})
	}
	for _, p := range letters {
		work <- p
	}
	close(work)
	group.Wait()
	return sent.result, sent.err()
}

// tally adds up what came of many letters, from several senders.
type tally struct {
	mutex  sync.Mutex
	result SendResult
	done   int
	failed int
	first  error
	last   error
}

func (t *tally) add(state LedgerState, err error, progress func(done int)) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.result.add(state)
	t.done++
	if err != nil {
		t.failed++
		if t.first == nil {
			t.first = err
		}
		t.last = err
	}
	progress(t.done)
}

// err tells of the first and the last failure: of thousands, all would be more
// than anybody reads or an engine's history holds.
func (t *tally) err() error {
	switch t.failed {
	case 0:
		return nil
	case 1:
		return t.first
	}
	return fmt.Errorf("cannot send %d of %d messages: %w", t.failed, t.done, errors.Join(t.first, t.last))
}

func (r *SendResult) add(state LedgerState) {
	switch state {
	case LedgerSent:
		r.Sent++
	case LedgerFailed:
		r.Failed++
	case "":
		r.Skipped++
	case LedgerClaimed, LedgerSuperseded, LedgerAgain:
	}
}

// send claims a letter in the ledger, hands it to the mail server and records
// what came of it. wanted is asked in the claiming transaction, so that nobody
// is reminded after an answer. An empty state means that there was nothing to
// send.
func (c Conduct) send(ctx context.Context, cycle Cycle, p posting, m Moment, wanted func(Request) bool) (LedgerState, error) {
	l, err := c.address(ctx, cycle, p, m)
	if err != nil {
		return "", err
	}
	entry, claimed, err := c.claim(ctx, c.ledgerEntry(l, m), wanted)
	if err != nil || !claimed {
		return "", err
	}
	return c.deliver(ctx, l, entry, m)
}

// post sends a letter that no request decides about, once.
func (c Conduct) post(ctx context.Context, l Letter, m Moment) (LedgerState, error) {
	var claimed LedgerEntry
	err := c.Store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		claimed, _, err = tx.ClaimMessage(ctx, c.ledgerEntry(l, m))
		return err
	})
	if err != nil || claimed.State != LedgerClaimed {
		return claimed.State, err
	}
	return c.deliver(ctx, l, claimed, m)
}

// claim writes the ledger entry if the message is wanted and was neither sent
// nor refused before. Whoever is not asked in the cycle wants no message.
func (c Conduct) claim(ctx context.Context, entry LedgerEntry, wanted func(Request) bool) (LedgerEntry, bool, error) {
	var stored LedgerEntry
	err := c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		stored = LedgerEntry{}
		request, err := tx.LockRequest(ctx, RequestKey{Cycle: entry.Cycle, Contributor: entry.Contributor})
		switch {
		case IsProblem(err, ProblemNotFound):
			return nil
		case err != nil:
			return err
		case !wanted(request):
			return supersedeKey(ctx, tx, entry.LedgerKey)
		}
		stored, _, err = tx.ClaimMessage(ctx, entry)
		return err
	})
	return stored, stored.State == LedgerClaimed, err
}

// supersedeKey supersedes a message, if it was ever claimed.
func supersedeKey(ctx context.Context, tx Tx, key LedgerKey) error {
	entry, err := tx.LedgerEntry(ctx, key)
	if IsProblem(err, ProblemNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return supersede(ctx, tx, entry)
}

// supersede notes that a message which was claimed, or is to be sent again, is
// not wanted any more. One
// of which more is known stays as it is.
func supersede(ctx context.Context, tx Tx, entry LedgerEntry) error {
	if entry.State != LedgerClaimed && entry.State != LedgerAgain {
		return nil
	}
	entry.State = LedgerSuperseded
	return tx.UpdateLedgerEntry(ctx, entry)
}

// deliver hands a claimed letter to the mail server and records what came of
// it. Whoever has no mailbox is told of nothing, for good: the next rung may
// find one.
func (c Conduct) deliver(ctx context.Context, l Letter, entry LedgerEntry, m Moment) (LedgerState, error) {
	err := error(&Refusal{Cause: errNoContact})
	if len(l.To) > 0 {
		err = c.Mailbox.Send(ctx, l)
	}
	var refusal *Refusal
	switch {
	case err == nil:
		entry.State, entry.SentAt = LedgerSent, m.Now
	case errors.As(err, &refusal):
		entry.State, entry.Failure = LedgerFailed, refused(refusal)
	default:
		return LedgerClaimed, fmt.Errorf("cannot send %s to %s: %w", l.Notice, entry.Contributor, err)
	}
	err = c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if entry.State == LedgerFailed {
			record := m.record(entry.Cycle, ActionMessageFailed, fmt.Sprintf("failed/%s/%s/%s/%s", entry.Cycle, entry.Contributor, entry.Rung, entry.Due))
			record.Contributor = entry.Contributor
			record.Details["notice"] = string(entry.Notice)
			if _, err := tx.AppendAudit(ctx, record); err != nil {
				return err
			}
		}
		return tx.UpdateLedgerEntry(ctx, entry)
	})
	return entry.State, err
}

var errNoContact = errors.New("there is no contact to write to")

// refused is what the mail server said, in its codes; a Mailbox keeps addresses
// out of it.
func refused(r *Refusal) string {
	if r.Cause == nil {
		return r.Error()
	}
	return r.Cause.Error()
}
