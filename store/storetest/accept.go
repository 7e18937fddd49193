package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/rapporteur/rapporteur"
)

// decided is a decided acceptance of the first answer to a request as it is read.
func decided(t tb, s rapporteur.Store, key rapporteur.RequestKey, text string) rapporteur.Acceptance {
	t.Helper()
	var request rapporteur.Request
	var collection rapporteur.Collection
	get(t, s, func(ctx context.Context, r rapporteur.Reader) (_ bool, err error) {
		request, collection, err = r.Asked(ctx, key)
		return true, err
	})
	sum := sha256.Sum256([]byte(text))
	next := request
	next.State, next.Outcome, next.Version, next.AnsweredAt = rapporteur.RequestReceived, rapporteur.ReturnAnswered, request.Version+1, instant
	submission := rapporteur.Submission{
		RequestKey: key, Version: next.Version, Questionnaire: request.Questionnaire, ReturnType: rapporteur.ReturnAnswered, Language: "fr",
		Hash: hex.EncodeToString(sum[:]), Size: len(text), SubmittedAt: instant, SubmittedBy: "key-1", Findings: []rapporteur.Finding{},
	}
	return rapporteur.Acceptance{
		Request: next, Submission: submission, Body: []byte(text),
		Receipt: rapporteur.SubmissionReceipt{RequestKey: key, Version: next.Version, Signed: rapporteur.Signed{Record: []byte(`{"a":1}`), KeyID: "k", Signature: []byte{1, 2}}},
		Audit: rapporteur.AuditRecord{
			Key: fmt.Sprintf("submission/%s/%d", key.Contributor, next.Version), Cycle: key.Cycle, At: instant, Actor: "key-1",
			Action: rapporteur.ActionSubmitted, Contributor: key.Contributor, Details: map[string]string{"version": "1"},
		},
		HintRead: collection.HintedAt,
	}
}

var errUndone = errors.New("undone")

// accept keeps an acceptance.
func accept(t tb, s rapporteur.Store, a rapporteur.Acceptance) rapporteur.AcceptanceResult {
	t.Helper()
	acceptor, ok := s.(rapporteur.Acceptor)
	if !ok {
		t.Fatal("the store keeps no acceptances")
	}
	result, err := acceptor.Accept(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

const (
	france rapporteur.ContributorID = "state-fra"
	unodc  rapporteur.ContributorID = "entity-unodc"
)

func outbox(t tb, s rapporteur.Store) []rapporteur.Message {
	t.Helper()
	return get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Message, error) { return r.Outbox(ctx, 0) })
}

var acceptTests = []test{
	{"an acceptance is kept whole", keepsWhole},
	{"an acceptance of what has changed keeps nothing", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya), open(france))
		a := decided(t, s, kenyaHere, "un")
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			r, err := tx.LockRequest(ctx, kenyaHere)
			if err != nil {
				return err
			}
			return tx.UpdateRequest(ctx, r)
		})
		if result := accept(t, s, a); result.Kept {
			t.Error("an acceptance that was decided on an older revision was kept")
		}
		keptNothing(t, s, a)
	}},
	{"an acceptance into a cycle that does not collect keeps nothing", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			c, err := tx.LockCycle(ctx, here)
			if err != nil {
				return err
			}
			c.Phase = rapporteur.PhaseClearing
			return tx.UpdateCycle(ctx, c)
		})
		a := decided(t, s, kenyaHere, "un")
		if result := accept(t, s, a); result.Kept {
			t.Error("an acceptance was kept after collection")
		}
		keptNothing(t, s, a)
	}},
	{"an acceptance whose body is not what it says is refused", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		a := decided(t, s, kenyaHere, "un")
		a.Body = []byte("deux")
		acceptor, _ := s.(rapporteur.Acceptor)
		if _, err := acceptor.Accept(t.Context(), a); err == nil {
			t.Error("a body with another hash was kept")
		}
		keptNothing(t, s, a)
	}},
	{"an acceptance tells its cycle once in an interval, and at the end", tellsCycle},
	{"what a cycle demands is read anew when it has changed, and not before it is sure", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		demands := func() rapporteur.Period {
			t.Helper()
			return get(t, s, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Period, error) {
				_, collection, err := r.Asked(ctx, kenyaHere)
				return collection.CollectEvery, err
			})
		}
		change := func(days int, end error) {
			t.Helper()
			err := s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
				c, err := tx.LockCycle(ctx, here)
				if err != nil {
					return err
				}
				c.Policy.CollectEvery = rapporteur.Period{Days: days}
				if err := tx.UpdateCycle(ctx, c); err != nil {
					return err
				}
				if _, seen, err := tx.Asked(ctx, kenyaHere); err != nil || seen.CollectEvery.Days != days {
					t.Errorf("the transaction that changed it sees %v, %v", seen.CollectEvery, err)
				}
				return end
			})
			if !errors.Is(err, end) {
				t.Fatal(err)
			}
		}
		_ = demands() // so that it is known
		change(3, errUndone)
		change(5, nil)
		if got := demands(); got.Days != 5 {
			t.Errorf("the cycle is collected every %v", got)
		}
	}},
	{"of many acceptances of one request one is kept", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya), open(france))
		all := make([]rapporteur.Acceptance, 16)
		for n := range all {
			all[n] = decided(t, s, kenyaHere, fmt.Sprint("text ", n))
		}
		var kept atomic.Int32
		atOnce(len(all), func(n int) {
			if accept(t, s, all[n]).Kept {
				kept.Add(1)
			}
		})
		if kept.Load() != 1 {
			t.Errorf("%d acceptances of one revision were kept, want 1", kept.Load())
		}
	}},
	{"many who answer at once are all kept, and the cycle hears of the last", keepsMany},
	{"who gives up waiting keeps nothing", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		a := decided(t, s, kenyaHere, "un")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		acceptor, _ := s.(rapporteur.Acceptor)
		if result, err := acceptor.Accept(ctx, a); err == nil && result.Kept {
			return // it had its turn at once, which is as good
		}
		keptNothing(t, s, a)
	}},
}

// keepsWhole holds that what an acceptance leaves is what the same writes one by
// one leave.
func keepsWhole(t tb, s rapporteur.Store) {
	put(t, s, here, open(kenya), open(france))
	a := decided(t, s, kenyaHere, "un")
	if result := accept(t, s, a); !result.Kept || result.Last {
		t.Fatalf("got %+v", result)
	}
	wanted := a.Request
	wanted.Revision++
	same(t, "request", get(t, s, readRequest(kenyaHere)), wanted)
	same(t, "submission", get(t, s, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Submission, error) {
		return r.Submission(ctx, kenyaHere, 1)
	}), a.Submission)
	same(t, "body", string(get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]byte, error) { return r.Body(ctx, a.Submission.Hash) })), "un")
	same(t, "receipt", get(t, s, func(ctx context.Context, r rapporteur.Reader) (rapporteur.SubmissionReceipt, error) {
		return r.Receipt(ctx, kenyaHere, 1)
	}), a.Receipt)
	records := get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.AuditRecord, error) {
		return r.Audit(ctx, here, 0, 0)
	})
	if len(records) != 1 {
		t.Fatalf("%d audit records, want 1", len(records))
	}
	records[0].Seq, records[0].Recorded = 0, time.Time{}
	same(t, "audit record", records[0], a.Audit)
	same(t, "messages", len(outbox(t, s)), 0)
}

// keptNothing holds that nothing of an acceptance is there.
func keptNothing(t tb, s rapporteur.Store, a rapporteur.Acceptance) {
	t.Helper()
	same(t, "submissions", len(get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Submission, error) {
		return r.Submissions(ctx, rapporteur.RequestKey{Cycle: a.Request.Cycle})
	})), 0)
	same(t, "audit records", len(get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.AuditRecord, error) {
		return r.Audit(ctx, a.Request.Cycle, 0, 0)
	})), 0)
	same(t, "messages", len(outbox(t, s)), 0)
	err := s.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		_, err := r.Body(ctx, a.Submission.Hash)
		return err
	})
	wantProblem(t, err, rapporteur.ProblemNotFound)
}

func tellsCycle(t tb, s rapporteur.Store) {
	franceHere := rapporteur.RequestKey{Cycle: here, Contributor: france}
	put(t, s, here, open(kenya), open(france), open(unodc))
	first := decided(t, s, kenyaHere, "un")
	first.HintedAt = instant
	second := decided(t, s, franceHere, "deux") // read before the first was kept
	second.HintedAt = instant.Add(time.Second)
	if result := accept(t, s, first); !result.Kept || result.Last {
		t.Errorf("the first: %+v", result)
	}
	if result := accept(t, s, second); !result.Kept || result.Last {
		t.Errorf("the second: %+v", result)
	}
	same(t, "messages of two", len(outbox(t, s)), 1)
	c := get(t, s, readCycle(here))
	same(t, "time of the hint", c.HintedAt, instant)
	third := decided(t, s, rapporteur.RequestKey{Cycle: here, Contributor: unodc}, "trois")
	same(t, "hint that was read", third.HintRead, instant)
	if result := accept(t, s, third); !result.Kept || !result.Last {
		t.Errorf("the last: %+v", result)
	}
	messages := outbox(t, s)
	same(t, "messages of three", len(messages), 2)
	newest := get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.AuditRecord, error) {
		return r.Audit(ctx, here, 0, 0)
	})
	same(t, "record that the last message tells of", messages[1].AuditSeq, newest[len(newest)-1].Seq)
}

func keepsMany(t tb, s rapporteur.Store) {
	const many = 60
	requests := make([]rapporteur.Request, many)
	for n := range requests {
		requests[n] = open(rapporteur.ContributorID(fmt.Sprintf("state-%02d", n)))
	}
	put(t, s, here, requests...)
	all := make([]rapporteur.Acceptance, many)
	for n := range all {
		text := fmt.Sprint("text ", n/2) // each body twice
		all[n] = decided(t, s, requests[n].RequestKey, text)
	}
	var kept, last atomic.Int32
	atOnce(many, func(n int) {
		result := accept(t, s, all[n])
		if result.Kept {
			kept.Add(1)
		}
		if result.Last {
			last.Add(1)
		}
	})
	same(t, "kept", int(kept.Load()), many)
	if last.Load() == 0 || len(outbox(t, s)) == 0 {
		t.Error("nobody told the cycle that nobody is left")
	}
	counts := get(t, s, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Counts, error) { return r.Counts(ctx, here) })
	same(t, "received", counts.Received, many)
	for n, a := range all {
		body := get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]byte, error) { return r.Body(ctx, a.Submission.Hash) })
		same(t, "body", string(body), fmt.Sprint("text ", n/2))
	}
}
