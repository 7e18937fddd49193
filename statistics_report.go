package rapporteur

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// The report of a cycle adds up what everybody answered, also who lets nothing
// be quoted. Whoever subtracts from such a sum what the statistics tell of single
// States knows what the others have together: of one that is left, exactly. So
// statistics are told beside a report only as far as enough is left.

// reportedPart is the figures of one part of all answers, which a report may add
// up.
type reportedPart struct {
	indicator string
	given     []contribution
	areas     map[ContributorID]string
	cells     func(Figure) (statisticCell, bool) // where a figure is in the statistics
	sums      [][]portion                        // what a report may tell, once that is reckoned
}

// portion is what one contributor has in a sum of the report.
type portion struct {
	who    ContributorID
	value  int
	places []statisticCell // of which statistics could tell it; none where they could not
}

// toldKey names one statistic.
type toldKey struct {
	area, indicator string
	cell            statisticCell
}

func (s Statistic) key() toldKey {
	return toldKey{s.Area, s.Indicator, statisticCell{s.Dimension, s.Category, s.Sex, s.Age}}
}

// blockKey names everything that statistics tell of one State and indicator.
type blockKey struct{ area, indicator string }

// besideReport leaves out States by indicator until no sum of the report tells,
// beside what is left and what was published before, a figure that is withheld.
// It gives what is left, in the same order.
func besideReport(all []Statistic, earlier []Release, parts []reportedPart) []Statistic {
	year := ""
	if len(all) > 0 {
		year = all[0].Year
	}
	settled := map[toldKey]bool{} // told before, and not to be taken back
	for _, release := range earlier {
		for _, s := range release.Statistics {
			if s.Year == year && !s.Withheld() {
				settled[s.key()] = true
			}
		}
	}
	for n, p := range parts {
		parts[n].sums = p.reported()
	}
	for {
		v := view{values: map[toldKey]string{}, blocks: map[blockKey]bool{}, settled: settled}
		for _, s := range all {
			v.values[s.key()], v.blocks[blockKey{s.Area, s.Indicator}] = s.Value, true
		}
		out, found := v.leftOut(parts)
		if !found {
			return all
		}
		all = slices.DeleteFunc(slices.Clone(all), func(s Statistic) bool { return blockKey{s.Area, s.Indicator} == out })
	}
}

// view is what somebody has who reads the statistics.
type view struct {
	values  map[toldKey]string
	blocks  map[blockKey]bool
	settled map[toldKey]bool
}

// leftOut is the State and indicator that has to go first; false where nothing
// has.
func (v view) leftOut(parts []reportedPart) (blockKey, bool) {
	for _, p := range parts {
		for _, sum := range p.sums {
			if out, found := v.against(p, sum); found {
				return out, true
			}
		}
	}
	return blockKey{}, false
}

// against looks whether a sum gives somebody away, and chooses who is left out
// then: of those told the one with the least, and where nobody is told, one
// whose token says too much.
func (v view) against(p reportedPart, sum []portion) (blockKey, bool) {
	var rest, told []portion
	for _, s := range sum {
		if v.tells(p, s) {
			told = append(told, s)
		} else {
			rest = append(rest, s)
		}
	}
	if !v.leaks(p, rest) {
		return blockKey{}, false
	}
	slices.SortStableFunc(told, func(a, b portion) int { return cmp.Compare(a.value, b.value) })
	for _, s := range slices.Concat(told, rest) {
		block := blockKey{p.areas[s.who], p.indicator}
		fixed := slices.ContainsFunc(s.places, func(c statisticCell) bool { return v.settled[toldKey{block.area, block.indicator, c}] })
		if v.blocks[block] && !fixed {
			return block, true
		}
	}
	return blockKey{}, false // nothing can be done that would help
}

// tells reports whether a portion is known from the statistics.
func (v view) tells(p reportedPart, s portion) bool {
	for _, c := range s.places {
		key := toldKey{p.areas[s.who], p.indicator, c}
		_, err := strconv.Atoi(v.values[key])
		if err != nil && !v.settled[key] {
			return false
		}
	}
	return len(s.places) > 0
}

// most is the largest count that a portion may be for who reads its tokens; false
// where there is no limit.
func (v view) most(p reportedPart, s portion) (int, bool) {
	sum := 0
	for _, c := range s.places {
		limit, masked := strings.CutPrefix(v.values[toldKey{p.areas[s.who], p.indicator, c}], "<")
		n, err := strconv.Atoi(limit)
		if !masked || err != nil {
			return 0, false
		}
		sum += n - 1
	}
	return sum, len(s.places) > 0
}

// leaks reports whether what several portions add up to says too much of one of
// them: fewer values than a small count could have, to somebody who takes tokens
// for small counts and, where that cannot be, to somebody who knows that some are
// not. Of fewer than three each knows too much of the others.
func (v view) leaks(p reportedPart, rest []portion) bool {
	if len(rest) > 0 && len(rest) < minContributors {
		return true
	}
	sum, most, unlimited := 0, 0, 0
	for _, s := range rest {
		sum += s.value
		if n, limited := v.most(p, s); limited {
			most += n
		} else {
			unlimited++
		}
	}
	contradiction := unlimited == 0 && most < sum
	for _, s := range rest {
		low, high := 0, sum
		if n, limited := v.most(p, s); limited && !contradiction {
			high = min(high, n)
			if unlimited == 0 {
				low = max(0, sum-(most-n))
			}
		} else if !limited && unlimited == 1 {
			low = max(0, sum-most)
		}
		if high-low < smallCount-1 {
			return true
		}
	}
	return false
}

// reported is the sums that a report may tell of a part, each as its portions:
// the total, and the cells and the remainder of every breakdown that may be
// published. What somebody has masked has no portion: the report does not know it
// either.
func (p reportedPart) reported() [][]portion {
	source := func(g contribution, index int) Source {
		return Source{Contributor: g.reply.who.id, Version: index}
	}
	figures := disclose(p.given, source)
	if !figures.tellable() {
		return nil
	}
	var all [][]portion
	add := func(of func(contribution) *aggregate) {
		var sum []portion
		for _, g := range p.given {
			if a := of(g); a != nil && a.value.exact() {
				sum = append(sum, portion{g.reply.who.id, a.value.low, p.places(g, a.sources)})
			}
		}
		all = append(all, sum)
	}
	add(func(g contribution) *aggregate {
		return &aggregate{value: g.total, sources: []Source{source(g, -1)}}
	})
	for _, b := range figures.published {
		fold := folds(b.axis)[0]
		if b.folded {
			fold = folds(b.axis)[1]
		}
		single := func(g contribution) breakdown { return breakDown([]contribution{g}, b.axis, fold, source) }
		for _, code := range b.codes() {
			add(func(g contribution) *aggregate { return single(g).cells[code] })
		}
		if b.residue != nil {
			add(func(g contribution) *aggregate { return single(g).residue })
		}
	}
	return all
}

// places is where in the statistics the figures of a portion are. For a whole part
// that is its total; whoever knows that is taken to know also what is left of it
// beside a breakdown.
func (p reportedPart) places(g contribution, sources []Source) []statisticCell {
	var places []statisticCell
	for _, source := range sources {
		at := place{codeTotal, codeTotal, codeTotal}
		if n := slices.IndexFunc(g.all, func(s statement) bool { return s.index == source.Version }); source.Version >= 0 && n >= 0 {
			at = g.all[n].place
		}
		if cell, ok := p.cells(Figure{Sex: at[bySex], Age: at[byAge], Form: at[byForm]}); ok {
			places = append(places, cell)
		} else {
			return nil
		}
	}
	return places
}
