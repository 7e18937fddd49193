package storetest

import (
	"context"
	"fmt"

	"github.com/rapporteur/rapporteur"
)

func insertSubmission(s rapporteur.Submission, body []byte) func(context.Context, rapporteur.Tx) error {
	return func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertSubmission(ctx, s, body) }
}

var submissionTests = []test{
	{"the same body twice is stored once and read by both", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya), open(peru))
		for _, key := range []rapporteur.RequestKey{kenyaHere, {Cycle: here, Contributor: peru}} {
			write(t, s, insertSubmission(submission(key, 1, "nothing to report")))
		}
		described, body := submission(kenyaHere, 1, "nothing to report")
		same(t, "body", get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]byte, error) { return r.Body(ctx, described.Hash) }), body)
	}},
	{"many bodies are read at once, each under its hash", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		want, hashes := map[string][]byte{}, []string{"not there"}
		for version := 1; version <= 120; version++ {
			described, body := submission(kenyaHere, version, fmt.Sprintf("body %d", version%100))
			write(t, s, insertSubmission(described, body))
			want[described.Hash] = body
			hashes = append(hashes, described.Hash)
		}
		read := func(hashes []string) map[string][]byte {
			return get(t, s, func(ctx context.Context, r rapporteur.Reader) (map[string][]byte, error) {
				return r.Bodies(ctx, hashes)
			})
		}
		same(t, "bodies", read(hashes), want)
		if got := read(nil); got == nil || len(got) > 0 {
			t.Errorf("bodies of no hash are %v, want an empty map", got)
		}
	}},
	{"a version is there once and never replaced", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		first, body := submission(kenyaHere, 1, "first")
		write(t, s, insertSubmission(first, body))
		second, other := submission(kenyaHere, 1, "second")
		refused(t, s, rapporteur.ProblemConflict, insertSubmission(second, other))
		same(t, "submission", get(t, s, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Submission, error) {
			return r.Submission(ctx, kenyaHere, 1)
		}), first)
		missing(t, s, "body of the refused version", func(ctx context.Context, r rapporteur.Reader) ([]byte, error) { return r.Body(ctx, second.Hash) })
	}},
	{"a body that is not what the submission says is refused", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		described, body := submission(kenyaHere, 1, "the truth")
		wrongSize := described
		wrongSize.Size++
		for _, fn := range []func(context.Context, rapporteur.Tx) error{
			insertSubmission(described, []byte("the lies!")), insertSubmission(wrongSize, body),
		} {
			if err := s.Write(t.Context(), fn); err == nil {
				t.Error("a body with another hash or size was stored")
			}
		}
		missing(t, s, "submission", func(ctx context.Context, r rapporteur.Reader) (rapporteur.Submission, error) {
			return r.Submission(ctx, kenyaHere, 1)
		})
	}},
	{"the first receipt of a version stays", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		write(t, s, insertSubmission(submission(kenyaHere, 1, "body")))
		receipt := func(version int, text string) rapporteur.SubmissionReceipt {
			return rapporteur.SubmissionReceipt{RequestKey: kenyaHere, Version: version, Signed: rapporteur.Signed{
				Record: []byte(text), KeyID: "key of " + text, Signature: []byte{0, 1, 2, 255},
			}}
		}
		first := receipt(1, "{}")
		for _, r := range []rapporteur.SubmissionReceipt{first, first, receipt(1, `{"other":1}`)} {
			write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
				got, err := tx.InsertReceipt(ctx, r)
				same(t, "receipt as stored", got, first)
				return err
			})
		}
		same(t, "receipt", get(t, s, func(ctx context.Context, r rapporteur.Reader) (rapporteur.SubmissionReceipt, error) {
			return r.Receipt(ctx, kenyaHere, 1)
		}), first)
		refused(t, s, rapporteur.ProblemNotFound, func(ctx context.Context, tx rapporteur.Tx) error {
			_, err := tx.InsertReceipt(ctx, receipt(2, "{}"))
			return err
		})
		missing(t, s, "receipt of no version", func(ctx context.Context, r rapporteur.Reader) (rapporteur.SubmissionReceipt, error) {
			return r.Receipt(ctx, kenyaHere, 2)
		})
	}},
	{"nobody answers who was not asked", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(peru))
		refused(t, s, rapporteur.ProblemNotFound, insertSubmission(submission(kenyaHere, 1, "unasked")))
	}},
	{"lists are by contributor and version", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya), open(peru))
		put(t, s, there, open(kenya))
		peruHere := rapporteur.RequestKey{Cycle: here, Contributor: peru}
		want := []rapporteur.Submission{}
		for _, key := range []rapporteur.RequestKey{kenyaHere, peruHere} {
			for version := 1; version <= 11; version++ { // as numbers, not as text
				v, _ := submission(key, version, "body")
				want = append(want, v)
			}
		}
		for n := range want {
			v := want[len(want)-1-n]
			write(t, s, insertSubmission(submission(v.RequestKey, v.Version, "body")))
		}
		write(t, s, insertSubmission(submission(rapporteur.RequestKey{Cycle: there, Contributor: kenya}, 1, "elsewhere")))
		listed := func(key rapporteur.RequestKey) []rapporteur.Submission {
			return get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Submission, error) {
				return r.Submissions(ctx, key)
			})
		}
		same(t, "submissions of the cycle", listed(rapporteur.RequestKey{Cycle: here}), want)
		same(t, "submissions of one contributor", listed(peruHere), want[11:])
		if got := listed(rapporteur.RequestKey{Cycle: "no/such/cycle"}); got == nil || len(got) > 0 {
			t.Errorf("submissions of no cycle are %v, want an empty list", got)
		}
	}},
	{"what is not there is not found", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		missing(t, s, "submission", func(ctx context.Context, r rapporteur.Reader) (rapporteur.Submission, error) {
			return r.Submission(ctx, kenyaHere, 1)
		})
		missing(t, s, "body", func(ctx context.Context, r rapporteur.Reader) ([]byte, error) { return r.Body(ctx, "00") })
	}},
}
