package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// How many writes are committed together at most, and how long the first of
// them waits for others to run. Writes that arrive while a commit is on its way
// to the disk make up the next one.
const (
	maxTogether     = 64
	longestTogether = 25 * time.Millisecond
)

var (
	errClosed    = errors.New("the store is closed")
	errAbandoned = errors.New("the function did not return")
)

// committer runs waiting writes one after the other in one transaction, each
// in a savepoint of its own, and commits them together: one wait for the disk
// instead of many. A function that fails or panics undoes only what it did
// itself.
type committer struct {
	on      *connection
	newTx   func(handle) *tx
	queue   chan *waiting // unbuffered: who gives up waiting is simply gone
	closing chan struct{}
	once    sync.Once
	stopped chan struct{}
}

// waiting is a write that waits for its turn. Its function runs in its
// caller's goroutine, so that a panic is the caller's.
type waiting struct {
	turn chan *tx   // the transaction to run in; nil where there is none
	ran  chan error // what the function returned
	done chan error // what Write returns, once committed or undone
}

func newCommitter(on *connection, newTx func(handle) *tx) *committer {
	c := &committer{
		on: on, newTx: newTx, queue: make(chan *waiting),
		closing: make(chan struct{}), stopped: make(chan struct{}),
	}
	go c.loop()
	return c
}

// write waits for its turn, runs the function and waits for the commit.
func (c *committer) write(ctx context.Context, run func(*tx) error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("cannot write: %w", context.Cause(ctx))
	}
	w := &waiting{turn: make(chan *tx, 1), ran: make(chan error, 1), done: make(chan error, 1)}
	select {
	case c.queue <- w:
	case <-ctx.Done():
		return fmt.Errorf("cannot write: %w", context.Cause(ctx))
	case <-c.closing:
		return unavailable(errClosed)
	}
	if t := <-w.turn; t != nil {
		w.run(t, run)
	}
	return <-w.done
}

// run tells what came of the function even when it panics or ends its
// goroutine.
func (w *waiting) run(t *tx, run func(*tx) error) {
	err := errAbandoned
	defer func() { w.ran <- err }()
	err = run(t)
}

// close refuses further writes and waits for the one that runs. It reports
// whether this call closed it.
func (c *committer) close() bool {
	first := false
	c.once.Do(func() {
		first = true
		close(c.closing)
		<-c.stopped
		c.on.discard()
	})
	return first
}

func (c *committer) loop() {
	defer close(c.stopped)
	for {
		select {
		case w := <-c.queue:
			c.together(w)
		case <-c.closing:
			return
		}
	}
}

// together runs the write and those that wait behind it, commits and answers
// them all.
func (c *committer) together(first *waiting) {
	if err := c.on.begin(context.Background(), "BEGIN IMMEDIATE"); err != nil {
		first.turn <- nil
		first.done <- unavailable(err)
		return
	}
	began := time.Now()
	if err := c.alone(first); err != nil {
		c.on.rollback()
		first.done <- err
		return
	}
	members, results := []*waiting{first}, []error{nil}
	var broken error
	for w := c.next(1, began); w != nil; w = c.next(len(members), began) {
		var result error
		result, broken = c.one(w)
		members, results = append(members, w), append(results, result)
		if broken != nil {
			break // before another is taken from the queue
		}
	}
	if broken != nil {
		c.on.rollback()
	} else {
		broken = c.on.commit()
	}
	for n, w := range members {
		if broken != nil {
			w.done <- fmt.Errorf("cannot commit: %w", broken)
		} else {
			w.done <- results[n]
		}
	}
}

// next is the next write to run in the same transaction, nil for none.
func (c *committer) next(n int, began time.Time) *waiting {
	if n >= maxTogether || time.Since(began) > longestTogether {
		return nil
	}
	select {
	case w := <-c.queue:
		return w
	default:
		return nil
	}
}

// alone runs the first write of a transaction, which needs no savepoint: where its
// function fails there is nothing else to keep.
func (c *committer) alone(w *waiting) error {
	t := c.newTx(c.on)
	w.turn <- t
	err := <-w.ran
	t.end()
	return err
}

// one runs a further write in a savepoint. It returns what the function returned, and
// an error where the whole transaction is lost.
func (c *committer) one(w *waiting) (result, broken error) {
	ctx := context.Background()
	if _, err := c.on.ExecContext(ctx, "SAVEPOINT one"); err != nil {
		w.turn <- nil
		return nil, err
	}
	t := c.newTx(c.on)
	w.turn <- t
	result = <-w.ran
	t.end()
	if result != nil {
		// Fails where SQLite has undone the whole transaction by itself, as
		// it does on a full disk.
		if _, err := c.on.ExecContext(ctx, "ROLLBACK TO one"); err != nil {
			return result, errors.Join(t.failed, err)
		}
	}
	_, broken = c.on.ExecContext(ctx, "RELEASE one")
	return result, broken
}
