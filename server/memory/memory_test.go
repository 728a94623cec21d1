package memory

import (
	"runtime"
	"runtime/debug"
	"testing"
)

func TestTheLessStaysTheMoreGarbageComesTogether(t *testing.T) {
	t.Parallel()
	for live, want := range map[uint64]int{
		0: 400, 1 << 20: 400, 4 << 20: 400, 8 << 20: 200, 16 << 20: usualPercent, 1 << 30: usualPercent,
	} {
		if got := percentFor(live); got != want {
			t.Errorf("%d bytes stay: %d, want %d", live, got, want)
		}
	}
}

// It changes the process, so it is not parallel to anything.
func TestPaceFollowsTheHeap(t *testing.T) { //nolint:paralleltest // it changes the process's collector
	before := debug.SetGCPercent(usualPercent)
	defer debug.SetGCPercent(before)
	current := func() int {
		percent := debug.SetGCPercent(usualPercent)
		debug.SetGCPercent(percent)
		return percent
	}
	runtime.GC()
	newPace().follow()
	if got := current(); got <= usualPercent {
		t.Fatalf("a small heap has %d", got)
	}
	kept := make([]byte, 4*garbage)
	for i := 0; current() != usualPercent; i++ {
		if i == 1000 {
			t.Fatalf("a large heap has %d", current())
		}
		runtime.GC()
		runtime.Gosched()
	}
	runtime.KeepAlive(kept)
}
