package staff_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/webtest"
)

const board = "/cycles/s-res-2388-2017/op34/2018"

// everywhere opens the cycle for every Member State, entity and mission, and lets
// some of them have answered, be late, and be off the path. It is three days
// after the deadline.
func everywhere(t testing.TB) *webtest.House {
	t.Helper()
	h := webtest.New(t)
	instrument, err := h.Catalogue.Instrument("s-res-2388-2017")
	h.Must(err)
	stream, _ := instrument.Stream("op34")
	plan, err := rapporteur.NewPlan(instrument, stream, h.Catalogue.WorkingDays())
	h.Must(err)
	opens, due := plan.Date(rapporteur.DateOpens), plan.Date(rapporteur.DateDue)
	h.Set(due.AddDays(3).At(15))
	var requests []rapporteur.Request
	cycle := rapporteur.Cycle{ID: webtest.Cycle, Shape: stream.Shape, Phase: rapporteur.PhaseCollecting, Plan: plan, Policy: stream.Policy, StartedAt: opens.AddDays(-60).At(9), StartedBy: "person-staff", LeadDrafter: "person-staff"}
	for n, c := range h.Catalogue.Contributors(opens, rapporteur.KindMemberState, rapporteur.KindEntity, rapporteur.KindMission) {
		r := rapporteur.Request{RequestKey: rapporteur.RequestKey{Cycle: webtest.Cycle, Contributor: c.ID}, Kind: c.Kind, State: rapporteur.RequestOpen, Due: due, OpenedAt: opens.At(13)}
		switch n % 7 {
		case 0, 3:
			r.State, r.Outcome, r.Version, r.AnsweredAt = rapporteur.RequestSettled, rapporteur.ReturnAnswered, 1, due.AddDays(-10).At(9)
		case 1:
			r.State, r.Outcome, r.Version, r.Late = rapporteur.RequestReceived, rapporteur.ReturnNil, 1, true
		case 2:
			r.Due, r.Extension = due.AddDays(14), rapporteur.ExtensionGranted
		case 4:
			if n%2 == 0 {
				r.State, r.Version, r.Due, r.OffPath, r.FollowUp = rapporteur.RequestReturned, 1, due.AddDays(10), true, 1
			}
		}
		requests = append(requests, r)
		cycle.Contributors = append(cycle.Contributors, c.ID)
	}
	h.Write(func(ctx context.Context, tx rapporteur.Tx) error {
		if err := tx.InsertCycle(ctx, cycle); err != nil {
			return err
		}
		if err := tx.InsertRequests(ctx, requests); err != nil {
			return err
		}
		for n, r := range requests {
			if r.FollowUp > 0 {
				f := rapporteur.FollowUp{RequestKey: r.RequestKey, Number: 1, Kind: rapporteur.FollowUpCorrection, Due: r.Due}
				if err := tx.InsertFollowUp(ctx, f); err != nil {
					return err
				}
			}
			if n%5 > 0 {
				contact := []rapporteur.Contact{{Role: rapporteur.ContactFocalPoint, Name: "A. Person", Address: "focal@example.org", Language: "en"}}
				if err := tx.PutContacts(ctx, r.Contributor, contact); err != nil {
					return err
				}
			}
		}
		return audited(ctx, tx, cycle, requests)
	})
	return h
}

// audited leaves what such a cycle would have on record.
func audited(ctx context.Context, tx rapporteur.Tx, c rapporteur.Cycle, requests []rapporteur.Request) error {
	due := c.Plan.Date(rapporteur.DateDue)
	records := []rapporteur.AuditRecord{
		{Action: rapporteur.ActionCycleOpened, At: c.Plan.Date(rapporteur.DateOpens).At(13), Actor: rapporteur.ActorEngine, Key: string(rapporteur.ActionCycleOpened) + "/" + string(c.ID)},
	}
	request := rapporteur.PlannedRung{Rung: rapporteur.Rung{ID: rapporteur.RungRequest, Notice: rapporteur.NoticeRequest}, At: c.Plan.Date(rapporteur.DateOpens).At(13), Due: due}
	for _, rung := range append([]rapporteur.PlannedRung{request}, c.Plan.Rungs...) {
		if rung.At.Before(due.AddDays(3).At(15)) {
			records = append(records, rapporteur.AuditRecord{
				Action: rapporteur.ActionRungSent, At: rung.At, Actor: rapporteur.ActorEngine, Key: fmt.Sprintf("rung/%s/%s/%s", c.ID, rung.Rung.ID, rung.Due),
				Details: map[string]string{"rung": rung.Rung.ID, "notice": string(rung.Rung.Notice), "sent": "120", "failed": "2", "escalated": "0"},
			})
		}
	}
	for _, r := range slices.Concat(requests[1:2], requests[8:9]) {
		records = append(records, rapporteur.AuditRecord{
			Action: rapporteur.ActionSubmitted, At: due.AddDays(3).At(9), Actor: "person", Contributor: r.Contributor, Details: map[string]string{"version": "1", "return_type": "nil"},
		})
	}
	for _, a := range records {
		a.Cycle = c.ID
		if _, err := tx.AppendAudit(ctx, a); err != nil {
			return err
		}
	}
	return nil
}
