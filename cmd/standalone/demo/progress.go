package demo

import (
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress shows how far business time has come.
type progress struct {
	bar   *progressbar.ProgressBar
	from  time.Time
	label string
}

const day = 24 * time.Hour

// start begins the bar: one unit a day of business time.
func (p *progress) start(out io.Writer, from, to time.Time) {
	p.from = from
	p.bar = progressbar.NewOptions(int(to.Sub(from)/day),
		progressbar.OptionSetWriter(out),
		progressbar.OptionSetDescription(p.label),
		progressbar.OptionSetWidth(28),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionThrottle(100*time.Millisecond),
	)
}

// describe says what happens now.
func (p *progress) describe(out io.Writer, label string) {
	p.label = label
	if p.bar == nil {
		_, _ = io.WriteString(out, label+" …\n")
		return
	}
	p.bar.Describe(label)
}

// reach moves the bar to a business time.
func (p *progress) reach(at time.Time) {
	if p.bar != nil {
		p.bar.Describe(at.Format("2 Jan 2006") + "  " + p.label)
		_ = p.bar.Set(min(int(at.Sub(p.from)/day), p.bar.GetMax()))
	}
}

// finish fills the bar.
func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
