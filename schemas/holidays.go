package schemas

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"

	"github.com/rapporteur/rapporteur"
)

// The rows mirror a file of holidays/ key by key. Several files may hold
// different years.

type holidaysRow struct {
	Place string    `yaml:"place" validate:"required,oneof=un-headquarters"`
	Title string    `yaml:"title" validate:"required"`
	Years []yearRow `yaml:"years" validate:"required,dive"`
}

type yearRow struct {
	Year       int          `yaml:"year" validate:"required,min=1946"`
	Basis      string       `yaml:"basis" validate:"required"`
	Confidence string       `yaml:"confidence" validate:"required,oneof=H M L"`
	Holidays   []holidayRow `yaml:"holidays" validate:"required,dive"`
}

type holidayRow struct {
	Date string `yaml:"date" validate:"required,date"`
	Name string `yaml:"name" validate:"required"`
}

// readHolidays reads all files of holidays/ into one calendar of working days.
func readHolidays(fsys []fs.FS) (rapporteur.WorkingDays, error) {
	var title string
	var years []int
	var holidays []rapporteur.Holiday
	err := everyFile(fsys, "holidays", ".yaml", func(f fs.FS, name string) error {
		var row holidaysRow
		d, err := readDocument(f, name, &row)
		if err != nil {
			return err
		}
		var all faults
		for n, y := range row.Years {
			at := fmt.Sprintf("years[%d].", n)
			mark := func(field, format string, args ...any) { all.add(d.fault(at+field, format, args...)) }
			if slices.Contains(years, y.Year) {
				mark("year", "%d is there twice", y.Year)
			}
			y.check(mark)
			years = append(years, y.Year)
			holidays = append(holidays, each(y.Holidays, holidayRow.convert)...)
		}
		title = cmp.Or(title, row.Title)
		return all.err()
	})
	return rapporteur.NewWorkingDays(title, years, holidays), err
}

// check holds a year's holidays in order, in the year and off the weekend: the
// date is the day that is free, not the feast that it stands for.
func (r yearRow) check(mark marker) {
	for n, h := range r.Holidays {
		on, field := date(h.Date), fmt.Sprintf("holidays[%d].date", n)
		switch {
		case on.Year != r.Year:
			mark(field, "is not in %d", r.Year)
		case !(rapporteur.WorkingDays{}).IsWorkingDay(on):
			mark(field, "is in a weekend: give the day on which it is observed")
		case n > 0 && !on.After(date(r.Holidays[n-1].Date)):
			mark(field, "want a later date than the holiday before it")
		}
	}
}

func (r holidayRow) convert() rapporteur.Holiday {
	return rapporteur.Holiday{Date: date(r.Date), Name: r.Name}
}

// WorkingDays is the calendar of United Nations Headquarters, New York.
func (c *Catalogue) WorkingDays() rapporteur.WorkingDays { return c.work }
