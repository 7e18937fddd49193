package figures

import (
	"cmp"
	"slices"
	"strings"
)

// block is everything that adds up together: one indicator of one State in one
// year.
type block struct {
	cells    []cell
	slots    []slot
	systems  []system
	plain    int // systems up to here are of somebody who has only this publication
	exposed  int
	discreet bool // whoever knew which are companions could work one out, so nobody is told
	try      attacker
	given    [2][modelCount]map[int]int // by whether somebody remembers, and model: how far looking at a cell was given up, see giveUp
}

// status is what becomes of a figure.
type status uint8

const (
	open      status = iota // told
	primary                 // below the threshold, or a token already
	companion               // large enough, withheld because it would give another away
)

// cell is one figure.
type cell struct {
	row       int // of the file, −1 for a figure of an earlier publication
	slot      int
	told      bool // an earlier publication has it
	known     int  // what it says
	number    int  // where it is known
	threshold int
	status    status
	weight    int // how much is lost when it is withheld
}

// place is where in a block a figure stands.
type place struct{ dimension, category, sex, age string }

func (p place) compare(q place) int {
	return cmp.Or(strings.Compare(p.dimension, q.dimension), strings.Compare(p.category, q.category),
		strings.Compare(p.sex, q.sex), strings.Compare(p.age, q.age))
}

const (
	total   = "Total"
	unknown = "Unknown"
	other   = "Other"
)

// slot is a place with its cells: more than one where a file has several
// figures for the same.
type slot struct {
	place
	cells []int
}

// blockKey names a block.
type blockKey struct{ area, indicator, year, unit string }

func keyOf(r Row) blockKey { return blockKey{r.Area, r.Indicator, r.Year, r.Unit} }

// readable reports whether a value is a count or a token such as <5.
func (r Row) readable() bool {
	_, exact := r.Number()
	_, token := below(r.Value)
	return exact || token
}

// divide sorts rows by block.
func divide(rows []Row) map[blockKey][]int {
	byKey := map[blockKey][]int{}
	for n, r := range rows {
		byKey[keyOf(r)] = append(byKey[keyOf(r)], n)
	}
	return byKey
}

// built makes the block of some rows.
func built(rows []Row, members []int, d Disclosure) *block {
	b := &block{}
	b.fill(rows, members, d)
	b.relate()
	b.plain = len(b.systems)
	return b
}

// blocksOf makes all blocks, with what is remembered of earlier publications.
func blocksOf(rows []Row, d Disclosure) []*block {
	members := divide(rows)
	before := make([]map[blockKey][]int, len(d.Published))
	for n, p := range d.Published {
		before[n] = divide(p)
	}
	blocks := make([]*block, 0, len(members))
	for key, m := range members {
		b := built(rows, m, d)
		plain := b.systems
		for n, p := range d.Published {
			if old := before[n][key]; len(old) > 0 {
				b.remember(built(p, old, d))
			}
		}
		if len(b.systems) > b.plain || slices.ContainsFunc(b.cells, func(c cell) bool { return c.told }) {
			b.systems = append(b.systems, plain...)
		}
		blocks = append(blocks, b)
	}
	return blocks
}

// fill makes the cells and slots of a block, in an order that does not depend
// on that of the rows.
func (b *block) fill(rows []Row, members []int, d Disclosure) {
	slices.SortFunc(members, func(x, y int) int {
		return cmp.Or(rows[x].place().compare(rows[y].place()), strings.Compare(rows[x].Value, rows[y].Value))
	})
	for n, m := range members {
		r := rows[m]
		if n == 0 || r.place() != rows[members[n-1]].place() {
			b.slots = append(b.slots, slot{place: r.place()})
		}
		last := &b.slots[len(b.slots)-1]
		last.cells = append(last.cells, n)
		b.cells = append(b.cells, newCell(r, m, len(b.slots)-1, d.class(r).Threshold()))
	}
}

func (r Row) place() place { return place{r.Dimension, r.Category, r.Sex, r.Age} }

func newCell(r Row, n, slot, threshold int) cell {
	c := cell{row: n, slot: slot, threshold: threshold, weight: weightOf(r.place())}
	number, exact := r.Number()
	if !exact {
		limit, _ := below(r.Value)
		c.threshold, c.status = max(limit, threshold), primary
		return c
	}
	c.number = number
	if number < threshold {
		c.status = primary
	}
	return c
}

// weightOf is what a reader misses without a figure: totals most.
func weightOf(p place) int {
	w := 2
	if p.sex == total {
		w++
	}
	if p.age == total {
		w++
	}
	if p.dimension == total {
		w += 2
	}
	return w
}
