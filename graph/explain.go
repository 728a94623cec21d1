package graph

import (
	"encoding/json"
	"maps"
	"strings"
	"time"

	"github.com/weftgraph/weft/graph/cost"
	"github.com/weftgraph/weft/graph/execute"
)

// ExplainExtension is the name of the explanation in the answer's `extensions`.
const ExplainExtension = "weft"

// Explain says which explanations of an answer are wanted.
type Explain struct {
	// Plan asks for the plan, which comes with the cost; Calls for the waterfall of the calls that were made; Cost for the cost alone.
	Plan, Calls, Cost bool
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
		case "cost":
			e.Cost = true
		}
	}
	return e
}

// Any reports whether anything is wanted.
func (e Explain) Any() bool { return e.Plan || e.Calls || e.Cost }

// asksCost tells whether the cost is wanted.
func (e Explain) asksCost() bool { return e.Plan || e.Cost }

// explanation is `extensions.weft`. Its members and those of its calls are a public contract.
type explanation struct {
	Plan  json.RawMessage `json:"plan,omitempty"`
	Calls []explainedCall `json:"calls,omitzero"`
	Cost  *explainedCost  `json:"cost,omitempty"`
}

// explainedCall is one line of the waterfall. Times are milliseconds with microseconds as their fraction; the start counts
// from when the query was given, so that what comes before the first call is parsing and planning.
type explainedCall struct {
	// Fetch is the number of the fetch in the printed plan; of fetches that share the call, the first.
	Fetch  int    `json:"fetch"`
	Source string `json:"source"`
	// Kind is "http", "grpc", "soap" or "go".
	Kind string `json:"kind"`
	// Connector is the connector's coordinate.
	Connector string  `json:"connector"`
	Request   string  `json:"request"`
	Start     float64 `json:"start"`
	// Duration includes waiting for a free slot.
	Duration float64 `json:"duration"`
	// Status is that of HTTP or the number of the gRPC code, absent when no reply came.
	Status *int `json:"status,omitempty"`
	Bytes  int  `json:"bytes"`
	Keys   int  `json:"keys"`
	Rows   int  `json:"rows"`
	// Code is that of the error, absent for a success.
	Code string `json:"code,omitempty"`
	// Problems counts what the mapping complained of.
	Problems int `json:"problems,omitempty"`
	// Shared tells that another request had made the call, Cached that the reply was remembered.
	Shared bool `json:"shared"`
	Cached bool `json:"cached"`
}

// explainedCost is what the operation costs. Max is absent where operations may cost anything.
type explainedCost struct {
	Estimated int64 `json:"estimated"`
	Actual    int64 `json:"actual"`
	Max       int64 `json:"max,omitempty"`
}

// explanation describes an answer that has these rows and that these calls have made.
func (r *Run) explanation(calls []execute.Call, rows cost.Rows) explanation {
	var e explanation
	if r.explain.Plan {
		e.Plan = r.prepared.Plan.AppendJSON(nil)
	}
	if r.explain.Calls {
		e.Calls = make([]explainedCall, len(calls))
		for i := range calls {
			e.Calls[i] = r.explainCall(&calls[i])
		}
	}
	if r.explain.asksCost() && rows != nil {
		e.Cost = r.explainCost(rows)
	}
	return e
}

// explainShared returns the extensions of an answer that another request's calls have made, with the run's own explanation. Of the
// time that a call took it shows the part since the run was begun, which is how long the run has waited for it.
func (r *Run) explainShared(extensions map[string]any, calls []execute.Call, rows cost.Rows) map[string]any {
	waited := make([]execute.Call, len(calls))
	for i, c := range calls {
		end := c.Start.Add(c.Duration)
		if c.Start.Before(r.started) {
			c.Start = r.started
		}
		c.Duration = max(0, end.Sub(c.Start))
		c.Shared = true
		waited[i] = c
	}
	own := maps.Clone(extensions)
	own[ExplainExtension] = r.explanation(waited, rows)
	return own
}

func (r *Run) explainCall(c *execute.Call) explainedCall {
	return explainedCall{
		Fetch:     c.Fetch.Number(),
		Source:    c.Source,
		Kind:      strings.ToLower(c.Kind.String()),
		Connector: c.Coordinate,
		Request:   c.Line,
		Start:     milliseconds(c.Start.Sub(r.started)),
		Duration:  milliseconds(c.Duration),
		Status:    statusOf(c),
		Bytes:     c.Bytes,
		Keys:      c.Keys,
		Rows:      c.Rows,
		Code:      c.Code,
		Problems:  c.Problems,
		Shared:    c.Shared,
		Cached:    c.Cached,
	}
}

// statusOf returns the status of a call's reply. A gRPC success has the number 0, and so has what never came.
func statusOf(c *execute.Call) *int {
	if c.Status == 0 && c.Code != "" {
		return nil
	}
	return &c.Status
}

// milliseconds keeps microseconds as the fraction.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
