package main

import (
	"strings"
	"sync"
)

// pulse is told of everything that happens in a run, and lets a fault happen at a moment that is counted in such
// events: with the third mail, when the next step begins.
type pulse struct {
	mutex  sync.Mutex
	seen   map[string]int
	armed  *moment
	closed bool
}

// moment is when a fault is to happen.
type moment struct {
	what string // begin of the event's name
	left int
	act  func() // called in the middle of the event, at once
	come chan struct{}
	hit  bool // it came with its event
}

func newPulse() *pulse { return &pulse{seen: map[string]int{}} }

// beat tells that something happens. Where a fault waits for it, it happens before beat returns.
func (p *pulse) beat(what string) {
	p.mutex.Lock()
	p.seen[what]++
	m := p.armed
	if m == nil || !strings.HasPrefix(what, m.what) {
		p.mutex.Unlock()
		return
	}
	if m.left--; m.left > 0 {
		p.mutex.Unlock()
		return
	}
	p.armed = nil
	p.mutex.Unlock()
	m.hit = true
	m.fire()
}

func (m *moment) fire() {
	m.act()
	close(m.come)
}

// arm has something happen with the n-th event from now whose name begins so, and gives the moment, whose channel is
// closed when it has happened. One at a time.
func (p *pulse) arm(what string, n int, act func()) *moment {
	m := &moment{what: what, left: n, act: act, come: make(chan struct{})}
	p.mutex.Lock()
	now := p.closed
	if !now {
		p.armed = m
	}
	p.mutex.Unlock()
	if now {
		m.fire()
	}
	return m
}

// release has a moment come now, unless it has come. What else is armed goes on waiting.
func (p *pulse) release(m *moment) {
	p.mutex.Lock()
	waits := p.armed == m
	if waits {
		p.armed = nil
	}
	p.mutex.Unlock()
	if waits {
		m.fire()
	}
	<-m.come
}

// flush has what waits happen now, and all that is armed from now on at once, until reopened.
func (p *pulse) flush() {
	p.mutex.Lock()
	m := p.armed
	p.armed, p.closed = nil, true
	p.mutex.Unlock()
	if m != nil {
		m.fire()
	}
}

// reopen lets faults wait for their moments again.
func (p *pulse) reopen() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.closed = false
}

// count is how often something happened.
func (p *pulse) count(what string) int {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.seen[what]
}
