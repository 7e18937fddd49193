package figures

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// anyFigures draws the figures of one State and year, mostly of tables that add
// up, with rows missing, rows that contradict, and rows given twice.
func anyFigures(t *rapid.T) []Row {
	count := rapid.OneOf(rapid.IntRange(0, 4), rapid.IntRange(0, 4), rapid.IntRange(0, 12), rapid.IntRange(0, 200))
	ages := []string{"0 to 17 years", "18 years or over"}
	sexes := rapid.SampledFrom([][]string{{"Female", "Male"}, {"Female", "Male"}, {"Female", "Male", "Other"}}).Draw(t, "sexes")
	var lines []string
	margin := map[[4]string]int{}
	add := func(dimension, category, sex, age string, n int) {
		margin[[4]string{dimension, category, sex, age}] += n
	}
	forms := []string{"Sexual exploitation", "Forced labour", "Other forms of exploitation"}[:rapid.IntRange(1, 3).Draw(t, "forms")]
	for _, form := range forms {
		for _, sex := range sexes {
			for _, age := range ages {
				n := count.Draw(t, "n")
				for _, s := range []string{sex, "Total"} {
					for _, a := range []string{age, "Total"} {
						add("by form of exploitation", form, s, a, n)
						add("Total", "Total", s, a, n)
					}
				}
			}
		}
	}
	for key, n := range margin {
		lines = append(lines, key[0]+"|"+key[1]+"|"+key[2]+"|"+key[3]+"|"+strconv.Itoa(n))
	}
	slices.Sort(lines)
	rows := figuresOf(lines...)
	rows = slices.DeleteFunc(rows, func(Row) bool { return rapid.IntRange(0, 9).Draw(t, "gone") == 0 })
	for n := range rows {
		switch rapid.IntRange(0, 19).Draw(t, "what") {
		case 0:
			rows[n].Value = "<5"
		case 1: // it does not add up any more
			rows[n].Value = strconv.Itoa(count.Draw(t, "other"))
		case 2:
			twin := rows[n]
			twin.Value = strconv.Itoa(count.Draw(t, "twin"))
			rows = append(rows, twin)
		}
	}
	return rows
}

func suppressed(t *rapid.T, rows []Row, d Disclosure) Publication {
	p, err := Suppress(rows, d)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func anyClass(t *rapid.T) Class {
	return rapid.SampledFrom([]Class{National, Subnational}).Draw(t, "class")
}

// TestWhatIsPublishedIsTrueAndLarge also covers that rows stay what and where
// they were.
func TestWhatIsPublishedIsTrueAndLarge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, class := anyFigures(t), anyClass(t)
		p := suppressed(t, rows, Disclosure{Class: class})
		for n, r := range p.Rows {
			value, told := r.Number()
			if told && (r.Value != rows[n].Value || value < class.Threshold()) {
				t.Fatalf("row %d: %q published for %q", n, r.Value, rows[n].Value)
			}
			if !told && r.Value != class.Token() {
				t.Fatalf("row %d: token %q", n, r.Value)
			}
			r.Value = rows[n].Value
			if r != rows[n] {
				t.Fatalf("row %d changed: %s", n, cmp.Diff(rows[n], r))
			}
		}
	})
}

func TestSuppressingAgainChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		class := anyClass(t)
		once := suppressed(t, anyFigures(t), Disclosure{Class: class})
		again := suppressed(t, once.Rows, Disclosure{Class: class})
		if diff := cmp.Diff(once.Rows, again.Rows); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestOrderOfRowsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := anyFigures(t)
		order := rapid.Permutation(positionsOf(rows)).Draw(t, "order")
		mixed := make([]Row, len(rows))
		for n, at := range order {
			mixed[n] = rows[at]
		}
		straight, other := suppressed(t, rows, Disclosure{}), suppressed(t, mixed, Disclosure{})
		for n, at := range order {
			if straight.Rows[at] != other.Rows[n] {
				t.Fatalf("row %d is %q in one order and %q in another", at, straight.Rows[at].Value, other.Rows[n].Value)
			}
		}
	})
}

func positionsOf(rows []Row) []int {
	all := make([]int, len(rows))
	for n := range all {
		all[n] = n
	}
	return all
}

func TestAttacksRecoverNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, class := anyFigures(t), anyClass(t)
		p := suppressed(t, rows, Disclosure{Class: class})
		random := rand.New(rand.NewPCG(1, rapid.Uint64().Draw(t, "seed")))
		for who, read := range map[string]reader{"tokens": {}, "flags": outsider(p), "companions": insider(rows, p)} {
			for n := range narrowing.recovered(p.Rows, read, random) {
				t.Fatalf("%s: row %d of\n%v\ncan be worked out from\n%v", who, n, values(rows), values(p.Rows))
			}
		}
	})
}

// TestSmallFiguresStayOpen: where figures add up, each small one may be any
// small count.
func TestSmallFiguresStayOpen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := anyFigures(t)
		p := suppressed(t, rows, Disclosure{})
		read := insider(rows, p)
		for _, v := range victims(p.Rows, read, false, false, choosers["last"]) {
			spans, used := v.intervals(v.equations)
			if len(used) < len(v.equations) {
				continue // it does not add up
			}
			for n, s := range spans {
				if v.withheld(n) && !read.companions[v.rows[n]] && (s.low > 0 || s.high < 4) {
					t.Fatalf("row %d of\n%v\nlies within %v by\n%v", v.rows[n], values(rows), s, values(p.Rows))
				}
			}
		}
	})
}
