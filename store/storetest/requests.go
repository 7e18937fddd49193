package storetest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

func readRequest(key rapporteur.RequestKey) func(context.Context, rapporteur.Reader) (rapporteur.Request, error) {
	return func(ctx context.Context, r rapporteur.Reader) (rapporteur.Request, error) { return r.Request(ctx, key) }
}

func listRequests(t tb, s rapporteur.Store, f rapporteur.RequestFilter) []rapporteur.Request {
	t.Helper()
	return get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Request, error) {
		return r.Requests(ctx, f)
	})
}

var requestTests = []test{
	{"a contributor is asked once in a cycle", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		refused(t, s, rapporteur.ProblemConflict, func(ctx context.Context, tx rapporteur.Tx) error {
			again, other := open(kenya), open(peru)
			again.Cycle, other.Cycle = here, here
			return tx.InsertRequests(ctx, []rapporteur.Request{other, again})
		})
		if got := listRequests(t, s, rapporteur.RequestFilter{Cycle: here}); len(got) != 1 {
			t.Errorf("%d requests are there, want 1: the refused list left something behind", len(got))
		}
	}},
	{"nobody is asked without a cycle", func(t tb, s rapporteur.Store) {
		refused(t, s, rapporteur.ProblemNotFound, func(ctx context.Context, tx rapporteur.Tx) error {
			r := open(kenya)
			r.Cycle = here
			return tx.InsertRequests(ctx, []rapporteur.Request{r})
		})
	}},
	{"nobody at all can be asked", func(t tb, s rapporteur.Store) {
		put(t, s, here)
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertRequests(ctx, nil) })
	}},
	{"ten thousand contributors are asked at once", func(t tb, s rapporteur.Store) {
		requests := make([]rapporteur.Request, 10_000)
		for n := range requests {
			requests[n] = open(rapporteur.ContributorID(fmt.Sprintf("state-%05d", n)))
		}
		put(t, s, here, requests...)
		same(t, "requests", listRequests(t, s, rapporteur.RequestFilter{Cycle: here}), requests)
	}},
	{"a change raises the revision and needs the newest", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		old := get(t, s, readRequest(kenyaHere))
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			r, err := tx.LockRequest(ctx, kenyaHere)
			if err != nil {
				return err
			}
			r.State = rapporteur.RequestReceived
			return tx.UpdateRequest(ctx, r)
		})
		refused(t, s, rapporteur.ProblemConflict, func(ctx context.Context, tx rapporteur.Tx) error { return tx.UpdateRequest(ctx, old) })
		got := get(t, s, readRequest(kenyaHere))
		if got.State != rapporteur.RequestReceived || got.Revision != old.Revision+1 {
			t.Errorf("the request is %s at revision %d, want received at %d", got.State, got.Revision, old.Revision+1)
		}
	}},
	{"what is not there cannot be read, locked or changed", func(t tb, s rapporteur.Store) {
		put(t, s, here)
		missing(t, s, "request", readRequest(kenyaHere))
		refused(t, s, rapporteur.ProblemNotFound, func(ctx context.Context, tx rapporteur.Tx) error {
			_, err := tx.LockRequest(ctx, kenyaHere)
			return err
		})
		refused(t, s, rapporteur.ProblemNotFound, func(ctx context.Context, tx rapporteur.Tx) error {
			return tx.UpdateRequest(ctx, rapporteur.Request{RequestKey: kenyaHere})
		})
	}},
	{"counts of no cycle are not zeros", func(t tb, s rapporteur.Store) {
		count := func(ctx context.Context, r rapporteur.Reader) (rapporteur.Counts, error) { return r.Counts(ctx, here) }
		missing(t, s, "counts", count)
		put(t, s, here)
		if got := get(t, s, count); got.Asked != 0 || got.Outcomes == nil {
			t.Errorf("counts of an empty cycle are %+v", got)
		}
	}},
	{"the questionnaires of a cycle are those of its requests by then", func(t tb, s rapporteur.Store) {
		opened := time.Date(2018, time.May, 21, 13, 0, 0, 0, time.UTC)
		var requests []rapporteur.Request
		for n, version := range []string{"1.1.0", "1.0.0", "1.0.0"} {
			r := open(rapporteur.ContributorID(fmt.Sprintf("state-%d", n)))
			r.Questionnaire = rapporteur.QuestionnaireRef{ID: "member-state", Version: version}
			r.OpenedAt = opened.Add(time.Duration(3-n) * time.Hour)
			requests = append(requests, r)
		}
		put(t, s, here, requests...)
		put(t, s, there, open(kenya))
		for hours, want := range [][]string{{}, {"1.0.0"}, {"1.0.0"}, {"1.0.0", "1.1.0"}} {
			refs := []rapporteur.QuestionnaireRef{}
			for _, version := range want {
				refs = append(refs, rapporteur.QuestionnaireRef{ID: "member-state", Version: version})
			}
			until := opened.Add(time.Duration(hours) * time.Hour)
			same(t, "questionnaires", get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.QuestionnaireRef, error) {
				return r.Questionnaires(ctx, here, until)
			}), refs)
		}
	}},
	{"lists and counts agree with a simple model", agreesWithModel},
}

// drawRequests is some requests of a cycle, by contributor.
func drawRequests(t *rapid.T, id rapporteur.CycleID) []rapporteur.Request {
	states := []rapporteur.RequestState{
		rapporteur.RequestOpen, rapporteur.RequestReceived, rapporteur.RequestReturned,
		rapporteur.RequestSettled, rapporteur.RequestNoReply, rapporteur.RequestWithdrawn,
	}
	outcomes := []rapporteur.ReturnType{rapporteur.ReturnAnswered, rapporteur.ReturnNil, rapporteur.ReturnNoReply}
	names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-f]{1,3}`), 0, 12, rapid.ID).Draw(t, "names")
	slices.Sort(names)
	requests := []rapporteur.Request{}
	for _, name := range names {
		r := open(rapporteur.ContributorID(name))
		r.Cycle = id
		r.State = rapid.SampledFrom(states).Draw(t, "state")
		r.Kind = rapid.SampledFrom(kinds).Draw(t, "kind")
		r.Outcome = rapid.SampledFrom(outcomes).Draw(t, "outcome")
		r.OffPath, r.Late = rapid.Bool().Draw(t, "off path"), rapid.Bool().Draw(t, "late")
		requests = append(requests, r)
	}
	return requests
}

var kinds = []rapporteur.ContributorKind{rapporteur.KindMemberState, rapporteur.KindEntity, rapporteur.KindMission}

// modelCounts counts as the documentation of Counts says.
func modelCounts(requests []rapporteur.Request) rapporteur.Counts {
	c := rapporteur.Counts{Outcomes: map[rapporteur.ReturnType]int{}}
	in := func(match func(rapporteur.Request) bool) (n int) {
		for _, r := range requests {
			if match(r) {
				n++
			}
		}
		return n
	}
	is := func(state rapporteur.RequestState) func(rapporteur.Request) bool {
		return func(r rapporteur.Request) bool { return r.State == state }
	}
	c.Open, c.Received, c.Returned = in(is(rapporteur.RequestOpen)), in(is(rapporteur.RequestReceived)), in(is(rapporteur.RequestReturned))
	c.Settled, c.NoReply, c.Withdrawn = in(is(rapporteur.RequestSettled)), in(is(rapporteur.RequestNoReply)), in(is(rapporteur.RequestWithdrawn))
	c.Asked = len(requests) - c.Withdrawn
	c.Exempt = in(func(r rapporteur.Request) bool { return r.State == rapporteur.RequestOpen && r.OffPath })
	c.Late = in(func(r rapporteur.Request) bool { return r.State == rapporteur.RequestSettled && r.Late })
	for _, r := range requests {
		if r.State == rapporteur.RequestSettled || r.State == rapporteur.RequestNoReply {
			c.Outcomes[r.Outcome]++
		}
	}
	return c
}

// modelFilter filters as the documentation of RequestFilter says.
func modelFilter(requests []rapporteur.Request, f rapporteur.RequestFilter) []rapporteur.Request {
	found := []rapporteur.Request{}
	for _, r := range requests {
		switch {
		case f.Contributor != "" && r.Contributor != f.Contributor,
			len(f.States) > 0 && !slices.Contains(f.States, r.State),
			len(f.Kinds) > 0 && !slices.Contains(f.Kinds, r.Kind),
			f.OnPath && r.OffPath, r.Contributor <= f.After:
			continue
		}
		found = append(found, r)
	}
	if f.Limit > 0 && len(found) > f.Limit {
		return found[:f.Limit]
	}
	return found
}

func agreesWithModel(t tb, s rapporteur.Store) {
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		id := rapporteur.CycleID(fmt.Sprintf("model/op34/%d", runs))
		requests := drawRequests(t, id)
		put(t, s, id, requests...)
		same(t, "counts", get(t, s, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Counts, error) {
			return r.Counts(ctx, id)
		}), modelCounts(requests))
		key := rapporteur.RequestKey{Cycle: id, Contributor: rapporteur.ContributorID(rapid.StringMatching(`[a-f]{1,3}`).Draw(t, "asker"))}
		othersOpen := slices.ContainsFunc(requests, func(r rapporteur.Request) bool {
			return r.State == rapporteur.RequestOpen && r.Contributor != key.Contributor
		})
		same(t, "others open", get(t, s, func(ctx context.Context, r rapporteur.Reader) (bool, error) {
			return r.OthersOpen(ctx, key)
		}), othersOpen)
		f := rapporteur.RequestFilter{
			Cycle: id, Limit: rapid.IntRange(0, 5).Draw(t, "limit"), OnPath: rapid.Bool().Draw(t, "on path"),
			Kinds:  rapid.SliceOfNDistinct(rapid.SampledFrom(kinds), 0, 2, rapid.ID).Draw(t, "kinds"),
			States: rapid.SliceOfN(rapid.SampledFrom([]rapporteur.RequestState{rapporteur.RequestOpen, rapporteur.RequestSettled}), 0, 2).Draw(t, "states"),
			After:  rapporteur.ContributorID(rapid.StringMatching(`[a-f]{0,2}`).Draw(t, "after")),
		}
		same(t, fmt.Sprintf("requests of %+v", f), listRequests(t, s, f), modelFilter(requests, f))
		if len(requests) > 0 {
			f.Contributor = requests[0].Contributor
			same(t, fmt.Sprintf("requests of %+v", f), listRequests(t, s, f), modelFilter(requests, f))
		}
	})
}
