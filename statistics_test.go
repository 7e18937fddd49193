package rapporteur

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// statisticsLists are code lists with what the tests need.
func statisticsLists() CodeLists {
	code := func(id, questionnaire, glotip string) Code {
		return Code{ID: id, Names: []CodeName{{Names: compileLabel(glotip)}}, Same: map[string]string{SystemQuestionnaire: questionnaire, SystemGLOTIP: glotip}}
	}
	return CodeLists{
		{ID: ListSex, Codes: []Code{code("F", "F", "Female"), code("M", "M", "Male"), code("_T", "total", "Total")}},
		{ID: ListAge, Codes: []Code{code("Y0T17", "0-17", "0 to 17 years"), code("Y_GE18", "18+", "18 years or over"), code("Y0T8", "0-8", ""), code("_T", "total", "Total")}},
		{ID: ListExploitation, Codes: []Code{
			code("FORCED_LABOUR", "FORCED_LABOUR", "Forced labour"), code("OTHER_FORMS", "", "Other forms"),
			code("SERVITUDE", "SERVITUDE", "Other forms"), code("OTHER", "OTHER", "Other forms"), code("_T", "total", "Total"),
		}},
	}
}

var statisticsWalk = Crosswalk{Questionnaire: "member-state", Places: []CrosswalkPlace{
	{Indicator: "Detected", Dimensions: []string{layoutTotal, layoutByForm}, Question: "Q3.4", Part: "identified", ByAge: true, ByForm: true},
	{Indicator: "Convicted", Dimensions: []string{layoutTotal}, Question: "Q5.2", Part: "convicted", ByAge: true},
}}

var statisticsCycle = Cycle{ID: "s-res-2388-2017/op34/2018"}

// of is one figure; high is the same as low unless it is masked.
func of(sex, age, form string, low, high int) Figure {
	return Figure{Sex: sex, Age: age, Form: form, Low: low, High: high}
}

func tabled(question, part string, figures ...Figure) AnswerDocument {
	return AnswerDocument{MayBeQuoted: true, Answers: map[string]Answer{question: {Status: StatusYes, Values: Values{{Name: part, Value: Value{Figures: figures}}}}}}
}

// lines is statistics in words.
func statisticLines(all []Statistic) []string {
	lines := []string{}
	for _, s := range all {
		lines = append(lines, fmt.Sprintf("%s %s: %s/%s %s %s %s = %s", s.Area, s.Year, s.Indicator, s.Category, s.Dimension, s.Sex, s.Age, s.Value))
	}
	return lines
}

func TestStatisticsOfAnAnswer(t *testing.T) {
	confidential, unquoted := tabled("Q3.4", "identified", of("total", "total", "total", 20, 20)), tabled("Q3.4", "identified", of("total", "total", "total", 20, 20))
	answer := confidential.Answers["Q3.4"]
	answer.Classification = "confidential"
	confidential.Answers["Q3.4"] = answer
	unquoted.MayBeQuoted = false
	allowed := tabled("Q3.4", "identified", of("total", "total", "total", 20, 20))
	allowed.MayBeQuoted = false
	answer = allowed.Answers["Q3.4"]
	yes := true
	answer.MayBeQuoted = &yes
	allowed.Answers["Q3.4"] = answer

	for name, c := range map[string]struct {
		doc  AnswerDocument
		want []string
	}{
		"the total, before the sexes and ages in the order of the lists": {
			tabled("Q3.4", "identified", of("M", "18+", "", 7, 7), of("F", "total", "total", 13, 13), of("F", "0-17", "total", 6, 6), of("total", "total", "total", 20, 20)),
			[]string{"KEN 2018: Detected/Total Total Total Total = 20", "KEN 2018: Detected/Total Total Female Total = 13", "KEN 2018: Detected/Total Total Female 0 to 17 years = 6", "KEN 2018: Detected/Total Total Male 18 years or over = 7"},
		},
		"zero and masked": {
			tabled("Q3.4", "identified", of("F", "total", "total", 0, 0), of("M", "total", "total", 0, 4)),
			[]string{"KEN 2018: Detected/Total Total Female Total = 0", "KEN 2018: Detected/Total Total Male Total = <5"},
		},
		"forms of one heading are added up": {
			tabled("Q3.4", "identified", of("total", "total", "SERVITUDE", 6, 6), of("total", "total", "OTHER", 7, 7), of("total", "total", "FORCED_LABOUR", 8, 8)),
			[]string{"KEN 2018: Detected/Forced labour by form of exploitation Total Total = 8", "KEN 2018: Detected/Other forms by form of exploitation Total Total = 13"},
		},
		"a masked form masks its heading, and what was added to it": {
			tabled("Q3.4", "identified", of("total", "total", "SERVITUDE", 0, 4), of("total", "total", "OTHER", 2, 2)),
			[]string{"KEN 2018: Detected/Other forms by form of exploitation Total Total = <10"},
		},
		"a heading is told only where each of its forms has the cell": {
			tabled("Q3.4", "identified", of("F", "total", "SERVITUDE", 6, 6), of("total", "total", "SERVITUDE", 9, 9), of("total", "total", "OTHER", 7, 7)),
			[]string{"KEN 2018: Detected/Other forms by form of exploitation Total Total = 16"},
		},
		"a figure that is there twice counts once": {
			tabled("Q3.4", "identified", of("F", "total", "total", 6, 6), of("F", "total", "", 9, 9)),
			[]string{"KEN 2018: Detected/Total Total Female Total = 6"},
		},
		"bands that the layout does not have": {tabled("Q3.4", "identified", of("F", "0-8", "total", 6, 6)), []string{}},
		"a form where only totals belong":     {tabled("Q5.2", "convicted", of("F", "18+", "OTHER", 6, 6), of("F", "18+", "", 7, 7)), []string{"KEN 2018: Convicted/Total Total Female 18 years or over = 7"}},
		"another question":                    {tabled("Q8.2", "trained", of("F", "total", "", 6, 6)), []string{}},
		"marked as confidential":              {confidential, []string{}},
		"not to be quoted":                    {unquoted, []string{}},
		"not to be quoted, but for this":      {allowed, []string{"KEN 2018: Detected/Total Total Total Total = 20"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := statisticLines(newGatherer(statisticsCycle, statisticsWalk, statisticsLists()).answer("KEN", c.doc))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestStatisticsYear(t *testing.T) {
	plan := Plan{Dates: []PlannedDate{{Key: DateMandated, Date: Date{Year: 2019, Month: time.January, Day: 31}}}}
	for id, want := range map[CycleID]string{"i/s/2018": "2018", "i/s/2018-H1": "2019", "i/s/occasion-1": "2019", "i/s/abcd": "2019"} {
		if got := statisticsYear(Cycle{ID: id, Plan: plan}); got != want {
			t.Errorf("%s is told under %s, want %s", id, got, want)
		}
	}
}

// TestAHeadingIsTrue: whatever a contributor gives, a heading's count is the sum
// of its forms, and its token names no less than that sum can be.
func TestAHeadingIsTrue(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var figures []Figure
		sum := map[string][2]int{}
		for _, sex := range []string{"F", "M", "total"} {
			for _, form := range []string{"SERVITUDE", "OTHER"} {
				low := rapid.IntRange(0, 30).Draw(rt, "low")
				high := low
				if rapid.Bool().Draw(rt, "masked") {
					low, high = 0, 4
				}
				figures = append(figures, of(sex, "total", form, low, high))
				sum[sex] = [2]int{sum[sex][0] + low, sum[sex][1] + high}
			}
		}
		figures = rapid.Permutation(figures).Draw(rt, "order")
		all := newGatherer(statisticsCycle, statisticsWalk, statisticsLists()).answer("KEN", tabled("Q3.4", "identified", figures...))
		if len(all) != 3 {
			rt.Fatalf("%v", statisticLines(all))
		}
		for sex, text := range map[string]string{"F": "Female", "M": "Male", "total": "Total"} {
			n := slices.IndexFunc(all, func(s Statistic) bool { return s.Sex == text })
			value, low, high := all[n].Value, sum[sex][0], sum[sex][1]
			if limit, masked := strings.CutPrefix(value, "<"); masked {
				below, err := strconv.Atoi(limit)
				if err != nil || low == high || below <= high || below > high+5 || below%5 != 0 || !all[n].Withheld() {
					rt.Fatalf("%s for %d to %d", value, low, high)
				}
			} else if value != strconv.Itoa(low) || low != high || all[n].Withheld() {
				rt.Fatalf("%s for %d to %d", value, low, high)
			}
		}
	})
}
