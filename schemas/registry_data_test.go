package schemas

import (
	"regexp"
	"testing"

	"golang.org/x/text/language"

	"github.com/rapporteur/rapporteur"
)

func on(t testing.TB, text string) rapporteur.Date {
	t.Helper()
	d, err := rapporteur.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestMemberStatesOnTheDayOfAdoption(t *testing.T) {
	c := load(t)
	states := c.Contributors(on(t, "2017-11-21"), rapporteur.KindMemberState)
	if len(states) != 193 {
		t.Fatalf("got %d Member States, want 193", len(states))
	}
	digits := regexp.MustCompile(`^\d{3}$`)
	subregions := map[string]int{}
	for _, s := range states {
		for _, l := range rapporteur.Languages {
			if s.Names[l] == "" {
				t.Errorf("%s has no name in %s", s.ID, l)
			}
		}
		if !digits.MatchString(s.M49) {
			t.Errorf("%s has M49 code %q", s.ID, s.M49)
		}
		r, err := language.ParseRegion(s.Alpha2)
		if err != nil || r.ISO3() != s.Alpha3 {
			t.Errorf("%s has alpha-2 %s and alpha-3 %s, which do not belong together", s.ID, s.Alpha2, s.Alpha3)
		}
		subregions[s.Region]++
	}
	// The United Nations Statistics Division's regions, Member States only.
	for region, want := range map[string]int{"Africa": 54, "Americas": 35, "Asia": 47, "Europe": 43, "Oceania": 14} {
		if subregions[region] != want {
			t.Errorf("%s has %d Member States, want %d", region, subregions[region], want)
		}
	}
}

func TestNamesFollowTheirDates(t *testing.T) {
	c := load(t)
	for _, test := range []struct{ id, date, language, want string }{
		{"state-swz", "2018-04-18", "en", "Swaziland"},
		{"state-swz", "2018-04-19", "en", "Eswatini"},
		{"state-swz", "2018-04-19", "ru", "Эсватини"},
		{"state-mkd", "2018-11-21", "en", "The former Yugoslav Republic of Macedonia"},
		{"state-mkd", "2019-02-14", "fr", "Macédoine du Nord"},
		{"state-tur", "2022-05-31", "en", "Turkey"},
		{"state-tur", "2022-06-01", "en", "Türkiye"},
		{"state-cze", "2017-11-21", "en", "Czechia"},
		{"state-cpv", "2013-01-01", "en", "Cape Verde"},
		{"state-irn", "2017-11-21", "en", "Iran (Islamic Republic of)"},
		{"state-gbr", "2017-11-21", "fr", "Royaume-Uni de Grande-Bretagne et d’Irlande du Nord"},
		{"entity-dppa", "2018-12-31", "en", "Department of Political Affairs (DPA)"},
		{"entity-dppa", "2019-01-01", "en", "Department of Political and Peacebuilding Affairs (DPPA)"},
	} {
		got, err := c.Contributor(rapporteur.ContributorID(test.id), on(t, test.date))
		if err != nil || got.Names[test.language] != test.want {
			t.Errorf("%s on %s is %q (%v), want %q", test.id, test.date, got.Names[test.language], err, test.want)
		}
	}
}

func TestWhoExistsFollowsItsDates(t *testing.T) {
	c := load(t)
	for _, test := range []struct {
		id, date string
		want     bool
	}{
		{"mission-unmil", "2018-03-30", true},
		{"mission-unmil", "2018-03-31", false},
		{"mission-minujusth", "2017-10-15", false},
		{"mission-minujusth", "2017-10-16", true},
		{"state-ssd", "2011-07-13", false},
		{"state-ssd", "2011-07-14", true},
	} {
		got := false
		for _, m := range c.Contributors(on(t, test.date)) {
			got = got || string(m.ID) == test.id
		}
		if got != test.want {
			t.Errorf("%s on %s: listed %t, want %t", test.id, test.date, got, test.want)
		}
	}
	if m, err := c.Contributor("mission-unmil", on(t, "2018-09-01")); err != nil || m.Host != "Liberia" {
		t.Errorf("a closed mission is not found any more: %v", err)
	}
}

func TestEntitiesAndMissions(t *testing.T) {
	c := load(t)
	if n := len(c.Contributors(on(t, "2017-11-21"), rapporteur.KindEntity)); n < 30 {
		t.Errorf("got %d entities, want at least 30", n)
	}
	if n := len(c.Contributors(on(t, "2017-11-21"), rapporteur.KindMission)); n != 30 {
		t.Errorf("got %d missions, want 15 peacekeeping operations and 15 special political missions", n)
	}
	if n := len(c.Contributors(on(t, "2018-05-21"), rapporteur.KindMission)); n != 29 {
		t.Errorf("got %d missions after UNMIL closed, want 29", n)
	}
}

func TestUnknownContributorIsNotFound(t *testing.T) {
	if _, err := load(t).Contributor("state-xyz", on(t, "2018-01-01")); !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
		t.Errorf("got %v, want a not-found problem", err)
	}
}
