package sdl

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/mapping"
)

// readText is one mapping of a `@source` or `@connect`, a template's hole included, with its place in the document.
type readText struct {
	mapping *mapping.Mapping
	text    Text
	// code is the code of what is wrong with it.
	code string
	// phase tells which variables it may use.
	phase phase
	// gives is what it has to give.
	gives expectation
}

// phase is when a text is evaluated.
type phase uint8

const (
	// phaseURL: a source's base URL, the same for all requests.
	phaseURL phase = iota
	// phaseRequest: while the request is built.
	phaseRequest
	// phaseSelection: the mapping of a reply to the field's value.
	phaseSelection
	// phaseReply: the success test and the errors.
	phaseReply
	// phaseKey: `batch.by`, on each mapped item.
	phaseKey
)

// textReader reads the mappings and templates of one `@source` or `@connect` and keeps them for the checks that follow.
type textReader struct {
	*builder
	d    *document
	read []readText
	// isBroken tells that a text is there and could not be read; cannotRun, that it was read and makes no sense.
	isBroken, cannotRun bool
}

// argument returns an argument's value; nil when it is absent or null.
func argument(applied *ast.Directive, name string) *ast.Value {
	if a := applied.Arguments.ForName(name); a != nil && a.Value.Kind != ast.NullValue {
		return a.Value
	}
	return nil
}

// child returns a field of an input object; nil when it, or the object, is absent, null or no object.
func child(object *ast.Value, name string) *ast.Value {
	if object == nil || object.Kind != ast.ObjectValue {
		return nil
	}
	if v := object.Children.ForName(name); v != nil && v.Kind != ast.NullValue {
		return v
	}
	return nil
}

// isTrue tells a literal true.
func isTrue(v *ast.Value) bool { return v != nil && v.Kind == ast.BooleanValue && v.Raw == "true" }

// text decodes a string where it stands; ok is false for what is absent or no string, which is reported elsewhere.
func (r *textReader) text(v *ast.Value) (t Text, ok bool) {
	if !isString(v) {
		r.isBroken = r.isBroken || v != nil
		return Text{}, false
	}
	return newText(r.d.file, v.Position.Start, v.Position.End), true
}

// mapping reads a mapping. It returns nil for one that is absent or wrong.
func (r *textReader) mapping(v *ast.Value, code string, phase phase) *mapping.Mapping {
	t, ok := r.text(v)
	if !ok {
		return nil
	}
	m, err := mapping.Parse(t.String(), r.d.Mode)
	if err != nil {
		r.diags.Errorf(code, t.Span(err.Offset, err.End), "%s", err.Message)
		r.isBroken = true
		return nil
	}
	if m.IsEmpty() {
		r.cannotRun = true
		r.diags.Errorf(code, t.Whole(), "the mapping is empty")
	}
	r.read = append(r.read, readText{mapping: m, text: t, code: code, phase: phase})
	return m
}

// gives notes what the mapping that was read last has to give, and returns it; nil is none.
func (r *textReader) gives(e expectation, m *mapping.Mapping) *mapping.Mapping {
	if m != nil {
		r.read[len(r.read)-1].gives = e
	}
	return m
}

// last is the text of the mapping that was read last; there must be one.
func (r *textReader) last() Text { return r.read[len(r.read)-1].text }

// template reads a text with mappings in braces. It returns nil for one that is absent or wrong.
func (r *textReader) template(v *ast.Value, code string, phase phase) *mapping.Template {
	t, ok := r.text(v)
	if !ok {
		return nil
	}
	template, err := mapping.ParseTemplate(t.String(), r.d.Mode)
	if err != nil {
		r.diags.Errorf(code, t.Span(err.Offset, err.End), "%s", err.Message)
		r.isBroken = true
		return nil
	}
	for _, part := range template.Parts() {
		if part.Hole == nil {
			continue
		}
		if part.Hole.IsEmpty() {
			r.diags.Errorf(code, t.Span(part.Offset, part.End), "there is nothing between the braces")
		}
		r.read = append(r.read, readText{
			mapping: part.Hole, text: t.From(part.Offset + 1), code: code, phase: phase, gives: aScalar,
		})
	}
	return template
}

// constantPrefix is the text before the first hole.
func constantPrefix(t *mapping.Template) string {
	if parts := t.Parts(); len(parts) > 0 {
		return parts[0].Text
	}
	return ""
}

// hasHoles reports whether any part of the template is a mapping.
func hasHoles(t *mapping.Template) bool {
	for _, part := range t.Parts() {
		if part.Hole != nil {
			return true
		}
	}
	return false
}
