package scenario

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Graph names a graph that a gateway serves while it is measured.
type Graph string

// The graphs.
const (
	// Posts is users, posts, comments and todos by REST: what most gateways can do.
	Posts Graph = "posts"
	// Shop is the example shop: REST, gRPC and SOAP.
	Shop Graph = "shop"
)

// Graphs lists the graphs in the order in which they are measured.
func Graphs() []Graph { return []Graph{Posts, Shop} }

// Scenario is one operation with its circumstances. It is immutable.
type Scenario struct {
	Name  string
	About string
	Graph Graph
	Query string
	// IDs makes requests differ: $id goes from 1 to it. 0 is an operation without
	// variables.
	IDs int
	// Latency is the upstream's while the scenario is loaded.
	Latency time.Duration

	answer func(ctx context.Context, o *Oracle, id int) any
}

// All returns the scenarios in the order of the tables.
func All() ([]Scenario, error) {
	page, err := page()
	if err != nil {
		return nil, err
	}
	return append(posts(), page), nil
}

// Choose returns those that a comma-separated list names, or all for "".
func Choose(all []Scenario, names string) ([]Scenario, error) {
	if names == "" {
		return all, nil
	}
	var out []Scenario
	for name := range strings.SplitSeq(names, ",") {
		i := slices.IndexFunc(all, func(s Scenario) bool { return s.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no scenario %q", name)
		}
		out = append(out, all[i])
	}
	return out, nil
}

// Bodies returns the requests that are sent in turn.
func (s Scenario) Bodies() []string {
	query, _ := json.Marshal(s.Query) // a string can always be written
	if s.IDs == 0 {
		return []string{fmt.Sprintf(`{"query":%s}`, query)}
	}
	out := make([]string, 0, s.IDs)
	for id := 1; id <= s.IDs; id++ {
		out = append(out, fmt.Sprintf(`{"query":%s,"variables":{"id":%d}}`, query, id))
	}
	return out
}
