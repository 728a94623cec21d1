package graph

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/weftgraph/weft/graph/execute"
)

// ExplainExtension is the name of the explanation in the answer's `extensions`.
const ExplainExtension = "weft"

// Explain says which explanations of an answer are wanted.
type Explain struct {
	// Plan asks for the plan, Calls for the waterfall of the calls that were made.
	Plan, Calls bool
}

// ParseExplain reads the value of the header Weft-Explain, a list such as "plan, calls". Unknown words are ignored, so that
// clients can ask an older server for more than it knows.
func ParseExplain(header string) Explain {
	var e Explain
	for word := range strings.SplitSeq(header, ",") {
		switch strings.ToLower(strings.TrimSpace(word)) {
		case "plan":
			e.Plan = true
		case "calls":
			e.Calls = true
		}
	}
	return e
}

// Any reports whether anything is wanted.
func (e Explain) Any() bool { return e.Plan || e.Calls }

// explanation is `extensions.weft`.
type explanation struct {
	Plan  json.RawMessage `json:"plan,omitempty"`
	Calls []explainedCall `json:"calls,omitzero"`
}

// explainedCall is one line of the waterfall. Times are milliseconds; the start counts from that of the execution.
type explainedCall struct {
	// Fetch is the number of the fetch in the printed plan.
	Fetch    int     `json:"fetch"`
	Source   string  `json:"source"`
	Request  string  `json:"request"`
	Start    float64 `json:"start"`
	Duration float64 `json:"duration"`
	Status   int     `json:"status,omitempty"`
	Bytes    int     `json:"bytes"`
	Keys     int     `json:"keys"`
	Rows     int     `json:"rows"`
	// Code is that of the error, absent for a success.
	Code string `json:"code,omitempty"`
	// Problems counts what the mapping complained of.
	Problems int `json:"problems,omitempty"`
}

// explanation describes a part of the run's answer.
func (r *Run) explanation(part *execute.Part) explanation {
	var e explanation
	if r.explain.Plan {
		e.Plan = r.prepared.Plan.AppendJSON(nil)
	}
	if r.explain.Calls {
		e.Calls = make([]explainedCall, len(part.Calls))
		for i, c := range part.Calls {
			e.Calls[i] = explainedCall{
				Fetch:    c.Fetch.Number(),
				Source:   c.Source,
				Request:  c.Line,
				Start:    milliseconds(c.Start.Sub(r.started)),
				Duration: milliseconds(c.Duration),
				Status:   c.Status,
				Bytes:    c.Bytes,
				Keys:     c.Keys,
				Rows:     c.Rows,
				Code:     c.Code,
				Problems: c.Problems,
			}
		}
	}
	return e
}

// milliseconds keeps microseconds as the fraction.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
