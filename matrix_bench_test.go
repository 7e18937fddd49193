package rapporteur_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
)

// benchHouse has one cycle that asks some contributors, of whom two in three
// have answered; answer gives each body.
func benchHouse(b *testing.B, asked []rapporteur.Request, answer func(rapporteur.Request) (rapporteur.ReturnType, []byte)) *house {
	b.Helper()
	h := newHouse(b)
	cycle := h.collecting(kenya)
	h.set(day(time.July, 2).At(9))
	must(b, h.store.Write(b.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		for n, r := range asked {
			r.Cycle, r.State, r.Due, r.OpenedAt = cycle.ID, rapporteur.RequestOpen, due, opens.At(rapporteur.SendHour)
			if r.Contributor == kenya {
				continue
			}
			if err := tx.InsertRequests(ctx, []rapporteur.Request{r}); err != nil {
				return err
			}
			if n%3 == 0 {
				continue
			}
			if err := answered(ctx, tx, r, h.clock(), answer); err != nil {
				return err
			}
		}
		return nil
	}))
	return h
}

// answered leaves what acceptance leaves, without the checks.
func answered(ctx context.Context, tx rapporteur.Tx, r rapporteur.Request, at time.Time, answer func(rapporteur.Request) (rapporteur.ReturnType, []byte)) error {
	returnType, body := answer(r)
	sum := sha256.Sum256(body)
	s := rapporteur.Submission{
		RequestKey: r.RequestKey, Version: 1, Questionnaire: r.Questionnaire, ReturnType: returnType,
		Hash: hex.EncodeToString(sum[:]), Size: len(body), SubmittedAt: at,
	}
	if err := tx.InsertSubmission(ctx, s, body); err != nil {
		return err
	}
	_, err := tx.AppendAudit(ctx, rapporteur.AuditRecord{
		Cycle: r.Cycle, At: at, Action: rapporteur.ActionSubmitted, Contributor: r.Contributor,
		Details: map[string]string{"version": "1", "return-type": string(returnType), "hash": s.Hash, "late": "false", "due": r.Due.String()},
	})
	return err
}

func benchMatrix(b *testing.B, h *house, q rapporteur.MatrixQuery) {
	b.Helper()
	q.Instrument = instrument
	b.ReportAllocs()
	for b.Loop() {
		m, err := h.compliance().Matrix(b.Context(), q)
		if err != nil || m.Measures[0].Received == 0 {
			b.Fatal(err)
		}
	}
}

// Everybody whom the report of OP34 asks, two in three with an answer to each
// of their questionnaire's questions, 86 for a Member State: every cell.
func BenchmarkMatrixOfEverybody(b *testing.B) {
	in := fullCycle(b)
	h := benchHouse(b, in.Requests, func(r rapporteur.Request) (rapporteur.ReturnType, []byte) {
		q := in.Questionnaires[r.Questionnaire]
		body := fmt.Appendf(nil, `{"questionnaire":%q,"version":%q,"language":"en","return_type":"answered",%s,"answers":{`, q.ID, q.Version, header)
		for _, s := range q.Sections {
			for _, question := range s.Questions {
				body = fmt.Appendf(body, `%q:{"status":"in_part","text":"%s has taken measures of which more can be said."},`, question.ID, r.Contributor)
			}
		}
		return rapporteur.ReturnAnswered, append(body[:len(body)-1], `}}`...)
	})
	benchMatrix(b, h, rapporteur.MatrixQuery{})
}

// Ten thousand contributors: the measures alone, and one of them for itself.
func BenchmarkMatrixOfTenThousand(b *testing.B) {
	asked := make([]rapporteur.Request, 10_000)
	for n := range asked {
		asked[n] = rapporteur.Request{
			RequestKey: rapporteur.RequestKey{Contributor: rapporteur.ContributorID(fmt.Sprintf("entity-%05d", n))},
			Kind:       rapporteur.KindEntity, Questionnaire: ofEntities,
		}
	}
	h := benchHouse(b, asked, func(r rapporteur.Request) (rapporteur.ReturnType, []byte) {
		return rapporteur.ReturnNil, []byte(r.Contributor)
	})
	b.Run("measures", func(b *testing.B) { benchMatrix(b, h, rapporteur.MatrixQuery{MeasuresOnly: true}) })
	b.Run("one", func(b *testing.B) { benchMatrix(b, h, rapporteur.MatrixQuery{Contributor: "entity-05000"}) })
}
