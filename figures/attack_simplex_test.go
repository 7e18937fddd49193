package figures

import (
	"math"
	"slices"
)

// program is a linear program: Σ factor·x = right for every equation, each x
// within its bounds.
type program struct {
	factors [][]int // by variable, by equation
	low     []float64
	width   []float64 // +Inf where there is no upper bound
	right   []float64
}

// variable adds the sum of some figures that are alike.
func (p *program) variable(factors []int, s span, count int) {
	width := float64((s.high - s.low) * count)
	if s.high >= nobodyKnows {
		width = math.Inf(1)
	}
	p.factors, p.low, p.width = append(p.factors, factors), append(p.low, float64(s.low*count)), append(p.width, width)
}

const tiny = 1e-7

// extreme minimizes sign·x by the simplex method (two phases, Bland's rule). It
// is not ok where no x fits all equations.
func (p *program) extreme(target, sign int) (float64, bool) {
	variables := len(p.factors)
	capped := []int{}
	for n, w := range p.width {
		if !math.IsInf(w, 1) {
			capped = append(capped, n)
		}
	}
	rows := len(p.right) + len(capped)
	columns := variables + len(capped) + rows // with artificial ones
	tableau := make([][]float64, rows)
	basis := make([]int, rows)
	for n := range tableau {
		tableau[n] = make([]float64, columns+1)
		row := tableau[n]
		if n < len(p.right) {
			row[columns] = p.right[n]
			for v := range variables {
				row[v] = float64(p.factors[v][n])
				row[columns] -= row[v] * p.low[v]
			}
		} else {
			v := capped[n-len(p.right)]
			row[v], row[variables+n-len(p.right)], row[columns] = 1, 1, p.width[v]
		}
		if row[columns] < 0 {
			for c := range row {
				row[c] = -row[c]
			}
		}
		row[variables+len(capped)+n] = 1
		basis[n] = variables + len(capped) + n
	}
	cost := make([]float64, columns)
	for n := range rows {
		cost[variables+len(capped)+n] = 1
	}
	if minimum, ok := simplex(tableau, basis, cost, columns); !ok || minimum > tiny {
		return 0, false
	}
	tableau, basis = withoutArtificial(tableau, basis, variables+len(capped))
	clear(cost)
	cost[target] = float64(sign)
	minimum, ok := simplex(tableau, basis, cost, variables+len(capped))
	if !ok { // without bound
		return math.Inf(-1), true
	}
	return minimum + float64(sign)*p.low[target], true
}

// withoutArtificial takes what is left of the first phase out of the basis, and
// drops equations that say nothing new.
func withoutArtificial(tableau [][]float64, basis []int, columns int) ([][]float64, []int) {
	var rows [][]float64
	var kept []int
	for n := range tableau {
		if basis[n] >= columns {
			column := slices.IndexFunc(tableau[n][:columns], func(x float64) bool { return math.Abs(x) > tiny })
			if column < 0 {
				continue
			}
			pivot(tableau, n, column)
			basis[n] = column
		}
		rows, kept = append(rows, tableau[n]), append(kept, basis[n])
	}
	return rows, kept
}

// simplex minimizes over the first columns of a tableau; not ok where there is
// no minimum.
func simplex(tableau [][]float64, basis []int, cost []float64, columns int) (float64, bool) {
	right := len(cost)
	for {
		enter := -1
		for c := range columns {
			reduced := cost[c]
			for n, row := range tableau {
				if f := cost[basis[n]]; f != 0 {
					reduced -= f * row[c]
				}
			}
			if reduced < -tiny {
				enter = c
				break
			}
		}
		if enter < 0 {
			sum := 0.0
			for n, row := range tableau {
				sum += cost[basis[n]] * row[right]
			}
			return sum, true
		}
		leave, least := -1, math.Inf(1)
		for n, row := range tableau {
			if row[enter] <= tiny {
				continue
			}
			ratio := row[right] / row[enter]
			if leave < 0 || ratio < least-tiny || ratio < least+tiny && basis[n] < basis[leave] {
				leave, least = n, ratio
			}
		}
		if leave < 0 {
			return 0, false
		}
		pivot(tableau, leave, enter)
		basis[leave] = enter
	}
}

func pivot(tableau [][]float64, at, column int) {
	by := tableau[at][column]
	for c := range tableau[at] {
		tableau[at][c] /= by
	}
	for n, row := range tableau {
		if n == at || math.Abs(row[column]) < 1e-12 {
			continue
		}
		f := row[column]
		for c, x := range tableau[at] {
			row[c] -= f * x
		}
	}
}

// feasible drops equations, in their order, that do not fit those before.
func (v *victim) feasible(equations []equation) ([]span, []equation) {
	var kept []equation
	spans := slices.Clone(v.spans)
	if s, ok := v.extremes(equations); ok {
		return s, equations
	}
	for _, e := range equations {
		if s, ok := v.extremes(append(slices.Clone(kept), e)); ok {
			kept, spans = append(kept, e), s
		}
	}
	return spans, kept
}
