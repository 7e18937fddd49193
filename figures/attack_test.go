package figures

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// The attacks here are somebody else's program: they see a file and know how
// such tables add up, and share nothing with what decides what is withheld. A
// relation that cannot hold is not used; which of several that contradict each
// other are given up is left to chance.

// span is what a figure may be.
type span struct{ low, high int }

const nobodyKnows = 1 << 30

// reader is how an attacker reads tokens: the rows that are known to be
// companions may be anything from the number given on.
type reader struct {
	companions map[int]bool
	from       int
}

func (r reader) span(n int, value string) span {
	if v, err := strconv.Atoi(strings.ReplaceAll(value, ",", "")); err == nil {
		return span{v, v}
	}
	if r.companions[n] {
		return span{r.from, nobodyKnows}
	}
	limit, err := strconv.Atoi(strings.TrimPrefix(value, "<"))
	if err != nil {
		return span{0, nobodyKnows}
	}
	return span{0, limit - 1}
}

// naive is what UNODC's own publication was tried with: the total, the men and
// the women are given, one of the two is withheld, nothing says that there is
// anybody else, and the difference is a small number.
func naive(rows []Row) (tried, recovered int) {
	type key struct{ area, indicator, year string }
	sexes := map[key]map[string]string{}
	for _, r := range rows {
		if r.Dimension != "Total" || r.Age != "Total" {
			continue
		}
		k := key{r.Area, r.Indicator, r.Year}
		if sexes[k] == nil {
			sexes[k] = map[string]string{}
		}
		sexes[k][r.Sex] = r.Value
	}
	number := func(v string) (int, bool) {
		n, err := strconv.Atoi(strings.ReplaceAll(v, ",", ""))
		return n, err == nil
	}
	for _, s := range sexes {
		if s["Total"] == "" || s["Male"] == "" || s["Female"] == "" {
			continue
		}
		sum, known := number(s["Total"])
		men, menKnown := number(s["Male"])
		women, womenKnown := number(s["Female"])
		if !known || menKnown == womenKnown {
			continue
		}
		tried++
		left := sum - men - women
		if s["Other"] == "" && left >= 0 && left <= 4 {
			recovered++
		}
	}
	return tried, recovered
}

// equation says that some figures add up to others: Σ left = Σ right.
type equation struct{ left, right []int }

// victim is a block under attack: figures and equations.
type victim struct {
	rows      []int // of the file
	spans     []span
	equations []equation
}

// blocks of a file, each with the relations of one way to read it.
func victims(rows []Row, read reader, mainOnly, bold bool, choose func([]int) []int) []*victim {
	type key struct{ area, indicator, year string }
	members := map[key]map[place][]int{}
	for n, r := range rows {
		k := key{r.Area, r.Indicator, r.Year}
		if members[k] == nil {
			members[k] = map[place][]int{}
		}
		p := place{r.Dimension, r.Category, r.Sex, r.Age}
		members[k][p] = append(members[k][p], n)
	}
	keys := slices.SortedFunc(maps.Keys(members), func(x, y key) int {
		return strings.Compare(x.area+x.indicator+x.year, y.area+y.indicator+y.year)
	})
	var all []*victim
	for _, k := range keys {
		v := &victim{}
		cells := map[place][]int{}
		for _, p := range slices.SortedFunc(maps.Keys(members[k]), place.compare) {
			for _, n := range choose(members[k][p]) {
				cells[p] = append(cells[p], len(v.rows))
				v.rows, v.spans = append(v.rows, n), append(v.spans, read.span(n, rows[n].Value))
			}
		}
		v.assume(cells, mainOnly, bold)
		if len(v.equations) > 0 {
			all = append(all, v)
		}
	}
	return all
}

// assume writes down every sum by sex, by age, by both, and by every
// breakdown; who is bold also takes what has no row for nought.
func (v *victim) assume(cells map[place][]int, mainOnly, bold bool) {
	places := slices.SortedFunc(maps.Keys(cells), place.compare)
	within := func(test func(place) bool) (sum []int, parts int) {
		for _, p := range places {
			rest := p.sex == "Other" || p.sex == "Unknown" || p.age == "Unknown"
			if test(p) && (!mainOnly || !rest) {
				sum = append(sum, cells[p]...)
				parts++
			}
		}
		return sum, parts
	}
	suppose := func(whole place, test func(place) bool) {
		left := cells[whole]
		right, parts := within(func(p place) bool { return p != whole && test(p) })
		if len(left) > 0 && parts > 1 {
			v.equations = append(v.equations, equation{left, right})
		}
	}
	unknown := func(p place) bool { return p.sex == "Unknown" && p.age == "Unknown" }
	for _, w := range places {
		table := func(p place) bool { return p.dimension == w.dimension && p.category == w.category }
		bySex := func(p place) bool {
			return table(p) && p.sex != "Total" && (p.age == w.age || w.age == "Total" && unknown(p))
		}
		if w.sex == "Total" && (bold || main(places, table, bySex, func(p place) string { return p.sex })) {
			suppose(w, bySex)
		}
		byAge := func(p place) bool {
			return table(p) && p.age != "Total" && (p.sex == w.sex || w.sex == "Total" && unknown(p))
		}
		if w.age == "Total" && (bold || main(places, table, byAge, func(p place) string { return p.age })) {
			suppose(w, byAge)
		}
		leaf := func(p place) bool { return table(p) && p.sex != "Total" && p.age != "Total" }
		if w.sex == "Total" && w.age == "Total" && covers(places, table, leaf) {
			suppose(w, leaf)
		}
		if w.dimension != "Total" {
			continue
		}
		for _, dimension := range []string{"by form of exploitation", "by citizenship", "by country of repatriation"} {
			same := func(p place) bool { return p.dimension == dimension && p.sex == w.sex && p.age == w.age }
			all := func(p place) bool { return p.dimension == dimension }
			if bold || main(places, all, same, func(p place) string { return p.category }) {
				suppose(w, same)
			}
			leaf := func(p place) bool { return p.dimension == dimension && p.sex != "Total" && p.age != "Total" }
			if w.sex == "Total" && w.age == "Total" && covers(places, table, leaf) && covers(places, func(p place) bool { return p.dimension == dimension }, leaf) {
				suppose(w, leaf)
			}
		}
	}
	// Parts of a breakdown may be related where the total has no row.
	for _, p := range places {
		if p.dimension != "by form of exploitation" || len(cells[place{"Total", "Total", p.sex, p.age}]) > 0 {
			continue
		}
		forms, n := within(func(q place) bool { return q.dimension == p.dimension && q.sex == p.sex && q.age == p.age })
		sexes, m := within(func(q place) bool {
			return q.dimension == "Total" && q.age == p.age && q.sex != "Total" && p.sex == "Total"
		})
		if n > 1 && m > 1 {
			v.equations = append(v.equations, equation{forms, sexes})
		}
	}
}

// main reports whether parts have every sex, or age, of a table that is known: what has
// no row is not nought because of that.
func main(places []place, table, part func(place) bool, label func(place) string) bool {
	has := map[string]bool{"Total": true, "Unknown": true}
	for _, p := range places {
		if part(p) {
			has[label(p)] = true
		}
	}
	return !slices.ContainsFunc(places, func(p place) bool { return table(p) && !has[label(p)] })
}

// covers reports whether the figures by sex and age at once have every sex, age
// and category of a table: otherwise they are not all of it.
func covers(places []place, table, leaf func(place) bool) bool {
	has := map[string]bool{}
	for _, p := range places {
		if leaf(p) {
			has[p.sex], has[p.age], has[p.category] = true, true, true
		}
	}
	for _, p := range places {
		if table(p) && (p.sex != "Total" && !has[p.sex] || p.age != "Total" && !has[p.age] || p.dimension != "Total" && !has[p.category]) {
			return false
		}
	}
	return true
}

// shuffled gives the equations in a random order.
func (v *victim) shuffled(random *rand.Rand) []equation {
	e := slices.Clone(v.equations)
	random.Shuffle(len(e), func(i, j int) { e[i], e[j] = e[j], e[i] })
	return e
}

// withheld reports whether a figure was not told.
func (v *victim) withheld(n int) bool { return v.spans[n].low != v.spans[n].high }
