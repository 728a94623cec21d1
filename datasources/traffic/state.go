package traffic

// State tells whether a source works, as far as the calls to it show.
type State uint8

// The states.
const (
	// Unused sources have not been called yet, or nobody waited for the reply.
	Unused State = iota
	// OK is every source that is neither of the others.
	OK
	// Failing sources were at fault in the latest calls: the last three, or all that there were.
	Failing
)

// failingAfter is how many faults in a row make a source Failing. One or two happen to every service.
const failingAfter = 3

// String returns the state's name.
func (s State) String() string {
	switch s {
	case OK:
		return "OK"
	case Failing:
		return "FAILING"
	default:
		return "UNUSED"
	}
}

// stateOf judges by the number of calls that were not given up by who asked, and of faults since the last call without one.
func stateOf(calls uint64, faults int) State {
	switch {
	case calls == 0:
		return Unused
	case uint64(faults) >= min(failingAfter, calls):
		return Failing
	default:
		return OK
	}
}
