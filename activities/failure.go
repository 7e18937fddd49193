package activities

import (
	"errors"
	"strings"

	"go.temporal.io/sdk/temporal"

	"github.com/rapporteur/rapporteur"
)

// problemType begins the type of every application error that carries a
// rapporteur.Problem; the problem's kind follows.
const problemType = "problem/"

// shown is the part of a problem that travels through the engine: what a
// client may see. Findings and causes stay behind.
type shown struct {
	Kind   rapporteur.ProblemKind
	Title  string
	Detail string
}

// Failure is an error as the engine should see it: a *rapporteur.Problem
// becomes an application error that is not tried again and from which
// ProblemOf makes the problem anew; every other error stays as it is and is
// tried again.
func Failure(err error) error {
	var p *rapporteur.Problem
	if !errors.As(err, &p) {
		return err
	}
	return temporal.NewNonRetryableApplicationError(p.Error(), problemType+string(p.Kind), nil,
		shown{Kind: p.Kind, Title: p.Title, Detail: p.Detail})
}

// ProblemOf is the problem that an error from the engine carries, or nil.
func ProblemOf(err error) *rapporteur.Problem {
	var failure *temporal.ApplicationError
	if !errors.As(err, &failure) || !strings.HasPrefix(failure.Type(), problemType) {
		return nil
	}
	var s shown
	if failure.Details(&s) != nil || s.Kind == "" {
		s = shown{Kind: rapporteur.ProblemKind(strings.TrimPrefix(failure.Type(), problemType)), Title: failure.Message()}
	}
	return &rapporteur.Problem{Kind: s.Kind, Title: s.Title, Detail: s.Detail, Cause: err}
}
