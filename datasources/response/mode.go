package response

// Mode says how replies become tables. Sources of all protocols know it.
type Mode uint8

const (
	// Auto scans replies where the selection only picks, and evaluates otherwise.
	Auto Mode = iota
	// EvaluateOnly never scans. Answers are the same; tests compare the two.
	EvaluateOnly
)
