package staff_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/webtest"
)

// many adds a cycle, and the one before it, with ten thousand contributors each:
// the 193 Member States and bodies that the registry does not know. Two thirds
// have answered; everybody left a line on the record.
func many(b *testing.B) *webtest.House {
	b.Helper()
	h := everywhere(b)
	cycle := h.Cycle()
	states := h.Catalogue.Contributors(cycle.Plan.Date(rapporteur.DateOpens), rapporteur.KindMemberState)
	for _, period := range []string{"wide-2017", "wide-2018"} {
		wide := cycle
		wide.ID, wide.Contributors = rapporteur.NewCycleID("s-res-2388-2017", "op34", period), nil
		due := wide.Plan.Date(rapporteur.DateDue)
		if period == "wide-2017" {
			wide.Phase, due = rapporteur.PhaseClosed, due.AddDays(-365)
			wide.Plan.Dates = slices.Clone(wide.Plan.Dates)
			for n, d := range wide.Plan.Dates {
				wide.Plan.Dates[n].Date = d.Date.AddDays(-365)
			}
		}
		var requests []rapporteur.Request
		for n := range 10_000 {
			r := rapporteur.Request{Kind: rapporteur.KindEntity, State: rapporteur.RequestOpen, Due: due}
			r.Cycle, r.Contributor = wide.ID, rapporteur.ContributorID(fmt.Sprintf("entity-%05d", n))
			if n < len(states) {
				r.Contributor, r.Kind = states[n].ID, rapporteur.KindMemberState
			}
			switch {
			case n%3 > 0:
				r.State, r.Outcome, r.Version, r.Late = rapporteur.RequestSettled, rapporteur.ReturnAnswered, 1, n%10 == 0
			case period == "wide-2017":
				r.State, r.Outcome = rapporteur.RequestNoReply, rapporteur.ReturnNoReply
			}
			requests = append(requests, r)
			wide.Contributors = append(wide.Contributors, r.Contributor)
		}
		putWide(h, wide, requests)
	}
	return h
}

func putWide(h *webtest.House, c rapporteur.Cycle, requests []rapporteur.Request) {
	h.Write(func(ctx context.Context, tx rapporteur.Tx) error {
		if err := tx.InsertCycle(ctx, c); err != nil {
			return err
		}
		if err := tx.InsertRequests(ctx, requests); err != nil {
			return err
		}
		contact := []rapporteur.Contact{{Role: rapporteur.ContactFocalPoint, Address: "focal@example.org", Language: "en"}}
		for n, r := range requests {
			record := rapporteur.AuditRecord{
				Cycle: c.ID, At: h.Clock().Add(-time.Duration(len(requests)-n) * time.Minute), Actor: "person", Action: rapporteur.ActionSubmitted,
				Contributor: r.Contributor, Details: map[string]string{"version": "1", "return_type": "answered"},
			}
			if _, err := tx.AppendAudit(ctx, record); err != nil {
				return err
			}
			if n%20 > 0 {
				if err := tx.PutContacts(ctx, r.Contributor, contact); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// BenchmarkBoard is the whole page, and the part of it that renews itself, of a
// cycle with ten thousand contributors, with the median beside the mean.
func BenchmarkBoard(b *testing.B) {
	h := many(b)
	staff := h.As("staff")
	const at = "/cycles/s-res-2388-2017/op34/wide-2018"
	for name, query := range map[string]string{"page": "", "region": "?region=Africa", "name": "?name=00"} {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				staff.Get(at+query).Want(200, "of 10,000")
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "median-ms")
		})
	}
}
