package store

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
)

// testSigner signs with a key of nobody's.
type testSigner struct{}

var testKey = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

// KeyID is the id of the key.
func (testSigner) KeyID() string { return "test" }

// Sign signs.
func (testSigner) Sign(message []byte) (string, []byte) {
	return "test", ed25519.Sign(testKey, message)
}

// Keys are none.
func (testSigner) Keys() []rapporteur.SigningKey { return nil }

func sealerOf(s *Store) rapporteur.Sealer {
	return rapporteur.Sealer{Store: s, Signer: testSigner{}, Clock: time.Now}
}

// On PostgreSQL sequences are given before transactions commit: the one with the
// lower may commit last, when the higher is in the chain already.
func TestARecordThatCommitsLateIsChainedLater(t *testing.T) {
	s := stores["PostgreSQL"](t)
	wrote, commit := make(chan struct{}), make(chan struct{})
	done := make(chan error, 1)
	add := func(reason string, then func()) error {
		return s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
			_, err := tx.AppendAudit(ctx, rapporteur.AuditRecord{Reason: reason})
			then()
			return err
		})
	}
	go func() {
		done <- add("late", func() { close(wrote); <-commit })
	}()
	<-wrote
	if err := add("early", func() {}); err != nil {
		t.Fatal(err)
	}
	if head, err := sealerOf(s).Seal(t.Context()); err != nil || head.Position != 1 {
		t.Fatalf("the head is %+v (%v)", head, err)
	}
	close(commit)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if n, err := sealerOf(s).Tend(t.Context(), false); err != nil || n != 1 {
		t.Fatalf("%d were chained (%v)", n, err)
	}
	var chained []rapporteur.ChainedRecord
	err := s.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) (err error) {
		chained, err = r.AuditChain(ctx, 0, 0)
		return err
	})
	if err != nil || len(chained) != 2 || chained[0].Reason != "early" || chained[1].Reason != "late" || chained[1].Seq > chained[0].Seq {
		t.Errorf("the chain is %+v (%v)", chained, err)
	}
}

// A look at what is not sealed must not read the whole record each time.
func TestAQuickLookReadsTheEndAlone(t *testing.T) {
	s := open(t, newFile(t), Options{})
	var steps []string
	err := s.on.read(t.Context(), func(ctx context.Context, r *reader) (err error) {
		steps, err = list(ctx, r, func(row row) (string, error) {
			var id, parent, unused int
			var detail string
			err := row.Scan(&id, &parent, &unused, &detail)
			return detail, err
		}, "EXPLAIN QUERY PLAN "+selectUnchained, 5, 10)
		return err
	})
	plan := strings.Join(steps, "\n")
	if err != nil || !strings.Contains(plan, "SEARCH audit USING INTEGER PRIMARY KEY (rowid>?)") || !strings.Contains(plan, "SEARCH audit_chain USING COVERING INDEX") || strings.Contains(plan, "TEMP B-TREE") {
		t.Errorf("it is answered by (%v)\n%s", err, plan)
	}
}

// BenchmarkSeal is how many records a sealer chains in a second, in the batches
// that it takes when it is behind.
func BenchmarkSeal(b *testing.B) {
	s := open(b, newFile(b), Options{})
	for at := 0; at < b.N; at += 1000 {
		appendMany(b, s, min(1000, b.N-at))
	}
	b.ResetTimer()
	if head, err := sealerOf(s).Seal(b.Context()); err != nil || head.Position != int64(b.N) {
		b.Fatalf("%+v %v", head, err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

func appendMany(b *testing.B, s *Store, n int) {
	b.Helper()
	err := s.Write(b.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		for range n {
			if _, err := tx.AppendAudit(ctx, someRecord()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

func someRecord() rapporteur.AuditRecord {
	return rapporteur.AuditRecord{
		Cycle: "s-res-2388-2017/op34/2018", At: time.Date(2018, time.May, 21, 14, 0, 0, 0, time.UTC), Actor: "key-0123456789abcdef",
		Action: rapporteur.ActionSubmitted, Contributor: "state-ken",
		Details: map[string]string{"version": "1", "return_type": "answered", "findings": "2", "hash": fmt.Sprintf("%064d", 7)},
	}
}

// BenchmarkAppendAudit is what a record costs its writer, alone and with a
// sealer at work behind it.
func BenchmarkAppendAudit(b *testing.B) {
	for _, sealing := range []bool{false, true} {
		b.Run(fmt.Sprintf("sealing=%t", sealing), func(b *testing.B) {
			s := open(b, newFile(b), Options{})
			ctx, cancel := context.WithCancel(b.Context())
			stopped := make(chan struct{})
			go func() {
				defer close(stopped)
				tick := time.NewTicker(100 * time.Millisecond) // ten times as often as a house does
				defer tick.Stop()
				for sealing {
					select {
					case <-ctx.Done():
						return
					case <-tick.C:
					}
					if _, err := sealerOf(s).Tend(ctx, false); err != nil && ctx.Err() == nil {
						b.Errorf("cannot tend: %v", err)
						return
					}
				}
			}()
			b.ResetTimer()
			for range b.N {
				appendMany(b, s, 1)
			}
			b.StopTimer()
			cancel()
			<-stopped
		})
	}
}
