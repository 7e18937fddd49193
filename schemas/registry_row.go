package schemas

import (
	"fmt"
	"io/fs"

	"github.com/rapporteur/rapporteur"
)

// The rows mirror a file of registry/ key by key.

type registryRow struct {
	Kind         string           `yaml:"kind" validate:"required,oneof=member-state entity mission panel"`
	Contributors []contributorRow `yaml:"contributors" validate:"required,dive"`
}

type contributorRow struct {
	ID     string `yaml:"id" validate:"required,key"`
	Alpha2 string `yaml:"alpha2" validate:"omitempty,iso3166_1_alpha2"`
	Alpha3 string `yaml:"alpha3" validate:"omitempty,iso3166_1_alpha3"`
	M49    string `yaml:"m49" validate:"omitempty,len=3,number"`
	Region string `yaml:"region"`
	// Subregion is the M49 subregion, or the intermediate region where there is
	// one (Eastern Africa, not Sub-Saharan Africa).
	Subregion string `yaml:"subregion"`
	Host      string `yaml:"host"`
	Group     string `yaml:"group" validate:"omitempty,oneof=peacekeeping political secretariat fund agency expert body"`
	// Succeeds is who did before what this contributor does.
	Succeeds string     `yaml:"succeeds" validate:"omitempty,key"`
	Exists   []spanRow  `yaml:"exists" validate:"required,dive"`
	Names    []namesRow `yaml:"names" validate:"required,dive"`
	// Reporting is when reports about a mission fall due, or why none does.
	Reporting *calendarRow `yaml:"reporting"`
}

type spanRow struct {
	From  string `yaml:"from" validate:"required,date"`
	Until string `yaml:"until" validate:"omitempty,date"`
}

type namesRow struct {
	From string `yaml:"from" validate:"omitempty,date"`
	Ar   string `yaml:"ar"`
	Zh   string `yaml:"zh"`
	En   string `yaml:"en" validate:"required"`
	Fr   string `yaml:"fr" validate:"required"`
	Ru   string `yaml:"ru"`
	Es   string `yaml:"es"`
}

// readMembers reads a file of registry/ and checks what its fields say against
// each other.
func readMembers(fsys fs.FS, name string) ([]member, error) {
	var row registryRow
	d, err := readDocument(fsys, name, &row)
	if err != nil {
		return nil, err
	}
	var all faults
	codes := map[string]bool{}
	for n, c := range row.Contributors {
		at := fmt.Sprintf("contributors[%d].", n)
		mark := func(field, format string, args ...any) { all.add(d.fault(at+field, format, args...)) }
		c.checkCodes(row.Kind, codes, mark)
		c.checkDates(mark)
		c.checkReporting(row.Kind, mark)
	}
	members := each(row.Contributors, func(c contributorRow) member { return c.convert(row.Kind) })
	for n, m := range members {
		if m.base.Succeeds != "" {
			members[n].orphan = d.fault(fmt.Sprintf("contributors[%d].succeeds", n), "there is no contributor %q", m.base.Succeeds)
		}
	}
	return members, all.err()
}

type marker func(field, format string, args ...any)

func (c contributorRow) checkCodes(kind string, seen map[string]bool, mark marker) {
	codes := map[string]string{"id": c.ID, "alpha2": c.Alpha2, "alpha3": c.Alpha3, "m49": c.M49}
	for field, code := range codes {
		if code == "" && kind == string(rapporteur.KindMemberState) {
			mark(field, "is missing")
		}
		if code != "" && seen[field+code] {
			mark(field, "%s is there twice", code)
		}
		seen[field+code] = true
	}
	if kind == string(rapporteur.KindMission) && c.Host == "" {
		mark("host", "is missing")
	}
	if kind == string(rapporteur.KindMission) && c.Group == "" {
		mark("group", "is missing: it tells which department drafts the reports on the mission")
	}
}

// checkDates holds effective dates in order, so that one entry at most is in
// force on any day.
func (c contributorRow) checkDates(mark marker) {
	for n, s := range c.Exists {
		from, until := date(s.From), date(s.Until)
		if !until.IsZero() && until.Before(from) {
			mark(fmt.Sprintf("exists[%d].until", n), "is before its start")
		}
		if n > 0 && (c.Exists[n-1].Until == "" || !from.After(date(c.Exists[n-1].Until))) {
			mark(fmt.Sprintf("exists[%d].from", n), "overlaps the entry before it")
		}
	}
	inOrder("names", each(c.Names, func(r namesRow) string { return r.From }), mark)
}

// checkReporting holds that every mission says when reports about it fall due,
// and nobody else does.
func (c contributorRow) checkReporting(kind string, mark marker) {
	switch mission := kind == string(rapporteur.KindMission); {
	case mission && c.Reporting == nil:
		mark("reporting", "is missing")
	case !mission && c.Reporting != nil:
		mark("reporting", "is for missions")
	case mission:
		c.Reporting.check(func(field, format string, args ...any) { mark("reporting."+field, format, args...) })
	}
}

func inOrder(list string, from []string, mark marker) {
	for n := 1; n < len(from); n++ {
		if from[n] == "" || !date(from[n]).After(date(from[n-1])) {
			mark(fmt.Sprintf("%s[%d].from", list, n), "overlaps the entry before it: want a later date")
		}
	}
}

func (c contributorRow) convert(kind string) member {
	m := member{
		base: rapporteur.Contributor{
			ID: rapporteur.ContributorID(c.ID), Kind: rapporteur.ContributorKind(kind),
			Alpha2: c.Alpha2, Alpha3: c.Alpha3, M49: c.M49, Region: c.Region, Host: c.Host,
			Succeeds: rapporteur.ContributorID(c.Succeeds),
		},
		subregion: c.Subregion, group: c.Group,
		exists: each(c.Exists, func(s spanRow) span { return span{from: date(s.From), until: date(s.Until)} }),
		names:  each(c.Names, namesRow.convert),
	}
	if c.Reporting != nil {
		calendar := c.Reporting.convert()
		if n := len(m.exists); n > 0 {
			calendar.Closes = m.exists[n-1].until
		}
		m.reporting = &calendar
	}
	return m
}

// translate adds the languages that the file does not have.
func (r *namesRow) translate(s source) {
	for language, name := range map[string]*string{"ar": &r.Ar, "zh": &r.Zh, "ru": &r.Ru, "es": &r.Es} {
		if *name == "" {
			*name = s.find(r.En, language)
		}
	}
}

func (r namesRow) convert() dated[map[string]string] {
	names := map[string]string{}
	for language, name := range map[string]string{"ar": r.Ar, "zh": r.Zh, "en": r.En, "fr": r.Fr, "ru": r.Ru, "es": r.Es} {
		if name != "" {
			names[language] = name
		}
	}
	return dated[map[string]string]{from: date(r.From), value: names}
}
