package resolvers

import (
	"github.com/weftgraph/weft/datasources/traffic"
	"github.com/weftgraph/weft/graph/sdl"
)

// Status is what operators may know of a live source. It holds no secrets.
type Status struct {
	// Origin is where its calls go, "scheme://host:port", with the configuration's override; empty when that is not known
	// before a call.
	Origin string
	// Traffic counts its calls; nil for a source that makes none. It outlives the Sources when another generation uses the
	// same source.
	Traffic *traffic.Source
}

// Status returns what is known of a source of the graph.
func (s *Sources) Status(id sdl.SourceID) Status {
	return Status{Origin: s.settings[id].Origin(), Traffic: s.traffic[id]}
}
