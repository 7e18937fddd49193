package schemas

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rapporteur/rapporteur"
)

// The rows mirror `inclusion` of a stream key by key.

type inclusionRow struct {
	Profile  string       `yaml:"profile" validate:"required,key"`
	Registry *registryUse `yaml:"registry"`
	Series   []seriesRow  `yaml:"series" validate:"dive"`
}

// registryUse takes a series from every contributor of a kind that the registry
// has a calendar for.
type registryUse struct {
	Kind  string `yaml:"kind" validate:"required,oneof=mission"`
	Title string `yaml:"title" validate:"required"` // of the host report, before the contributor's name
	// Drafters are the offices that draft the host reports, by group.
	Drafters map[string]string `yaml:"drafters" validate:"required,dive,required"`
}

type seriesRow struct {
	ID          string      `yaml:"id" validate:"required,key,max=22"` // with a date behind it, it is a period
	Title       string      `yaml:"title" validate:"required"`
	Contributor string      `yaml:"contributor" validate:"required,key"`
	Drafter     string      `yaml:"drafter" validate:"required"`
	Each        string      `yaml:"each" validate:"omitempty,key"`
	Calendar    calendarRow `yaml:"calendar"`
}

// inclusion checks that sections can be asked for by it, and completes the
// stream with the series of the registry.
func (c *instrumentCheck) inclusion(at string, stream int) {
	row := c.row.Streams[stream]
	switch {
	case row.Shape != string(rapporteur.ShapeInclusion):
		c.mark(at+"profile", "only an inclusion stream has series of host reports")
		return
	case row.Policy == nil:
		c.mark(at+"profile", "the stream has no policy: who is asked, and with what ladder?")
		return
	case row.Inclusion.Registry == nil && len(row.Inclusion.Series) == 0:
		c.mark(at+"series", "is missing, and so is registry: in whose reports does the section stand?")
	}
	policy := rapporteur.InclusionPolicy{Profile: row.Inclusion.Profile}
	seen := map[string]bool{}
	for n, s := range row.Inclusion.Series {
		field := fmt.Sprintf("%sseries[%d].", at, n)
		if seen[s.ID] {
			c.mark(field+"id", "%s is there twice", s.ID)
		}
		seen[s.ID] = true
		c.series(field, s, row.Policy)
		policy.Series = append(policy.Series, s.convert(c.catalogue.work))
	}
	if row.Inclusion.Registry != nil {
		policy.Series = append(policy.Series, c.registrySeries(at+"registry.", *row.Inclusion.Registry, row.Policy)...)
	}
	c.instrument.Streams[stream].Inclusion = policy
	c.lead(at, row)
}

func (c *instrumentCheck) series(at string, s seriesRow, policy *policyRow) {
	s.Calendar.check(func(field, format string, args ...any) { c.mark(at+"calendar."+field, format, args...) })
	if s.Each != "" && !slices.ContainsFunc(s.Calendar.Events, func(e eventRow) bool { return e.ID == s.Each }) {
		c.mark(at+"each", "the calendar has no event %q", s.Each)
	}
	m, ok := c.catalogue.registry.find(rapporteur.ContributorID(s.Contributor))
	switch {
	case !ok:
		c.mark(at+"contributor", "the registry has no %q", s.Contributor)
	case !policy.asks(string(m.base.Kind)):
		c.mark(at+"contributor", "the stream has no questionnaire for a %s", m.base.Kind)
	}
}

func (r policyRow) asks(kind string) bool {
	return slices.ContainsFunc(r.Audience, func(a audienceRow) bool { return a.Kind == kind })
}

func (s seriesRow) convert(work rapporteur.WorkingDays) rapporteur.Series {
	calendar := s.Calendar.convert()
	calendar.Work = work
	return rapporteur.Series{
		ID: s.ID, Title: s.Title, Contributor: rapporteur.ContributorID(s.Contributor), Drafter: s.Drafter, Each: s.Each, Calendar: calendar,
	}
}

// registrySeries is a series for everybody of the kind on whom reports are
// made.
func (c *instrumentCheck) registrySeries(at string, use registryUse, policy *policyRow) []rapporteur.Series {
	if !policy.asks(use.Kind) {
		c.mark(at+"kind", "the stream has no questionnaire for a %s", use.Kind)
	}
	var all []rapporteur.Series
	missing := map[string]bool{}
	for _, m := range c.catalogue.registry.members {
		if string(m.base.Kind) != use.Kind {
			continue
		}
		calendar, err := c.catalogue.Calendar(m.base.ID)
		if err != nil || calendar.None != "" {
			continue
		}
		drafter := use.Drafters[m.group]
		missing[m.group] = missing[m.group] || drafter == ""
		mission := m.on(rapporteur.Date{})
		byLanguage := titles(c.from, use.Title)
		for language, title := range byLanguage {
			byLanguage[language] = title + mission.Name(language)
		}
		all = append(all, rapporteur.Series{
			ID: strings.TrimPrefix(string(m.base.ID), use.Kind+"-"), Title: byLanguage["en"], Titles: byLanguage,
			Contributor: m.base.ID, Drafter: drafter, Calendar: calendar,
		})
	}
	for _, group := range slices.Sorted(maps.Keys(missing)) {
		if missing[group] {
			c.mark(at+"drafters", "says nothing of the group %q", group)
		}
	}
	return all
}

// lead checks that the profile exists and that the ladder fits between its
// opening and its closing, whatever day a host report is due.
func (c *instrumentCheck) lead(at string, row streamRow) {
	profile, err := c.catalogue.Profile(row.Inclusion.Profile)
	if err != nil {
		c.mark(at+"profile", "there is no processing profile %q", row.Inclusion.Profile)
		return
	}
	first := rapporteur.Date{Year: 2020, Month: 1, Day: 1}
	bad := map[int]bool{}
	for n := range 366 {
		day := first.AddDays(n)
		plan, err := profile.Plan(rapporteur.DueDate{Mandated: day, Agreed: day, Planned: c.catalogue.work.OnOrBefore(day)}, nil, c.catalogue.work)
		if err != nil {
			continue // the profile's own fault
		}
		for k, r := range row.Policy.Ladder {
			on := plan.Date(rapporteur.DateDue).Add(period(r.Offset))
			if !bad[k] && (!on.After(plan.Date(rapporteur.DateOpens)) || on.After(plan.Date(rapporteur.DateCloses))) {
				bad[k] = true
				c.mark(fmt.Sprintf("%s[%d].offset", strings.TrimSuffix(at, "inclusion.")+"policy.ladder", k),
					"%s is not between opening and closing of a section for a report due on %s", on, day)
			}
		}
	}
}
