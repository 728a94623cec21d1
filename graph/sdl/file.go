package sdl

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/diag"
)

// file is a text with its positions. Positions of syntax nodes (ast.Position) hold byte offsets in Start and End, unlike those of
// gqlparser's own parser, which count runes and are off after block strings.
type file struct {
	name, text string
	lines      *diag.Lines
	source     *ast.Source
}

func newFile(name, text string) *file {
	return &file{
		name: name, text: text,
		lines:  diag.NewLines(text),
		source: &ast.Source{Name: name, Input: text},
	}
}

// span returns the span of a byte range.
func (f *file) span(start, end int) diag.Span { return f.lines.Span(f.name, start, end) }

// position returns the position of a byte range for a syntax node.
func (f *file) position(start, end int) *ast.Position {
	p := f.lines.Position(start)
	return &ast.Position{Start: start, End: end, Line: p.Line, Column: p.Column, Src: f.source}
}

// at returns the span of a syntax node of this file; the file itself when the node has no position.
func (f *file) at(p *ast.Position) diag.Span {
	if p == nil {
		return diag.Span{File: f.name}
	}
	return f.span(p.Start, p.End)
}
