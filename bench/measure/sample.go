package measure

import "time"

// Sample is what was seen of one cell in one round.
type Sample struct {
	Peer        string `json:"peer"`
	Scenario    string `json:"scenario"`
	Connections int    `json:"connections"`
	Round       int    `json:"round"`
	// Rate is the requests answered each second.
	Rate float64 `json:"rate"`
	// CPU is the gateway's own for each request, user and system, in microseconds.
	CPU float64 `json:"cpuMicros"`
	// Busy is the gateway's CPU time over the wall's: 1 is one core.
	Busy float64 `json:"busy"`
	// P50 and P99 are percentiles of the latency in milliseconds.
	P50 float64 `json:"p50Ms"`
	P99 float64 `json:"p99Ms"`
	// RSS is the gateway's memory in megabytes at the end of the cell.
	RSS float64 `json:"rssMB"`
	// Calls are those upstream for each request.
	Calls float64 `json:"calls"`
	// Others is how many cores foreign processes used meanwhile.
	Others float64 `json:"others"`
	Errors int     `json:"errors"`
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
