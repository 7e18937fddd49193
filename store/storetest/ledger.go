package storetest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rapporteur/rapporteur"
)

func claimed(id rapporteur.ContributorID, rung string, due rapporteur.Date, at time.Time) rapporteur.LedgerEntry {
	return rapporteur.LedgerEntry{
		LedgerKey: rapporteur.LedgerKey{Cycle: here, Contributor: id, Rung: rung, Due: due},
		Notice:    rapporteur.NoticeReminder, State: rapporteur.LedgerClaimed, ClaimedAt: at,
	}
}

var due = rapporteur.Date{Year: 2018, Month: time.September, Day: 14}

var ledgerTests = []test{
	{"a message is claimed once, and the claim is what was stored first", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		first, second := claimed(kenya, "r1", due, instant), claimed(kenya, "r1", due, instant.Add(time.Hour))
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			got, added, err := tx.ClaimMessage(ctx, first)
			same(t, "first claim", got, first)
			same(t, "first claim is new", added, true)
			return err
		})
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			got, added, err := tx.ClaimMessage(ctx, second)
			same(t, "second claim", got, first)
			same(t, "second claim is new", added, false)
			return err
		})
	}},
	{"another contributor, rung or deadline is another message", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya), open(peru))
		for _, e := range []rapporteur.LedgerEntry{
			claimed(kenya, "r1", due, instant), claimed(peru, "r1", due, instant),
			claimed(kenya, "r2", due, instant), claimed(kenya, "r1", due.AddDays(7), instant),
			claimed(kenya, "r1", rapporteur.Date{}, instant),
		} {
			write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
				_, added, err := tx.ClaimMessage(ctx, e)
				same(t, "claim is new", added, true)
				return err
			})
		}
	}},
	{"the ledger is by time and contributor", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya), open(peru))
		want := []rapporteur.LedgerEntry{
			claimed(peru, "r9", due, instant.Add(-time.Nanosecond)),
			claimed(kenya, "r1", due, instant), claimed(peru, "r1", due, instant),
			claimed(kenya, "r2", due, instant.Add(time.Nanosecond)),
		}
		for _, n := range []int{3, 1, 0, 2} {
			write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
				_, _, err := tx.ClaimMessage(ctx, want[n])
				return err
			})
		}
		listed := func(key rapporteur.RequestKey) []rapporteur.LedgerEntry {
			return get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.LedgerEntry, error) {
				return r.Ledger(ctx, key)
			})
		}
		same(t, "ledger", listed(rapporteur.RequestKey{Cycle: here}), want)
		same(t, "ledger of one", listed(kenyaHere), []rapporteur.LedgerEntry{want[1], want[3]})
	}},
	{"what is neither sent nor superseded is listed over all cycles", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya), open(peru))
		put(t, s, there, open(kenya))
		want := []rapporteur.LedgerEntry{}
		for n, state := range []rapporteur.LedgerState{
			rapporteur.LedgerClaimed, rapporteur.LedgerSent, rapporteur.LedgerFailed, rapporteur.LedgerSuperseded, rapporteur.LedgerAgain,
		} {
			for _, id := range []rapporteur.CycleID{here, there} {
				e := claimed(kenya, fmt.Sprintf("r%d", n), due, instant)
				e.Cycle, e.State = id, state
				write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
					_, _, err := tx.ClaimMessage(ctx, e)
					return err
				})
				if state != rapporteur.LedgerSent && state != rapporteur.LedgerSuperseded {
					want = append(want, e)
				}
			}
		}
		slices.SortStableFunc(want, func(a, b rapporteur.LedgerEntry) int { return strings.Compare(string(a.Cycle), string(b.Cycle)) })
		for _, limit := range []int{0, 2, 100} {
			got := get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.LedgerEntry, error) {
				return r.Unsent(ctx, "", limit)
			})
			same(t, "unsent", got, want[:min(len(want), cmp.Or(limit, len(want)))])
		}
		of := get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.LedgerEntry, error) {
			return r.Unsent(ctx, want[0].Cycle, 0)
		})
		same(t, "unsent of one cycle", of, want[:3])
	}},
	{"nothing is claimed for a cycle that is not there", func(t tb, s rapporteur.Store) {
		refused(t, s, rapporteur.ProblemNotFound, func(ctx context.Context, tx rapporteur.Tx) error {
			_, added, err := tx.ClaimMessage(ctx, claimed(kenya, "r1", due, instant))
			same(t, "claim is new", added, false)
			return err
		})
	}},
	{"what is not there cannot be read or changed", func(t tb, s rapporteur.Store) {
		e := claimed(kenya, "r1", due, instant)
		missing(t, s, "ledger entry", func(ctx context.Context, r rapporteur.Reader) (rapporteur.LedgerEntry, error) {
			return r.LedgerEntry(ctx, e.LedgerKey)
		})
		refused(t, s, rapporteur.ProblemNotFound, func(ctx context.Context, tx rapporteur.Tx) error { return tx.UpdateLedgerEntry(ctx, e) })
	}},
}
