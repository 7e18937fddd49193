package rapporteur

import (
	"cmp"
	"fmt"
	"time"
)

// Date is a civil date without time or zone, as resolutions and mastheads use
// it. The zero Date means "none".
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the civil date of an instant in Coordinated Universal Time.
func DateOf(t time.Time) Date {
	y, m, d := t.UTC().Date()
	return Date{Year: y, Month: m, Day: d}
}

// ParseDate reads an ISO 8601 calendar date such as 2018-11-21.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Date{}, fmt.Errorf("cannot read date %q: want YYYY-MM-DD", text)
	}
	return DateOf(t), nil
}

// IsZero reports whether the date means "none".
func (d Date) IsZero() bool { return d == Date{} }

// Start is the first instant of the date, 00:00 UTC.
func (d Date) Start() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}

// At is the given hour of the date in UTC.
func (d Date) At(hour int) time.Time { return d.Start().Add(time.Duration(hour) * time.Hour) }

// End is the instant at which the date is over everywhere on Earth (UTC−12),
// so that whoever answers on the date by their own calendar is on time.
func (d Date) End() time.Time { return d.Start().Add(36 * time.Hour) }

// AddDays moves the date by n days.
func (d Date) AddDays(n int) Date { return DateOf(d.Start().AddDate(0, 0, n)) }

// AddMonths moves the date by n calendar months and keeps to the end of a
// shorter month: 31 January plus one month is 28 or 29 February.
func (d Date) AddMonths(n int) Date {
	first := time.Date(d.Year, d.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Date{Year: first.Year(), Month: first.Month(), Day: min(d.Day, last)}
}

// Add moves the date by a period: months first, then days.
func (d Date) Add(p Period) Date { return d.AddMonths(p.Months).AddDays(p.Days) }

// DaysSince counts the days from another date to this one.
func (d Date) DaysSince(from Date) int {
	return int(d.Start().Sub(from.Start()) / (24 * time.Hour))
}

// Before reports whether the date is earlier than another.
func (d Date) Before(other Date) bool { return d.compare(other) < 0 }

// After reports whether the date is later than another.
func (d Date) After(other Date) bool { return d.compare(other) > 0 }

// compare orders dates as slices' sort functions want it.
func (d Date) compare(other Date) int {
	return cmp.Or(cmp.Compare(d.Year, other.Year), cmp.Compare(d.Month, other.Month), cmp.Compare(d.Day, other.Day))
}

// String writes the date as ISO 8601, or nothing for none.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.Start().Format(time.DateOnly)
}

// MarshalText writes the ISO 8601 form.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the ISO 8601 form; empty text is no date.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
