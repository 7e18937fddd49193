package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

// gather waits until nothing is left to be told, and puts together what the record says.
func (s *story) gather(ctx context.Context) (evidence, error) {
	if err := s.drained(ctx); err != nil {
		return evidence{}, err
	}
	if err := s.receipts(ctx); err != nil {
		return evidence{}, err
	}
	s.journal.mutex.Lock()
	e := s.journal.evidence
	s.journal.mutex.Unlock()
	e.Coverage, e.Asked = map[rapporteur.CycleID]rapporteur.Coverage{}, map[rapporteur.CycleID]int{}
	e.Accepted, e.Keys = map[string]int{}, s.house.Signer.Keys()
	err := s.house.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error { return s.read(ctx, r, &e) })
	if err != nil {
		return e, fmt.Errorf("cannot read the record: %w", err)
	}
	export := rapporteur.AuditExport{Store: s.house.Store, Signer: s.house.Signer, Clock: s.clock.now}
	head, err := export.Begin(ctx, rapporteur.Principal{ID: "local"})
	if err != nil {
		return e, fmt.Errorf("cannot export the audit record: %w", err)
	}
	var audit bytes.Buffer
	err = export.Write(ctx, head, &audit)
	e.Audit = audit.Bytes()
	return e, err
}

// drained waits until the outbox is empty, or long enough for what does not go to show.
func (s *story) drained(ctx context.Context) error {
	for until := time.Now().Add(time.Minute); ; {
		var left int
		err := s.house.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
			vitals, err := r.Vitals(ctx)
			left = vitals.Outbox
			return err
		})
		if err == nil && left == 0 || time.Now().After(until) {
			return err
		}
		if !pause(ctx, 100*time.Millisecond) {
			return ctx.Err()
		}
	}
}

// receipts fetches the receipt of each acknowledged answer as its contributor does.
func (s *story) receipts(ctx context.Context) error {
	for n, a := range s.journal.Acknowledged {
		path := fmt.Sprintf("/v1/cycles/%s/requests/%s/submissions/%d/receipt", a.Cycle, a.Contributor, a.Version)
		receipt, err := s.staff.Bytes(ctx, remote.Call{Method: http.MethodGet, Path: path})
		if err != nil && !remote.Is(err, http.StatusNotFound) {
			return err
		}
		s.journal.Acknowledged[n].Receipt = receipt
	}
	return nil
}

// read reads what the record has on every cycle.
func (s *story) read(ctx context.Context, r rapporteur.Reader, e *evidence) error {
	vitals, err := r.Vitals(ctx)
	if err != nil {
		return err
	}
	e.Outbox = vitals.Outbox
	if e.Cycles, err = r.Cycles(ctx, "", 0); err != nil {
		return err
	}
	for _, c := range e.Cycles {
		if err := s.readCycle(ctx, r, e, c); err != nil {
			return fmt.Errorf("cycle %s: %w", c.ID, err)
		}
	}
	return nil
}

func (s *story) readCycle(ctx context.Context, r rapporteur.Reader, e *evidence, c rapporteur.Cycle) error {
	all := rapporteur.RequestKey{Cycle: c.ID}
	submissions, err := r.Submissions(ctx, all)
	if err != nil {
		return err
	}
	e.Submissions = append(e.Submissions, submissions...)
	ledger, err := r.Ledger(ctx, all)
	if err != nil {
		return err
	}
	e.Ledger = append(e.Ledger, ledger...)
	deliveries, err := r.Deliveries(ctx, rapporteur.DeliveryFilter{Cycle: c.ID})
	if err != nil {
		return err
	}
	e.Deliveries = append(e.Deliveries, deliveries...)
	audit, err := r.Audit(ctx, c.ID, 0, 0)
	if err != nil {
		return err
	}
	for _, a := range audit {
		if a.Action == rapporteur.ActionSubmitted {
			e.Accepted[fmt.Sprintf("%s %s", rapporteur.RequestKey{Cycle: c.ID, Contributor: a.Contributor}, a.Details["version"])]++
		}
	}
	requests, err := r.Requests(ctx, rapporteur.RequestFilter{Cycle: c.ID})
	if err != nil {
		return err
	}
	s.expect(e, c, requests)
	if c.Draft == 0 || c.Shape != rapporteur.ShapeReport {
		return nil
	}
	draft, err := r.Draft(ctx, c.ID, c.Draft)
	if err != nil {
		return err
	}
	e.Coverage[c.ID], e.Asked[c.ID] = draft.Report.Coverage, len(requests)
	return nil
}

// expect says by which rungs those of a report who never did anything should have been reminded: all that are meant
// for them.
func (s *story) expect(e *evidence, c rapporteur.Cycle, requests []rapporteur.Request) {
	if c.Shape != rapporteur.ShapeReport {
		return
	}
	habits := map[rapporteur.ContributorID]habit{}
	for _, p := range s.people[c.ID] {
		habits[p.key.Contributor] = p.habit
	}
	for _, request := range requests {
		if h, known := habits[request.Contributor]; !known || h != silent {
			continue
		}
		quiet := silence{RequestKey: request.RequestKey, Rungs: []string{rapporteur.RungRequest}}
		for _, rung := range c.Policy.Ladder {
			if rung.For(request.Kind) && !rung.Escalates {
				quiet.Rungs = append(quiet.Rungs, rung.ID)
			}
		}
		e.Silent = append(e.Silent, quiet)
	}
}
