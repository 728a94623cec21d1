package cost

// DefaultListSize is the size of lists that nothing is known of.
const DefaultListSize = 10

// Control says what is done with costs. The zero Control does nothing.
type Control struct {
	// Enabled tells that each operation's cost is estimated before it runs.
	Enabled bool
	// Enforce refuses operations beyond Max; otherwise they only are noticed.
	Enforce bool
	// ListSize is the size of lists that nothing is known of; 0 means DefaultListSize.
	ListSize int
	// Max is the most that an operation may cost; 0 means any.
	Max int64
}
