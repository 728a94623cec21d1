package sdl

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/mapping"
)

// checkUnresolved reports each field of an object type that the document itself does not resolve: that is neither connected, nor
// produced by a selection, nor part of a resolvable key (Connectors specification 8.4). In our own dialect such a field has a
// warning, which takes the other documents into account; see package supply.
func (b *builder) checkUnresolved(d *document) {
	if d.Dialect != Public {
		return
	}
	r := resolved{d: d, fields: map[*ast.FieldDefinition]bool{}, seen: map[selected]bool{}}
	for _, c := range d.connectors {
		r.connector(c)
	}
	for _, t := range d.order {
		r.keys(t)
	}
	for _, t := range d.order {
		if t.kind != ast.Object || t.isBroken || d.federation(t.directives, "external") != nil {
			continue
		}
		for _, f := range t.fields {
			if !r.fields[f] && d.federation(f.Directives, "external") == nil {
				b.errorf(CodeUnresolvedField, f.Position,
					"no connector resolves %s.%s: connect it, or let a selection give it", t.name, f.Name)
			}
		}
	}
}

// resolved gathers the fields that a document resolves.
type resolved struct {
	d      *document
	fields map[*ast.FieldDefinition]bool
	// seen are the outputs that have been looked at as a type.
	seen map[selected]bool
}

// connector marks what a connector gives.
func (r resolved) connector(c *readConnector) {
	if c.field == nil {
		r.output(c.Outputs, c.on)
		return
	}
	r.fields[c.field] = true
	r.output(c.Outputs, r.d.types[c.field.Type.Name()])
}

// output marks what an output gives for a type; t is nil for what has no fields.
func (r resolved) output(o *mapping.Output, t *docType) {
	if o == nil || t == nil || !t.isComposite() || r.seen[selected{o, t.name}] {
		return
	}
	r.seen[selected{o, t.name}] = true
	switch {
	case r.d.Mode != mapping.V04 && !o.Grouped:
		return
	case r.d.Mode == mapping.V04 && o.Unknown:
		r.whole(t)
	}
	for _, on := range r.d.concrete(t) {
		for i := range o.Fields {
			if f := on.field(o.Fields[i].Name); f != nil {
				r.fields[f] = true
				r.output(o.Fields[i].Output, r.d.types[f.Type.Name()])
			}
		}
	}
	for _, arm := range o.Arms {
		r.output(arm.Output, r.d.types[arm.Typename])
	}
}

// whole marks everything below a type: from v0.4 on a selection may pass an object on as it is.
func (r resolved) whole(t *docType) {
	for _, on := range r.d.concrete(t) {
		for _, f := range on.fields {
			if r.fields[f] || len(f.Arguments) > 0 {
				continue
			}
			r.fields[f] = true
			if below := r.d.types[f.Type.Name()]; below != nil && below.isComposite() {
				r.whole(below)
			}
		}
	}
}

// keys marks the fields of a type's resolvable keys.
func (r resolved) keys(t *docType) {
	for _, key := range r.d.applications(t.directives, identityFederation, "key") {
		if isResolvable(key) {
			r.fieldSet(r.d.fieldSets[key], t)
		}
	}
}

func (r resolved) fieldSet(set []Selection, t *docType) {
	if t == nil || !t.isComposite() {
		return
	}
	for _, on := range r.d.concrete(t) {
		for _, s := range set {
			if f := on.field(s.Name); f != nil {
				r.fields[f] = true
				r.fieldSet(s.Sub, r.d.types[f.Type.Name()])
			}
		}
	}
}

// concrete are the object types that a type with fields stands for in this document.
func (d *document) concrete(t *docType) []*docType {
	if t.kind == ast.Object {
		return []*docType{t}
	}
	return d.possible(t)
}

// isResolvable tells whether a @key is more than a reference to an entity of another document.
func isResolvable(key *ast.Directive) bool {
	resolvable := argument(key, "resolvable")
	return resolvable == nil || resolvable.Raw != "false"
}
