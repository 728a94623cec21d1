package datasources

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

type testKey struct{}

func TestDetachedHasTheValuesButNotTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		parent, cancel := context.WithTimeout(context.WithValue(t.Context(), testKey{}, 7), time.Second)
		d := Detach(parent, time.Minute)
		cancel()
		if d.Err() != nil || d.Value(testKey{}) != 7 {
			t.Errorf("%v, %v", d.Err(), d.Value(testKey{}))
		}
		if end, ok := d.Deadline(); !ok || end != time.Now().Add(time.Minute) {
			t.Errorf("it ends at %v", end)
		}
		start := time.Now()
		<-d.Done()
		if time.Since(start) != time.Minute || !errors.Is(d.Err(), context.DeadlineExceeded) {
			t.Errorf("%v after %v", d.Err(), time.Since(start))
		}
		if cause := context.Cause(d); !errors.Is(cause, context.DeadlineExceeded) {
			t.Errorf("the cause is %v", cause)
		}
	})
}

func TestDetachedEndsOnce(t *testing.T) {
	t.Parallel()
	d := Detach(t.Context(), time.Minute)
	d.End(context.Canceled)
	d.End(context.DeadlineExceeded)
	<-d.Done() // made after the end
	if !errors.Is(d.Err(), context.Canceled) {
		t.Error(d.Err())
	}
}

func TestContextsBelowADetachedEndWithIt(t *testing.T) {
	t.Parallel()
	for name, derive := range map[string]func(context.Context) (context.Context, context.CancelFunc){
		"cancel": context.WithCancel,
		"timeout": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Hour)
		},
		"detached by hand": func(ctx context.Context) (context.Context, context.CancelFunc) {
			below := Detach(ctx, time.Hour)
			stop := AfterFunc(ctx, func() { below.End(context.Canceled) })
			return below, func() { stop(); below.End(context.Canceled) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := Detach(t.Context(), time.Minute)
			below, cancel := derive(d)
			defer cancel()
			d.End(context.Canceled)
			<-below.Done()
			late, cancelLate := derive(d)
			defer cancelLate()
			<-late.Done()
		})
	}
}

func TestFunctionsAreCalledAfterTheEndUnlessStopped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := Detach(t.Context(), time.Minute)
		called := make([]int, 4)
		stops := make([]func() bool, 3)
		for i := range stops {
			stops[i] = AfterFunc(d, func() { called[i]++ })
		}
		if !stops[1]() || stops[1]() {
			t.Error("a function is not stopped, or twice")
		}
		d.End(context.Canceled)
		AfterFunc(d, func() { called[3]++ })
		synctest.Wait()
		if called[0] != 1 || called[1] != 0 || called[2] != 1 || called[3] != 1 {
			t.Errorf("calls: %v", called)
		}
		if stops[0]() {
			t.Error("what was called is stopped")
		}
	})
}

// What follows is the same work with contexts of the standard library, to compare.
func BenchmarkDetached(b *testing.B) {
	parent, cancel := context.WithCancel(b.Context())
	defer cancel()
	b.Run("detached", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			d := Detach(parent, time.Minute)
			stop := AfterFunc(d, func() {})
			stop()
			d.End(context.Canceled)
		}
	})
	b.Run("context", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(parent), time.Minute)
			stop := context.AfterFunc(ctx, func() {})
			stop()
			cancel()
		}
	})
}
