package schemas

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/figures"
	"github.com/rapporteur/rapporteur/internal/needs"
)

// globalReport is the public data set of UNODC's Global Report on Trafficking in
// Persons.
func globalReport(t *testing.T) []figures.Row {
	t.Helper()
	file, err := os.Open(needs.SharedFile(t, "unodc-glotip-2023-05-30.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	rows, err := figures.ReadGLOTIP(file)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// regions are the data set's codes of no country; CAR is the Caribbean.
var regions = []string{"CAR", "CAS", "EEU", "MCA", "MCN", "SAF", "SAM"}

// Where an indicator's figures belong in a Member State's answer, and the codes
// of its breakdowns.
var (
	indicatorPlaces = map[string]struct {
		question, part string
		form           bool
	}{
		"Detected trafficking victims":        {"Q3.4", "identified", true},
		"Persons prosecuted":                  {"Q5.2", "prosecuted", false},
		"Persons convicted":                   {"Q5.2", "convicted", true},
		"Persons brought into formal contact": {"Q5.2", "contact", false},
	}
	sexCodes  = map[string]string{"Female": "F", "Male": "M", "Other": "other", "Unknown": "unknown", "Total": total}
	ageCodes  = map[string]string{"0 to 17 years": "0-17", "18 years or over": "18+", "Unknown": "unknown", "Total": total}
	formCodes = map[string]string{
		"Sexual exploitation": "SEXUAL_EXPLOITATION", "Forced labour": "FORCED_LABOUR", "Other forms of exploitation": "OTHER", "Total": total,
	}
)

// countryYear is what one State told UNODC about one year.
type countryYear struct{ area, year string }

// reported is the figures of a country-year by question and part; twice is how
// many cells the data set gives more than once, of which the first is taken.
type reported struct {
	of    map[[2]string][]any
	seen  map[[5]string]bool
	twice int
}

func tablesByCountryYear(rows []figures.Row) map[countryYear]*reported {
	all := map[countryYear]*reported{}
	for _, r := range rows {
		if slices.Contains(regions, r.Area) {
			continue
		}
		at := countryYear{r.Area, r.Year}
		if all[at] == nil {
			all[at] = &reported{of: map[[2]string][]any{}, seen: map[[5]string]bool{}}
		}
		all[at].take(r)
	}
	return all
}

func (t *reported) take(r figures.Row) {
	place, known := indicatorPlaces[r.Indicator]
	sex, age, form := sexCodes[r.Sex], ageCodes[r.Age], formCodes[r.Category]
	if !known || sex == "" || age == "" || form == "" || r.Dimension != "Total" && (r.Dimension != "by form of exploitation" || !place.form) {
		return
	}
	cell := obj{"sex": sex, "age": age, "value": any(r.Value)}
	if n, exact := r.Number(); exact {
		cell["value"] = n
	}
	if place.form {
		cell["form"] = form
	}
	key := [5]string{place.question, place.part, sex, age, form}
	if t.seen[key] {
		t.twice++
		return
	}
	t.seen[key] = true
	table := [2]string{place.question, place.part}
	t.of[table] = append(t.of[table], cell)
}

// answers is a Member State's answer with the figures of a year.
func (t *reported) answers(q rapporteur.Questionnaire, year string) obj {
	answers := obj{"Q23.1": yes(obj{"year": json.Number(year)})}
	for _, table := range slices.SortedFunc(maps.Keys(t.of), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		answer, _ := answers[table[0]].(obj)
		if answer == nil {
			answer = obj{"status": "yes", "source": []any{"GLOTIP"}}
			answers[table[0]] = answer
		}
		answer[table[1]] = t.of[table]
	}
	return envelope(q.QuestionnaireRef, answers)
}

// Every country of the Global Report can be submitted: what does not add up is a
// warning, and a justified warning passes.
func TestEveryCountryOfTheGlobalReportIsAccepted(t *testing.T) {
	byYear := tablesByCountryYear(globalReport(t))
	newest := map[string]string{}
	for at := range byYear {
		newest[at.area] = max(newest[at.area], at.year)
	}
	q := latest(t, "member-state")
	twice, warned := 0, map[bool]int{}
	rules := map[bool]map[string]int{true: {}, false: {}}
	for at, tables := range byYear {
		twice += tables.twice
		findings := acceptedFigures(t, q, at, tables)
		for _, last := range []bool{false, true} {
			if last && newest[at.area] != at.year {
				continue
			}
			if len(findings) > 0 {
				warned[last]++
			}
			for _, f := range findings {
				rules[last][f.Rule]++
			}
		}
	}
	if len(newest) != 199 || len(byYear) != 2423 || twice != 524 {
		t.Errorf("%d countries and %d country-years, with %d cells given again", len(newest), len(byYear), twice)
	}
	if warned[true] != 74 || warned[false] != 945 {
		t.Errorf("%d newest years and %d of all have warnings", warned[true], warned[false])
	}
	want := map[bool]map[string]int{
		true: {
			"figures/sex-adds-up": 40, "figures/age-adds-up": 29, "figures/form-adds-up": 61,
			"member-state/prosecuted-within-contact": 5, "member-state/convicted-within-prosecuted": 7,
		},
		false: {
			"figures/sex-adds-up": 427, "figures/age-adds-up": 303, "figures/form-adds-up": 919,
			"member-state/prosecuted-within-contact": 131, "member-state/convicted-within-prosecuted": 137,
		},
	}
	if diff := cmp.Diff(want, rules); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

// acceptedFigures fails unless the figures of a year are accepted once warnings
// are justified; it returns the warnings.
func acceptedFigures(t *testing.T, q rapporteur.Questionnaire, at countryYear, tables *reported) []rapporteur.Finding {
	t.Helper()
	doc := tables.answers(q, at.year)
	_, findings := check(t, q, doc)
	justifications := obj{}
	for _, f := range findings {
		if f.Severity == rapporteur.SeverityError || f.Severity == rapporteur.SeverityPrivacy {
			t.Errorf("%v is rejected: %s %s %s", at, f.Severity, f.Rule, f.Pointer)
		}
		if f.Severity == rapporteur.SeverityWarning {
			justifications[f.Rule+" "+f.Pointer] = "As reported to UNODC."
		}
	}
	if len(justifications) > 0 {
		doc["justifications"] = justifications
		_, again, err := load(t).Check(context.Background(), q.QuestionnaireRef, encode(t, doc))
		if err != nil || rapporteur.Blocked(again) {
			t.Errorf("%v is blocked though every warning is justified: %v, %v", at, show(again), err)
		}
	}
	return findings
}

// The count of country-years that do not add up depends on the reading. 839 and
// 141 come out where the total is exact, all four cells of women, men, minors
// and adults are there, and whoever is of another sex is counted by age and as a
// total too. With each person counted once it is ten fewer.
func TestCountryYearsThatDoNotAddUp(t *testing.T) {
	detected := map[countryYear]map[[2]string]rapporteur.Figure{}
	for _, r := range globalReport(t) {
		if r.Indicator != "Detected trafficking victims" || r.Dimension != "Total" {
			continue
		}
		at := countryYear{r.Area, r.Year}
		if detected[at] == nil {
			detected[at] = map[[2]string]rapporteur.Figure{}
		}
		low, high := 0, maskedHigh
		if n, exact := r.Number(); exact {
			low, high = n, n
		}
		key := [2]string{sexCodes[r.Sex], ageCodes[r.Age]}
		detected[at][key] = rapporteur.Figure{Sex: key[0], Age: key[1], Low: low, High: high}
	}
	for name, reading := range map[string]struct {
		otherTwice bool
		fit, not   int
	}{
		"with those of another sex twice": {true, 839, 141},
		"each person once":                {false, 849, 131},
	} {
		fit, not := 0, 0
		for _, cells := range detected {
			whole, given := cells[[2]string{total, total}]
			if !given || whole.Low != whole.High || !fourCells(cells) {
				continue
			}
			low, high := 0, 0
			for key, c := range cells {
				if key[0] != total && (key[1] != total || key[0] == "other" && reading.otherTwice) {
					low, high = low+c.Low, high+c.High
				}
			}
			if low <= whole.High && high >= whole.Low {
				fit++
			} else {
				not++
			}
		}
		if fit != reading.fit || not != reading.not {
			t.Errorf("%s: %d fit and %d do not, want %d and %d", name, fit, not, reading.fit, reading.not)
		}
	}
}

func fourCells(cells map[[2]string]rapporteur.Figure) bool {
	for _, sex := range []string{"F", "M"} {
		for _, age := range []string{"0-17", "18+"} {
			if _, given := cells[[2]string{sex, age}]; !given {
				return false
			}
		}
	}
	return true
}
