package staff

import (
	"time"

	"github.com/rapporteur/rapporteur"
)

// The chart of a cycle's calendar: months across, one line for each stage of the
// way to the report and one for the rungs. The table below has all of it.
const (
	chartWidth = 960
	chartLeft  = 190 // for the names of the lines
	chartRow   = 30
	chartHead  = 26
)

// chart is the drawing, in its own units.
type chart struct {
	Width, Height int
	Months        []chartMark // where each month begins
	Lines         []chartLine
	Rungs         []chartMark
	RungsY        int
	Today         int // 0 where it lies outside
	Target        chartMark
}

type chartMark struct {
	X, Y int
	Text string
	Done bool
}

// chartLine is one stage: its bar, and up to where it may go.
type chartLine struct {
	Y, X, Width int
	Latest      int
	Text        string
	Done, Late  bool
	Title       string
}

// chartOf draws a schedule. One without stages has no chart.
func chartOf(s rapporteur.Schedule) chart {
	if len(s.Path) == 0 {
		return chart{}
	}
	from, to := s.Cycle.Plan.Date(rapporteur.DateOpens).AddDays(-7), s.Path[len(s.Path)-1].Latest
	for _, l := range s.Path {
		if l.Expected.After(to) {
			to = l.Expected
		}
	}
	to = to.AddDays(10)
	days := max(1, to.DaysSince(from))
	x := func(d rapporteur.Date) int { return chartLeft + d.DaysSince(from)*(chartWidth-chartLeft)/days }
	c := chart{Width: chartWidth, RungsY: chartHead + len(s.Path)*chartRow, Height: chartHead + (len(s.Path)+1)*chartRow + 8}
	first := rapporteur.Date{Year: from.Year, Month: from.Month, Day: 1}
	every := 1 + days/420 // in long cycles not every month has its name
	for n := every; !first.AddMonths(n).After(to); n += every {
		month := first.AddMonths(n)
		c.Months = append(c.Months, chartMark{X: x(month), Text: month.Start().Format("Jan")})
		if month.Month == time.January || n == every {
			c.Months[len(c.Months)-1].Text = month.Start().Format("Jan 2006")
		}
	}
	for n, l := range s.Path {
		c.Lines = append(c.Lines, chartLine{
			Y: chartHead + n*chartRow, X: x(l.From), Width: max(2, x(l.Expected)-x(l.From)), Latest: x(l.Latest), Text: l.Label,
			Done: !l.Done.IsZero(), Late: l.Slack < 0, Title: l.Label + ": " + l.From.Words() + " to " + l.Expected.Words(),
		})
	}
	for _, e := range s.Entries {
		if e.Rung != nil {
			c.Rungs = append(c.Rungs, chartMark{X: x(e.Date.Date), Text: noticeName(e.Rung.Rung.Notice) + ", " + e.Date.Date.Words(), Done: !e.Done.IsZero()})
		}
	}
	if today := rapporteur.DateOf(s.Now); !today.Before(from) && !today.After(to) {
		c.Today = x(today)
	}
	target := s.Path[len(s.Path)-1].Latest
	c.Target = chartMark{X: x(target), Text: target.Words()}
	return c
}
