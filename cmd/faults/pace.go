package main

import (
	"context"
	"math"
	"sync"
)

// pace keeps a story and its faults together: a fault of a day may wait some days for its moment, and the story waits
// where faults have fallen far behind.
type pace struct {
	mutex   sync.Mutex
	changed chan struct{} // closed and replaced with every change
	today   int
	done    int  // days whose faults have happened
	granted int  // further days, for faults that would have nothing to break
	waiting bool // the story waits for them
}

// patience is how many days later than its own a fault may happen: so long it waits for its moment.
const patience = 2

func newPace() *pace { return &pace{changed: make(chan struct{}), today: -1} }

// now gives the present day, whether the story waits, and a channel that is closed with the next change.
func (p *pace) now() (today, done int, waiting bool, changed <-chan struct{}) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.today, p.done, p.waiting, p.changed
}

func (p *pace) change(do func()) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	do()
	close(p.changed)
	p.changed = make(chan struct{})
}

// begin begins a day of the story, when the faults of those long before have happened.
func (p *pace) begin(ctx context.Context, day, behind int) {
	p.change(func() { p.today = day })
	for {
		p.mutex.Lock()
		may, changed := p.done+p.granted >= day-behind || ctx.Err() != nil, p.changed
		if p.waiting != !may {
			p.waiting = !may
			close(p.changed)
			p.changed = make(chan struct{})
			changed = p.changed
		}
		p.mutex.Unlock()
		if may {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
}

// reach waits for a day of the story.
func (p *pace) reach(ctx context.Context, day int) {
	for {
		today, _, _, changed := p.now()
		if today >= day || ctx.Err() != nil {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
}

// grant lets the story go on for a day although faults have fallen behind.
func (p *pace) grant() {
	p.change(func() {
		p.granted++
		p.waiting = false
	})
}

// finish notes that the faults of a day have happened.
func (p *pace) finish(day int) { p.change(func() { p.done, p.granted = day+1, 0 }) }

// free lets the story go on for as many days as it has: all faults have happened.
func (p *pace) free() { p.change(func() { p.done = math.MaxInt32 }) }
