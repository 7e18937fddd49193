package figures

import "slices"

// remember adds to a block what somebody knows who kept what was published
// before: figures that are withheld now may have been told then, and what was
// withheld then may follow from what is told now.
//
// A figure that was revised is taken for unchanged by whoever does not know, so
// each earlier publication is also read with today's figures in the places that
// it withheld, each time but one.
func (b *block) remember(before *block) {
	todays := b.todays(before)
	meaning := make([]int, len(before.cells))
	for n, c := range before.cells {
		switch {
		case c.status == open:
			meaning[n] = b.past(c)
		case todays[n] >= 0:
			meaning[n] = todays[n]
		default:
			meaning[n] = b.past(c)
		}
	}
	for _, s := range before.systems[:min(len(before.systems), mostMemories)] {
		b.systems = append(b.systems, s.with(meaning))
		for n, c := range before.cells {
			t := todays[n]
			if c.status == open || t < 0 || b.cells[t].status != open {
				continue
			}
			alone := append([]int(nil), meaning...)
			alone[n] = b.past(c)
			if about := s.about(n); len(about) > 0 {
				b.systems = append(b.systems, about.with(alone))
			}
		}
	}
}

// todays finds for each figure that was withheld before the same one now, −1
// where there is none.
func (b *block) todays(before *block) []int {
	at := map[place]int{}
	for n, s := range b.slots {
		at[s.place] = n
	}
	todays := make([]int, len(before.cells))
	for n := range todays {
		todays[n] = -1
	}
	for _, s := range before.slots {
		n, given := at[s.place]
		if !given {
			continue
		}
		// Of several figures for the same, those that were told are the same ones.
		now := slices.Clone(b.slots[n].cells)
		var withheld []int
		for _, c := range s.cells {
			if before.cells[c].status != open {
				withheld = append(withheld, c)
				continue
			}
			k := max(0, slices.IndexFunc(now, func(t int) bool { return b.cells[t].number == before.cells[c].number }))
			if len(now) > 0 {
				b.cells[now[k]].told, b.cells[now[k]].known = true, before.cells[c].number
				now = slices.Delete(now, k, k+1)
			}
		}
		for k, c := range withheld[:min(len(withheld), len(now))] {
			todays[c] = now[k]
		}
	}
	return todays
}

// mostMemories is in how many ways an earlier publication is read.
const mostMemories = 4

// about is the relations of a system that have a cell.
func (s system) about(n int) system {
	var some system
	for _, r := range s {
		if slices.Contains(r.whole, n) || slices.Contains(r.parts, n) {
			some = append(some, r)
		}
	}
	return some
}

// past adds a figure that no row has any more.
func (b *block) past(c cell) int {
	c.row, c.slot = -1, -1
	b.cells = append(b.cells, c)
	return len(b.cells) - 1
}

// with gives the cells of a system other numbers.
func (s system) with(meaning []int) system {
	other := make(system, 0, len(s))
	for _, r := range s {
		whole, parts := make([]int, len(r.whole)), make([]int, len(r.parts))
		for n, c := range r.whole {
			whole[n] = meaning[c]
		}
		for n, c := range r.parts {
			parts[n] = meaning[c]
		}
		r.whole, r.parts = whole, parts
		other = append(other, r)
	}
	return other
}
