package rapporteur

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Compile makes the next draft of the report from what was accepted and
// returns its number. The same step again returns the same draft.
func (c Conduct) Compile(ctx context.Context, id CycleID, m Moment) (int, error) {
	report, err := c.compile(ctx, id, m)
	if err != nil {
		return 0, err
	}
	number := 0
	err = c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		cycle, err := tx.LockCycle(ctx, id)
		if err != nil {
			return err
		}
		number = cycle.Draft
		record := m.record(id, ActionCompiled, m.stepKey(StepCompile))
		record.Details["draft"] = fmt.Sprint(report.Draft)
		record.Details["words"] = fmt.Sprint(report.Words)
		record.Details["hash"] = report.Hash
		added, err := tx.AppendAudit(ctx, record)
		if err != nil || !added {
			return err
		}
		number, cycle.Draft = report.Draft, report.Draft
		draft := Draft{Cycle: id, Number: report.Draft, Report: report, CompiledAt: m.Now, Outcome: ClearancePending}
		if err := tx.InsertDraft(ctx, draft); err != nil {
			return err
		}
		return tx.UpdateCycle(ctx, cycle)
	})
	return number, err
}

// compile makes a report of what was accepted, all of which may go when it is made.
func (c Conduct) compile(ctx context.Context, id CycleID, m Moment) (Report, error) {
	in, err := c.compilation(ctx, id, m)
	if err != nil {
		return Report{}, err
	}
	report, err := Compile(in)
	if err != nil {
		return report, fmt.Errorf("cannot compile report of %s: %w", id, err)
	}
	return report, nil
}

// compilation gathers what a report is compiled from.
func (c Conduct) compilation(ctx context.Context, id CycleID, m Moment) (Compilation, error) {
	in := Compilation{
		CompiledAt: m.Now, Contributors: map[ContributorID]Contributor{},
		Questionnaires: map[QuestionnaireRef]Questionnaire{},
	}
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		if in.Cycle, err = r.Cycle(ctx, id); err != nil {
			return err
		}
		in.Draft = in.Cycle.Draft + 1
		if in.Observations, err = r.Observations(ctx, id); err != nil {
			return err
		}
		if in.Requests, in.Accepted, err = c.answers(ctx, r, in.Cycle); err != nil {
			return err
		}
		if in.Cycle.Shape == ShapeReport { // a section tells of nothing but its own answer
			if in.Records, err = c.streamRecords(ctx, r, in.Cycle, m); err != nil {
				return err
			}
			in.Earlier, err = c.earlierReports(ctx, r, in.Cycle)
		}
		return err
	})
	if err != nil {
		return in, err
	}
	for n := range in.Earlier {
		if err := c.describe(&in.Earlier[n]); err != nil {
			return in, err
		}
	}
	err = c.describe(&in)
	return in, err
}

// answers is everybody who is asked in a cycle, and the newest of what each has
// answered, in brief where that is enough.
func (c Conduct) answers(ctx context.Context, r Reader, cycle Cycle) ([]Request, []Accepted, error) {
	requests, err := r.Requests(ctx, RequestFilter{Cycle: cycle.ID})
	if err != nil {
		return nil, nil, err
	}
	standing := slices.DeleteFunc(slices.Clone(requests), func(request Request) bool { return request.Standing() == 0 })
	all, err := c.allAccepted(ctx, r, cycle, standing)
	return requests, all, err
}

// allAccepted is what eachAccepted gives, in brief where that is enough.
func (c Conduct) allAccepted(ctx context.Context, r Reader, cycle Cycle, requests []Request) ([]Accepted, error) {
	all := make([]Accepted, 0, len(requests))
	var brief brevity
	err := c.eachAccepted(ctx, r, cycle.ID, requests, func(a Accepted) {
		if cycle.Shape != ShapeInclusion {
			brief.shorten(&a.Document)
		}
		all = append(all, a)
	})
	return all, err
}

// describe adds what the catalogue knows to a compilation.
func (c Conduct) describe(in *Compilation) error {
	instrument, stream, _, err := in.Cycle.ID.Parts()
	if err != nil {
		return err
	}
	if in.Instrument, err = c.Catalogue.Instrument(instrument); err != nil {
		return err
	}
	in.Stream, _ = in.Instrument.Stream(stream)
	in.Stream.Policy = in.Cycle.Policy
	for _, id := range in.Cycle.Outcome.Participants {
		if in.Contributors[id], err = c.Catalogue.Contributor(id, in.Cycle.Outcome.HeldOn); err != nil {
			return err
		}
	}
	for _, request := range in.Requests {
		if in.Contributors[request.Contributor], err = c.contributor(in.Cycle, request.Contributor, DateOf(request.OpenedAt)); err != nil {
			return err
		}
		if _, ok := in.Questionnaires[request.Questionnaire]; ok {
			continue
		}
		if in.Questionnaires[request.Questionnaire], err = c.Catalogue.Questionnaire(request.Questionnaire); err != nil {
			return err
		}
	}
	for _, accepted := range in.Accepted {
		ref := accepted.Submission.Questionnaire
		if in.Questionnaires[ref], err = c.Catalogue.Questionnaire(ref); err != nil {
			return err
		}
	}
	return nil
}

// SubmitDraft hands a draft to clearance: its clearance starts at the first
// step.
func (c Conduct) SubmitDraft(ctx context.Context, id CycleID, number int, m Moment) error {
	return c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		cycle, err := tx.LockCycle(ctx, id)
		if err != nil {
			return err
		}
		draft, err := tx.Draft(ctx, id, number)
		if err != nil {
			return err
		}
		record := m.record(id, ActionClearanceStarted, fmt.Sprintf("%s/%s/%d", ActionClearanceStarted, id, number))
		record.Details["draft"] = fmt.Sprint(number)
		added, err := tx.AppendAudit(ctx, record)
		if err != nil || !added {
			return err
		}
		state := NewClearanceState(id, number, draft.Report.Hash, cycle.Policy.Clearance, m.Now)
		if err := tx.PutClearance(ctx, state); err != nil {
			return err
		}
		cycle.Phase = PhaseClearing
		// An answer may have been withdrawn while the draft was compiled.
		if cycle.Attention, err = restsOnWithdrawn(ctx, tx, cycle); err != nil {
			return err
		}
		if err := tx.UpdateCycle(ctx, cycle); err != nil {
			return err
		}
		return tx.Enqueue(ctx, Message{Kind: MessageStartClearance, Cycle: id, Number: number})
	})
}

// CheckClearance reads how the clearance of a draft stands, and brings the
// record of a cycle that is clearing along.
func (c Conduct) CheckClearance(ctx context.Context, id CycleID, number int, _ Moment) (ClearanceOutcome, error) {
	outcome := ClearancePending
	err := c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		cycle, err := tx.LockCycle(ctx, id)
		if err != nil {
			return err
		}
		state, err := tx.Clearance(ctx, id, number)
		if err != nil {
			return err
		}
		if outcome = state.Outcome; cycle.Phase != PhaseClearing {
			return nil
		}
		switch outcome {
		case ClearanceCleared:
			cycle.Phase = PhaseCleared
			withdrawn, err := restsOnWithdrawn(ctx, tx, cycle)
			if err != nil {
				return err
			}
			cycle.Attention = strings.TrimSpace("The report is cleared. Give its symbol and masthead date to transmit it. " + withdrawn)
		case ClearanceReturned:
			cycle.Phase, cycle.Attention = PhaseCompiling, "The draft was returned to drafting. Read the comments, then compile the next draft."
		default:
			return nil
		}
		return tx.UpdateCycle(ctx, cycle)
	})
	return outcome, err
}

// Transmit puts symbol and masthead date on the cleared draft.
func (c Conduct) Transmit(ctx context.Context, id CycleID, number int, t Transmittal, m Moment) error {
	return c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		cycle, err := tx.LockCycle(ctx, id)
		if err != nil {
			return err
		}
		draft, err := tx.Draft(ctx, id, number)
		if err != nil {
			return err
		}
		record := m.record(id, ActionTransmitted, string(ActionTransmitted)+"/"+string(id))
		record.Details["symbol"] = t.Symbol
		record.Details["masthead"] = t.Masthead.String()
		record.Details["mandated"] = cycle.Plan.Date(DateMandated).String()
		added, err := tx.AppendAudit(ctx, record)
		if err != nil || !added {
			return err
		}
		draft.Report.Masthead.Symbol, draft.Report.Masthead.Date = t.Symbol, t.Masthead
		if err := tx.UpdateDraft(ctx, draft); err != nil {
			return err
		}
		cycle.Phase, cycle.Attention = PhaseTransmitted, ""
		cycle.Symbol, cycle.Masthead = t.Symbol, t.Masthead
		return tx.UpdateCycle(ctx, cycle)
	})
}

// Close ends a cycle whose report was transmitted. What contributors had not
// submitted goes with it.
func (c Conduct) Close(ctx context.Context, id CycleID, m Moment) error {
	return c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		cycle, err := tx.LockCycle(ctx, id)
		if err != nil || cycle.Phase.Final() {
			return err
		}
		record := m.record(id, ActionCycleClosed, string(ActionCycleClosed)+"/"+string(id))
		if err := removeWork(ctx, tx, id, &record); err != nil {
			return err
		}
		if _, err := tx.AppendAudit(ctx, record); err != nil {
			return err
		}
		cycle.Phase = PhaseClosed
		return tx.UpdateCycle(ctx, cycle)
	})
}

// Cancel ends a cycle before its report: its requests are withdrawn and those
// who had been asked are told why. Cancelled before, it only finishes telling.
// A closed cycle cannot be cancelled. progress is called after each
// contributor.
func (c Conduct) Cancel(ctx context.Context, id CycleID, reason, by string, m Moment, progress func(done int)) error {
	err := c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		cycle, err := tx.LockCycle(ctx, id)
		switch {
		case err != nil || cycle.Phase == PhaseCancelled:
			return err
		case cycle.Phase.Final():
			return invalidStep("The cycle is %s.", cycle.Phase)
		}
		if err := c.closeRequests(ctx, tx, cycle, m, RequestEvent{Withdraw: true}, standing...); err != nil {
			return err
		}
		record := m.record(id, ActionCancelled, string(ActionCancelled)+"/"+string(id))
		record.Actor, record.Reason = by, reason
		if err := removeWork(ctx, tx, id, &record); err != nil {
			return err
		}
		if _, err := tx.AppendAudit(ctx, record); err != nil {
			return err
		}
		if cycle.Draft > 0 {
			if err := tx.Enqueue(ctx, Message{Kind: MessageHint, Cycle: id, Number: cycle.Draft}); err != nil {
				return err
			}
		}
		cycle.Phase, cycle.Attention = PhaseCancelled, ""
		return tx.UpdateCycle(ctx, cycle)
	})
	if err != nil {
		return err
	}
	filter := RequestFilter{Cycle: id, States: []RequestState{RequestWithdrawn}}
	return c.tellWithdrawn(ctx, filter, reason, m, progress)
}
