package sdl

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
)

// executableReader makes the connectors of a document whose fields are resolved by Go code, as a federation subgraph resolves them:
// the fields of root types by operations, the fields of entities by `_entities`. Such a document has no @connect; its types say
// everything.
type executableReader struct {
	*builder
	d      *document
	source *readSource
	// outputs are what the code gives for the types that have been looked at.
	outputs map[*docType]*mapping.Output
	// reported are the fields that have been found to be of no use.
	reported map[*ast.FieldDefinition]bool
	// indexes count the connectors of an element.
	indexes map[any]int
}

// readExecutable reads the document's source and connectors.
func (b *builder) readExecutable(d *document) {
	if d.connectLink != nil {
		b.diags.Errorf(codeUnsupported, d.connectLink.at, "the fields of this document are resolved by Go code, so that they cannot be connected")
		return
	}
	// Keys join as in our own dialect: by the type of the key field, whatever replies write.
	d.Dialect, d.Mode = Weft, mapping.V04
	x := executableReader{
		builder: b, d: d, outputs: map[*docType]*mapping.Output{}, reported: map[*ast.FieldDefinition]bool{}, indexes: map[any]int{},
		source: &readSource{name: "go", settings: datasources.Settings{
			Kind: datasources.Go, Name: d.Name + ".go", Go: &datasources.GoSource{Executable: d.executable},
		}},
	}
	d.sources = append(d.sources, x.source)
	for _, t := range d.order {
		switch root := d.rootOf(t.name); {
		case t.kind != ast.Object:
		case root != "":
			x.root(t, root)
		default:
			x.entity(t)
		}
	}
}

// root connects the fields of a root type, each by an operation of its own.
func (x executableReader) root(t *docType, op ast.Operation) {
	for _, f := range t.fields {
		if x.isExternal(t, f) {
			continue
		}
		c := x.connector(t, f, f.Position)
		c.Call.Go.Root = string(op)
		c.Call.Stream = op == ast.Subscription
		c.Outputs = x.value(f)
		x.add(c)
	}
}

// entity connects the fields of a type for each of its keys: together those that need no more than the key, by themselves those
// that take arguments, and together again those that require the same fields of other documents.
func (x executableReader) entity(t *docType) {
	for _, key := range x.keys(t) {
		if !key.resolvable {
			continue
		}
		var groups []*readConnector
		byNeeds := map[string]*readConnector{}
		for _, f := range t.fields {
			if x.isExternal(t, f) || key.has(f.Name) {
				continue
			}
			requires := x.requires(f)
			needs := pathsOf(key.fields).Merge(pathsOf(requires))
			if len(requires) == 0 {
				needs = pathsOf(key.fields)
			}
			if len(f.Arguments) > 0 {
				c := x.connector(t, f, f.Position)
				c.Outputs = x.value(f)
				x.batch(c, needs)
				x.add(c)
				continue
			}
			c := byNeeds[selectionKey(requires)]
			if c == nil {
				c = x.connector(t, nil, key.at)
				c.Outputs = &mapping.Output{Object: true}
				x.batch(c, needs)
				byNeeds[selectionKey(requires)] = c
				groups = append(groups, c)
			}
			c.Outputs.Fields = append(c.Outputs.Fields, mapping.OutputField{Name: f.Name, Output: x.value(f), FromBody: true})
		}
		for _, c := range groups {
			x.add(c)
		}
	}
}

// batch makes the connector one that is called for many keys at once. There is no limit to how many: nothing is sent anywhere.
func (x executableReader) batch(c *readConnector, needs *mapping.Paths) {
	c.Call.Batch = true
	c.Uses[mapping.Batch] = needs
}

// connector starts a connector for a field, or for a type when f is nil.
func (x executableReader) connector(t *docType, f *ast.FieldDefinition, at *ast.Position) *readConnector {
	var element any = t
	if f != nil {
		element = f
	}
	c := &readConnector{d: x.d, on: t, field: f, source: x.source, position: at}
	c.Document, c.Origin, c.Index = x.d.Document, x.at(at), x.indexes[element]
	x.indexes[element]++
	c.Call.Coordinate, c.Call.Origin = c.coordinate(), c.Origin
	c.Call.Go = &datasources.GoConnector{Executable: x.d.executable, On: t.name}
	for v := range mapping.NumVars {
		c.Uses[v] = &mapping.Paths{}
	}
	if f == nil {
		return c
	}
	c.Call.Go.Field = f.Name
	for _, a := range f.Arguments {
		c.Call.Go.Args = append(c.Call.Go.Args, a.Name)
		c.Uses[mapping.Args].Used = true
		c.Uses[mapping.Args].Children = append(c.Uses[mapping.Args].Children,
			mapping.PathChild{Name: a.Name, Paths: &mapping.Paths{Used: true, Whole: true}})
	}
	return c
}

func (x executableReader) add(c *readConnector) {
	c.Request = c.Call.Go.Describe()
	x.d.connectors = append(x.d.connectors, c)
}

// executableKey is one @key of a type.
type executableKey struct {
	fields     []Selection
	resolvable bool
	at         *ast.Position
}

// has tells whether a field of the type belongs to the key.
func (k executableKey) has(name string) bool {
	for _, s := range k.fields {
		if s.Name == name {
			return true
		}
	}
	return false
}

// keys are the keys of a type that could be read.
func (x executableReader) keys(t *docType) []executableKey {
	var keys []executableKey
	for _, applied := range x.d.applications(t.directives, identityFederation, "key") {
		fields := x.d.fieldSets[applied]
		if len(fields) == 0 {
			continue
		}
		resolvable := argument(applied, "resolvable")
		keys = append(keys, executableKey{fields, resolvable == nil || resolvable.Raw != "false", applied.Position})
	}
	return keys
}

// requires are the fields of other documents that the code needs for a field.
func (x executableReader) requires(f *ast.FieldDefinition) []Selection {
	if applied := x.d.federation(f.Directives, "requires"); applied != nil {
		return x.d.fieldSets[applied]
	}
	return nil
}

// isExternal tells that the document only mentions a field.
func (x executableReader) isExternal(t *docType, f *ast.FieldDefinition) bool {
	if x.d.federation(f.Directives, "external") != nil {
		return true
	}
	for _, part := range t.parts {
		if part.Fields.ForName(f.Name) == f {
			return x.d.federation(part.Directives, "external") != nil
		}
	}
	return false
}

// selectionKey tells field sets apart.
func selectionKey(set []Selection) string {
	var text strings.Builder
	for _, s := range set {
		text.WriteString(s.Name + "{" + selectionKey(s.Sub) + "}")
	}
	return text.String()
}
