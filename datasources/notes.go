package datasources

import "github.com/weftgraph/weft/graph/diag"

// Noter is a Source with something to say about itself, or its contract, that is no reason not to use it.
type Noter interface {
	// Notes returns warnings that hold whatever is bound, and always the same ones. Those without a line are about the source as a whole.
	Notes() []diag.Diagnostic
}

// NotesOf returns the notes of a source, pooled or not; nil for one that is no Noter.
func NotesOf(s Source) []diag.Diagnostic {
	if g, ok := s.(*guardedSource); ok {
		s = g.Source
	}
	if n, ok := s.(Noter); ok {
		return n.Notes()
	}
	return nil
}
