package rapporteur

import (
	"fmt"
	"regexp"
	"strconv"
)

// Period is a length of calendar time in months and days, kept apart because
// ninety days are not three months (ISO 8601 durations, P12M or -P30D).
type Period struct {
	Months int
	Days   int
}

var periodForm = regexp.MustCompile(`^(-?)P(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,3})W)?(?:(\d{1,5})D)?$`)

// The longest periods, as many as can be written in months and days and read
// again.
const (
	maxMonths = 9999
	maxDays   = 99999
)

// ParsePeriod reads an ISO 8601 duration of years, months, weeks and days with
// an optional leading minus: P12M, P90D, -P6M, P1Y, P2W. Times of day are
// refused.
func ParsePeriod(text string) (Period, error) {
	m := periodForm.FindStringSubmatch(text)
	if m == nil || m[2]+m[3]+m[4]+m[5] == "" {
		return Period{}, fmt.Errorf("cannot read period %q: want an ISO 8601 duration such as P12M, P90D or -P30D", text)
	}
	n := func(s string) int { v, _ := strconv.Atoi(s); return v }
	p := Period{Months: 12*n(m[2]) + n(m[3]), Days: 7*n(m[4]) + n(m[5])}
	if p.Months > maxMonths || p.Days > maxDays {
		return Period{}, fmt.Errorf("cannot read period %q: longer than %d months or %d days", text, maxMonths, maxDays)
	}
	if m[1] == "-" {
		p = Period{Months: -p.Months, Days: -p.Days}
	}
	return p, nil
}

// IsZero reports whether the period has no length.
func (p Period) IsZero() bool { return p == Period{} }

// plus is the period with another added so many times, months to months and
// days to days.
func (p Period) plus(other Period, times int) Period {
	return Period{Months: p.Months + times*other.Months, Days: p.Days + times*other.Days}
}

// String writes the period as an ISO 8601 duration.
func (p Period) String() string {
	sign, months, days := "", p.Months, p.Days
	if months < 0 || days < 0 {
		sign, months, days = "-", -months, -days
	}
	switch {
	case months == 0:
		return fmt.Sprintf("%sP%dD", sign, days)
	case days == 0:
		return fmt.Sprintf("%sP%dM", sign, months)
	}
	return fmt.Sprintf("%sP%dM%dD", sign, months, days)
}

// MarshalText writes the ISO 8601 form.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads the ISO 8601 form.
func (p *Period) UnmarshalText(text []byte) error {
	parsed, err := ParsePeriod(string(text))
	if err != nil {
		return err
	}
	*p = parsed
	return nil
}
