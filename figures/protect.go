package figures

import "slices"

// protect withholds what has to be withheld beside the small figures.
func (b *block) protect() {
	if len(b.systems) == 0 || !slices.ContainsFunc(b.cells, func(c cell) bool { return c.withheld() }) {
		return
	}
	before := slices.Clone(b.cells)
	best, lost := []cell(nil), 0
	for _, style := range []style{spareTotals, spareParts} {
		copy(b.cells, before)
		b.exposed, b.given = 0, [2][modelCount]map[int]int{}
		b.withhold(style)
		b.release()
		if l := b.loss(); best == nil || l < lost {
			best, lost = slices.Clone(b.cells), l
		}
		if lost == 0 {
			break
		}
	}
	b.cells = best
	for l := b.thoroughLeak(); l != nil; l = b.thoroughLeak() {
		b.answer(l, spareTotals)
		b.withhold(spareTotals)
	}
	b.discreet = b.leak(flags) != nil
}

// style is a rule of thumb for what is withheld first. Neither is always better.
type style uint8

const (
	spareTotals style = iota
	spareParts
)

// loss is how much is withheld as companions.
func (b *block) loss() int {
	sum := 0
	for _, c := range b.cells {
		if c.status == companion {
			sum += 10 + c.weight
		}
	}
	return sum
}

// withhold adds companions until nothing leaks.
func (b *block) withhold(by style) {
	for l := b.leak(b.models()...); l != nil; l = b.leak(b.models()...) {
		b.answer(l, by)
	}
}

// answer withholds something against a leak, or gives up.
func (b *block) answer(l *leak, by style) {
	if n := b.cheapest(l, by); n >= 0 {
		b.set(n, companion)
		return
	}
	b.giveUp(l)
}

// thoroughLeak is the first leak to somebody who doubts one of several sums that
// contradict each other.
func (b *block) thoroughLeak() *leak {
	b.try.cells = b.cells
	for n, s := range b.systems {
		b.try.remembers = n >= b.plain
		for _, m := range b.models() {
			if l := b.try.leakingToDoubters(s, m, b.given[memory(b.try.remembers)][m]); l != nil {
				return l
			}
		}
	}
	return nil
}

// set decides about a figure, and about every other that is the same in
// everything: which of them comes first must not matter.
func (b *block) set(n int, to status) {
	c := b.cells[n]
	for _, same := range b.slots[c.slot].cells {
		if o := &b.cells[same]; o.status == c.status && o.number == c.number {
			o.status = to
		}
	}
}

// giveUp looks no more at what nothing can be done about: because it was given
// away before, or because thresholds differ and a part is smaller than its sum
// may be. First it does not look at what relations that contradict each other say
// of a cell, and then not at the cell.
func (b *block) giveUp(l *leak) {
	given := &b.given[memory(l.remembers)][l.model]
	if *given == nil {
		*given = map[int]int{}
	}
	(*given)[l.cell]++
	if (*given)[l.cell] > 1 && l.remembers {
		b.exposed++
	}
}

// leak is the first leak under any reading and some models.
func (b *block) leak(models ...model) *leak {
	b.try.cells = b.cells
	for n, s := range b.systems {
		b.try.remembers = n >= b.plain
		for _, m := range models {
			if l := b.try.leaking(s, m, b.given[memory(b.try.remembers)][m]); l != nil {
				return l
			}
		}
	}
	return nil
}

// models is what has to be tried: as long as there are no companions, nobody
// can know which they are.
func (b *block) models() []model {
	if slices.ContainsFunc(b.cells, func(c cell) bool { return c.status == companion }) {
		return []model{tokens, marks}
	}
	return []model{tokens}
}

// cheapest chooses what to withhold against a leak: of the relation nearest to
// it that has something told, the figure that costs least. −1 when there is
// none.
func (b *block) cheapest(l *leak, by style) int {
	for _, r := range l.relations {
		best, least := -1, 0
		for _, c := range slices.Concat(r.whole, r.parts) {
			if b.cells[c].status != open || b.cells[c].row < 0 {
				continue
			}
			if cost := b.cost(c, by); best < 0 || cost < least || cost == least && b.cells[c].number < b.cells[best].number {
				best, least = c, cost
			}
		}
		if best >= 0 {
			return best
		}
	}
	return -1
}

// cost is what withholding a figure would cost: itself, and in every sum where
// it would be the only one that is withheld, another.
func (b *block) cost(c int, by style) int {
	cost := 0
	for _, r := range b.systems[0] {
		mentioned, others := false, false
		for _, side := range [2][]int{r.whole, r.parts} {
			for _, p := range side {
				mentioned = mentioned || p == c
				others = others || p != c && b.cells[p].status != open
			}
		}
		if mentioned && !others && !r.more {
			cost += 10
		}
	}
	if by == spareTotals {
		return cost + 3*b.cells[c].weight
	}
	return cost - b.cells[c].weight
}

// release tells again what turns out not to be needed, the largest loss first.
func (b *block) release() {
	var withheld []int
	for n, c := range b.cells {
		if c.status == companion {
			withheld = append(withheld, n)
		}
	}
	slices.SortStableFunc(withheld, func(x, y int) int {
		if d := b.cells[y].weight - b.cells[x].weight; d != 0 {
			return d
		}
		return b.cells[y].number - b.cells[x].number
	})
	for _, n := range withheld {
		if b.cells[n].status == open {
			continue
		}
		b.set(n, open)
		if b.leak(b.models()...) != nil {
			b.set(n, companion)
		}
	}
}

// memory is where it is kept what was given up.
func memory(remembers bool) int {
	if remembers {
		return 1
	}
	return 0
}
