package figures

import (
	"maps"
	"math"
	"math/big"
	"slices"
)

// constant is the column of what is told.
const constant = -1

// eliminate solves the equations exactly, as far as they can be solved, and
// narrows by every combination that elimination leaves. An equation that
// contradicts those before it is not believed.
func (v *victim) eliminate(equations []equation) []span {
	var rows []map[int]*big.Rat
	var pivots []int
	for _, e := range equations {
		row := v.row(e)
		for n, p := range pivots {
			subtract(row, rows[n], row[p])
		}
		pivot := -2
		for c := range row {
			if c != constant && (pivot < 0 || c < pivot) {
				pivot = c
			}
		}
		if pivot < 0 {
			continue
		}
		inverse := new(big.Rat).Inv(row[pivot])
		for c, f := range row {
			row[c] = new(big.Rat).Mul(f, inverse)
		}
		for _, r := range rows {
			subtract(r, row, r[pivot])
		}
		rows, pivots = append(rows, row), append(pivots, pivot)
	}
	spans := slices.Clone(v.spans)
	for pass, changed := 0, true; changed && pass < mostPasses; pass++ {
		changed = false
		for _, r := range rows {
			terms, value, whole := wholeTerms(r)
			if !whole {
				continue
			}
			narrowed, possible := narrowSum(spans, terms, value)
			if !possible {
				return slices.Clone(v.spans)
			}
			changed = changed || narrowed
		}
	}
	return spans
}

// row is an equation with what is told on one side.
func (v *victim) row(e equation) map[int]*big.Rat {
	row := map[int]*big.Rat{}
	add := func(c, factor int) {
		at, by := c, int64(factor)
		if !v.withheld(c) {
			at, by = constant, int64(factor*v.spans[c].low)
		}
		if row[at] == nil {
			row[at] = new(big.Rat)
		}
		row[at].Add(row[at], big.NewRat(by, 1))
	}
	for _, c := range e.left {
		add(c, 1)
	}
	for _, c := range e.right {
		add(c, -1)
	}
	maps.DeleteFunc(row, func(_ int, f *big.Rat) bool { return f.Sign() == 0 })
	return row
}

// subtract takes a multiple of another row away.
func subtract(row, other map[int]*big.Rat, factor *big.Rat) {
	if factor == nil {
		return
	}
	factor = new(big.Rat).Set(factor)
	for c, f := range other {
		if row[c] == nil {
			row[c] = new(big.Rat)
		}
		row[c] = new(big.Rat).Sub(row[c], new(big.Rat).Mul(f, factor))
		if row[c].Sign() == 0 {
			delete(row, c)
		}
	}
}

// wholeTerms clears denominators.
func wholeTerms(row map[int]*big.Rat) (terms map[int]int, value int, ok bool) {
	scale := big.NewInt(1)
	for _, f := range row {
		scale.Mul(scale, new(big.Int).Div(f.Denom(), new(big.Int).GCD(nil, nil, scale, f.Denom())))
	}
	terms = map[int]int{}
	for c, f := range row {
		n := new(big.Rat).Mul(f, new(big.Rat).SetInt(scale))
		if !n.IsInt() || !n.Num().IsInt64() || n.Num().Int64() > 1<<20 || n.Num().Int64() < -1<<20 {
			return nil, 0, false
		}
		if c == constant {
			value = -int(n.Num().Int64())
			continue
		}
		terms[c] = int(n.Num().Int64())
	}
	return terms, value, len(terms) > 0
}

// extremes is the least and the most that each withheld figure can be when all
// equations hold at once, by linear programming; ok is false where they cannot.
// Figures that stand in the same equations with the same span have the same.
func (v *victim) extremes(equations []equation) (spans []span, ok bool) {
	spans = slices.Clone(v.spans)
	type column struct {
		cells   []int
		factors []int
	}
	var columns []column
	known := make([]int, len(equations))
	for c := range v.spans {
		factors := make([]int, len(equations))
		used := false
		for n, e := range equations {
			for _, l := range e.left {
				if l == c {
					factors[n]++
				}
			}
			for _, r := range e.right {
				if r == c {
					factors[n]--
				}
			}
			used = used || factors[n] != 0
			if !v.withheld(c) {
				known[n] += factors[n] * v.spans[c].low
			}
		}
		if !used || !v.withheld(c) {
			continue
		}
		same := slices.IndexFunc(columns, func(o column) bool {
			return slices.Equal(o.factors, factors) && v.spans[o.cells[0]] == v.spans[c]
		})
		if same < 0 {
			columns = append(columns, column{[]int{c}, factors})
			continue
		}
		columns[same].cells = append(columns[same].cells, c)
	}
	if len(columns) == 0 {
		return spans, true
	}
	for target := range columns {
		// The target by itself, its likes and all others together.
		var p program
		for n, col := range columns {
			s := v.spans[col.cells[0]]
			count := len(col.cells)
			if n == target {
				p.variable(col.factors, s, 1)
				count--
			}
			if count > 0 {
				p.variable(col.factors, s, count)
			}
		}
		p.right = make([]float64, len(equations))
		for n := range equations {
			p.right[n] = -float64(known[n])
		}
		low, lowOK := p.extreme(target, 1)
		high, highOK := p.extreme(target, -1)
		if !lowOK || !highOK {
			return nil, false
		}
		for _, c := range columns[target].cells {
			spans[c].low = int(math.Ceil(low - 1e-6))
			if !math.IsInf(high, 0) {
				spans[c].high = int(math.Floor(-high + 1e-6))
			}
		}
	}
	return spans, true
}
