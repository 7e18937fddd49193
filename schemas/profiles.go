package schemas

import (
	"fmt"
	"io/fs"
	"slices"

	"github.com/rapporteur/rapporteur"
)

// The row mirrors a file of profiles/ key by key.

type profileRow struct {
	ID    string        `yaml:"id" validate:"required,key"`
	Title string        `yaml:"title" validate:"required"`
	Basis string        `yaml:"basis" validate:"required"`
	Dates []dateRuleRow `yaml:"dates" validate:"required,dive"`
}

// profileKeys are the dates that a profile gives, in the order in which they
// come.
var profileKeys = []string{
	rapporteur.DateOpens, rapporteur.DateDue, rapporteur.DateCloses, rapporteur.DateDraft,
	rapporteur.DateTransmits, rapporteur.DateIssued,
}

func (c *Catalogue) readProfiles(fsys []fs.FS) error {
	c.profiles = map[string]rapporteur.Profile{}
	return everyFile(fsys, "profiles", ".yaml", func(f fs.FS, name string) error {
		var row profileRow
		d, err := readDocument(f, name, &row)
		if err != nil {
			return err
		}
		var all faults
		mark := func(field, format string, args ...any) { all.add(d.fault(field, format, args...)) }
		if _, ok := c.profiles[row.ID]; ok {
			mark("id", "%s is there twice", row.ID)
		}
		c.profiles[row.ID] = row.convert()
		row.check(mark)
		if all.err() == nil {
			row.fits(c.work, mark)
		}
		return all.err()
	})
}

func (r profileRow) convert() rapporteur.Profile {
	return rapporteur.Profile{ID: r.ID, Title: r.Title, Basis: r.Basis, Dates: each(r.Dates, dateRuleRow.convert)}
}

// check allows only the dates that a profile can give, each once, and leaning
// on the due date or on a date before it.
func (r profileRow) check(mark marker) {
	known := []string{rapporteur.DateMandated, rapporteur.DatePlanned}
	for n, rule := range r.Dates {
		at := fmt.Sprintf("dates[%d].", n)
		switch {
		case slices.Contains(known, rule.Key):
			mark(at+"key", "%s is there twice", rule.Key)
		case !slices.Contains(profileKeys, rule.Key):
			mark(at+"key", "a profile has no date %q; it has %q", rule.Key, profileKeys)
		}
		if !slices.Contains(known, rule.From) {
			mark(at+"from", "leans on %q, which no earlier rule gives", rule.From)
		}
		known = append(known, rule.Key)
	}
}

// fits tries the profile on every day of a leap year, for working days and
// months differ in length: its dates must always be in order.
func (r profileRow) fits(work rapporteur.WorkingDays, mark marker) {
	profile := r.convert()
	first := rapporteur.Date{Year: 2020, Month: 1, Day: 1}
	for n := range 366 {
		day := first.AddDays(n)
		plan, err := profile.Plan(rapporteur.DueDate{Mandated: day, Agreed: day, Planned: day}, nil, work)
		if err != nil {
			mark("dates", "for a document due on %s: %s", day, err)
			return
		}
		if issued := plan.Date(rapporteur.DateIssued); !issued.IsZero() && issued.Before(plan.Date(rapporteur.DateTransmits)) {
			mark("dates", "for a document due on %s: it is issued before it is transmitted", day)
			return
		}
	}
}

// Profile is the processing profile with this id, or a not-found Problem.
func (c *Catalogue) Profile(id string) (rapporteur.Profile, error) {
	p, ok := c.profiles[id]
	if !ok {
		return rapporteur.Profile{}, rapporteur.NotFound("processing profile", id)
	}
	return p, nil
}
