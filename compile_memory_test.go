package rapporteur

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestBesideAnEarlierReport(t *testing.T) {
	before := [][]Figure{sexes(100, 60, 40), sexes(200, 120, 80), sexes(300, 180, 120), sexes(400, 240, 160)}
	with := func(changes map[int][]Figure) [][]Figure {
		now := slices.Clone(before)
		for n, figures := range changes {
			now[n] = figures
		}
		return now
	}
	for _, tc := range []struct {
		name  string
		now   [][]Figure
		total bool // told
		bySex bool
	}{
		{"the same", before, true, true},
		{"one corrects", with(map[int][]Figure{0: sexes(107, 64, 43)}), false, false},
		{"one more answers", append(slices.Clone(before), sexes(50, 30, 20)), false, false},
		{"one more had none", append(slices.Clone(before), sexes(0, 0, 0)), true, true},
		{"one withdraws", with(map[int][]Figure{3: nil}), false, false},
		{"two correct", with(map[int][]Figure{0: sexes(107, 64, 43), 1: sexes(230, 140, 90)}), false, false},
		{"three correct", with(map[int][]Figure{0: sexes(107, 64, 43), 1: sexes(230, 140, 90), 2: sexes(330, 190, 140)}), true, true},
		{"three correct by few", with(map[int][]Figure{0: sexes(101, 61, 40), 1: sexes(201, 121, 80), 2: sexes(301, 181, 120)}), false, false},
		{"one moves between the sexes", with(map[int][]Figure{0: sexes(100, 50, 50)}), true, false},
		{"all is new", [][]Figure{sexes(110, 50, 60), sexes(190, 100, 90), sexes(333, 183, 150), sexes(410, 230, 180)}, true, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			earlier, p := disclose(given(before...), testSource), disclose(given(tc.now...), testSource)
			p.beside(earlier)
			if p.tellable() != tc.total {
				t.Errorf("the total is told: %t, want %t", p.tellable(), tc.total)
			}
			if told := p.tellable() && len(p.published) == 1; told != tc.bySex {
				t.Errorf("the breakdown is told: %t, want %t", told, tc.bySex)
			}
			if tc.total && !tc.bySex && !slices.Contains(p.withheld, bySex) {
				t.Error("nothing says that the breakdown is withheld")
			}
		})
	}
}

// TestNothingIsLearntFromTwoReports subtracts two reports of the same States, of
// which some have changed their figures.
func TestNothingIsLearntFromTwoReports(t *testing.T) {
	count := rapid.OneOf(rapid.IntRange(0, 9), rapid.IntRange(0, 300))
	rapid.Check(t, func(t *rapid.T) {
		draw := func() []Figure {
			f, m := count.Draw(t, "women"), count.Draw(t, "men")
			return sexes(f+m, f, m)
		}
		before := make([][]Figure, rapid.IntRange(3, 8).Draw(t, "states"))
		for n := range before {
			before[n] = draw()
		}
		now := slices.Clone(before)
		for n := range now {
			if rapid.IntRange(0, 3).Draw(t, "changes") == 0 {
				now[n] = draw()
			}
		}
		earlier, p := disclose(given(before...), testSource), disclose(given(now...), testSource)
		p.beside(earlier)
		if !p.tellable() || !earlier.tellable() {
			return
		}
		learnt := func(what string, sum func([]Figure) int) {
			changed, difference := 0, 0
			for n := range now {
				if d := sum(now[n]) - sum(before[n]); d != 0 {
					changed++
					difference += max(d, -d)
				}
			}
			if changed > 0 && (changed < minContributors || difference < smallCount) {
				t.Fatalf("the difference of the %s tells of %d States that changed by %d", what, changed, difference)
			}
		}
		learnt("totals", func(f []Figure) int { return f[0].Low })
		if len(p.published) > 0 && len(earlier.published) > 0 {
			learnt("women", func(f []Figure) int { return f[1].Low })
			learnt("men", func(f []Figure) int { return f[2].Low })
		}
	})
}

// TestAReportRemembersTheOneBefore compiles the next cycle's report.
func TestAReportRemembersTheOneBefore(t *testing.T) {
	figuresOf := func(in Compilation) (texts string, tables int) {
		t.Helper()
		r, err := Compile(in)
		if err != nil {
			t.Fatal(err)
		}
		var walk func([]ReportSection)
		walk = func(sections []ReportSection) {
			for _, s := range sections {
				for _, b := range s.Blocks {
					if b.Table != nil {
						tables++
					} else {
						texts += b.Paragraph.Text + "\n"
					}
				}
				walk(s.Sections)
			}
		}
		walk(r.Sections)
		return texts, tables
	}
	before, next := compileFixture(), compileFixture()
	next.Cycle.ID = "s-res-2388-2017/op34/2019"
	text, alone := figuresOf(next)
	const telling = "beside an earlier report it would tell"
	if alone == 0 || strings.Contains(text, telling) {
		t.Fatalf("%d tables are told where nothing is remembered:\n%s", alone, text)
	}
	next.Earlier = []Compilation{before}
	if text, tables := figuresOf(next); tables != alone || strings.Contains(text, telling) {
		t.Errorf("the same figures again have %d tables, want %d:\n%s", tables, alone, text)
	}
	for n, a := range next.Accepted {
		if a.Submission.Contributor == "state-01" {
			doc := *compileReply(1)
			doc.Answers["Q3.4"] = Answer{Status: StatusYes, Values: Values{{Name: "identified", Value: Value{Figures: compileFigures(60, 20, 9)}}}}
			next.Accepted[n].Document = doc
		}
	}
	text, tables := figuresOf(next)
	if !strings.Contains(text, telling) || tables >= alone {
		t.Errorf("one State corrected its figures, and %d tables are told:\n%s", tables, text)
	}
}
