package traffic

import (
	"math/bits"
	"time"
)

// The buckets of a histogram. Times are counted in units of 1.024 µs. The first subBuckets buckets are one unit wide; each
// octave above is cut into subBuckets equal parts, so that a bucket is at most 1/16 as wide as what it holds is long. The
// last bucket begins at about 133 s and takes all that is longer.
const (
	unitBits      = 10
	subBucketBits = 4
	subBuckets    = 1 << subBucketBits
	octaves       = 23
	buckets       = (octaves + 1) * subBuckets
)

// histogram counts durations. The zero histogram is empty; its owner guards it.
type histogram struct {
	counts [buckets]uint64
	count  uint64
	sum    time.Duration
	max    time.Duration
}

// Latency says how long things took.
type Latency struct {
	// Count is how many were measured; the other numbers are 0 when it is.
	Count uint64
	// Mean and Max are exact. Each percentile is a time that this share of what was measured did not exceed: at most 1/16
	// and a microsecond above the exact one, and never more than Max.
	Mean, P50, P95, P99, Max time.Duration
}

// bucketOf returns the bucket of a duration.
func bucketOf(d time.Duration) int {
	units := uint64(max(d, 0)) >> unitBits
	if units < subBuckets {
		return int(units)
	}
	// The highest bit tells the octave, the bits below it the part of the octave.
	octave := bits.Len64(units) - subBucketBits
	part := int(units>>(octave-1)) & (subBuckets - 1)
	return min(octave*subBuckets+part, buckets-1)
}

// bucketEnd returns the first duration that is too long for a bucket.
func bucketEnd(bucket int) time.Duration {
	if bucket < subBuckets {
		return time.Duration(bucket+1) << unitBits
	}
	octave, part := bucket/subBuckets, bucket%subBuckets
	return time.Duration(subBuckets+part+1) << (octave - 1 + unitBits)
}

func (h *histogram) add(d time.Duration) {
	h.counts[bucketOf(d)]++
	h.count++
	h.sum += d
	h.max = max(h.max, d)
}

// merge adds what another histogram has counted.
func (h *histogram) merge(other *histogram) {
	for i, n := range other.counts {
		h.counts[i] += n
	}
	h.count += other.count
	h.sum += other.sum
	h.max = max(h.max, other.max)
}

func (h *histogram) latency() Latency {
	if h.count == 0 {
		return Latency{}
	}
	return Latency{
		Count: h.count,
		Mean:  h.sum / time.Duration(h.count),
		P50:   h.percentile(50),
		P95:   h.percentile(95),
		P99:   h.percentile(99),
		Max:   h.max,
	}
}

// percentile finds the bucket of the value with the nearest rank and returns the bucket's end.
func (h *histogram) percentile(p uint64) time.Duration {
	rank := (h.count*p + 99) / 100
	var seen uint64
	for i, n := range h.counts {
		if seen += n; seen >= rank {
			if i == buckets-1 {
				return h.max // the last bucket has no end
			}
			return min(bucketEnd(i), h.max)
		}
	}
	return h.max
}
