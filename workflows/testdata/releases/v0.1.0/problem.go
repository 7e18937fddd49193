package workflows

import (
	"errors"

	"go.temporal.io/sdk/temporal"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/workflows/testdata/releases/v0.1.0/activities"
)

// ProblemOf is the problem with which a workflow refused an Update, or an
// activity a step; nil when the error carries none.
func ProblemOf(err error) *rapporteur.Problem { return activities.ProblemOf(err) }

// refusal is an error as whoever sent an Update should get it: a problem, that
// something more urgent came in between, or that the record does not answer.
func refusal(err error) error {
	p := problemIn(err)
	switch {
	case p != nil:
	case temporal.IsCanceledError(err):
		p = rapporteur.Problemf(rapporteur.ProblemConflict, "Not possible now", "The cycle is being cancelled.")
	default:
		p = rapporteur.Problemf(rapporteur.ProblemUnavailable, "Not possible for the moment", "The record does not answer. Try again later.")
	}
	return activities.Failure(p)
}

// problemIn is the problem in an error of the state machine or of an activity,
// or nil.
func problemIn(err error) *rapporteur.Problem {
	if p, ok := errors.AsType[*rapporteur.Problem](err); ok {
		return p
	}
	return ProblemOf(err)
}
