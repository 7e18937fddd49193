package figures

import "slices"

// intervals narrows what every figure may be by every equation until nothing
// changes, and gives up equations that cannot hold. It returns the spans and
// the equations that were used.
func (v *victim) intervals(equations []equation) ([]span, []equation) {
	for {
		spans := slices.Clone(v.spans)
		wrong := narrowAll(spans, equations)
		if wrong < 0 {
			return spans, equations
		}
		equations = slices.Delete(slices.Clone(equations), wrong, wrong+1)
	}
}

// narrowAll is −1 when nothing changes any more, or an equation that cannot
// hold.
func narrowAll(spans []span, equations []equation) int {
	last := -1
	for pass, changed := 0, true; changed; pass++ {
		if pass == mostPasses { // equations that chase each other without end
			return last
		}
		changed = false
		for n, e := range equations {
			terms := map[int]int{}
			for _, c := range e.left {
				terms[c]++
			}
			for _, c := range e.right {
				terms[c]--
			}
			narrowed, possible := narrowSum(spans, terms, 0)
			if !possible {
				return n
			}
			if narrowed {
				changed, last = true, n
			}
		}
	}
	return -1
}

const mostPasses = 200

// narrowSum narrows by Σ factor·figure = value.
func narrowSum(spans []span, terms map[int]int, value int) (narrowed, possible bool) {
	low, high := 0, 0
	for c, f := range terms {
		l, h := scaled(spans[c], f)
		low, high = low+l, high+h
	}
	if low > value || high < value {
		return false, false
	}
	for c, f := range terms {
		if f == 0 {
			continue
		}
		l, h := scaled(spans[c], f)
		// factor·figure lies between value−(high−h) and value−(low−l).
		from, to := value-(high-h), value-(low-l)
		if f < 0 {
			from, to = -to, -from
			f = -f
		}
		s := span{max(spans[c].low, ceilDiv(from, f)), min(spans[c].high, floorDiv(to, f))}
		if s.low > s.high {
			return narrowed, false
		}
		if s != spans[c] && (s.low > spans[c].low || s.high < spans[c].high) {
			l0, h0 := scaled(spans[c], terms[c])
			spans[c] = s
			l1, h1 := scaled(s, terms[c])
			low, high = low+l1-l0, high+h1-h0
			narrowed = true
		}
	}
	return narrowed, true
}

func scaled(s span, f int) (low, high int) {
	if f < 0 {
		return s.high * f, s.low * f
	}
	return s.low * f, s.high * f
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b != 0 && a < 0 {
		q--
	}
	return q
}

func ceilDiv(a, b int) int { return -floorDiv(-a, b) }
