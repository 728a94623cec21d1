package report

import (
	"math"
	"slices"

	"github.com/weftgraph/weft/bench/measure"
)

// median returns the median of a figure, NaN without samples, and how far the samples
// are apart: (max − min) ÷ median.
func median(samples []measure.Sample, of func(measure.Sample) float64) (m, spread float64) {
	if len(samples) == 0 {
		return math.NaN(), math.NaN()
	}
	values := make([]float64, 0, len(samples))
	for _, s := range samples {
		values = append(values, of(s))
	}
	slices.Sort(values)
	half := len(values) / 2
	m = values[half]
	if len(values)%2 == 0 {
		m = (m + values[half-1]) / 2
	}
	return m, (values[len(values)-1] - values[0]) / m
}
