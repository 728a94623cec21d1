package sdl

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/mapping"
)

// checkKeys checks the keys that are inferred from what connectors read (Connectors specification 5.3 and 8.4): that they are field
// sets of their types, that replies to batches give them, and that every resolvable @key is part of one.
func (b *builder) checkKeys(d *document) {
	before := b.diags.errors
	keys := map[*docType][]*mapping.Paths{}
	for _, c := range d.connectors {
		v, on := c.keyOf()
		if !c.Uses[v].Used || len(c.Uses[v].Children) == 0 {
			continue
		}
		for _, t := range on {
			keys[t] = append(keys[t], c.Uses[v])
			b.checkKeyFields(c, v, t)
		}
		if v == mapping.Batch && c.field == nil {
			b.checkBatchOutputs(c)
		}
	}
	if b.diags.errors > before {
		return // a wrong key covers nothing, and that is reported
	}
	for _, t := range d.order {
		if t.kind != ast.Object {
			continue
		}
		for _, key := range d.applications(t.directives, identityFederation, "key") {
			if set := d.fieldSets[key]; set != nil && isResolvable(key) && !isCovered(set, keys[t]) {
				b.errorf(codeMissingEntity, key.Position, "no connector resolves %q by the key %q: one has to read its fields from $this, $batch or, "+
					"with \"entity: true\", from $args", t.name, fieldSetText(set))
			}
		}
	}
}

// keyOf returns the variable that the key is read from, and the types that have it. There are none for a connector without a key.
func (c *readConnector) keyOf() (mapping.Var, []*docType) {
	switch {
	case c.Entity:
		return mapping.Args, c.resolves()
	case c.field != nil && c.d.rootOf(c.on.name) != "":
		return mapping.Args, nil
	case c.Uses[mapping.Batch].Used:
		return mapping.Batch, []*docType{c.on}
	default:
		return mapping.This, []*docType{c.on}
	}
}

// resolves are the types that an explicit entity connector resolves: of an abstract one those that the selection names.
func (c *readConnector) resolves() []*docType {
	t := c.d.types[c.field.Type.Name()]
	switch {
	case t == nil:
		return nil // not defined, which is reported
	case t.kind == ast.Object || c.Outputs == nil:
		return c.d.concrete(t)
	}
	var named []*docType
	for _, possible := range c.d.possible(t) {
		if c.Outputs.Typename() == possible.name {
			named = append(named, possible)
		}
		for _, arm := range c.Outputs.Arms {
			if arm.Typename == possible.name {
				named = append(named, possible)
			}
		}
	}
	return named
}

// checkKeyFields reports paths that cannot be part of a key of a type.
func (b *builder) checkKeyFields(c *readConnector, v mapping.Var, t *docType) {
	for _, text := range c.texts {
		b.checkKeyPaths(text, text.mapping.Uses(v), t)
	}
}

func (b *builder) checkKeyPaths(text readText, paths *mapping.Paths, t *docType) {
	for _, child := range paths.Children {
		f := t.field(child.Name)
		if f == nil {
			continue // reported, or __typename
		}
		at := text.text.Span(child.Paths.Offset, child.Paths.End)
		below := t.doc.types[f.Type.Name()]
		isComposite := below != nil && below.isComposite()
		switch {
		case hasRequiredArgument(f):
			b.diags.Errorf(codeCannotResolveKey, at, "field %q of %q needs arguments, so that it cannot be part of a key", f.Name, t.name)
		case isComposite && len(child.Paths.Children) == 0:
			b.diags.Errorf(codeCannotResolveKey, at,
				"field %q of %q is of type %q: a key names the fields of it that it needs, as in %s.%s", f.Name, t.name, below.name, f.Name, firstField(below))
		case isComposite && below.kind != ast.Union:
			b.checkKeyPaths(text, child.Paths, below)
		}
	}
}

func hasRequiredArgument(f *ast.FieldDefinition) bool {
	for _, a := range f.Arguments {
		if a.Type.NonNull && a.DefaultValue == nil {
			return true
		}
	}
	return false
}

// firstField is the name of some field of a type, for an example.
func firstField(t *docType) string {
	if len(t.fields) == 0 {
		return "id"
	}
	return t.fields[0].Name
}

// checkBatchOutputs checks that the selection of a batch gives the whole key, and takes it from the reply.
func (b *builder) checkBatchOutputs(c *readConnector) {
	if c.Outputs == nil {
		return
	}
	reported := map[*mapping.OutputField]bool{}
	missing := map[string]bool{}
	for _, text := range c.texts {
		k := batchKeys{builder: b, c: c, text: text, reported: reported, missing: missing}
		k.check(text.mapping.Uses(mapping.Batch), c.Outputs, "")
	}
}

// batchKeys compares the paths that a text reads below $batch with what the selection gives.
type batchKeys struct {
	*builder
	c    *readConnector
	text readText
	// reported and missing are what has been reported already, for another text.
	reported map[*mapping.OutputField]bool
	missing  map[string]bool
}

func (k batchKeys) check(paths *mapping.Paths, o *mapping.Output, prefix string) {
	if o.Unknown {
		return
	}
	for _, child := range paths.Children {
		path := prefix + child.Name
		f := o.Field(child.Name)
		switch {
		case f == nil && !k.missing[path]:
			k.missing[path] = true
			k.diags.Errorf(codeBatchKey, k.text.text.Span(child.Paths.Offset, child.Paths.End),
				"the selection does not give %q, which $batch reads: replies could not be matched with their keys", path)
			k.suggest(child.Name, outputNames(o))
		case f == nil || k.reported[f]:
		case !f.FromBody:
			k.reported[f] = true
			k.diags.Errorf(codeBatchKeyOrigin, k.c.selection.Span(f.Offset, f.End),
				"%q is part of the key of $batch, so that the selection has to take it from the reply", path)
		default:
			k.check(child.Paths, f.Output, path+".")
		}
	}
}

// isCovered tells whether one of the keys has all fields of a set.
func isCovered(set []Selection, keys []*mapping.Paths) bool {
	for _, key := range keys {
		if isSubset(set, key) {
			return true
		}
	}
	return false
}

func isSubset(set []Selection, key *mapping.Paths) bool {
	for _, s := range set {
		if s.Name == "__typename" {
			continue
		}
		if below := key.Child(s.Name); below == nil || !isSubset(s.Sub, below) {
			return false
		}
	}
	return true
}

// fieldSetText writes a field set.
func fieldSetText(set []Selection) string {
	parts := make([]string, len(set))
	for i, s := range set {
		parts[i] = s.Name
		if len(s.Sub) > 0 {
			parts[i] += " { " + fieldSetText(s.Sub) + " }"
		}
	}
	return strings.Join(parts, " ")
}
