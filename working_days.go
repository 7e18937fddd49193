package rapporteur

import (
	"fmt"
	"slices"
	"time"
)

// WorkingDays is the calendar of a duty station: Saturdays and Sundays are free
// everywhere, holidays are known year by year. In a year that it does not know
// only weekends are free, and Note says so. The zero value knows no holiday.
type WorkingDays struct {
	title    string
	holidays map[Date]string
	years    map[int]bool
}

// Holiday is an official holiday as it is observed: the day that is free.
type Holiday struct {
	Date Date
	Name string
}

// NewWorkingDays makes the calendar of a place from its official holidays; the
// years are those whose holidays are all among them.
func NewWorkingDays(title string, years []int, holidays []Holiday) WorkingDays {
	w := WorkingDays{title: title, holidays: make(map[Date]string, len(holidays)), years: make(map[int]bool, len(years))}
	for _, year := range years {
		w.years[year] = true
	}
	for _, h := range holidays {
		w.holidays[h.Date] = h.Name
	}
	return w
}

// Title is the place whose calendar it is, in words.
func (w WorkingDays) Title() string {
	if w.title == "" {
		return "Weekends"
	}
	return w.title
}

// IsWorkingDay reports whether the day is neither in a weekend nor a holiday.
func (w WorkingDays) IsWorkingDay(d Date) bool {
	day := d.Start().Weekday()
	if day == time.Saturday || day == time.Sunday {
		return false
	}
	_, free := w.holidays[d]
	return !free
}

// Holiday names the holiday that a date is, empty for none.
func (w WorkingDays) Holiday(d Date) string { return w.holidays[d] }

// OnOrBefore is the date itself when it is a working day, or else the last
// working day before it.
func (w WorkingDays) OnOrBefore(d Date) Date {
	for !w.IsWorkingDay(d) {
		d = d.AddDays(-1)
	}
	return d
}

// AddWorkingDays is the n-th working day after the date or, with a negative n,
// before it. No working days leave the date as it is, also on a holiday.
func (w WorkingDays) AddWorkingDays(d Date, n int) Date {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 {
		if d = d.AddDays(step); w.IsWorkingDay(d) {
			n--
		}
	}
	return d
}

// Note says in words which years between two dates have no known holidays, so
// that only weekends were counted; empty where all are known.
func (w WorkingDays) Note(one, other Date) string {
	years := []int{one.Year, other.Year}
	slices.Sort(years)
	for year := years[0]; year <= years[1]; year++ {
		if !w.years[year] {
			return fmt.Sprintf("weekends only, the holidays of %d are not known", year)
		}
	}
	return ""
}
