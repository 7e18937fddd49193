package activities

import (
	"context"
	"errors"
	"regexp"
	"slices"
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

// passing are the kinds of problems that trying again may mend.
var passing = []rapporteur.ProblemKind{rapporteur.ProblemUnavailable, rapporteur.ProblemLimited}

// Failure is an error as the engine should see it: a *rapporteur.Problem
// becomes an application error from which ProblemOf makes the problem anew; it
// is not tried again unless it passes by itself, as a database that does not
// answer does. Every other error is tried again; it goes
// into the history as its text alone, without what looks like an address, for
// mail servers like to repeat addresses.
func Failure(err error) error {
	var p *rapporteur.Problem
	switch {
	case err == nil || errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &p):
		return temporal.NewApplicationErrorWithOptions(p.Error(), problemType+string(p.Kind), temporal.ApplicationErrorOptions{
			NonRetryable: !slices.Contains(passing, p.Kind),
			Details:      []any{shown{Kind: p.Kind, Title: p.Title, Detail: p.Detail}},
		})
	}
	return temporal.NewApplicationError(address.ReplaceAllString(err.Error(), "[address]"), "failure")
}

var address = regexp.MustCompile(`\S*@\S*`)

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
