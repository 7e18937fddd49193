package storetest

import (
	"context"
	"fmt"
	"slices"

	"github.com/rapporteur/rapporteur"
)

// crowd is more contributors than one statement carries.
func crowd() []rapporteur.ContributorID {
	ids := make([]rapporteur.ContributorID, 120)
	for n := range ids {
		ids[n] = rapporteur.ContributorID(fmt.Sprintf("state-%03d", n))
	}
	return ids
}

func putCrowd(t tb, s rapporteur.Store, ids []rapporteur.ContributorID) {
	t.Helper()
	var requests []rapporteur.Request
	for _, id := range ids {
		requests = append(requests, open(id))
	}
	put(t, s, here, requests...)
}

// What a step does to everybody in a cycle, it does by few statements.
var manyTests = []test{
	{"many requests are locked by contributor, whoever else is named", func(t tb, s rapporteur.Store) {
		ids := crowd()
		putCrowd(t, s, ids)
		put(t, s, there, open("state-elsewhere"))
		named := append(slices.Clone(ids[10:]), "state-elsewhere", "nobody")
		slices.Reverse(named)
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			locked, err := tx.LockRequests(ctx, here, named)
			var got []rapporteur.ContributorID
			for _, r := range locked {
				got = append(got, r.Contributor)
			}
			same(t, "locked", got, ids[10:])
			return err
		})
	}},
	{"many requests change at once, each one revision on", func(t tb, s rapporteur.Store) {
		ids := crowd()
		putCrowd(t, s, ids)
		want := listRequests(t, s, rapporteur.RequestFilter{Cycle: here})
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			locked, err := tx.LockRequests(ctx, here, ids[1:])
			if err != nil {
				return err
			}
			for n := range locked {
				locked[n] = altered(locked[n])
			}
			return tx.UpdateRequests(ctx, locked)
		})
		for n := range want[1:] {
			want[n+1] = altered(want[n+1])
			want[n+1].Revision++
		}
		same(t, "requests", listRequests(t, s, rapporteur.RequestFilter{Cycle: here}), want)
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.UpdateRequests(ctx, nil) })
	}},
	{"of many requests none changes where one was changed since", func(t tb, s rapporteur.Store) {
		ids := crowd()
		putCrowd(t, s, ids)
		old := listRequests(t, s, rapporteur.RequestFilter{Cycle: here})
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			r, err := tx.LockRequest(ctx, old[100].RequestKey)
			if err != nil {
				return err
			}
			return tx.UpdateRequest(ctx, r)
		})
		want := listRequests(t, s, rapporteur.RequestFilter{Cycle: here})
		for n := range old {
			old[n].State = rapporteur.RequestNoReply
		}
		refused(t, s, rapporteur.ProblemConflict, func(ctx context.Context, tx rapporteur.Tx) error { return tx.UpdateRequests(ctx, old) })
		same(t, "requests", listRequests(t, s, rapporteur.RequestFilter{Cycle: here}), want)
	}},
	{"versions are listed of those who are named", func(t tb, s rapporteur.Store) {
		ids := crowd()
		putCrowd(t, s, ids)
		want := []rapporteur.Submission{}
		for n, id := range ids {
			for version := 1; version <= 1+n%2; version++ {
				described, body := submission(rapporteur.RequestKey{Cycle: here, Contributor: id}, version, fmt.Sprintf("body %d of %s", version, id))
				write(t, s, insertSubmission(described, body))
				if n >= 5 && n < 100 {
					want = append(want, described)
				}
			}
		}
		of := func(ids ...rapporteur.ContributorID) []rapporteur.Submission {
			return get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Submission, error) {
				return r.SubmissionsOf(ctx, here, ids)
			})
		}
		named := append(slices.Clone(ids[5:100]), "nobody")
		slices.Reverse(named)
		same(t, "submissions", of(named...), want)
		same(t, "submissions of nobody", of(), []rapporteur.Submission{})
	}},
	{"a rung is counted by what came of its messages", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya), open(peru))
		sent, moved, other := claimed(kenya, "r1", due, instant), claimed(kenya, "r1", due.AddDays(7), instant), claimed(kenya, "r2", due, instant)
		sent.State, other.State = rapporteur.LedgerSent, rapporteur.LedgerFailed
		claimAll(t, s, sent, moved, other, claimed(peru, "r1", due, instant))
		counts := func(rung string, due rapporteur.Date) map[rapporteur.LedgerState]int {
			return get(t, s, func(ctx context.Context, r rapporteur.Reader) (map[rapporteur.LedgerState]int, error) {
				return r.RungCounts(ctx, here, rung, due)
			})
		}
		same(t, "one deadline", counts("r1", due), map[rapporteur.LedgerState]int{rapporteur.LedgerSent: 1, rapporteur.LedgerClaimed: 1})
		same(t, "every deadline", counts("r1", rapporteur.Date{}), map[rapporteur.LedgerState]int{rapporteur.LedgerSent: 1, rapporteur.LedgerClaimed: 2})
		same(t, "no such rung", counts("r3", due), map[rapporteur.LedgerState]int{})
	}},
	{"what waits to be sent is superseded together, but for some notices", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya), open(peru))
		states := map[string]rapporteur.LedgerState{
			"claimed": rapporteur.LedgerClaimed, "again": rapporteur.LedgerAgain, "sent": rapporteur.LedgerSent, "failed": rapporteur.LedgerFailed,
		}
		for rung, state := range states {
			e := claimed(kenya, rung, due, instant)
			e.State = state
			claimAll(t, s, e)
		}
		kept := claimed(peru, "withdrawn", due, instant)
		kept.Notice = rapporteur.NoticeWithdrawn
		claimAll(t, s, kept)
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			return tx.Supersede(ctx, here, rapporteur.NoticeWithdrawn)
		})
		got := map[string]rapporteur.LedgerState{}
		for _, e := range get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.LedgerEntry, error) {
			return r.Ledger(ctx, rapporteur.RequestKey{Cycle: here})
		}) {
			got[e.Rung] = e.State
		}
		states["claimed"], states["again"], states["withdrawn"] = rapporteur.LedgerSuperseded, rapporteur.LedgerSuperseded, rapporteur.LedgerClaimed
		same(t, "ledger", got, states)
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.Supersede(ctx, here) })
		same(t, "the kept one", get(t, s, func(ctx context.Context, r rapporteur.Reader) (rapporteur.LedgerEntry, error) {
			return r.LedgerEntry(ctx, kept.LedgerKey)
		}).State, rapporteur.LedgerSuperseded)
	}},
}

// claimAll puts messages into the ledger.
func claimAll(t tb, s rapporteur.Store, entries ...rapporteur.LedgerEntry) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
		for _, e := range entries {
			if _, _, err := tx.ClaimMessage(ctx, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// altered is a request with another value in every column that may change.
func altered(r rapporteur.Request) rapporteur.Request {
	r.Kind, r.Questionnaire = rapporteur.KindPanel, rapporteur.QuestionnaireRef{ID: "panel", Version: "2.0.0"}
	r.State, r.Outcome, r.Due, r.FollowUp, r.OffPath = rapporteur.RequestSettled, rapporteur.ReturnNil, due, 3, true
	r.Extension, r.AskedUntil, r.Version, r.Late, r.Rounds, r.Reopened = rapporteur.ExtensionGranted, due.AddDays(1), 4, true, 5, 6
	r.OpenedAt, r.AnsweredAt, r.SettledAt = instant, instant.Add(1), instant.Add(2)
	r.WithdrawnVersion, r.Reminders, r.SnoozedUntil = 2, 7, due.AddDays(2)
	return r
}
