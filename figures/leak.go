package figures

import "slices"

// leak is a withheld figure that somebody knows too well, and the relations
// that led there, the nearest first.
type leak struct {
	cell      int
	model     model
	remembers bool
	relations []relation
}

// attacker holds what is tried on a block.
type attacker struct {
	cells         []cell
	remembers     bool // what was published before
	known, before bounds
	fits          []fit
	used          []int
	matrix        elimination
	model         model
}

// leaking looks for a leak of a system.
//
// Figures of States contradict each other. Somebody who sees that believes some
// relations and not others, and nobody can say which. So first all relations are
// applied together that can hold by themselves, although they may lead to bounds
// that cross: no choice among them leads to tighter ones. Where every figure
// then still has several values, none has a single one for anybody. Whether it
// has enough is asked of what can be believed together.
func (a *attacker) leaking(s system, m model, given map[int]int) *leak {
	a.start(s, m)
	for range maxPasses {
		changed := false
		for n, r := range s {
			if a.fits[n] != broken && a.known.narrow(a.secret, r, a.fits[n], n) {
				changed = true
			}
		}
		if l := a.tooNear(s, m, given, single, 0); l != nil {
			return l
		}
		if !changed {
			break
		}
	}
	if l := a.solve(s, given); l != nil {
		return l
	}
	by := few
	if a.remembers { // what was revised only seems to narrow it down
		by = single
	}
	if len(given) == 0 && a.tooNear(s, m, given, by, 0) == nil {
		return nil
	}
	for _, backward := range [2]bool{false, true} {
		a.believe(s, m, backward)
		if l := a.tooNear(s, m, given, by, 1); l != nil {
			return l
		}
	}
	return nil
}

// maxPasses ends the narrowing of relations that chase each other.
const maxPasses = 60

// leakingToDoubters looks for a leak of a system of which sums contradict each
// other in a way that only shows when they are added and subtracted: to somebody
// who gives up any one of its relations.
func (a *attacker) leakingToDoubters(s system, m model, given map[int]int) *leak {
	if l := a.leaking(s, m, given); l != nil || !a.matrix.contradiction {
		return l
	}
	for n := range s {
		if l := a.leaking(slices.Concat(s[:n], s[n+1:]), m, given); l != nil {
			return l
		}
	}
	return nil
}

// believe takes one relation after the other, forward or backward, as far as
// they do not contradict those before.
func (a *attacker) believe(s system, m model, backward bool) {
	a.start(s, m)
	a.used = a.used[:0]
	for n := range s {
		if backward {
			n = len(s) - 1 - n
		}
		if a.fits[n] == broken {
			continue
		}
		a.before.copyFrom(&a.known)
		a.used = append(a.used, n)
		if a.settle(s) {
			continue
		}
		a.known.copyFrom(&a.before)
		a.used = a.used[:len(a.used)-1]
	}
}

// settle narrows by the relations that are believed until nothing changes;
// false when they cannot all hold.
func (a *attacker) settle(s system) bool {
	newest := a.used[len(a.used)-1]
	if !a.holds(s, newest) {
		return false
	}
	if !a.known.narrow(a.secret, s[newest], a.fits[newest], newest) {
		return true
	}
	for range maxPasses {
		changed := false
		for _, n := range a.used {
			if !a.holds(s, n) {
				return false
			}
			if a.known.narrow(a.secret, s[n], a.fits[n], n) {
				changed = true
			}
		}
		if !changed {
			return true
		}
	}
	return false // they raise each other without end
}

// holds reports whether a relation fits what is known by now.
func (a *attacker) holds(s system, n int) bool {
	f := a.known.fit(s[n])
	return f == exact || f == atLeast && a.fits[n] == atLeast
}

// start forgets everything but what figures say by themselves.
func (a *attacker) start(s system, m model) {
	a.model = m
	a.known.size(len(a.cells))
	for n := range a.cells {
		a.known.low[n], a.known.high[n] = a.cells[n].start(m, a.remembers)
		a.known.raised[n], a.known.lowered[n] = -1, -1
	}
	a.fits = a.fits[:0]
	for _, r := range s {
		a.fits = append(a.fits, a.known.fit(r))
	}
}

// nearness is how well a withheld figure is known.
type nearness uint8

const (
	single nearness = iota // it has one value, or none
	few                    // it has fewer than it should
)

// tooNear is the first cell that is known too well.
func (a *attacker) tooNear(s system, m model, given map[int]int, by nearness, upTo int) *leak {
	for n := range a.cells {
		c := &a.cells[n]
		if !a.secret(n) || given[n] > upTo {
			continue
		}
		low, high := a.known.low[n], a.known.high[n]
		if low >= high || by == few && !c.safe(m, low, high) {
			return &leak{n, m, a.remembers, a.reasons(s, n)}
		}
	}
	return nil
}

// secret reports whether a figure is to be kept: it is withheld, and was not told
// before.
func (a *attacker) secret(n int) bool {
	return a.cells[n].withheld() && (!a.remembers || !a.cells[n].told)
}

// reasons lists the relations that led to a cell's bounds, as far as they were
// the last to do so, and then the others.
func (a *attacker) reasons(s system, from int) []relation {
	var relations []relation
	seen := make([]bool, len(s))
	for queue := []int{from}; len(queue) > 0; queue = queue[1:] {
		n := queue[0]
		for _, why := range [2]int{a.known.raised[n], a.known.lowered[n]} {
			if why < 0 || seen[why] {
				continue
			}
			seen[why] = true
			relations = append(relations, s[why])
			queue = append(append(queue, s[why].whole...), s[why].parts...)
		}
	}
	for n, r := range s {
		if !seen[n] && a.fits[n] != broken {
			relations = append(relations, r)
		}
	}
	return relations
}
