package main

import (
	"strings"
	"sync"
)

// pulse is told of everything that happens in a run, and lets a fault happen at a moment that is counted in such
// events: with the third mail, when the next step begins.
type pulse struct {
	mutex sync.Mutex
	armed *moment
}

// moment is when a fault is to happen.
type moment struct {
	what string // begin of the event's name
	left int
	act  func() // called in the middle of the event, at once
	come chan struct{}
	hit  bool // it came with its event
}

func newPulse() *pulse { return &pulse{} }

// beat tells that something happens. Where a fault waits for it, it happens before beat returns.
func (p *pulse) beat(what string) {
	p.mutex.Lock()
	m := p.armed
	if m == nil || !strings.HasPrefix(what, m.what) {
		p.mutex.Unlock()
		return
	}
	m.left--
	if m.left > 0 {
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
	p.armed = m
	p.mutex.Unlock()
	return m
}

// loosen has a moment come with whatever happens next.
func (p *pulse) loosen(m *moment) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	m.what, m.left = "", 1
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
