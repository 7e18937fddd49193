package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// benchmarkSubmissions accepts submissions of 6 kB from 16 writers at once, as
// the use-case does: look, lock, check, store body and version, update the
// request, audit, hint when the last is in.
func benchmarkSubmissions(b *testing.B, s *Store) {
	b.Helper()
	const writers, contributors = 16, 193
	requests := make([]rapporteur.Request, contributors)
	for n := range requests {
		requests[n].RequestKey = rapporteur.RequestKey{Cycle: "i/s/p", Contributor: rapporteur.ContributorID(fmt.Sprintf("state-%03d", n))}
		requests[n].State = rapporteur.RequestOpen
	}
	err := s.Write(b.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		if err := tx.InsertCycle(ctx, rapporteur.Cycle{ID: "i/s/p"}); err != nil {
			return err
		}
		return tx.InsertRequests(ctx, requests)
	})
	if err != nil {
		b.Fatal(err)
	}
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for range writers {
		all.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				key := requests[n%contributors].RequestKey
				body := []byte(fmt.Sprintf("%d %s", n, strings.Repeat("an answer ", 600)))
				if err := s.Write(b.Context(), func(ctx context.Context, tx rapporteur.Tx) error { return accept(ctx, tx, key, body) }); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "submissions/s")
}

func accept(ctx context.Context, tx rapporteur.Tx, key rapporteur.RequestKey, body []byte) error {
	request, err := tx.LockRequest(ctx, key)
	if err != nil {
		return err
	}
	request.State = rapporteur.RequestReceived
	request.Version++
	sum := sha256.Sum256(body)
	err = tx.InsertSubmission(ctx, rapporteur.Submission{
		RequestKey: key, Version: request.Version, Hash: hex.EncodeToString(sum[:]), Size: len(body),
	}, body)
	if err != nil {
		return err
	}
	if err := tx.UpdateRequest(ctx, request); err != nil {
		return err
	}
	audit := rapporteur.AuditRecord{Cycle: key.Cycle, Contributor: key.Contributor, Action: rapporteur.ActionSubmitted}
	if _, err := tx.AppendAudit(ctx, audit); err != nil {
		return err
	}
	waiting, err := tx.OthersOpen(ctx, key)
	if err != nil || waiting {
		return err
	}
	return tx.Enqueue(ctx, rapporteur.Message{Kind: rapporteur.MessageHint, Cycle: key.Cycle})
}

func BenchmarkSubmissionsSQLite(b *testing.B) {
	benchmarkSubmissions(b, open(b, newFile(b), Options{}))
}

func BenchmarkSubmissionsSQLiteRelaxed(b *testing.B) {
	benchmarkSubmissions(b, open(b, newFile(b), Options{Relaxed: true}))
}

// BenchmarkSubmissionsPostgreSQL runs on the tests' server, which does not wait
// for the disk.
func BenchmarkSubmissionsPostgreSQL(b *testing.B) {
	benchmarkSubmissions(b, open(b, newSchemas(b).migrated(b), Options{}))
}
