package storetest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

func countStandings(id, previous rapporteur.CycleID) func(context.Context, rapporteur.Reader) ([]rapporteur.StandingCount, error) {
	return func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.StandingCount, error) {
		return r.StandingCounts(ctx, id, previous)
	}
}

func listStandings(t tb, s rapporteur.Store, f rapporteur.StandingFilter) []rapporteur.ContributorStanding {
	t.Helper()
	return get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.ContributorStanding, error) {
		return r.Standings(ctx, f)
	})
}

// standingCase is a cycle, the one before it, who is followed and who can be
// reached.
type standingCase struct {
	id, previous     rapporteur.CycleID
	requests, before []rapporteur.Request
	reachable        map[rapporteur.ContributorID]bool
	followed         map[rapporteur.ContributorID]rapporteur.FollowUpKind
}

func drawStandings(t *rapid.T, run int) standingCase {
	id := rapporteur.CycleID(fmt.Sprintf("standings/op34/%d", run))
	c := standingCase{id: id, previous: id + "-before", reachable: map[rapporteur.ContributorID]bool{}, followed: map[rapporteur.ContributorID]rapporteur.FollowUpKind{}}
	c.requests, c.before = drawRequests(t, id), drawRequests(t, id+"-before")
	for n, r := range c.requests {
		c.reachable[r.Contributor] = rapid.Bool().Draw(t, "reachable")
		c.requests[n].Due = rapporteur.Date{Year: 2018, Month: time.September, Day: rapid.IntRange(14, 16).Draw(t, "day")}
		if r.OffPath {
			c.requests[n].FollowUp = 1
			c.followed[r.Contributor] = rapid.SampledFrom([]rapporteur.FollowUpKind{
				rapporteur.FollowUpExtension, rapporteur.FollowUpCorrection, rapporteur.FollowUpEscalation,
			}).Draw(t, "follow-up")
		}
	}
	return c
}

// model is how the requests stand as the documentation of RequestStanding says.
func (c standingCase) model() []rapporteur.ContributorStanding {
	late := map[rapporteur.ContributorID]bool{}
	for _, r := range c.before {
		late[r.Contributor] = r.Late || r.State == rapporteur.RequestNoReply
	}
	all := []rapporteur.ContributorStanding{}
	for _, r := range c.requests {
		s := rapporteur.RequestStanding{
			Kind: r.Kind, State: r.State, Outcome: r.Outcome, Due: r.Due, Extension: r.Extension, FollowUp: c.followed[r.Contributor], Late: r.Late,
		}
		if r.Chaseable() {
			s.Unreachable, s.LateBefore = !c.reachable[r.Contributor], late[r.Contributor]
		}
		all = append(all, rapporteur.ContributorStanding{Contributor: r.Contributor, RequestStanding: s})
	}
	return all
}

func (c standingCase) put(t tb, s rapporteur.Store) {
	t.Helper()
	put(t, s, c.id, c.requests...)
	put(t, s, c.previous, c.before...)
	write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
		for id, kind := range c.followed {
			f := rapporteur.FollowUp{RequestKey: rapporteur.RequestKey{Cycle: c.id, Contributor: id}, Number: 1, Kind: kind}
			if err := tx.InsertFollowUp(ctx, f); err != nil {
				return err
			}
		}
		for id, is := range c.reachable {
			contacts := []rapporteur.Contact{{Contributor: id, Role: rapporteur.ContactLead, Address: "lead@example.org", Language: "en"}}
			if is {
				contacts = append(contacts, rapporteur.Contact{Contributor: id, Role: rapporteur.ContactFocalPoint, Address: "focal@example.org", Language: "en"})
			}
			if err := tx.PutContacts(ctx, id, contacts); err != nil {
				return err
			}
		}
		return nil
	})
}

var standingTests = []test{
	{"standings and their counts agree with a simple model", func(t tb, s rapporteur.Store) {
		runs := 0
		rapid.Check(t, func(t *rapid.T) {
			runs++
			c := drawStandings(t, runs)
			c.put(t, s)
			agree(t, s, c)
		})
	}},
	{"a cycle without requests has no standings", func(t tb, s rapporteur.Store) {
		put(t, s, here)
		same(t, "counts", get(t, s, countStandings(here, "")), []rapporteur.StandingCount{})
		same(t, "standings", listStandings(t, s, rapporteur.StandingFilter{Cycle: here}), []rapporteur.ContributorStanding{})
	}},
	{"ten thousand that stand alike are one count, and are listed in pages", func(t tb, s rapporteur.Store) {
		requests := make([]rapporteur.Request, 10_000)
		for n := range requests {
			requests[n] = open(rapporteur.ContributorID(fmt.Sprintf("entity-%05d", n)))
		}
		put(t, s, here, requests...)
		counts := get(t, s, countStandings(here, ""))
		if len(counts) != 1 || counts[0].Count != 10_000 || !counts[0].Unreachable {
			t.Errorf("the counts are %+v", counts)
		}
		page := listStandings(t, s, rapporteur.StandingFilter{Cycle: here, After: "entity-04999", Limit: 2, Like: []rapporteur.RequestStanding{counts[0].RequestStanding}})
		if len(page) != 2 || page[0].Contributor != "entity-05000" || page[1].Contributor != "entity-05001" {
			t.Errorf("the page is %+v", page)
		}
	}},
}

// agree holds that every list and every count is the model's.
func agree(t tb, s rapporteur.Store, c standingCase) {
	t.Helper()
	want := c.model()
	same(t, "standings", listStandings(t, s, rapporteur.StandingFilter{Cycle: c.id, Previous: c.previous}), want)
	counts := map[rapporteur.RequestStanding]int{}
	for _, w := range want {
		if w.State != rapporteur.RequestOpen && w.State != rapporteur.RequestReturned {
			w.Due, w.Extension, w.FollowUp = rapporteur.Date{}, "", ""
		}
		counts[w.RequestStanding]++
	}
	got := map[rapporteur.RequestStanding]int{}
	for _, g := range get(t, s, countStandings(c.id, c.previous)) {
		got[g.RequestStanding] += g.Count
	}
	if diff := cmp.Diff(counts, got); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	for standing := range counts {
		narrowed(t, s, want, rapporteur.StandingFilter{Cycle: c.id, Previous: c.previous, Like: []rapporteur.RequestStanding{standing}})
		narrowed(t, s, want, rapporteur.StandingFilter{Cycle: c.id, Previous: c.previous, Kinds: []rapporteur.ContributorKind{standing.Kind}, States: []rapporteur.RequestState{standing.State}})
	}
	for _, w := range want {
		narrowed(t, s, want, rapporteur.StandingFilter{Cycle: c.id, Previous: c.previous, Contributors: []rapporteur.ContributorID{w.Contributor}})
		narrowed(t, s, want, rapporteur.StandingFilter{Cycle: c.id, Previous: c.previous, After: w.Contributor, Limit: 3})
	}
}

// narrowed holds that a filter lets through what it should.
func narrowed(t tb, s rapporteur.Store, all []rapporteur.ContributorStanding, f rapporteur.StandingFilter) {
	t.Helper()
	want := []rapporteur.ContributorStanding{}
	for _, c := range all {
		passes := (len(f.Kinds) == 0 || slices.Contains(f.Kinds, c.Kind)) && (len(f.States) == 0 || slices.Contains(f.States, c.State)) &&
			(len(f.Contributors) == 0 || slices.Contains(f.Contributors, c.Contributor)) && (len(f.Like) == 0 || slices.Contains(f.Like, c.RequestStanding)) &&
			c.Contributor > f.After
		if passes && (f.Limit == 0 || len(want) < f.Limit) {
			want = append(want, c)
		}
	}
	same(t, fmt.Sprintf("standings by %+v", f), listStandings(t, s, f), want)
}
