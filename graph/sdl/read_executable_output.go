package sdl

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/mapping"
)

// value is what the code gives for a field: everything that the field's type has, down to entities. Of these the code gives the
// keys, and whoever supplies them the rest: the code itself again by `_entities`, so that a resolver which returns an entity
// need not know everything about it.
func (x executableReader) value(f *ast.FieldDefinition) *mapping.Output {
	t := x.d.types[f.Type.Name()]
	switch {
	case t == nil && isBuiltInScalar(f.Type.Name()), t != nil && t.kind == ast.Enum:
		return &mapping.Output{Scalar: true}
	case t == nil || !t.isComposite():
		return &mapping.Output{Unknown: true} // a scalar of its own, which may be anything
	default:
		return x.composite(t)
	}
}

func (x executableReader) composite(t *docType) *mapping.Output {
	if out := x.outputs[t]; out != nil {
		return out
	}
	out := &mapping.Output{Object: true}
	x.outputs[t] = out
	switch {
	case x.isEntity(t):
		for _, key := range x.keys(t) {
			x.addKey(out, t, key.fields)
		}
	case x.isRecursive(t):
		// An output is a tree. The end of this one is not known in advance, so that it gives whatever the type has.
		out.Unknown = true
	case t.kind != ast.Object:
		for _, p := range x.d.possible(t) {
			out.Arms = append(out.Arms, mapping.Arm{Typename: p.name, Output: x.composite(p)})
		}
	default:
		for _, f := range x.plain(t) {
			out.Fields = append(out.Fields, mapping.OutputField{Name: f.Name, Output: x.value(f), FromBody: true})
		}
	}
	return out
}

// addKey adds the fields of a key.
func (x executableReader) addKey(out *mapping.Output, t *docType, set []Selection) {
	for _, s := range set {
		f := t.field(s.Name)
		if f == nil {
			continue // reported with the field set
		}
		field := out.Field(s.Name)
		switch {
		case field == nil && len(s.Sub) == 0:
			out.Fields = append(out.Fields, mapping.OutputField{Name: s.Name, Output: x.value(f), FromBody: true})
			continue
		case field == nil:
			out.Fields = append(out.Fields, mapping.OutputField{Name: s.Name, Output: &mapping.Output{Object: true}, FromBody: true})
			field = out.Field(s.Name)
		}
		if below := x.d.types[f.Type.Name()]; below != nil {
			x.addKey(field.Output, below, s.Sub)
		}
	}
}

// isEntity tells whether a type's fields are asked for by its key.
func (x executableReader) isEntity(t *docType) bool {
	return t.kind == ast.Object && slices.ContainsFunc(x.keys(t), func(k executableKey) bool { return k.resolvable })
}

// plain are the fields of a type that the code gives wherever it gives the type. One with arguments is reported: only root types and
// entities have calls that could carry them.
func (x executableReader) plain(t *docType) []*ast.FieldDefinition {
	var fields []*ast.FieldDefinition
	for _, f := range t.fields {
		switch {
		case x.isExternal(t, f):
		case len(f.Arguments) == 0:
			fields = append(fields, f)
		case !x.reported[f]:
			x.reported[f] = true
			x.errorf(codeUnsupported, f.Position,
				"field %q of %q has arguments, which Go code can take only in fields of root types and of types with a @key", f.Name, t.name)
		}
	}
	return fields
}

// isRecursive tells whether objects of a type may contain others of the same type. Such a type may not contain entities.
func (x executableReader) isRecursive(t *docType) bool {
	var entity *docType
	seen := map[*docType]bool{}
	var visit func(t *docType)
	visit = func(at *docType) {
		var below []*docType
		if at.kind != ast.Object {
			below = x.d.possible(at)
		} else {
			for _, f := range x.plain(at) {
				below = append(below, x.d.types[f.Type.Name()])
			}
		}
		for _, next := range below {
			switch {
			case next == nil || !next.isComposite() || seen[next]:
			case x.isEntity(next):
				entity = next
			default:
				seen[next] = true
				visit(next)
			}
		}
	}
	visit(t)
	if seen[t] && entity != nil {
		x.errorf(codeUnsupported, t.position,
			"%q contains itself and the entity %q, which Go code cannot give at any depth: give %q a @key", t.name, entity.name, t.name)
	}
	return seen[t]
}
