package form

import "github.com/weftgraph/weft/graph/mapping"

// Understands reports whether a mapping could be read to its end.
func Understands(m *mapping.Mapping) bool {
	r := &reader{
		scanner: scanner{text: m.Text()}, mode: m.Mode(),
		in: Inputs{Variable: func(string) Form { return Of(Unknown) }},
	}
	_, ok := r.mapping()
	return ok
}
