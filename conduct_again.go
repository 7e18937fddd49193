package rapporteur

import (
	"context"
	"strconv"
	"strings"
)

// sentAgain is how many messages are sent again at one look, so that a mail
// server that hangs does not keep a cycle from its answers.
const sentAgain = 20

// wantedAgain reports whether a request still needs a message of its ledger that
// was not sent.
func (e LedgerEntry) wantedAgain(r Request) bool {
	if n, ok := e.followUp(); ok {
		return r.Chaseable() && r.OffPath && r.FollowUp == n
	}
	return onPath(r) && r.Due == e.Due
}

// followUp is the number of the follow-up whose message this is.
func (e LedgerEntry) followUp() (int, bool) {
	rest, ok := strings.CutPrefix(e.Rung, "follow-up-")
	if !ok {
		return 0, false
	}
	number, _, _ := strings.Cut(rest, "-")
	n, err := strconv.Atoi(number)
	return n, err == nil
}

// SendAgain sends what an administrator has had marked to be sent again, as far
// as it is still needed: a part of it, and the engine is told to come back for
// the rest. What cannot be sent now stays marked: a mail server that is away
// keeps nothing else waiting.
func (c Conduct) SendAgain(ctx context.Context, id CycleID, m Moment) error {
	var marked []LedgerEntry
	var cycle Cycle
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		unsent, err := r.Unsent(ctx, id, 0)
		if err != nil {
			return err
		}
		for _, entry := range unsent {
			if entry.State == LedgerAgain {
				marked = append(marked, entry)
			}
		}
		if len(marked) > 0 {
			cycle, err = r.Cycle(ctx, id)
		}
		return err
	})
	if err != nil {
		return err
	}
	for n, entry := range marked {
		if n == sentAgain {
			return c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
				return tx.Enqueue(ctx, Message{Kind: MessageHint, Cycle: id})
			})
		}
		if err := c.sendOneAgain(ctx, cycle, entry, m); err != nil {
			return err
		}
	}
	return nil
}

// sendOneAgain sends one marked message; where the mail server is away it is
// marked again.
func (c Conduct) sendOneAgain(ctx context.Context, cycle Cycle, marked LedgerEntry, m Moment) error {
	key := RequestKey{Cycle: marked.Cycle, Contributor: marked.Contributor}
	letter := Letter{Notice: marked.Notice, Rung: marked.Rung, Due: marked.Due}
	if n, ok := marked.followUp(); ok {
		err := c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
			followUp, err := r.FollowUp(ctx, key, n)
			letter.Reason = followUp.Reason
			return err
		})
		if err != nil {
			return err
		}
	}
	l, err := c.address(ctx, cycle, posting{key: key, letter: letter}, m)
	if err != nil {
		return err
	}
	entry, claimed, err := c.claimAgain(ctx, c.ledgerEntry(l, m))
	if err != nil || !claimed {
		return err
	}
	state, failed := c.deliver(ctx, l, entry, m)
	if state != LedgerClaimed || failed == nil {
		return failed
	}
	entry.State = LedgerAgain
	return c.Store.Write(ctx, func(ctx context.Context, tx Tx) error { return tx.UpdateLedgerEntry(ctx, entry) })
}

// claimAgain claims a marked message in the transaction in which it is seen that
// it is still marked and still needed, so that it leaves once.
func (c Conduct) claimAgain(ctx context.Context, entry LedgerEntry) (claimed LedgerEntry, ok bool, err error) {
	err = c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		ok = false
		request, err := tx.LockRequest(ctx, RequestKey{Cycle: entry.Cycle, Contributor: entry.Contributor})
		if err != nil {
			return err
		}
		stored, err := tx.LedgerEntry(ctx, entry.LedgerKey)
		if err != nil || stored.State != LedgerAgain {
			return err
		}
		if !entry.wantedAgain(request) {
			return supersede(ctx, tx, stored)
		}
		ok = true
		return tx.UpdateLedgerEntry(ctx, entry)
	})
	return entry, ok, err
}
