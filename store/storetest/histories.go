package storetest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

// What records and filters of the property are made from: few values, so that
// they meet; texts with what LIKE and JSON treat in their own way.
var (
	trailNoon    = time.Date(2018, time.May, 1, 12, 0, 0, 0, time.UTC)
	trailActions = []rapporteur.Action{rapporteur.ActionSubmitted, rapporteur.ActionReturned, rapporteur.ActionDeadlineMoved}
	trailWhom    = []rapporteur.ContributorID{"", kenya, peru}
	trailActors  = []string{rapporteur.ActorEngine, "key-1", "person-ab"}
	trailTexts   = []string{"", "Which law?", "100% of it", "a_b", "S/2018/1", "ÉTAT état", `said "no" <now>`, "!", "null", "100"}
)

// record is any record of a cycle.
func trailRecord(t *rapid.T, id rapporteur.CycleID) rapporteur.AuditRecord {
	a := rapporteur.AuditRecord{
		Cycle: id, Contributor: rapid.SampledFrom(trailWhom).Draw(t, "whom"), Action: rapid.SampledFrom(trailActions).Draw(t, "action"),
		Actor: rapid.SampledFrom(trailActors).Draw(t, "actor"), At: trailNoon.Add(time.Duration(rapid.IntRange(-2, 2).Draw(t, "at"))),
		Reason: rapid.SampledFrom(trailTexts).Draw(t, "reason"),
	}
	if rapid.Bool().Draw(t, "with details") {
		a.Details = map[string]string{"symbol": rapid.SampledFrom(trailTexts).Draw(t, "detail")}
	}
	return a
}

func trailFilter(t *rapid.T, id rapporteur.CycleID) rapporteur.AuditFilter {
	orders := []rapporteur.AuditOrder{rapporteur.AsWritten, rapporteur.OldestFirst, rapporteur.NewestFirst}
	if rapid.Bool().Draw(t, "all of it") { // so that pages are full
		return rapporteur.AuditFilter{Cycle: id, Order: rapid.SampledFrom(orders).Draw(t, "order")}
	}
	when := func(name string) time.Time {
		if !rapid.Bool().Draw(t, name+" some time") {
			return time.Time{}
		}
		return trailNoon.Add(time.Duration(rapid.IntRange(-2, 2).Draw(t, name)))
	}
	f := rapporteur.AuditFilter{
		Cycle: id, Contributor: rapid.SampledFrom(trailWhom).Draw(t, "whose"),
		About:    rapid.SliceOfNDistinct(rapid.SampledFrom(trailWhom), 0, 2, rapid.ID).Draw(t, "about"),
		Actors:   rapid.SliceOfNDistinct(rapid.SampledFrom(trailActors), 0, 2, rapid.ID).Draw(t, "actors"),
		Actions:  rapid.SliceOfNDistinct(rapid.SampledFrom(trailActions), 0, 2, rapid.ID).Draw(t, "actions"),
		Subjects: rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"submission", "request", "dead", "draft"}), 0, 2, rapid.ID).Draw(t, "subjects"),
		From:     when("from"), Until: when("until"),
		Order: rapid.SampledFrom(orders).Draw(t, "order"),
	}
	f.Text.Words = rapid.SampledFrom([]string{"", "", "LAW", "%", "_", "a_b", "s/2018", "é", "É", "\"no", "<now", "!", "ul", "symbol", "100", "Returned", "\\"}).Draw(t, "words")
	if rapid.Bool().Draw(t, "by names") {
		f.Text.About = rapid.SliceOfNDistinct(rapid.SampledFrom(trailWhom[1:]), 0, 1, rapid.ID).Draw(t, "named")
	}
	return f
}

// trailOrder is how a filter puts records in order.
func trailOrder(o rapporteur.AuditOrder) func(a, b rapporteur.AuditRecord) int {
	return func(a, b rapporteur.AuditRecord) int {
		switch o {
		case rapporteur.OldestFirst:
			return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Seq, b.Seq))
		case rapporteur.NewestFirst:
			return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.Seq, a.Seq))
		case rapporteur.AsWritten:
		}
		return cmp.Compare(a.Seq, b.Seq)
	}
}

// historiesAgreeWithModel filters in the database and in memory; page after page
// gives all of it, each record once.
func historiesAgreeWithModel(t tb, s rapporteur.Store) {
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		id := rapporteur.CycleID(fmt.Sprintf("history/op34/%d", runs))
		records := rapid.IntRange(0, 12).Draw(t, "records")
		for range records {
			appendAudit(t, s, trailRecord(t, id))
		}
		f := trailFilter(t, id)
		all, want, actors := listAudit(t, s, id, 0, 0), []int64{}, []string{}
		for _, a := range all {
			actors = append(actors, a.Actor)
		}
		slices.SortFunc(all, trailOrder(f.Order))
		for _, a := range all {
			if f.Lets(a) {
				want = append(want, a.Seq)
			}
		}
		slices.Sort(actors)
		same(t, "actors", get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]string, error) { return r.AuditActors(ctx, id) }), slices.Compact(actors))
		same(t, "count", get(t, s, func(ctx context.Context, r rapporteur.Reader) (int, error) { return r.AuditCount(ctx, f) }), len(want))
		got := []int64{}
		for f.Limit = rapid.IntRange(0, 4).Draw(t, "page size"); ; {
			page := get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.AuditRecord, error) {
				return r.AuditTrail(ctx, f)
			})
			for _, a := range page {
				got, f.After = append(got, a.Seq), a.Mark()
			}
			if f.Limit == 0 || len(page) < f.Limit || len(got) > len(want) {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("the history of %+v is %v, want %v", f, got, want)
		}
	})
}
