package frame

import (
	"strconv"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// How many wrong credentials of links a remote address may bring in a time.
const (
	guesses       = 30
	guessesWithin = 10 * time.Minute
)

// Remote is the address that the request comes from, as limits count it.
func (v *Visit) Remote() string { return access.Remote(v.Request, v.frame.ClientHeader) }

// within counts the request for who signed in, or else for the remote address, and
// reports whether that is within its rate.
func (v *Visit) within() bool {
	if v.Principal.ID == "" {
		return v.frame.Rates.Stranger(v.Writer.Header(), v.Remote())
	}
	return v.frame.Rates.Identity(v.Writer.Header(), v.Principal.ID, v.Request.Method)
}

// Guessing refuses who has brought too many wrong credentials of links lately,
// before another is looked at.
func (v *Visit) Guessing() error {
	if !v.frame.wrong.Full(v.Remote()) {
		return nil
	}
	return v.Limited(guessesWithin)
}

// Guessed counts a wrong credential.
func (v *Visit) Guessed() { v.frame.wrong.Take(v.Remote()) }

// Limited is the problem of who asks too often, with how long to wait at most.
func (v *Visit) Limited(wait time.Duration) error {
	v.Writer.Header().Set("Retry-After", retryAfter(wait))
	return rapporteur.Problemf(rapporteur.ProblemLimited, "Too many requests", "Wait %d minutes and try again.", int(wait.Minutes()))
}

// retryAfter is a wait in whole seconds (RFC 9110, section 10.2.3).
func retryAfter(wait time.Duration) string { return strconv.Itoa(int(wait.Seconds())) }
