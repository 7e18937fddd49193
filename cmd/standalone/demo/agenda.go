package demo

import (
	"container/heap"
	"context"
	"time"
)

// act is something that somebody does at a business time.
type act struct {
	at  time.Time
	who string // orders acts of the same moment
	do  func(ctx context.Context) error
}

// agenda is what is still to be done, earliest first.
type agenda []act

// Len, Less, Swap, Push and Pop make an agenda a heap.
func (a agenda) Len() int { return len(a) }

// Less orders by time, then by name.
func (a agenda) Less(i, j int) bool {
	if !a[i].at.Equal(a[j].at) {
		return a[i].at.Before(a[j].at)
	}
	return a[i].who < a[j].who
}

// Swap exchanges two acts.
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }

// Push adds an act.
func (a *agenda) Push(x any) {
	if next, ok := x.(act); ok {
		*a = append(*a, next)
	}
}

// Pop removes the last act.
func (a *agenda) Pop() any {
	old := *a
	last := old[len(old)-1]
	*a = old[:len(old)-1]
	return last
}

// add plans an act.
func (a *agenda) add(at time.Time, who string, do func(context.Context) error) {
	heap.Push(a, act{at: at, who: who, do: do})
}

// next removes the earliest moment's acts.
func (a *agenda) next() (time.Time, []act) {
	at := (*a)[0].at
	var acts []act
	for a.Len() > 0 && (*a)[0].at.Equal(at) {
		acts = append(acts, (*a)[0])
		heap.Pop(a)
	}
	return at, acts
}
