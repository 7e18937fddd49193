package storetest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

func listAudit(t tb, s rapporteur.Store, id rapporteur.CycleID, after int64, limit int) []rapporteur.AuditRecord {
	t.Helper()
	return get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.AuditRecord, error) {
		return r.Audit(ctx, id, after, limit)
	})
}

// appendAudit adds a record and tells whether it was new.
func appendAudit(t tb, s rapporteur.Store, a rapporteur.AuditRecord) (added bool) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx rapporteur.Tx) (err error) {
		added, err = tx.AppendAudit(ctx, a)
		return err
	})
	return added
}

var auditTests = []test{
	{"one record a key, for whatever cycle", func(t tb, s rapporteur.Store) {
		first := rapporteur.AuditRecord{Key: "open/2018", Cycle: here, Reason: "first"}
		second := rapporteur.AuditRecord{Key: "open/2018", Cycle: there, Reason: "second"}
		same(t, "first is added", appendAudit(t, s, first), true)
		same(t, "second is added", appendAudit(t, s, second), false)
		if got := listAudit(t, s, here, 0, 0); len(got) != 1 || got[0].Reason != "first" {
			t.Errorf("audit records are %+v, want the first alone", got)
		}
		if got := listAudit(t, s, there, 0, 0); got == nil || len(got) > 0 {
			t.Errorf("audit records of the other cycle are %+v, want an empty list", got)
		}
	}},
	{"records without a key or a cycle are all kept", func(t tb, s rapporteur.Store) {
		for range 3 {
			same(t, "is added", appendAudit(t, s, rapporteur.AuditRecord{Action: rapporteur.ActionKeyIssued}), true)
		}
		appendAudit(t, s, rapporteur.AuditRecord{Cycle: here})
		if got := listAudit(t, s, "", 0, 0); len(got) != 3 {
			t.Errorf("%d records belong to no cycle, want 3", len(got))
		}
	}},
	{"a trail is what its filter lets through, in order", trailsAgreeWithModel},
	{"records are found by their keys", func(t tb, s rapporteur.Store) {
		for _, key := range []string{"rung/b", "rung/a", "", "rung/c"} {
			appendAudit(t, s, rapporteur.AuditRecord{Key: key, Cycle: here})
		}
		for _, keys := range [][]string{nil, {"rung/a", "rung/b", "rung/x"}} {
			found := get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.AuditRecord, error) {
				return r.AuditKeyed(ctx, keys)
			})
			if found == nil || len(found) != max(0, len(keys)-1) || len(found) > 0 && (found[0].Key != "rung/b" || found[1].Key != "rung/a") {
				t.Errorf("by %v: %+v", keys, found)
			}
		}
	}},
	{"a history in pages is what its filter lets through, by business time", historiesAgreeWithModel},
	{"any history of keys keeps the first of each, in order, and pages through", pagesAudit},
}

func pagesAudit(t tb, s rapporteur.Store) {
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		id := rapporteur.CycleID(fmt.Sprintf("audit/op34/%d", runs))
		keys := rapid.SliceOfN(rapid.SampledFrom([]string{"", "a", "b", "c"}), 0, 10).Draw(t, "keys")
		want, seen := []string{}, map[string]bool{}
		for n, key := range keys {
			reason := fmt.Sprint(n)
			fresh := key == "" || !seen[key]
			seen[key] = true
			if fresh {
				want = append(want, reason)
			}
			if key != "" {
				key = string(id) + key
			}
			same(t, "is added", appendAudit(t, s, rapporteur.AuditRecord{Key: key, Cycle: id, Reason: reason}), fresh)
		}
		got, last := []string{}, int64(0)
		for limit := rapid.IntRange(1, 4).Draw(t, "page size"); ; {
			page := listAudit(t, s, id, last, limit)
			for _, a := range page {
				if a.Seq <= last {
					t.Fatalf("sequence %d follows %d", a.Seq, last)
				}
				got, last = append(got, a.Reason), a.Seq
			}
			if len(page) < limit {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("records are %v, want %v", got, want)
		}
	})
}

// trailsAgreeWithModel filters as the documentation of AuditFilter says.
func trailsAgreeWithModel(t tb, s rapporteur.Store) {
	noon := time.Date(2018, time.May, 1, 12, 0, 0, 0, time.UTC)
	actions := []rapporteur.Action{rapporteur.ActionSubmitted, rapporteur.ActionReturned, rapporteur.ActionDeadlineMoved}
	whom := []rapporteur.ContributorID{"", kenya, peru}
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		id := rapporteur.CycleID(fmt.Sprintf("trail/op34/%d", runs))
		f := rapporteur.AuditFilter{
			Cycle: id, Contributor: rapid.SampledFrom(whom).Draw(t, "whose"),
			Actions: rapid.SliceOfNDistinct(rapid.SampledFrom(actions), 0, 2, rapid.ID).Draw(t, "actions"),
		}
		if rapid.Bool().Draw(t, "until some time") {
			f.Until = noon.Add(time.Duration(rapid.IntRange(-2, 2).Draw(t, "until")))
		}
		want := []string{}
		for n := range rapid.IntRange(0, 12).Draw(t, "records") {
			a := rapporteur.AuditRecord{
				Cycle: id, Reason: fmt.Sprint(n), Contributor: rapid.SampledFrom(whom).Draw(t, "whom"),
				Action: rapid.SampledFrom(actions).Draw(t, "action"), At: noon.Add(time.Duration(rapid.IntRange(-2, 2).Draw(t, "at"))),
			}
			appendAudit(t, s, a)
			if (f.Contributor == "" || a.Contributor == "" || a.Contributor == f.Contributor) &&
				(len(f.Actions) == 0 || slices.Contains(f.Actions, a.Action)) && (f.Until.IsZero() || !a.At.After(f.Until)) {
				want = append(want, a.Reason)
			}
		}
		got := []string{}
		for _, a := range get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.AuditRecord, error) {
			return r.AuditTrail(ctx, f)
		}) {
			got = append(got, a.Reason)
		}
		if !slices.Equal(got, want) {
			t.Errorf("the trail of %+v is %v, want %v", f, got, want)
		}
	})
}
