package rapporteur

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// The rules of disclosure: sums below smallCount are not told, nor anything
// that fewer than minContributors stand behind.
const (
	smallCount      = 5
	minContributors = 3
	tokenSmall      = "<5"
)

// Flags of a published figure, after SDMX CONF_STATUS: free, confidential
// because it is small itself, secondary because it would give another away.
const (
	FlagFree         = "F"
	FlagConfidential = "C"
	FlagSecondary    = "S"
)

// contribution is what one contributor gave for one part.
type contribution struct {
	reply questionReply
	all   []statement
	total interval
}

// aggregate is a sum over contributors.
type aggregate struct {
	value   interval
	behind  int // contributors whose figure is, or may be, more than zero
	sources []Source
}

func (a *aggregate) add(v interval, sources ...Source) {
	a.value = a.value.plus(v)
	if v.high > 0 {
		a.behind++
	}
	a.sources = append(a.sources, sources...)
}

// breakdown is one aggregated breakdown. Its cells and residue always add up
// to the same total, whatever each contributor told: who gave no breakdown, or
// one that contradicts its total, is in the residue whole. Otherwise the
// difference between two sums could be somebody's small number.
type breakdown struct {
	axis         axis
	cells        map[string]*aggregate // by code
	residue      *aggregate            // nil where there is nothing in it
	masks        map[mask]bool
	maskedSum    int // what all masked values together must be, by subtraction
	inconsistent int
}

// mask names one masked value: which contributor, which of its figures.
type mask struct{ contribution, index int }

// breakDown adds up one axis. fold turns codes into the group they are shown
// under; codeResidue puts them into the residue.
func breakDown(given []contribution, a axis, fold func(string) string, source func(contribution, int) Source) breakdown {
	b := breakdown{axis: a, cells: map[string]*aggregate{}, masks: map[mask]bool{}}
	for n, g := range given {
		parts := margin(g.all, a)
		sum := sumOf(parts)
		rest := g.total.low - sum.low
		switch {
		case len(parts) == 0 || !g.total.exact():
			b.toResidue(g.total, source(g, -1))
			continue
		case rest < 0:
			b.inconsistent++
			b.toResidue(g.total, source(g, -1))
			continue
		case !sum.exact() && g.total.low > sum.high: // cannot tell mask from remainder
			b.toResidue(g.total, source(g, -1))
			continue
		}
		b.include(n, g, parts, fold, source)
		switch {
		case !sum.exact():
			b.maskedSum += rest
		case rest > 0:
			b.toResidue(interval{rest, rest}, source(g, -1))
		}
	}
	return b
}

func (b *breakdown) include(n int, g contribution, parts []statement, fold func(string) string, source func(contribution, int) Source) {
	sums := map[string]*aggregate{}
	for _, s := range parts {
		code := fold(s.place[b.axis])
		if sums[code] == nil {
			sums[code] = &aggregate{}
		}
		sums[code].add(s.value, source(g, s.index))
		if !s.value.exact() {
			b.masks[mask{n, s.index}] = true
		}
	}
	for _, code := range slices.Sorted(maps.Keys(sums)) {
		if code == codeResidue {
			b.toResidue(sums[code].value, sums[code].sources...)
			continue
		}
		if b.cells[code] == nil {
			b.cells[code] = &aggregate{}
		}
		b.cells[code].add(sums[code].value, sums[code].sources...)
	}
}

func (b *breakdown) toResidue(v interval, sources ...Source) {
	if b.residue == nil {
		b.residue = &aggregate{}
	}
	b.residue.add(v, sources...)
}

// publishable reports whether every group is large enough and no masked value
// can be worked out.
//
// Whoever subtracts the cells from the total learns what all k masked values
// of the breakdown add up to. Each may still be anything from 0 to 4 when that
// sum lies between 4 and 4·(k−1); otherwise the breakdown is withheld.
func (b breakdown) publishable() bool {
	if len(b.cells) < 2 {
		return false
	}
	for _, cell := range b.cells {
		if cell.value.low < smallCount || cell.behind < minContributors {
			return false
		}
	}
	if b.residue != nil && b.residue.value.low < smallCount {
		return false
	}
	const most = smallCount - 1
	k := len(b.masks)
	return k == 0 || b.maskedSum >= most && b.maskedSum <= most*(k-1)
}

// entangled reports whether two breakdowns share some masked values but not
// all: their difference could lead to one of them.
func (b breakdown) entangled(with breakdown) bool {
	shared := 0
	for m := range b.masks {
		if with.masks[m] {
			shared++
		}
	}
	return shared > 0 && (shared < len(b.masks) || shared < len(with.masks))
}

// headlineForms are the forms of exploitation that are shown by themselves
// where some other form is too small to be. Which forms are joined never
// depends on the figures.
var headlineForms = []string{"SEXUAL_EXPLOITATION", "FORCED_LABOUR"}

func canonicalForm(code string) string {
	return strings.ToUpper(strings.NewReplacer("-", "_", " ", "_").Replace(code))
}

// folds are the groupings in which an axis may be shown, finest first.
func folds(a axis) []func(string) string {
	finest := func(code string) string {
		if residual(a, code) {
			return codeResidue
		}
		return code
	}
	if a != byForm {
		return []func(string) string{finest}
	}
	headlines := func(code string) string {
		if slices.Contains(headlineForms, canonicalForm(code)) {
			return code
		}
		return codeResidue
	}
	return []func(string) string{finest, headlines}
}

// personFigures is everything that may be told about one part that counts
// persons.
type personFigures struct {
	given     []contribution
	total     aggregate
	published []publishedBreakdown
	withheld  []axis
	near      bool // the total is too close to another one to be told
	telling   bool // the total would tell too much beside an earlier report
}

type publishedBreakdown struct {
	breakdown
	folded bool // only the headline groups are shown by themselves
}

// tellable reports whether the total may be given as a figure.
func (p personFigures) tellable() bool {
	return !p.near && !p.telling && p.total.behind >= minContributors && p.total.value.low >= smallCount
}

// disclose decides what may be told. source gives the provenance of a
// contributor's figure, −1 for the whole part.
func disclose(given []contribution, source func(contribution, int) Source) personFigures {
	p := personFigures{given: given}
	for _, g := range given {
		p.total.add(g.total, source(g, -1))
	}
	for _, a := range axes {
		if !slices.ContainsFunc(given, func(g contribution) bool { return len(margin(g.all, a)) > 0 }) {
			continue
		}
		b, ok := p.best(a, source)
		if !ok {
			p.withheld = append(p.withheld, a)
			continue
		}
		p.published = append(p.published, b)
	}
	return p
}

// best is the finest grouping of an axis that may be published.
func (p personFigures) best(a axis, source func(contribution, int) Source) (publishedBreakdown, bool) {
	if !p.tellable() {
		return publishedBreakdown{}, false
	}
	for n, fold := range folds(a) {
		b := publishedBreakdown{breakDown(p.given, a, fold, source), n > 0}
		apart := !slices.ContainsFunc(p.published, func(o publishedBreakdown) bool { return b.entangled(o.breakdown) })
		if apart && b.publishable() {
			return b, true
		}
	}
	return publishedBreakdown{}, false
}

// codes is the groups of a breakdown in the order of showing: women and girls
// before men and boys, ages upwards, forms by code.
func (b breakdown) codes() []string {
	return slices.SortedFunc(maps.Keys(b.cells), func(x, y string) int {
		return cmp.Or(cmp.Compare(firstNumber(x), firstNumber(y)), cmp.Compare(x, y))
	})
}

// firstNumber is the number a band of ages begins with.
func firstNumber(code string) int {
	end := strings.IndexFunc(code, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(code)
	}
	n, err := strconv.Atoi(code[:end])
	if err != nil {
		return -1
	}
	return n
}
