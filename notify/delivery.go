package notify

import (
	"context"
	"errors"
	"sync"
	"time"
)

// parcel is a mail ready to go: envelope and content.
type parcel struct {
	from    string   // <mailbox@domain>
	to      []string // the same
	invalid int      // contacts whose address is none
	content []byte
}

// deliver hands one mail over and says how many of its recipients the server
// did not take. See Mail.Send for when that is an error.
func (s *session) deliver(ctx context.Context, p parcel) (leftOut int, err error) {
	defer s.guard(ctx)()
	if err := s.client.UpdateDeadline(remaining(ctx)); err != nil {
		return 0, s.begun(ctx, err)
	}
	if err := s.client.Mail(p.from); err != nil {
		return 0, s.begun(ctx, err)
	}
	leftOut, err = s.recipients(ctx, p.to)
	if err != nil {
		return 0, undelivered(err)
	}
	w, err := s.client.Data()
	if err != nil {
		return 0, undelivered(explain(ctx, "DATA", err))
	}
	if _, err := w.Write(p.content); err != nil {
		return 0, undelivered(explain(ctx, "the message", err))
	}
	if err := w.Close(); err != nil {
		return 0, undelivered(explain(ctx, "the message", err))
	}
	return leftOut, nil
}

// begun judges a failure at the first word of a mail. On a kept connection it
// says that the connection has ended, unless the server refuses the mail.
func (s *session) begun(ctx context.Context, err error) error {
	cause := explain(ctx, "MAIL", err)
	var a answer
	if s.kept && ctx.Err() == nil && (!errors.As(cause, &a) || !a.permanent()) {
		return errStale
	}
	return undelivered(cause)
}

// recipients names the recipients and counts those that the server does not
// take. It fails when none is left, with the answer that leaves most hope.
func (s *session) recipients(ctx context.Context, to []string) (leftOut int, err error) {
	var worst error
	for _, address := range to {
		failure := s.client.Rcpt(address)
		if failure == nil {
			continue
		}
		cause := explain(ctx, "RCPT", failure)
		var a answer
		if !errors.As(cause, &a) {
			return 0, cause
		}
		leftOut++
		if worst == nil || !a.permanent() {
			worst = a
		}
	}
	if leftOut == len(to) {
		return 0, worst
	}
	return leftOut, nil
}

const (
	// maxIdle is how many connections are kept for the next letters.
	maxIdle = 4
	// idleFor is how long one is kept; servers close theirs after minutes.
	idleFor = 20 * time.Second
)

// pool keeps connections between letters.
type pool struct {
	mu   sync.Mutex
	keep int // how many
	idle []*session
}

// take is the connection that was used last, or nil.
func (p *pool) take() *session {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) == 0 {
		return nil
	}
	s := p.idle[len(p.idle)-1]
	p.idle = p.idle[:len(p.idle)-1]
	s.expiry.Stop()
	return s
}

// settle keeps a connection that did well, and ends any other: after a failure
// nobody knows where in the protocol both sides stand.
func (p *pool) settle(s *session, err error) {
	if err != nil {
		s.drop()
		return
	}
	p.mu.Lock()
	full := len(p.idle) >= p.keep
	if !full {
		s.kept = true
		s.expiry = time.AfterFunc(idleFor, func() { p.expire(s) })
		p.idle = append(p.idle, s)
	}
	p.mu.Unlock()
	if full {
		s.quit()
	}
}

// expire ends a connection that nobody took in time.
func (p *pool) expire(s *session) {
	p.mu.Lock()
	n := len(p.idle)
	for i, kept := range p.idle {
		if kept == s {
			p.idle = append(p.idle[:i:i], p.idle[i+1:]...)
			break
		}
	}
	gone := len(p.idle) < n
	p.mu.Unlock()
	if gone {
		s.quit()
	}
}

// close ends every kept connection.
func (p *pool) close() {
	p.mu.Lock()
	idle := p.idle
	p.idle = nil
	p.mu.Unlock()
	for _, s := range idle {
		s.expiry.Stop()
		s.quit()
	}
}
