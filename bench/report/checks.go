package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/weftgraph/weft/bench/measure"
)

// checks returns what one request alone has shown.
func (p Params) checks() string {
	latency := fmt.Sprintf("at %d ms a call: ms", measure.CheckLatency.Milliseconds())
	t := newTable(3, "scenario", "peer", "answer", "ms", "calls", "waves", latency, "what was called")
	for _, s := range p.Scenarios {
		for _, c := range p.Results.Checks {
			if c.Scenario != s.Name {
				continue
			}
			if c.Wrong != "" {
				t.row(s.Name, c.Peer, "WRONG", nothing, nothing, nothing, nothing, nothing)
				continue
			}
			t.row(s.Name, c.Peer, "right", inMilliseconds(c.Alone), fmt.Sprint(c.Calls.Total), fmt.Sprint(c.Calls.Waves), inMilliseconds(c.Delayed), called(c.Calls.Calls))
		}
	}
	return "\n## One request alone: answer, time, calls upstream, and the waves that they come in\n\n" + t.String()
}

func called(calls map[string]int) string {
	var out []string
	for _, route := range slices.Sorted(maps.Keys(calls)) {
		out = append(out, fmt.Sprintf("%s×%d", route, calls[route]))
	}
	return strings.Join(out, " ")
}

func inMilliseconds(d time.Duration) string {
	return figure(float64(d.Microseconds()) / 1000)
}
