package mapping

import "github.com/weftgraph/weft/graph/value"

// Evaluations are bounded, because a few nested calls of ->map can multiply the
// sizes of inputs that come from the network, and a row of
// ->echo([@, @]) doubles its input each time. What is counted is roughly the
// elements visited, plus the parts of what is built.
const (
	// baseFuel is what every evaluation may use, whatever its input.
	baseFuel = 1 << 24
	// fuelPerByte is what it may use besides, for each byte of its input and its
	// variables, so that large inputs have no more difficulties than small ones.
	fuelPerByte = 4
	// maxInputSize is the size from which inputs give no more fuel.
	maxInputSize = 1 << 28
	// objectFuel and fieldFuel pay for what an object takes in memory.
	objectFuel = 4
	fieldFuel  = 2
	// maxText is how long a string that a method builds may be, in bytes.
	maxText = 1 << 27
	// textPerFuel is the length of text that costs as much as one element.
	textPerFuel = 32
)

// spend pays for visited elements and reports whether the evaluation may go on.
// Once it may not, every loop ends at its next element.
func (ev *evaluator) spend(elements int) bool {
	if ev.fuel < elements && !ev.refuelled {
		ev.refuel()
	}
	if ev.fuel <= 0 {
		return false
	}
	ev.fuel -= elements
	if ev.fuel <= 0 {
		ev.fuel = 0
		ev.problem("The mapping visits too many elements")
	}
	return ev.fuel > 0
}

// refuel adds what the sizes of the input and the variables allow. Most
// evaluations never come here, so that measuring costs them nothing.
func (ev *evaluator) refuel() {
	ev.refuelled = true
	size := ev.input.SizeUpTo(maxInputSize)
	if ev.env != nil {
		for i := range ev.env.Vars {
			size += ev.env.Vars[i].SizeUpTo(maxInputSize)
		}
	}
	ev.fuel += size * fuelPerByte
}

// spendText pays for a text of that length, which must not be longer than
// maxText.
func (ev *evaluator) spendText(length int) bool {
	if length >= maxText {
		ev.problem("The mapping builds a text that is too long")
		return false
	}
	return ev.spend(length / textPerFuel)
}

// equal compares two values numerically if they are numbers, else strictly.
func (ev *evaluator) equal(a, b value.Value) bool {
	return ev.comparable(a, b) && value.EqualNumeric(a, b)
}

// strictEqual compares two values strictly.
func (ev *evaluator) strictEqual(a, b value.Value) bool {
	return ev.comparable(a, b) && value.Equal(a, b)
}

// comparable pays for comparing two arrays or objects, whose parts may be
// shared so often that they could never be compared one by one.
func (ev *evaluator) comparable(a, b value.Value) bool {
	if a.Kind() != b.Kind() || a.Len() != b.Len() || a.Len() == 0 {
		return true // at the price of a scalar
	}
	limit := ev.fuel
	if !ev.refuelled {
		limit += maxInputSize
	}
	return ev.spend(a.SizeUpTo(limit))
}
