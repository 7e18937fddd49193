package rapporteur

import (
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode"
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
	address, ok := plainAddress(c.Address)
	switch {
	case !ok || address != c.Address:
		return Problemf(ProblemInvalid, "Invalid address", "Give the colleague's plain mail address: name@example.org.")
	case strings.TrimSpace(c.Name) == "" || utf8.RuneCountInString(c.Name) > 200 || strings.ContainsFunc(c.Name, unicode.IsControl):
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

// maxAddress is how long a mail address can be (RFC 5321, section 4.5.3.1.3).
const maxAddress = 254

// plainAddress reads a mail address that stands by itself, without a name and
// without characters that cannot be seen.
func plainAddress(text string) (string, bool) {
	hidden := func(r rune) bool { return !unicode.IsGraphic(r) || unicode.Is(unicode.Bidi_Control, r) }
	address, err := mail.ParseAddress(text)
	if err != nil || address.Name != "" || len(text) > maxAddress || strings.ContainsFunc(text, hidden) {
		return "", false
	}
	return address.Address, true
}

// undirected is a text without the invisible characters that turn its direction
// (Unicode's Bidi_Control).
func undirected(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, text)
}
