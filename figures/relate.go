package figures

import (
	"slices"
)

// relation says that some figures add up to the same as others, or to no less.
type relation struct {
	whole []int
	parts []int
	more  bool // there may be parts that are not given
	guess guess
}

// guess is how much somebody has to assume who believes a relation.
type guess uint8

const (
	stated guess = iota // every part that there should be has a row
	likely              // every sex and age of a table has one, though not in every combination
	daring              // so has every category of a breakdown
	wild                // what has no row is taken for none at all
)

// system is relations that somebody may hold to be true at once.
type system []relation

// Somebody who attacks figures does not know whether "Other" and "Unknown" are
// counted within a total, nor which of several figures for the same is meant, nor
// whether they are to be added. Each reading is a system of its own.
type reading struct {
	mainOnly bool  // only the main sexes and ages add up to a total
	added    bool  // several figures for the same are added
	pick     []int // otherwise, which one of them, by slot
}

// mostReadings is how many choices among figures for the same are tried.
const mostReadings = 64

// slotRelation is a relation between places.
type slotRelation struct {
	whole, parts []int
	more         bool
	guess        guess
}

// relate finds every sum that can be reckoned within the block.
func (b *block) relate() {
	if len(b.cells) < 2 {
		return
	}
	relations := b.slotRelations()
	for _, r := range b.readings() {
		if s := b.read(relations, r); len(s) > 0 {
			b.systems = append(b.systems, s)
		}
	}
}

// readings lists the ways to read the block.
func (b *block) readings() []reading {
	picks := [][]int{make([]int, len(b.slots))}
	several, rest := false, false
	for n, s := range b.slots {
		rest = rest || residual(s.place)
		if len(s.cells) < 2 {
			continue
		}
		several = true
		picks = branch(picks, n, len(s.cells))
	}
	var all []reading
	for _, p := range picks {
		all = append(all, reading{pick: p})
	}
	if several {
		all = append(all, reading{added: true})
	}
	if rest {
		for _, r := range slices.Clone(all) {
			r.mainOnly = true
			all = append(all, r)
		}
	}
	return all
}

// branch is every pick with each of some choices for a slot. Where that becomes
// too many, all picks share the choice.
func branch(picks [][]int, n, choices int) [][]int {
	if len(picks)*choices > mostReadings {
		for k, p := range picks {
			p[n] = k % choices
		}
		return picks
	}
	var all [][]int
	for _, p := range picks {
		for k := range choices {
			q := slices.Clone(p)
			q[n] = k
			all = append(all, q)
		}
	}
	return all
}

// residual tells places that may or may not be within a total.
func residual(p place) bool {
	return p.sex == unknown || p.sex == other || p.age == unknown
}

// read makes a system of relations between places.
func (b *block) read(relations []slotRelation, r reading) system {
	var s system
	for _, e := range relations {
		skip := r.mainOnly && !slices.ContainsFunc(e.whole, func(n int) bool { return residual(b.slots[n].place) })
		of := relation{whole: b.chosen(e.whole, r, skip), parts: b.chosen(e.parts, r, skip)}
		if len(of.parts) == 0 || len(of.whole) == 0 {
			continue
		}
		of.guess = e.guess
		of.more = e.more || len(of.parts) < 2 && len(of.whole) < 2
		s = append(s, of)
	}
	return s
}

// chosen is the cells of some places, without those of which it is not known
// whether they count.
func (b *block) chosen(places []int, r reading, skip bool) []int {
	var cells []int
	for _, n := range places {
		if !skip || !residual(b.slots[n].place) {
			cells = append(cells, b.choose(n, r)...)
		}
	}
	return cells
}

// choose is the cells that stand for a slot.
func (b *block) choose(n int, r reading) []int {
	cells := b.slots[n].cells
	if r.added {
		return cells
	}
	return cells[r.pick[n] : r.pick[n]+1]
}
