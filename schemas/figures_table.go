package schemas

import (
	"slices"

	"github.com/rapporteur/rapporteur"
)

// table is a table of figures in which the values of each dimension have
// numbers, so that what has to be summed is found without looking texts up.
type table struct {
	cells []rapporteur.Figure
	at    [][len(dimensions)]int // of each cell, the number of its value in each dimension; 0 is total
	sizes [len(dimensions)]int   // how many values each dimension has

	low, high int // its interval
}

// dimensions are the ways to break a table down, in the order in which an
// interval is summed: a total of all forms counts before one of both sexes.
var dimensions = [...]string{"form", "sex", "age"}

func newTable(cells []rapporteur.Figure) *table {
	t := &table{cells: cells, at: make([][len(dimensions)]int, len(cells))}
	for d := range dimensions {
		var numbers numbering
		for n := range cells {
			t.at[n][d] = numbers.of(valueIn(&cells[n], d))
		}
		t.sizes[d] = numbers.count + 1
	}
	t.low, t.high = t.interval()
	return t
}

func valueIn(f *rapporteur.Figure, dimension int) string {
	return [...]string{f.Form, f.Sex, f.Age}[dimension]
}

// numbering numbers the values of a dimension as they come; 0 is total. A
// dimension has few values, and to compare them is quicker than to look them up;
// where somebody makes up many, they are looked up.
type numbering struct {
	few   [16]string
	many  map[string]int
	count int
}

func (n *numbering) of(value string) int {
	if value == total || value == "" {
		return 0
	}
	for k, known := range n.few[:min(n.count, len(n.few))] {
		if known == value {
			return k + 1
		}
	}
	if number, known := n.many[value]; known {
		return number
	}
	if n.count < len(n.few) {
		n.few[n.count] = value
	} else {
		if n.many == nil {
			n.many = map[string]int{}
		}
		n.many[value] = n.count + 1
	}
	n.count++
	return n.count
}

// most is how many groups of cells are numbered by reckoning; a table that
// nobody means may have more.
const most = 1 << 12

// groups numbers the cells from 0 on: cells that agree in all of the given
// dimensions have the same number. All numbers are below count.
func (t *table) groups(by ...int) (numbers []int, count int) {
	count = 1
	for _, d := range by {
		count *= t.sizes[d]
	}
	numbers = make([]int, len(t.cells))
	for n := range t.cells {
		for _, d := range by {
			numbers[n] = numbers[n]*t.sizes[d] + t.at[n][d]
		}
	}
	if count <= most {
		return numbers, count
	}
	again := map[int]int{}
	for n, number := range numbers {
		if _, known := again[number]; !known {
			again[number] = len(again)
		}
		numbers[n] = again[number]
	}
	return numbers, len(again)
}

// interval reckons how many persons a table stands for: its grand total where it has
// one, otherwise the sum of its parts, dimension by dimension, never counting a
// total and its parts together.
func (t *table) interval() (low, high int) {
	counts := make([]bool, len(t.cells))
	for n := range counts {
		counts[n] = true
	}
	for d := range dimensions {
		groups, count := t.groups([]int{0, 1, 2}[:d]...)
		hasTotal := make([]bool, count)
		for n, group := range groups {
			hasTotal[group] = hasTotal[group] || t.at[n][d] == 0
		}
		for n, group := range groups {
			counts[n] = counts[n] && (t.at[n][d] == 0 || !hasTotal[group])
		}
	}
	for n, c := range t.cells {
		if counts[n] {
			low, high = low+c.Low, high+c.High
		}
	}
	return low, high
}

// addsUp reports whether every total of a dimension can be the sum of what it
// is made of. Where only one part is given the total must only not be less.
func (t *table) addsUp(name string) bool {
	by := slices.Index(dimensions[:], name)
	if by < 0 {
		return true
	}
	type sum struct {
		low, high, parts    int
		totalLow, totalHigh int
		hasTotal            bool
	}
	groups, count := t.groups((by+1)%len(dimensions), (by+2)%len(dimensions))
	sums := make([]sum, count)
	for n, c := range t.cells {
		s := &sums[groups[n]]
		if t.at[n][by] == 0 {
			s.totalLow, s.totalHigh, s.hasTotal = c.Low, c.High, true
			continue
		}
		s.low, s.high, s.parts = s.low+c.Low, s.high+c.High, s.parts+1
	}
	for _, s := range sums {
		if s.hasTotal && s.parts > 0 && (s.low > s.totalHigh || s.parts > 1 && s.high < s.totalLow) {
			return false
		}
	}
	return true
}

// distinct reports whether no cell is there twice.
func (t *table) distinct() bool {
	groups, count := t.groups(0, 1, 2)
	seen := make([]bool, count)
	for _, group := range groups {
		if seen[group] {
			return false
		}
		seen[group] = true
	}
	return true
}
