package rapporteur

import (
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Colleague is a delegation by which a contributor's lead lets somebody work on
// its answers, for some days. Name, address and language are sealed at rest.
type Colleague struct {
	ID          string
	Contributor ContributorID
	Name        string
	Address     string // RFC 5322 address
	Language    string // one of Languages
	From        Date   // the first day
	Until       Date   // the last day
	GivenBy     string // principal id
	GivenAt     time.Time
	EndedBy     string // principal id; empty until somebody ended it early
	EndedAt     time.Time
}

// maxColleagueDays is how long a delegation lasts at most; it can be given again.
const maxColleagueDays = 366

// InForce reports whether the colleague may act on a day.
func (c Colleague) InForce(on Date) bool {
	return c.EndedAt.IsZero() && !on.Before(c.From) && !on.After(c.Until)
}

// Over reports whether the delegation will not be in force any more.
func (c Colleague) Over(on Date) bool { return !c.EndedAt.IsZero() || on.After(c.Until) }

// Principal is the id of whoever acts by the delegation.
func (c Colleague) Principal() string { return personPrefix + c.ID }

// check finds what keeps a delegation from being given on a day.
func (c Colleague) check(today Date) error {
	address, err := mail.ParseAddress(c.Address)
	switch {
	case err != nil || address.Name != "" || address.Address != c.Address:
		return Problemf(ProblemInvalid, "Invalid address", "Give the colleague's plain mail address: name@example.org.")
	case strings.TrimSpace(c.Name) == "" || utf8.RuneCountInString(c.Name) > 200 || strings.ContainsAny(c.Name, "\r\n"):
		return Problemf(ProblemInvalid, "Invalid name", "Give the colleague's name on one line, in at most 200 characters.")
	case !slices.Contains(Languages, c.Language):
		return Problemf(ProblemInvalid, "Invalid language", "The language is not one of %s.", strings.Join(Languages, ", "))
	case c.From.IsZero() || c.Until.Before(c.From):
		return Problemf(ProblemInvalid, "Dates are needed", "Give the first and last day of the delegation, in order.")
	case c.Until.Before(today):
		return Problemf(ProblemInvalid, "Too late", "The delegation would be over before it begins; give a last day from %s on.", today)
	case c.Until.DaysSince(c.From) >= maxColleagueDays:
		return Problemf(ProblemInvalid, "Too long", "A delegation lasts a year at most; it can be given again.")
	}
	return nil
}
