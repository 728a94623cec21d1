package plan

import (
	"net/http"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/supply"
	"github.com/weftgraph/weft/graph/table"
)

// loaderKey tells loaders apart. Fetches whose keys are equal share calls, and their wants are united in one shape.
type loaderKey struct {
	connector sdl.ConnectorID
	// entity is the type that an entity resolver supplies, 0 for the value of a field.
	entity sdl.TypeID
	args   string
	// alias keeps fields apart whose calls may not be shared, even with equal arguments.
	alias  string
	serial int
}

// loader returns the loader of a supplier's calls with the arguments that a field is given; field is nil for entities and for
// fields that are fetched for their key alone.
func (b *builder) loader(s *supply.Supplier, field *ast.Field) LoaderID {
	c := b.graph.Connector(s.Connector)
	key := loaderKey{connector: s.Connector, serial: b.serial}
	var args []Arg
	if s.IsEntity() {
		key.entity = s.On
		if c.Field == 0 {
			key.entity = c.On // one for all implementations that an @interfaceObject stands for
		}
	} else {
		args = b.arguments(s.Field, field)
		key.args = argumentText(args)
		if field != nil && !b.isShareable(c, s) {
			key.alias = field.Alias
		}
	}
	if id, ok := b.loaders[key]; ok {
		return id
	}
	l := Loader{
		ID:         LoaderID(len(b.plan.Loaders)),
		Connector:  s.Connector,
		Coordinate: c.Call.Coordinate,
		Request:    c.Request,
		Kind:       c.Call.Kind(),
		Entity:     s.IsEntity(),
		Mode:       Mode(s.Mode),
		MaxSize:    s.Max,
		Args:       args,
		Shape:      &table.Shape{},
	}
	if c.Call.Kind() != datasources.Virtual {
		l.Source = b.graph.Sources[c.Source].Settings.Name
	}
	for _, p := range s.Needs {
		l.KeyPaths = append(l.KeyPaths, p)
		l.KeyKinds = append(l.KeyKinds, b.keyKind(c, s.On, p))
	}
	b.rootLevels(&l, c, s)
	b.plan.Loaders = append(b.plan.Loaders, l)
	b.loaders[key] = l.ID
	return l.ID
}

// isShareable tells whether two fields with equal arguments may be answered by one call: batches, reads by GET, virtual connectors
// (Connectors specification, 5.1), and the calls of protocols that do not tell reads from writes, since only mutations may write.
func (b *builder) isShareable(c *sdl.Connector, s *supply.Supplier) bool {
	if c.On == b.graph.Mutation {
		return false
	}
	return s.Mode == supply.Batch || c.Call.HTTP == nil || c.Call.HTTP.Method == http.MethodGet
}

// rootLevels lays out the root of a loader's shape and its key columns.
func (b *builder) rootLevels(l *Loader, c *sdl.Connector, s *supply.Supplier) {
	sh := l.Shape
	if s.IsEntity() {
		abstract := c.Field != 0 && b.isAbstract(b.graph.Field(c.Field).Named)
		sh.Levels = []table.Level{{Types: []string{b.graph.Type(s.On).Name}, Abstract: abstract}}
		sh.List = c.Call.Batch
		if c.Call.Batch {
			for _, p := range s.Needs {
				sh.Keys = append(sh.Keys, keyMember(sh, 0, p, false))
			}
		}
		return
	}
	f := b.graph.Field(s.Field)
	lists := listDepth(f.Type)
	switch {
	case !b.isComposite(f.Named):
		value := table.Member{Type: b.leafType(f.Type), NonNull: f.Type.NonNull}
		sh.Levels = []table.Level{{Kind: table.Leaf, Types: []string{""}, Members: []table.Member{value}}}
	case lists <= 1:
		sh.Levels = []table.Level{b.objectLevel(f.Named)}
		sh.List = lists == 1
	default:
		sh.Levels = []table.Level{{Kind: table.List, Types: []string{""}}}
		sh.List = true
		b.innerLevels(sh, 0, f.Type.Elem)
	}
	if c.Call.Batch {
		l.Grouped = sh.List
		sh.List = true
		for _, p := range s.Needs {
			sh.Keys = append(sh.Keys, keyMember(sh, 0, p, true))
		}
	}
}

// keyKind says how values at a key path are compared: strictly in the public dialect, after coercion to the key field's type in ours.
func (b *builder) keyKind(c *sdl.Connector, on sdl.TypeID, p supply.Path) table.KeyKind {
	if c.Document.Dialect != sdl.Weft {
		return table.Tagged
	}
	f := b.fieldAt(on, p)
	if f == nil {
		return table.Tagged
	}
	switch b.graph.Type(f.Named).Name {
	case "ID", "String":
		return table.Text
	case "Int", "Float":
		return table.Numeric
	default:
		return table.Tagged
	}
}

// fieldAt follows a path of fields from a type.
func (b *builder) fieldAt(on sdl.TypeID, p supply.Path) *sdl.Field {
	var f *sdl.Field
	for _, name := range p {
		id := b.graph.FieldByName(on, name)
		if id == 0 {
			return nil
		}
		f = b.graph.Field(id)
		on = f.Named
	}
	return f
}

// arguments pairs a field's argument definitions with what the operation gives.
func (b *builder) arguments(id sdl.FieldID, field *ast.Field) []Arg {
	f := b.graph.Field(id)
	out := make([]Arg, 0, len(f.Args))
	for _, a := range f.Args {
		arg := Arg{Name: a.Name, Type: a.Type, Default: a.Default}
		if field != nil {
			if given := field.Arguments.ForName(a.Name); given != nil {
				arg.Value = given.Value
			}
		}
		out = append(out, arg)
	}
	return out
}

// argumentText tells arguments apart. One that is left out is the same as its default written down.
func argumentText(args []Arg) string {
	var b strings.Builder
	for _, a := range args {
		given := a.Value
		if given == nil {
			given = a.Default
		}
		if given != nil {
			b.WriteString(a.Name)
			b.WriteByte(':')
			b.WriteString(given.String())
			b.WriteByte(';')
		}
	}
	return b.String()
}
