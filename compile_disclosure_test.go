package rapporteur

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// given makes contributions out of lists of figures.
func given(lists ...[]Figure) []contribution {
	var all []contribution
	for n, figures := range lists {
		s := statements(Value{Figures: figures})
		total, ok := statedTotal(s)
		if !ok {
			continue
		}
		who := &replier{id: ContributorID(fmt.Sprintf("state-%02d", n)), version: 1}
		all = append(all, contribution{questionReply{who: who}, s, total})
	}
	return all
}

func testSource(g contribution, index int) Source {
	return g.reply.source("Q", "figures", fmt.Sprint(index))
}

func persons(sex string, low, high int) Figure { return Figure{Sex: sex, Low: low, High: high} }

// sexes is a total broken down by sex; a negative number is a masked one.
func sexes(total, female, male int) []Figure {
	figure := func(sex string, n int) Figure {
		if n < 0 {
			return persons(sex, 0, 4)
		}
		return persons(sex, n, n)
	}
	return []Figure{figure("total", total), figure("F", female), figure("M", male)}
}

func TestDiscloseBySex(t *testing.T) {
	for _, tc := range []struct {
		name  string
		given [][]Figure
		total string // empty where it is not told
		cells string // empty where the breakdown is withheld
	}{
		{"plain", [][]Figure{sexes(10, 6, 4), sexes(20, 10, 10), sexes(30, 15, 15)}, "60", "F 31 M 29"},
		{"two contributors", [][]Figure{sexes(100, 60, 40), sexes(200, 100, 100)}, "", ""},
		{"two that count, one zero", [][]Figure{sexes(100, 60, 40), sexes(200, 100, 100), sexes(0, 0, 0)}, "", ""},
		{"small total", [][]Figure{sexes(1, 1, 0), sexes(1, 0, 1), sexes(2, 1, 1)}, "", ""},
		{"small sum of men", [][]Figure{sexes(10, 9, 1), sexes(20, 19, 1), sexes(30, 29, 1)}, "60", ""},
		{"no men at all", [][]Figure{sexes(10, 10, 0), sexes(20, 20, 0), sexes(30, 30, 0)}, "60", ""},
		{"men from one contributor", [][]Figure{sexes(10, 10, 0), sexes(20, 20, 0), sexes(60, 30, 30)}, "90", ""},
		{"one masked value", [][]Figure{sexes(10, 5, 5), sexes(20, 10, 10), sexes(30, 15, 15), sexes(43, 40, -1)}, "103", ""},
		{"masked values that must all be four", [][]Figure{sexes(14, -1, 10), sexes(24, -1, 20), sexes(34, -1, 30)}, "72", ""},
		{"masked values that must all be zero", [][]Figure{sexes(10, -1, 10), sexes(20, -1, 20), sexes(30, -1, 30)}, "60", ""},
		{"masked values that stay open", [][]Figure{sexes(12, 10, -1), sexes(23, 20, -1), sexes(32, 30, -1), sexes(60, 10, 50), sexes(60, 10, 50), sexes(60, 10, 50)},
			"247", "F 90 M between 150 and 162"},
		{"one gives no breakdown", [][]Figure{sexes(10, 6, 4), sexes(20, 10, 10), sexes(30, 15, 15), {persons("total", 40, 40)}}, "100", "F 31 M 29 rest 40"},
		{"one small without breakdown", [][]Figure{sexes(10, 6, 4), sexes(20, 10, 10), sexes(30, 15, 15), {persons("total", 3, 3)}}, "63", ""},
		{"masked total without breakdown", [][]Figure{sexes(10, 6, 4), sexes(20, 10, 10), sexes(30, 15, 15), {persons("total", 0, 4)}}, "between 60 and 64", ""},
		{"masked total with its own breakdown", [][]Figure{
			sexes(12, 10, -1), sexes(23, 20, -1), sexes(32, 30, -1), sexes(60, 10, 50), sexes(60, 10, 50), sexes(60, 10, 50),
			sexes(-1, -1, -1), {persons("total", 40, 40)},
		}, "between 287 and 291", "F 90 M between 150 and 162 rest between 40 and 44"},
		{"contradiction", [][]Figure{sexes(10, 6, 4), sexes(20, 10, 10), sexes(30, 15, 15), sexes(374, 200, 437)}, "434", "F 31 M 29 rest 374"},
		{"parts less than total", [][]Figure{sexes(16, 6, 4), sexes(20, 10, 10), sexes(30, 15, 15)}, "66", "F 31 M 29 rest 6"},
		{"no total stated", [][]Figure{sexes(10, 6, 4)[1:], sexes(20, 10, 10)[1:], sexes(30, 15, 15)[1:]}, "60", "F 31 M 29"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := disclose(given(tc.given...), testSource)
			total, cells := "", ""
			if p.tellable() {
				total = intervalText(p.total.value)
			}
			for _, b := range p.published {
				cells = breakdownText(b.breakdown)
			}
			if total != tc.total || cells != tc.cells {
				t.Errorf("total %q and cells %q, want %q and %q", total, cells, tc.total, tc.cells)
			}
		})
	}
}

func breakdownText(b breakdown) string {
	text := ""
	for _, code := range b.codes() {
		text += fmt.Sprintf("%s %s ", code, intervalText(b.cells[code].value))
	}
	if b.residue != nil {
		text += "rest " + intervalText(b.residue.value) + " "
	}
	return text[:len(text)-1]
}

func TestDiscloseFoldsForms(t *testing.T) {
	forms := func(sexual, labour, organs int) []Figure {
		return []Figure{
			{Form: "SEXUAL_EXPLOITATION", Low: sexual, High: sexual}, {Form: "FORCED_LABOUR", Low: labour, High: labour},
			{Form: "ORGAN_REMOVAL", Low: organs, High: organs}, {Form: "SERVITUDE", Low: 9, High: 9},
		}
	}
	p := disclose(given(forms(10, 20, 1), forms(10, 20, 1), forms(10, 20, 1)), testSource)
	if len(p.published) != 1 || !p.published[0].folded {
		t.Fatalf("published %+v", p.published)
	}
	if got, want := breakdownText(p.published[0].breakdown), "FORCED_LABOUR 60 SEXUAL_EXPLOITATION 30 rest 30"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	fine := disclose(given(forms(10, 20, 5), forms(10, 20, 5), forms(10, 20, 5)), testSource)
	if len(fine.published) != 1 || fine.published[0].folded || len(fine.published[0].cells) != 4 {
		t.Errorf("large forms are folded: %+v", fine.published)
	}
}

func TestMarginDerivesFromCube(t *testing.T) {
	cube := statements(Value{Figures: []Figure{
		{Sex: "F", Age: "0-17", Low: 1, High: 1}, {Sex: "F", Age: "18+", Low: 2, High: 2},
		{Sex: "M", Age: "0-17", Low: 4, High: 4}, {Sex: "M", Age: "18+", Low: 8, High: 8},
		{Sex: "M", Age: "18+", Form: "SERVITUDE", Low: 8, High: 8},
	}})
	sums := map[string]int{}
	for _, a := range []axis{bySex, byAge} {
		for _, s := range margin(cube, a) {
			sums[s.place[a]] += s.value.low
		}
	}
	if want := map[string]int{"F": 3, "M": 12, "0-17": 5, "18+": 10}; !maps.Equal(sums, want) {
		t.Errorf("margins are %v, want %v", sums, want)
	}
	if total, ok := statedTotal(cube); !ok || total != (interval{15, 15}) {
		t.Errorf("total is %v", total)
	}
}

func TestEntangledBreakdownsAreNotPublishedTogether(t *testing.T) {
	a := breakdown{masks: map[mask]bool{{0, 1}: true, {0, 2}: true}}
	for name, tc := range map[string]struct {
		masks map[mask]bool
		want  bool
	}{
		"same":     {map[mask]bool{{0, 1}: true, {0, 2}: true}, false},
		"disjoint": {map[mask]bool{{1, 1}: true}, false},
		"subset":   {map[mask]bool{{0, 1}: true}, true},
		"superset": {map[mask]bool{{0, 1}: true, {0, 2}: true, {0, 3}: true}, true},
	} {
		if got := a.entangled(breakdown{masks: tc.masks}); got != tc.want {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}

func TestKeepApartGuardsSubsets(t *testing.T) {
	c := &compiler{told: map[*askedQuestion][]personFigures{}}
	q := &askedQuestion{}
	show := func(lists ...[]Figure) personFigures {
		p := disclose(given(lists...), testSource)
		c.keepApart(q, &p)
		return p
	}
	show(sexes(60, 30, 30), sexes(60, 30, 30), sexes(60, 30, 30))
	if p := show(sexes(59, 30, 29), sexes(60, 30, 30), sexes(60, 30, 30)); p.tellable() {
		t.Error("179 of 180 is told: one person is left")
	}
	if p := show(sexes(50, 29, 21), sexes(50, 30, 20), sexes(50, 30, 20)); !p.tellable() || len(p.published) != 0 {
		t.Error("89 of 90 women and girls is told: one is left")
	}
	if p := show(sexes(30, 15, 15), sexes(30, 15, 15), sexes(30, 15, 15)); len(p.published) != 1 {
		t.Error("a part far from the first is withheld")
	}
}

// figuresGenerator draws one contributor's figures: a true table by sex and
// age, of which small values are masked and some cells left out.
func figuresGenerator() *rapid.Generator[[]Figure] {
	return rapid.Custom(func(t *rapid.T) []Figure {
		size := rapid.SampledFrom([]int{3, 8, 40}).Draw(t, "size")
		masked := rapid.Bool().Draw(t, "masked")
		count := func(sex, age string, n int) Figure {
			if masked && n < 5 {
				return Figure{Sex: sex, Age: age, Low: 0, High: 4}
			}
			return Figure{Sex: sex, Age: age, Low: n, High: n}
		}
		sums := map[[2]string]int{}
		for _, sex := range []string{"F", "M", "unknown"} {
			for _, age := range []string{"0-17", "18+"} {
				n := rapid.IntRange(0, size).Draw(t, sex+age)
				for _, key := range [][2]string{{sex, age}, {sex, "total"}, {"total", age}, {"total", "total"}} {
					sums[key] += n
				}
			}
		}
		cube := rapid.Bool().Draw(t, "cube")
		skip := rapid.SampledFrom([][2]string{{}, {"total", "total"}, {"unknown", "total"}, {"F", "total"}}).Draw(t, "skip")
		var figures []Figure
		for _, key := range slices.SortedFunc(maps.Keys(sums), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
			inside := key[0] != "total" && key[1] != "total"
			margin := !inside && (key[0] != "total" || key[1] != "total")
			if key == skip || cube && margin || !cube && inside {
				continue
			}
			figures = append(figures, count(key[0], key[1], sums[key]))
		}
		return figures
	})
}

func TestNothingSmallCanBeRecovered(t *testing.T) {
	published := 0
	rapid.Check(t, func(t *rapid.T) {
		contributions := given(rapid.SliceOfN(figuresGenerator(), 1, 9).Draw(t, "figures")...)
		p := disclose(contributions, testSource)
		if !p.tellable() && len(p.published) > 0 {
			t.Fatal("a breakdown without its total is published")
		}
		for _, b := range p.published {
			published++
			assertCellsLarge(t, b.breakdown)
			assertAddsUp(t, p, b.breakdown)
		}
		assertMasksStayOpen(t, p)
		assertNoLinearRecovery(t, p)
	})
	if published == 0 {
		t.Error("nothing was published: the test proves nothing")
	}
	t.Logf("%d breakdowns published", published)
}

func assertCellsLarge(t rapid.TB, b breakdown) {
	t.Helper()
	for code, cell := range b.cells {
		if cell.value.low < 5 || cell.behind < 3 {
			t.Fatalf("%s %q: %v from %d is published", axisNames[b.axis], code, cell.value, cell.behind)
		}
	}
	if b.residue != nil && b.residue.value.low < 5 {
		t.Fatalf("%s: the rest is %v", axisNames[b.axis], b.residue.value)
	}
}

// assertAddsUp asserts that a breakdown's total is the published one, so that
// no contributor's figure is the difference of two totals.
func assertAddsUp(t rapid.TB, p personFigures, b breakdown) {
	t.Helper()
	var sum interval
	for _, cell := range b.cells {
		sum = sum.plus(cell.value)
	}
	if b.residue != nil {
		sum = sum.plus(b.residue.value)
	}
	if sum.low+b.maskedSum != p.total.value.low {
		t.Fatalf("%s: the cells add up to %v and %d masked, the total is %v", axisNames[b.axis], sum, b.maskedSum, p.total.value)
	}
}
