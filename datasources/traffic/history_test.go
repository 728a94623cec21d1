package traffic

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestHistoryShowsCompleteSecondsOnly(t *testing.T) {
	t.Parallel()
	var h history
	h.at(1000).add(2 * time.Millisecond)
	h.at(1000).add(4 * time.Millisecond)
	h.at(1002).fails++
	h.at(1003).add(time.Second) // it is still 1003
	got := h.before(time.Unix(1003, 999), 4)
	want := History{
		From:   time.Unix(999, 0),
		Counts: []int{0, 2, 0, 0},
		Errors: []int{0, 0, 0, 1},
		Mean:   []time.Duration{0, 3 * time.Millisecond, 0, 0},
		Max:    []time.Duration{0, 4 * time.Millisecond, 0, 0},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestHistoryForgetsWhatIsOlderThanTheRing(t *testing.T) {
	t.Parallel()
	var h history
	for s := range int64(1000) {
		h.at(5000 + s).add(time.Millisecond)
	}
	got := h.before(time.Unix(6000, 0), 10_000)
	if len(got.Counts) != HistorySeconds-1 || got.From.Unix() != 6000-(HistorySeconds-1) {
		t.Errorf("%d seconds from %s", len(got.Counts), got.From)
	}
	for i, n := range got.Counts {
		if n != 1 {
			t.Errorf("second %d has %d", i, n)
		}
	}
	if later := h.before(time.Unix(6000+HistorySeconds, 0), 60); cmp.Diff(make([]int, 60), later.Counts) != "" {
		t.Errorf("what is long ago is shown: %v", later.Counts)
	}
	if none := h.before(time.Unix(6000, 0), -1); len(none.Counts) != 0 {
		t.Errorf("%d seconds for a negative number", len(none.Counts))
	}
}
