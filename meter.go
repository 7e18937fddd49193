package rapporteur

import (
	"context"
	"errors"
)

// Meter counts what use-cases do, for those who watch the house at work. It
// never fails and never keeps a use-case waiting; it is told nothing of who
// submitted or what.
type Meter interface {
	// Offered says that an answer has been offered. What it returns is called
	// once, with what came of it; the time between the two is how long its
	// contributor waited.
	Offered() func(SubmissionMeasure)
}

// SubmissionOutcome is what came of an answer that was offered.
type SubmissionOutcome string

// What may come of an answer.
const (
	SubmissionAccepted SubmissionOutcome = "accepted" // it is a new version
	SubmissionRepeated SubmissionOutcome = "repeated" // it is the newest version already
	SubmissionRejected SubmissionOutcome = "rejected" // findings block it
	SubmissionRefused  SubmissionOutcome = "refused"  // nothing may be submitted now, or not in this way
	SubmissionFailed   SubmissionOutcome = "failed"   // the house could not do it
)

// SubmissionOutcomes lists all of them.
var SubmissionOutcomes = []SubmissionOutcome{SubmissionAccepted, SubmissionRepeated, SubmissionRejected, SubmissionRefused, SubmissionFailed}

// SubmissionMeasure is what is counted of an answer that was offered.
type SubmissionMeasure struct {
	Cycle      CycleID
	ReturnType ReturnType // empty where the answer was not read
	Outcome    SubmissionOutcome
	Findings   []Finding // also those that do not block
}

// measured submits an answer and has it counted. What submits notes in the
// offer's measure what it learns.
func (c Correspondence) measured(key RequestKey, o offer, submit func(offer) (Submission, error)) (Submission, error) {
	o.measure = &SubmissionMeasure{Cycle: key.Cycle}
	if c.Meter == nil {
		return submit(o)
	}
	done := c.Meter.Offered()
	submission, err := submit(o)
	m := *o.measure
	switch {
	case err != nil:
		m.Outcome = submissionFailure(err)
	case m.Outcome == "":
		m.Outcome = SubmissionAccepted
	}
	if p, ok := errors.AsType[*Problem](err); ok && len(p.Findings) > 0 {
		m.Findings = p.Findings
	}
	done(m)
	return submission, err
}

// submissionFailure is the outcome that an error means. Whoever went away
// before it was done, and a record that does not answer, are failures.
func submissionFailure(err error) SubmissionOutcome {
	p, ok := errors.AsType[*Problem](err)
	switch {
	case !ok || p.Kind == ProblemUnavailable || errors.Is(err, context.Canceled):
		return SubmissionFailed
	case p.Kind == ProblemRejected:
		return SubmissionRejected
	}
	return SubmissionRefused
}
