package traffic

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestBucketsCoverAllDurationsWithoutGaps(t *testing.T) {
	t.Parallel()
	if bucketOf(-time.Second) != 0 || bucketOf(0) != 0 {
		t.Error("what took no time is not in the first bucket")
	}
	for b := range buckets - 1 {
		end := bucketEnd(b)
		if bucketOf(end-1) != b || bucketOf(end) != b+1 {
			t.Fatalf("bucket %d ends at %s, but %d and %d hold what is around it", b, end, bucketOf(end-1), bucketOf(end))
		}
	}
	if bucketOf(1<<62) != buckets-1 {
		t.Error("what takes forever is not in the last bucket")
	}
}

// Percentiles of random durations of all sizes are never below the exact ones, and above them by the histogram's error only.
func TestPercentilesAreExactWithinTheError(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 1))
		var h histogram
		all := make([]time.Duration, 1+random.IntN(2000))
		for i := range all {
			// Evenly over the octaves, from nanoseconds to minutes.
			all[i] = time.Duration(1 + random.Int64N(1<<(1+random.IntN(36))))
			h.add(all[i])
		}
		slices.Sort(all)
		got := h.latency()
		for p, shown := range map[int]time.Duration{50: got.P50, 95: got.P95, 99: got.P99} {
			exact := all[(len(all)*p+99)/100-1]
			if shown < exact || shown > exact+exact/subBuckets+1<<unitBits {
				t.Errorf("seed %d: p%d of %d is %s, exactly %s", seed, p, len(all), shown, exact)
			}
		}
		if got.Max != all[len(all)-1] || got.Count != uint64(len(all)) {
			t.Errorf("seed %d: %d measured, at most %s", seed, got.Count, got.Max)
		}
	}
}

func TestMergedHistogramIsThatOfAll(t *testing.T) {
	t.Parallel()
	var a, b, all histogram
	random := rand.New(rand.NewPCG(1, 1))
	for i := range 1000 {
		d := time.Duration(random.Int64N(int64(time.Second)))
		all.add(d)
		if i%3 == 0 {
			a.add(d)
		} else {
			b.add(d)
		}
	}
	a.merge(&b)
	if a != all {
		t.Error("the merged histogram differs")
	}
}

func TestLatencyOfNothingIsNothing(t *testing.T) {
	t.Parallel()
	if got := (&histogram{}).latency(); got != (Latency{}) {
		t.Errorf("%+v", got)
	}
}
