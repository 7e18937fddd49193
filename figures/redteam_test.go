package figures

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// choosers are what an attacker takes of several figures for the same.
var choosers = map[string]func([]int) []int{
	"first": func(n []int) []int { return n[:1] },
	"last":  func(n []int) []int { return n[len(n)-1:] },
	"sum":   func(n []int) []int { return n },
}

// method is a way to reason from equations. It says which it used.
type method func(*victim, []equation) ([]span, []equation)

func byIntervals(v *victim, e []equation) ([]span, []equation) { return v.intervals(e) }

func byElimination(v *victim, e []equation) ([]span, []equation) {
	_, consistent := v.intervals(e)
	return v.eliminate(consistent), consistent
}

func byProgramming(v *victim, e []equation) ([]span, []equation) { return v.feasible(e) }

// attack is a campaign against a file.
type attack struct {
	name  string
	with  method
	bold  bool // also take what has no row for nought
	quick bool // one way to read the file is enough
}

var (
	narrowing   = attack{name: "intervals", with: byIntervals, bold: true}
	solving     = attack{name: "elimination", with: byElimination}
	programming = attack{name: "linear programming", with: byProgramming, quick: true}
)

// recovered is the withheld rows that an attack gives a single value from what
// is told. What has one value whatever is told, because the parts of its sum
// have no rows, is not recovered.
func (a attack) recovered(rows []Row, read reader, random *rand.Rand) map[int]bool {
	found := map[int]bool{}
	for name, choose := range choosers {
		for _, mainOnly := range []bool{false, true} {
			if a.quick && (mainOnly || name != "last") {
				continue
			}
			for _, v := range victims(rows, read, mainOnly, a.bold, choose) {
				spans, used := a.with(v, v.shuffled(random))
				if a.quick && len(used) < len(v.equations) {
					continue // which of the figures are wrong is anybody's guess
				}
				pinned := func(n int) bool { return v.withheld(n) && spans[n].low >= spans[n].high }
				if !slices.ContainsFunc(positions(spans), pinned) {
					continue
				}
				blind, _ := a.with(v.blind(), used)
				for n := range spans {
					if pinned(n) && blind[n].low < blind[n].high {
						found[v.rows[n]] = true
					}
				}
			}
		}
	}
	return found
}

func positions(s []span) []int {
	all := make([]int, len(s))
	for n := range all {
		all[n] = n
	}
	return all
}

// blind is the same block for somebody to whom nothing is told.
func (v *victim) blind() *victim {
	b := &victim{rows: v.rows, equations: v.equations, spans: slices.Clone(v.spans)}
	for n := range b.spans {
		if !v.withheld(n) {
			b.spans[n] = span{0, nobodyKnows}
		}
	}
	return b
}

// insider knows which rows of a publication are companions, whatever its flags
// say.
func insider(before []Row, p Publication) reader {
	r := reader{companions: map[int]bool{}}
	for n := range p.Rows {
		if _, told := p.Rows[n].Number(); !told {
			v, exact := before[n].Number()
			limit, _ := below(p.Rows[n].Value)
			r.companions[n] = exact && v >= limit
		}
	}
	return r
}

// outsider believes the flags: what is secondary is not small.
func outsider(p Publication) reader {
	r := reader{companions: map[int]bool{}, from: p.threshold()}
	for n, f := range p.Flags {
		r.companions[n] = f == rapporteur.FlagSecondary
	}
	return r
}

func (p Publication) threshold() int {
	for _, r := range p.Rows {
		if n, ok := below(r.Value); ok {
			return n
		}
	}
	return 0
}

// TestRedTeamRecoversUNODCsOwnPublication proves that the attacks can succeed.
func TestRedTeamRecoversUNODCsOwnPublication(t *testing.T) {
	rows := publicRows(t)
	if tried, got := naive(rows); tried != 506 || got != 409 {
		t.Errorf("subtraction recovers %d of %d, want 409 of 506", got, tried)
	}
	for _, a := range []attack{narrowing, solving, programming} {
		got := len(a.recovered(rows, reader{}, rand.New(rand.NewPCG(1, 1))))
		t.Logf("%s: %d", a.name, got)
		if got < 1000 {
			t.Errorf("%s recovers only %d figures", a.name, got)
		}
	}
}

// TestRedTeamRecoversNothing attacks what is published of the whole file, as
// somebody who takes every token for a small count, as somebody who believes the
// flags, and as somebody who knows even which figures are companions.
func TestRedTeamRecoversNothing(t *testing.T) {
	rows := publicRows(t)
	for _, class := range []Class{National, Group} {
		p, err := Suppress(rows, Disclosure{Class: class})
		if err != nil {
			t.Fatal(err)
		}
		if tried, got := naive(p.Rows); got != 0 {
			t.Errorf("subtraction recovers %d of %d", got, tried)
		}
		for _, c := range []struct {
			attack attack
			who    string
			reader reader
		}{
			{narrowing, "every token is small", reader{}},
			{narrowing, "flags", outsider(p)},
			{narrowing, "companions are known", insider(rows, p)},
			{solving, "companions are known", insider(rows, p)},
			{programming, "companions are known", insider(rows, p)},
		} {
			t.Run(string(class)+", "+c.attack.name+", "+c.who, func(t *testing.T) {
				if testing.Short() && (c.attack.quick || class != National) {
					t.Skip("takes long")
				}
				for seed := range c.attack.orders() {
					for n := range c.attack.recovered(p.Rows, c.reader, rand.New(rand.NewPCG(2, seed))) {
						t.Errorf("row %d of the figures can be worked out: %v", n+1, p.Rows[n])
					}
				}
			})
		}
	}
}

// orders is in how many orders of its equations an attack is tried. What
// intervals narrow depends on it only where equations contradict each other.
func (a attack) orders() uint64 {
	if a.name == solving.name {
		return 3
	}
	return 1
}

// TestRedTeamRecoversNothingFromTwoPublications publishes the file, revises it
// and publishes it again, and attacks both with what the other one tells.
func TestRedTeamRecoversNothingFromTwoPublications(t *testing.T) {
	rows := publicRows(t)
	first, err := Suppress(rows, Disclosure{})
	if err != nil {
		t.Fatal(err)
	}
	now := revised(rows, rand.New(rand.NewPCG(1, 4)))
	careless, err := Suppress(now, Disclosure{})
	if err != nil {
		t.Fatal(err)
	}
	second, err := Suppress(now, Disclosure{Published: [][]Row{first.Rows}})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d figures told, %d where nobody remembers, %d given away before", toldCount(second.Rows), toldCount(careless.Rows), second.Exposed)
	// The first publication gives nothing away; what was revised since may look so.
	if second.Exposed > len(rows)/1000 {
		t.Errorf("%d figures are called given away", second.Exposed)
	}
	random := rand.New(rand.NewPCG(1, 5))
	if got := len(recoveredFromBoth(first.Rows, careless.Rows, random)); got < 100 {
		t.Errorf("only %d figures are recovered where the second publication forgets the first: the attack is too weak", got)
	}
	for n := range recoveredFromBoth(first.Rows, second.Rows, random) {
		t.Errorf("row %d can be worked out: %q, then %q", n+1, first.Rows[n].Value, second.Rows[n].Value)
	}
}

// revised is the figures a year later: some are a few more, some were corrected,
// and some that were small are not any more.
func revised(rows []Row, random *rand.Rand) []Row {
	now := slices.Clone(rows)
	for n, r := range now {
		value, exact := r.Number()
		switch {
		case random.IntN(10) > 0:
		case !exact:
			now[n].Value = strconv.Itoa(5 + random.IntN(20))
		default:
			now[n].Value = strconv.Itoa(max(0, value+random.IntN(9)-4))
		}
	}
	return now
}

func toldCount(rows []Row) int {
	count := 0
	for _, r := range rows {
		if _, exact := r.Number(); exact {
			count++
		}
	}
	return count
}

// recoveredFromBoth attacks each publication with the figures that only the
// other one tells.
func recoveredFromBoth(first, second []Row, random *rand.Rand) map[int]bool {
	found := map[int]bool{}
	for _, p := range [][2][]Row{{first, second}, {second, first}} {
		both := slices.Clone(p[0])
		for n := range both {
			if _, exact := both[n].Number(); !exact {
				both[n].Value = p[1][n].Value
			}
		}
		for n := range narrowing.recovered(both, reader{}, random) {
			found[n] = true
		}
	}
	return found
}

// TestRedTeamNeedsCompanions tells some companions, and then all.
func TestRedTeamNeedsCompanions(t *testing.T) {
	rows := publicRows(t)
	p, err := Suppress(rows, Disclosure{})
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for n := range insider(rows, p).companions {
		if insiderKnows := p.Rows[n].Value != rows[n].Value; insiderKnows && told < 500 {
			p.Rows[n].Value = rows[n].Value
			told++
		}
	}
	if got := len(narrowing.recovered(p.Rows, reader{}, rand.New(rand.NewPCG(1, 3)))); got < 100 {
		t.Errorf("%d companions told, and only %d figures are recovered: the attack is too weak", told, got)
	}
}
