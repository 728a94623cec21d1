package suite

import (
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
)

// Coverage tells what the tests that a Runner ran have seen of one connector.
type Coverage struct {
	// Coordinate is the connector's.
	Coordinate string
	// Tests counts the tests that named it.
	Tests int
	// Fields counts the fields that its selection gives, at any depth, and Unseen are the paths of those that no test has seen
	// with a value other than null.
	Fields int
	Unseen []string
}

// seen is what the tests of one connector have seen.
type seen struct {
	tests int
	paths map[string]bool
}

// note remembers what a mapped value had.
func (r *Runner) note(c *sdl.Connector, mapped value.Value) {
	s := r.seen[c.ID]
	if s == nil {
		s = &seen{paths: map[string]bool{}}
		r.seen[c.ID] = s
	}
	s.tests++
	s.note("", mapped)
}

func (s *seen) note(path string, v value.Value) {
	for _, e := range v.Elems() {
		s.note(path, e)
	}
	for _, f := range v.Fields() {
		if f.Value.IsNull() {
			continue
		}
		s.paths[path+f.Name] = true
		s.note(path+f.Name+".", f.Value)
	}
}

// Coverage returns one entry for each connector of the graph, in the order of the documents.
func (r *Runner) Coverage() []Coverage {
	var out []Coverage
	for id := 1; id < len(r.graph.Connectors); id++ {
		c := &r.graph.Connectors[id]
		s := r.seen[c.ID]
		if s == nil {
			s = &seen{}
		}
		entry := Coverage{Coordinate: c.Call.Coordinate, Tests: s.tests}
		counted := map[string]bool{}
		count(c.Outputs, "", func(path string) {
			if counted[path] {
				return // several arms may have it
			}
			counted[path] = true
			entry.Fields++
			if !s.paths[path] {
				entry.Unseen = append(entry.Unseen, path)
			}
		})
		out = append(out, entry)
	}
	return out
}

// count visits the fields of an output, those of its arms included.
func count(out *mapping.Output, path string, visit func(path string)) {
	if out == nil {
		return
	}
	for _, f := range out.Fields {
		visit(path + f.Name)
		count(f.Output, path+f.Name+".", visit)
	}
	for _, arm := range out.Arms {
		count(arm.Output, path, visit)
	}
}
