package figures

import (
	"math"
	"slices"
)

// elimination is relations in reduced echelon form: what adding and subtracting
// them leads to. Columns are the withheld figures, then what is told, and then
// whether anything that is told is in it at all.
type elimination struct {
	column []int // of each cell, −1 for what is told
	cells  []int // of each column
	values []float64
	rows   [][]float64
	// contradiction says that some relations cannot hold together, whatever the
	// figures are.
	contradiction bool
}

// small is nought in sums of some hundred counts and fractions of them.
const small = 1e-6

// solve looks for a withheld figure that the relations which can hold give a
// single value when they are added and subtracted. That a figure is nought
// because none of its parts has a row is no leak: it follows from nothing told.
//
// Which combinations are looked at depends on which figures are eliminated
// first: companions, which may be anything, so that what is left is about small
// figures; and of these once the first ones and once the last.
func (a *attacker) solve(s system, given map[int]int) *leak {
	contradiction := false
	for _, believed := range [3]guess{stated, likely, daring} {
		if believed > stated && !slices.ContainsFunc(s, func(r relation) bool { return r.guess == believed }) {
			continue
		}
		for _, backward := range [2]bool{false, true} {
			a.matrix.columns(a, backward)
			if len(a.matrix.cells) == 0 {
				return nil
			}
			if l := a.solveInOrder(s, believed, backward, given); l != nil {
				return l
			}
			contradiction = contradiction || a.matrix.contradiction
		}
	}
	a.matrix.contradiction = contradiction
	return nil
}

// columns puts the withheld cells into an order.
func (e *elimination) columns(a *attacker, backward bool) {
	cells := a.cells
	e.column, e.cells = e.column[:0], e.cells[:0]
	for range cells {
		e.column = append(e.column, -1)
	}
	for _, s := range [2]status{companion, primary} {
		for n := range cells {
			if backward {
				n = len(cells) - 1 - n
			}
			first := cells[n].status == companion && a.model != tokens
			if a.secret(n) && first == (s == companion) {
				e.column[n] = len(e.cells)
				e.cells = append(e.cells, n)
			}
		}
	}
}

// solveInOrder eliminates in the order of the columns.
func (a *attacker) solveInOrder(s system, believed guess, backward bool, given map[int]int) *leak {
	e := &a.matrix
	e.fill(a, s, believed, backward)
	e.reduce()
	told := len(e.cells)
	for range e.rows {
		changed := false
		for _, row := range e.rows {
			if math.Abs(row[told+1]) < small {
				continue
			}
			n, narrowed := e.narrow(a, row, given)
			if n >= 0 {
				return &leak{n, a.model, a.remembers, a.reasons(s, n)}
			}
			changed = changed || narrowed
		}
		if !changed {
			break
		}
	}
	return nil
}

// fill writes down the relations.
func (e *elimination) fill(a *attacker, s system, believed guess, backward bool) {
	width := len(e.cells) + 2
	e.values = append(e.values[:0], make([]float64, width*len(s))...)
	e.rows = e.rows[:0]
	for n := range s {
		if backward { // of relations that contradict each other the first are believed
			n = len(s) - 1 - n
		}
		r := s[n]
		if a.fits[n] != exact || r.guess > believed {
			continue
		}
		row := e.values[n*width : (n+1)*width]
		e.rows = append(e.rows, row)
		for _, c := range r.whole {
			e.add(a, row, c, 1)
		}
		for _, c := range r.parts {
			e.add(a, row, c, -1)
		}
	}
}

func (e *elimination) add(a *attacker, row []float64, c int, sign float64) {
	if at := e.column[c]; at >= 0 {
		row[at] += sign
		return
	}
	row[len(row)-2] -= sign * float64(a.known.low[c])
	// A weight of its own for each figure, so that they cannot cancel out by chance.
	row[len(row)-1] -= sign * (1 + math.Sqrt(float64(c+2)))
}

// reduce brings the rows to reduced echelon form.
func (e *elimination) reduce() {
	done := 0
	for column := range e.cells {
		pivot := done
		for n := done; n < len(e.rows); n++ {
			if math.Abs(e.rows[n][column]) > math.Abs(e.rows[pivot][column]) {
				pivot = n
			}
		}
		if done == len(e.rows) {
			break
		}
		if math.Abs(e.rows[pivot][column]) < small {
			continue
		}
		e.rows[done], e.rows[pivot] = e.rows[pivot], e.rows[done]
		top := e.rows[done]
		by := top[column]
		for c := range top {
			top[c] /= by
		}
		for n, row := range e.rows {
			factor := row[column]
			if n == done || math.Abs(factor) < small {
				continue
			}
			for c, x := range top {
				row[c] -= factor * x
			}
		}
		done++
	}
	e.contradiction = false
	for _, row := range e.rows[done:] {
		e.contradiction = e.contradiction || math.Abs(row[len(e.cells)]) > small
	}
}

// narrow applies one row to what is known. It names the cell that has one value
// after it, or −1.
func (e *elimination) narrow(a *attacker, row []float64, given map[int]int) (only int, narrowed bool) {
	var low, high float64
	count, last := 0, -1
	for column, c := range e.cells {
		l, h := scale(row[column], a.known.low[c], a.known.high[c])
		low, high = low+l, high+h
		if math.Abs(row[column]) >= small {
			count, last = count+1, c
		}
	}
	// What contradicts it elsewhere may have moved the value, not the figure.
	if count == 1 && given[last] == 0 {
		return last, true
	}
	value := row[len(e.cells)]
	if value < low-small || value > high+small {
		return -1, false // it cannot hold
	}
	for column, c := range e.cells {
		f := row[column]
		if math.Abs(f) < small {
			continue
		}
		l, h := scale(f, a.known.low[c], a.known.high[c])
		from, to := (value-(high-h))/f, (value-(low-l))/f
		if f < 0 {
			from, to = to, from
		}
		least, most := int64(math.Ceil(from-small)), int64(math.Floor(to+small))
		if least > a.known.low[c] {
			a.known.low[c], narrowed = least, true
		}
		if most < a.known.high[c] {
			a.known.high[c], narrowed = most, true
		}
		if a.known.low[c] >= a.known.high[c] && given[c] == 0 {
			return c, true
		}
		nl, nh := scale(f, a.known.low[c], a.known.high[c])
		low, high = low+nl-l, high+nh-h
	}
	return -1, narrowed
}

func scale(f float64, low, high int64) (float64, float64) {
	switch {
	case math.Abs(f) < small:
		return 0, 0
	case f < 0:
		return f * float64(high), f * float64(low)
	}
	return f * float64(low), f * float64(high)
}
