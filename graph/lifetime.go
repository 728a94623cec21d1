package graph

import (
	"context"
	"math"
	"sync"
	"sync/atomic"
)

// lifetime counts the runs of a generation, so that whoever has replaced it knows when its sources are not used any more.
type lifetime struct {
	// runs counts those that have begun and are not closed. Once the generation is over it is far below zero.
	runs atomic.Int64
	// watched tells that somebody waits for the count to become zero, which left is told then.
	watched atomic.Bool
	left    chan struct{}

	retire  sync.Once
	retired chan struct{}
}

func newLifetime() *lifetime {
	return &lifetime{left: make(chan struct{}, 1), retired: make(chan struct{})}
}

// over is added to the count of a generation that is over: no number of runs that come too late makes it positive again.
const over = math.MinInt64 / 2

// enter counts a run in; it tells whether the generation still takes runs.
func (l *lifetime) enter() bool {
	if l.runs.Add(1) > 0 {
		return true
	}
	l.runs.Add(-1)
	return false
}

// leave counts a run out.
func (l *lifetime) leave() {
	if l.runs.Add(-1) == 0 && l.watched.Load() {
		select {
		case l.left <- struct{}{}:
		default: // it has been told
		}
	}
}

// Retire says that the generation has been replaced for so long that what still goes on with it, which can only be streams, is to end.
// It may be called more than once.
func (g *Generation) Retire() { g.life.retire.Do(func() { close(g.life.retired) }) }

// Retired is closed by Retire. Transports then end the streams of the generation in a way that makes clients ask again.
func (g *Generation) Retired() <-chan struct{} { return g.life.retired }

// End waits until no run of a generation that has been replaced is open, and tells whether that happened before ctx was over. Then the
// generation is over: Begin refuses, so that its sources can be closed. One goroutine may wait.
func (g *Generation) End(ctx context.Context) bool {
	l := g.life
	l.watched.Store(true)
	for !l.runs.CompareAndSwap(0, over) {
		select {
		case <-l.left:
		case <-ctx.Done():
			return false
		}
	}
	return true
}
