package rapporteur_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

func (h *house) histories() rapporteur.Histories {
	return rapporteur.Histories{Store: h.store, Catalogue: h.catalogue}
}

// Whatever the filter and the size of pages, they hold every record that it lets
// through once, in lines that say how many they stand for, and name who acted as
// the record has it.
func TestPagesOfAHistoryHoldEveryRecordOnce(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(everybody...)
	h.answer(cycle, kenya, "Nothing.")
	h.answer(cycle, france, "Nothing.")
	h.answer(cycle, unodc, "Nothing.")
	h.set(h.clock().Add(72 * time.Hour))
	_, err := h.conduct.Collect(t.Context(), cycle.ID, h.moment(), noProgress)
	must(t, err)
	all := h.audit(cycle)
	rapid.Check(t, func(r *rapid.T) {
		f := rapporteur.AuditFilter{
			Cycle: cycle.ID, Limit: rapid.IntRange(1, len(all)+1).Draw(r, "size"),
			Order: rapid.SampledFrom([]rapporteur.AuditOrder{rapporteur.OldestFirst, rapporteur.NewestFirst}).Draw(r, "order"),
			About: rapid.SliceOfNDistinct(rapid.SampledFrom([]rapporteur.ContributorID{kenya, france, ""}), 0, 2, rapid.ID).Draw(r, "about"),
		}
		want := 0
		for _, record := range all {
			if f.Lets(record) {
				want++
			}
		}
		var seqs []int64
		for {
			page, err := h.histories().Page(context.Background(), f, "en")
			if err != nil || page.Records != want {
				r.Fatalf("%v: %d records, want %d", err, page.Records, want)
			}
			for _, line := range page.Lines {
				if len(line.Records) != line.Count {
					r.Fatalf("%q stands for %d and has %d", line.Text, line.Count, len(line.Records))
				}
				for _, told := range line.Records {
					n := slices.IndexFunc(all, func(a rapporteur.AuditRecord) bool { return a.Seq == told.Seq })
					if n < 0 || told.Actor != all[n].Actor || told.Text == "" {
						r.Fatalf("record %+v", told)
					}
					seqs = append(seqs, told.Seq)
				}
			}
			if f.After = page.Next; f.After == (rapporteur.AuditMark{}) {
				break
			}
		}
		slices.Sort(seqs)
		if once := slices.Compact(slices.Clone(seqs)); len(seqs) != want || len(once) != want {
			r.Fatalf("pages hold %v, want %d records once", seqs, want)
		}
	})
}

func TestHistoryNamesWhoActed(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya)
	must(t, h.store.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		if err := tx.InsertKey(ctx, rapporteur.APIKey{ID: "7", Role: rapporteur.RoleSecretariat, Label: "desk"}); err != nil {
			return err
		}
		_, err := tx.AppendAudit(ctx, rapporteur.AuditRecord{Cycle: cycle.ID, At: h.clock(), Actor: "key-7", Action: rapporteur.ActionAnswerRead, Contributor: kenya})
		return err
	}))
	page, err := h.histories().Page(t.Context(), rapporteur.AuditFilter{Cycle: cycle.ID, Actors: []string{"key-7"}}, "fr")
	must(t, err)
	if len(page.Lines) != 1 || page.Lines[0].Actor != "secretariat (desk)" || page.Lines[0].Records[0].Who != "secretariat (desk)" || page.Lines[0].Records[0].Actor != "key-7" {
		t.Errorf("lines %+v", page.Lines)
	}
	if !slices.Contains(page.Actors, rapporteur.Actor{ID: "key-7", Name: "secretariat (desk)"}) || len(page.Actors) != 3 {
		t.Errorf("actors %+v", page.Actors)
	}
	_, err = h.histories().Page(t.Context(), rapporteur.AuditFilter{Cycle: "a/b/c"}, "en")
	refused(t, err, rapporteur.ProblemNotFound)
}
