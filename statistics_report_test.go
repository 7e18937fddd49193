package rapporteur

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// counted is States with persons prosecuted by sex, as answers and as the
// statistics tell them; a State that is not quoted has no statistics.
type countedState struct {
	area       string
	women, men int
	unquoted   bool
	withheld   bool // women and men; the total is told
}

func (c countedState) figures() []Figure {
	return []Figure{of("total", "total", "", c.women+c.men, c.women+c.men), of("F", "total", "", c.women, c.women), of("M", "total", "", c.men, c.men)}
}

// besides is what is told beside the report of what was told, in words.
func besides(states []countedState, earlier ...Release) []Statistic {
	g := newGatherer(statisticsCycle, Crosswalk{Places: []CrosswalkPlace{{Indicator: "Prosecuted", Dimensions: []string{layoutTotal}, Question: "Q5.2", Part: "prosecuted", ByAge: true}}}, statisticsLists())
	parts := g.parts()
	var all []Statistic
	for _, c := range states {
		doc := tabled("Q5.2", "prosecuted", c.figures()...)
		doc.MayBeQuoted = !c.unquoted
		g.reported(parts, ContributorID("state-"+c.area), c.area, doc)
		for _, s := range g.answer(c.area, doc) {
			if c.withheld && s.Sex != layoutTotal {
				s.Value = "<5"
			}
			all = append(all, s)
		}
	}
	return besideReport(all, earlier, parts)
}

func areasOf(all []Statistic) []string {
	areas := map[string]bool{}
	for _, s := range all {
		areas[s.Area] = true
	}
	return slices.Sorted(maps.Keys(areas))
}

func TestStatisticsBesideAReport(t *testing.T) {
	many := func(area string) countedState { return countedState{area: area, women: 20 + len(area), men: 30} }
	told := Release{Statistics: []Statistic{{Area: "A", Indicator: "Prosecuted", Dimension: layoutTotal, Category: layoutTotal, Sex: layoutTotal, Age: layoutTotal, Year: "2018", Value: "40"}}}
	for name, c := range map[string]struct {
		states  []countedState
		earlier []Release
		want    []string
	}{
		"everybody is told": {[]countedState{many("A"), many("B"), many("C"), many("D")}, nil, []string{"A", "B", "C", "D"}},
		"one that is not quoted would be what is left; the least two go with it": {
			[]countedState{{area: "A", women: 10, men: 30}, {area: "B", women: 10, men: 10}, many("C"), many("D"), {area: "E", women: 3, men: 9, unquoted: true}}, nil, []string{"C", "D"},
		},
		"three that are not quoted are enough": {
			[]countedState{many("A"), {area: "B", women: 20, men: 30, unquoted: true}, {area: "C", women: 20, men: 30, unquoted: true}, {area: "D", women: 20, men: 30, unquoted: true}}, nil, []string{"A"},
		},
		// Two States go for the women of A, and the third for the totals of these two.
		"women that are withheld would be what is left of all women": {
			[]countedState{{area: "A", women: 2, men: 58, withheld: true}, {area: "B", women: 9, men: 10}, {area: "C", women: 9, men: 11}, many("D")}, nil, []string{"A"},
		},
		"what was told before cannot be taken back": {
			[]countedState{{area: "A", women: 10, men: 30}, {area: "B", women: 20, men: 30}, {area: "C", women: 20, men: 30}, {area: "E", women: 3, men: 9, unquoted: true}}, []Release{told}, []string{"A"},
		},
		"too few for a report to tell anything": {[]countedState{many("A"), {area: "B", women: 2, men: 3, unquoted: true}}, nil, []string{"A"}},
		// All tokens stand for at most four, and there are twelve women.
		"tokens that say too much": {
			[]countedState{{area: "A", women: 4, men: 60, withheld: true}, {area: "B", women: 4, men: 60, withheld: true}, {area: "C", women: 4, men: 60, withheld: true}}, nil, []string{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, areasOf(besides(c.states, c.earlier...)), cmp.Transformer("list", func(l []string) string { return fmt.Sprint(l) })); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestNobodyIsWhatIsLeftOfAReport attacks the report with the statistics:
// whatever was answered, quoted and withheld, a sum minus what is told of single
// States is nobody's own figure.
func TestNobodyIsWhatIsLeftOfAReport(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var states []countedState
		for n := range rapid.IntRange(3, 9).Draw(rt, "States") {
			states = append(states, countedState{
				area: string(rune('A' + n)), women: rapid.IntRange(0, 12).Draw(rt, "women"), men: rapid.IntRange(0, 12).Draw(rt, "men"),
				unquoted: rapid.IntRange(0, 3).Draw(rt, "unquoted") == 0, withheld: rapid.IntRange(0, 2).Draw(rt, "withheld") == 0,
			})
		}
		told := map[string]int{}
		for _, s := range besides(states) {
			if n, err := strconv.Atoi(s.Value); err == nil {
				told[s.Area+s.Sex] = n
			}
		}
		var given []contribution
		for _, c := range states {
			all := statements(Value{Figures: c.figures()})
			given = append(given, contribution{questionReply{}, all, interval{c.women + c.men, c.women + c.men}})
		}
		report := disclose(given, func(contribution, int) Source { return Source{} })
		if !report.tellable() {
			return
		}
		sums := map[string]int{layoutTotal: report.total.value.low}
		for _, b := range report.published {
			if b.axis == bySex {
				sums["Female"], sums["Male"] = b.cells["F"].value.low, b.cells["M"].value.low
			}
		}
		for sex, sum := range sums {
			left := 0
			for _, c := range states {
				if n, there := told[c.area+sex]; there {
					sum -= n
				} else {
					left++
				}
			}
			if left > 0 && left < minContributors || left > 0 && sum < smallCount-1 {
				rt.Fatalf("%s: %d of %d States are left with %d: %+v", sex, left, len(states), sum, states)
			}
		}
	})
}

// BenchmarkBesideReport holds 193 Member States with figures by sex and age at
// four places against a report.
func BenchmarkBesideReport(b *testing.B) {
	var states []countedState
	for n := range 193 {
		states = append(states, countedState{area: strconv.Itoa(n), women: n % 40, men: n % 70, unquoted: n%10 == 0, withheld: n%40 < 5})
	}
	b.ReportAllocs()
	for b.Loop() {
		besides(states)
	}
}
