package storetest

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"math"
	"slices"
	"sync/atomic"
	"time"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

// signer signs with a key of the tests.
type signer struct{ private ed25519.PrivateKey }

func newSigner() signer {
	return signer{ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))}
}

// KeyID is the id of the key.
func (signer) KeyID() string { return "key-of-the-tests" }

// Sign signs.
func (s signer) Sign(message []byte) (string, []byte) {
	return s.KeyID(), ed25519.Sign(s.private, message)
}

// Keys are the public key.
func (s signer) Keys() []rapporteur.SigningKey {
	public, _ := s.private.Public().(ed25519.PublicKey)
	return []rapporteur.SigningKey{{ID: s.KeyID(), Public: public}}
}

func sealer(s rapporteur.Store) rapporteur.Sealer {
	return rapporteur.Sealer{Store: s, Signer: newSigner(), Clock: func() time.Time { return instant }}
}

func sealAll(t tb, s rapporteur.Store) rapporteur.ChainLink {
	t.Helper()
	head, err := sealer(s).Seal(t.Context())
	if err != nil {
		t.Fatalf("cannot seal: %v", err)
	}
	return head
}

func chained(t tb, s rapporteur.Store, after int64, limit int) []rapporteur.ChainedRecord {
	t.Helper()
	return get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.ChainedRecord, error) {
		return r.AuditChain(ctx, after, limit)
	})
}

func reasons(records []rapporteur.ChainedRecord) []string {
	said := []string{}
	for _, r := range records {
		said = append(said, r.Reason)
	}
	return said
}

// holds checks every hash of the chain against its records, and that positions
// have no gaps.
func holds(t tb, s rapporteur.Store) {
	t.Helper()
	links := get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.ChainLink, error) {
		return r.ChainLinks(ctx, 0, 0)
	})
	records := chained(t, s, 0, 0)
	if len(links) != len(records) {
		t.Fatalf("%d links and %d records", len(links), len(records))
	}
	before := rapporteur.ChainBeginning()
	for n, l := range links {
		r := records[n]
		if l.Position != int64(n+1) || r.Position != l.Position || r.Seq != l.Seq || r.Hash != l.Hash || r.Digest() != l.Digest {
			t.Fatalf("link %+v, record %+v", l, r)
		}
		if want := following(before, l.Digest); l.Hash != want {
			t.Fatalf("the hash of position %d is %s, want %s", l.Position, l.Hash, want)
		}
		before = l.Hash
	}
}

var chainTests = []test{
	{"an empty chain has a beginning", func(t tb, s rapporteur.Store) {
		same(t, "head", sealAll(t, s), rapporteur.ChainLink{Hash: rapporteur.ChainBeginning()})
		missing(t, s, "checkpoint", func(ctx context.Context, r rapporteur.Reader) (rapporteur.Checkpoint, error) {
			return r.LastCheckpoint(ctx, math.MaxInt64)
		})
	}},
	{"every field of a record is in its digest", func(t tb, s rapporteur.Store) {
		filled := Filled[rapporteur.AuditRecord]()
		filled.Cycle = here
		appendAudit(t, s, filled)
		appendAudit(t, s, rapporteur.AuditRecord{})
		sealAll(t, s)
		holds(t, s)
	}},
	{"sealing again changes nothing", func(t tb, s rapporteur.Store) {
		appendAudit(t, s, rapporteur.AuditRecord{Cycle: here, Reason: "a"})
		first := sealAll(t, s)
		same(t, "head", sealAll(t, s), first)
		found := get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Checkpoint, error) {
			return r.Checkpoints(ctx, 0, 0)
		})
		if len(found) != 1 || found[0].Position != 1 || found[0].Hash != first.Hash || !found[0].At.Equal(instant) || len(found[0].Signature) != ed25519.SignatureSize {
			t.Errorf("checkpoints are %+v", found)
		}
	}},
	{"a record that comes late gets the next position", func(t tb, s rapporteur.Store) {
		for _, reason := range []string{"late", "early"} {
			appendAudit(t, s, rapporteur.AuditRecord{Cycle: here, Reason: reason})
		}
		records := listAudit(t, s, here, 0, 0)
		link := linkAfter(rapporteur.ChainLink{Hash: rapporteur.ChainBeginning()}, records[1])
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			return tx.AppendChain(ctx, []rapporteur.ChainLink{link})
		})
		appendAudit(t, s, rapporteur.AuditRecord{Cycle: here, Reason: "last"})
		if _, err := sealer(s).Tend(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		same(t, "the order", reasons(chained(t, s, 0, 0)), []string{"early", "late", "last"})
		holds(t, s)
	}},
	{"links that do not follow the head are refused", refusesForks},
	{"any number of sealers make one chain", func(t tb, s rapporteur.Store) {
		const records, sealers = 60, 4
		var failed atomic.Int32
		atOnce(sealers+3, func(n int) {
			if n >= sealers {
				for range records / 3 {
					appendAudit(t, s, rapporteur.AuditRecord{Cycle: here})
				}
				return
			}
			work := sealer(s)
			work.Batch = 3
			for range 20 {
				if _, err := work.Tend(t.Context(), n%2 == 0); err != nil {
					failed.Add(1)
					t.Errorf("cannot tend: %v", err)
				}
			}
		})
		if head := sealAll(t, s); head.Position != records {
			t.Errorf("the head is at %d, want %d", head.Position, records)
		}
		holds(t, s)
	}},
	{"a transaction that is undone leaves no link", func(t tb, s rapporteur.Store) {
		appendAudit(t, s, rapporteur.AuditRecord{Cycle: here})
		undo := fmt.Errorf("undo")
		err := s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
			records, err := tx.Unchained(ctx, 0, 10)
			if err != nil {
				return err
			}
			link := linkAfter(rapporteur.ChainLink{Hash: rapporteur.ChainBeginning()}, records[0])
			if err := tx.AppendChain(ctx, []rapporteur.ChainLink{link}); err != nil {
				return err
			}
			return undo
		})
		same(t, "it is undone", err != nil, true)
		same(t, "nothing is chained", len(chained(t, s, 0, 0)), 0)
	}},
	{"checkpoints come when they are due", dueCheckpoints},
	{"any record is chained once and pages through", pagesChain},
	{"a cycle's records with their positions", func(t tb, s rapporteur.Store) {
		for n, id := range []rapporteur.CycleID{here, there, here, ""} {
			appendAudit(t, s, rapporteur.AuditRecord{Cycle: id, Reason: fmt.Sprint(n)})
		}
		sealAll(t, s)
		found := get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.ChainedRecord, error) {
			return r.CycleChain(ctx, here)
		})
		same(t, "its records", reasons(found), []string{"0", "2"})
		same(t, "its last position", found[1].Position, int64(3))
	}},
}

func refusesForks(t tb, s rapporteur.Store) {
	for range 3 {
		appendAudit(t, s, rapporteur.AuditRecord{Cycle: here})
	}
	records := listAudit(t, s, here, 0, 0)
	first := linkAfter(rapporteur.ChainLink{Hash: rapporteur.ChainBeginning()}, records[0])
	second := linkAfter(first, records[1])
	add := func(links ...rapporteur.ChainLink) func(context.Context, rapporteur.Tx) error {
		return func(ctx context.Context, tx rapporteur.Tx) error { return tx.AppendChain(ctx, links) }
	}
	refused(t, s, rapporteur.ProblemConflict, add(second))
	write(t, s, add(first))
	refused(t, s, rapporteur.ProblemConflict, add(first))
	again := first
	again.Position = 2
	refused(t, s, rapporteur.ProblemConflict, add(again))
	nowhere := second
	nowhere.Seq = 1 << 40
	refused(t, s, rapporteur.ProblemNotFound, add(nowhere))
	refused(t, s, rapporteur.ProblemNotFound, func(ctx context.Context, tx rapporteur.Tx) error {
		return tx.InsertCheckpoint(ctx, rapporteur.Checkpoint{Position: 9, Signed: rapporteur.Signed{Record: []byte("{}"), Signature: []byte("x")}})
	})
	same(t, "the chain", len(chained(t, s, 0, 0)), 1)
}

func dueCheckpoints(t tb, s rapporteur.Store) {
	now := instant
	work := sealer(s)
	work.Clock, work.Every, work.Within = func() time.Time { return now }, 3, time.Minute
	positions := func() []int64 {
		found := get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Checkpoint, error) {
			return r.Checkpoints(ctx, 0, 0)
		})
		at := []int64{}
		for _, c := range found {
			at = append(at, c.Position)
		}
		return at
	}
	for n, want := range []struct {
		more int
		wait time.Duration
		at   []int64
	}{
		{1, 0, []int64{1}}, {2, time.Second, []int64{1}}, {1, 0, []int64{1, 4}}, {1, 30 * time.Second, []int64{1, 4}},
		{0, 30 * time.Second, []int64{1, 4, 5}}, {0, time.Hour, []int64{1, 4, 5}},
	} {
		for range want.more {
			appendAudit(t, s, rapporteur.AuditRecord{Cycle: here})
		}
		now = now.Add(want.wait)
		if _, err := work.Tend(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		if got := positions(); !slices.Equal(got, want.at) {
			t.Errorf("after step %d there are checkpoints at %v, want %v", n, got, want.at)
		}
	}
	last := get(t, s, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Checkpoint, error) {
		return r.LastCheckpoint(ctx, 4)
	})
	same(t, "the last up to 4", last.Position, int64(4))
	after := get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Checkpoint, error) {
		return r.Checkpoints(ctx, 1, 1)
	})
	same(t, "the first after 1", after[0].Position, int64(4))
}

func pagesChain(t tb, s rapporteur.Store) {
	written := 0
	rapid.Check(t, func(t *rapid.T) {
		for range rapid.IntRange(0, 7).Draw(t, "more") {
			appendAudit(t, s, rapporteur.AuditRecord{Cycle: here, Reason: fmt.Sprint(written)})
			written++
		}
		work := sealer(s)
		work.Batch = rapid.IntRange(1, 4).Draw(t, "batch")
		if _, err := work.Tend(t.Context(), rapid.Bool().Draw(t, "whole")); err != nil {
			t.Fatal(err)
		}
		last, n, limit := int64(0), 0, rapid.IntRange(1, 5).Draw(t, "page size")
		for {
			page := chained(t, s, last, limit)
			for _, r := range page {
				if r.Position != last+1 || r.Reason != fmt.Sprint(n) {
					t.Fatalf("position %d with record %s follows %d with %d", r.Position, r.Reason, last, n-1)
				}
				last, n = r.Position, n+1
			}
			if len(page) < limit {
				break
			}
		}
		if n != written {
			t.Errorf("%d records are chained, %d were written", n, written)
		}
	})
}
