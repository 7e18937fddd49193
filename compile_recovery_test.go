package rapporteur

import (
	"fmt"
	"maps"
	"math/big"
	"slices"

	"pgregory.net/rapid"
)

// The attacks here know the rules, everybody's shape of answer and everything
// that is published, but no contributor's figures.

// assertMasksStayOpen asserts that each masked value of what is published may
// be 0 as well as 4, given that all breakdowns must add up to the total. It
// looks for two sets of values that fit all equations at once.
func assertMasksStayOpen(t rapid.TB, p personFigures) {
	t.Helper()
	var all []mask
	for _, b := range p.published {
		for m := range b.masks {
			if !slices.Contains(all, m) {
				all = append(all, m)
			}
		}
	}
	slices.SortFunc(all, func(a, b mask) int {
		return slices.Compare([]int{a.contribution, a.index}, []int{b.contribution, b.index})
	})
	for _, target := range all {
		for _, want := range []int{0, smallCount - 1} {
			if !fits(p.published, all, map[mask]int{target: want}) {
				t.Fatalf("the masked value %v cannot be %d", target, want)
			}
		}
	}
}

// fits fills the masked values one after the other so that every breakdown has
// the sum that subtraction gives. Equal or disjoint sets of masks, as they may
// be published, can be filled greedily.
func fits(published []publishedBreakdown, all []mask, values map[mask]int) bool {
	for _, b := range published {
		left := b.maskedSum
		for m := range b.masks {
			left -= values[m]
		}
		for _, m := range all {
			if _, done := values[m]; done || !b.masks[m] {
				continue
			}
			values[m] = max(0, min(left, smallCount-1))
			left -= values[m]
		}
		if left != 0 {
			return false
		}
	}
	return true
}

// assertNoLinearRecovery solves the published sums for every contributor's
// cells. A cell that is determined must not be small.
func assertNoLinearRecovery(t rapid.TB, p personFigures) {
	t.Helper()
	s := &linearSystem{columns: map[string]int{}}
	truth := map[string]int{}
	for _, b := range p.published {
		groups := maps.Clone(b.cells)
		if b.residue != nil {
			groups[codeResidue] = b.residue
		}
		for _, code := range slices.Sorted(maps.Keys(groups)) {
			// The exact part of each sum: for a range, its lower bound.
			row := map[string]int{}
			for n, g := range p.given {
				name := fmt.Sprintf("%d/%d/%s", b.axis, n, code)
				if v, ok := exactShare(b, g, code); ok {
					row[name]++
					truth[name] = v
				}
			}
			s.add(row, groups[code].value.low)
		}
	}
	for name, value := range s.determined() {
		if value.Cmp(big.NewRat(int64(truth[name]), 1)) != 0 {
			t.Fatalf("the attack finds %s for %s, which is %d: the test is wrong", value, name, truth[name])
		}
		if truth[name] < smallCount && truth[name] > 0 {
			t.Fatalf("%s can be worked out: %d", name, truth[name])
		}
	}
}

// exactShare is what one contributor put into the lower bound of a cell.
func exactShare(b publishedBreakdown, g contribution, code string) (int, bool) {
	fold := folds(b.axis)[0]
	if b.folded {
		fold = folds(b.axis)[1]
	}
	one := breakDown([]contribution{g}, b.axis, fold, testSource)
	if code == codeResidue {
		if one.residue == nil {
			return 0, false
		}
		return one.residue.value.low, true
	}
	if one.cells[code] == nil {
		return 0, false
	}
	return one.cells[code].value.low, true
}

// linearSystem is equations with rational coefficients.
type linearSystem struct {
	columns map[string]int
	rows    []map[int]*big.Rat
	right   []*big.Rat
}

func (s *linearSystem) add(row map[string]int, value int) {
	r := map[int]*big.Rat{}
	for _, name := range slices.Sorted(maps.Keys(row)) {
		if _, ok := s.columns[name]; !ok {
			s.columns[name] = len(s.columns)
		}
		r[s.columns[name]] = big.NewRat(int64(row[name]), 1)
	}
	s.rows, s.right = append(s.rows, r), append(s.right, big.NewRat(int64(value), 1))
}

// determined brings the system to reduced echelon form and gives the unknowns
// that have a single value.
func (s *linearSystem) determined() map[string]*big.Rat {
	used := map[int]bool{}
	for column := range len(s.columns) {
		pivot := slices.IndexFunc(s.rows, func(r map[int]*big.Rat) bool { return r[column] != nil })
		for pivot >= 0 && used[pivot] {
			next := slices.IndexFunc(s.rows[pivot+1:], func(r map[int]*big.Rat) bool { return r[column] != nil })
			if next < 0 {
				pivot = -1
				break
			}
			pivot += 1 + next
		}
		if pivot < 0 {
			continue
		}
		used[pivot] = true
		s.eliminate(column, pivot)
	}
	found := map[string]*big.Rat{}
	for name, column := range s.columns {
		for n, row := range s.rows {
			if len(row) == 1 && row[column] != nil {
				found[name] = new(big.Rat).Quo(s.right[n], row[column])
			}
		}
	}
	return found
}

func (s *linearSystem) eliminate(column, pivot int) {
	for n, row := range s.rows {
		if n == pivot || row[column] == nil {
			continue
		}
		factor := new(big.Rat).Quo(row[column], s.rows[pivot][column])
		for at, value := range s.rows[pivot] {
			now := row[at]
			if now == nil {
				now = new(big.Rat)
			}
			if now = new(big.Rat).Sub(now, new(big.Rat).Mul(factor, value)); now.Sign() == 0 {
				delete(row, at)
			} else {
				row[at] = now
			}
		}
		s.right[n] = new(big.Rat).Sub(s.right[n], new(big.Rat).Mul(factor, s.right[pivot]))
	}
}
