package wrk

import (
	"fmt"
	"strings"
	"time"
)

// mark begins the line that the script prints.
const mark = "RESULT "

// Result is what wrk saw.
type Result struct {
	Requests int // that were answered
	Duration time.Duration
	P50, P99 time.Duration
	Errors   int // of connections, and answers with a status that is none of success
}

// parse finds the script's line in wrk's output.
func parse(out string) (Result, error) {
	_, line, found := strings.Cut(out, mark)
	if !found {
		return Result{}, fmt.Errorf("expected a line with %q but wrk printed %q", mark, out)
	}
	line, _, _ = strings.Cut(line, "\n")
	var r Result
	var micros, p50, p99 int64
	if _, err := fmt.Sscanf(line, "%d %d %d %d %d", &r.Requests, &micros, &p50, &p99, &r.Errors); err != nil {
		return Result{}, fmt.Errorf("reading %q: %w", line, err)
	}
	r.Duration = time.Duration(micros) * time.Microsecond
	r.P50, r.P99 = time.Duration(p50)*time.Microsecond, time.Duration(p99)*time.Microsecond
	return r, nil
}
