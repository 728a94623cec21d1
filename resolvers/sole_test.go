package resolvers //nolint:testpackage // what is kept shows nowhere

import (
	"sync"
	"testing"

	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/table"
)

// sizedCall is a call whose table has room for a number of rows, each of ten bytes.
func sizedCall(rows int) *call {
	c := &call{builder: table.NewBuilder(&table.Shape{Levels: []table.Level{{Types: []string{"T"}, Members: make([]table.Member, 1)}}}, nil)}
	c.builder.Grow(0, rows)
	return c
}

func sizedBatch(calls, rows int) *soleBatch {
	b := &soleBatch{loader: &loader{bound: &boundLoader{batches: &sync.Pool{}}}}
	for range calls {
		b.calls = append(b.calls, sizedCall(rows))
	}
	b.result.Joins = make([]execute.Join, calls)
	return b
}

// kept is how many calls a batch has memory of, and how many bytes their tables have room for.
func kept(b *soleBatch) (calls, bytes int) {
	for _, c := range b.calls[:cap(b.calls)] {
		if c != nil {
			calls++
			bytes += c.builder.Memory()
		}
	}
	return calls, bytes
}

func TestOneGiantRequestLeavesLittle(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ calls, rows, atLeast, atMost int }{
		{3, 10, 3, 3},
		{1, maxKeptBytes, 0, 0},
		{100, maxKeptBytes / 500, 40, 60},
		{100 * maxKeptCalls, 1, 0, maxKeptCalls},
	} {
		b := sizedBatch(tt.calls, tt.rows)
		b.release()
		calls, bytes := kept(b)
		if bytes > maxKeptBytes || calls < tt.atLeast || calls > tt.atMost {
			t.Errorf("%d calls of %d rows leave %d calls with %d bytes", tt.calls, tt.rows, calls, bytes)
		}
		if n := cap(b.result.Joins); n > maxKeptKeys {
			t.Errorf("%d calls leave joins for %d keys", tt.calls, n)
		}
	}
}

// What the last request had no use for counts, too.
func TestWhatRequestsLeaveDoesNotAddUp(t *testing.T) {
	t.Parallel()
	b := sizedBatch(20, 1)
	ld := b.loader
	for n := 20; n > 0; n-- {
		b.loader, b.calls = ld, b.calls[:min(n, len(b.calls))]
		if len(b.calls) > 0 {
			b.calls[len(b.calls)-1] = sizedCall(maxKeptBytes / 20)
		}
		b.release()
	}
	if calls, bytes := kept(b); bytes > maxKeptBytes {
		t.Errorf("%d calls are left with %d bytes", calls, bytes)
	}
}
