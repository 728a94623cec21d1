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
	// alias keeps fields apart whose calls are not shared, even with equal arguments. It is empty where they are, and for values that
	// nobody but a key has asked for yet.
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
	if id, ok := b.findLoader(key); ok {
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
	}
	l.Key = b.keyFields(c.Document.Dialect, s.On, s.Needs)
	b.rootLevels(&l, c, s)
	b.plan.Loaders = append(b.plan.Loaders, l)
	b.loaders[key] = l.ID
	key.alias = ""
	if _, ok := b.anyAlias[key]; !ok {
		b.anyAlias[key] = l.ID
	}
	return l.ID
}

// findLoader returns the loader that answers a field, if there is one. A value that is there already, under whatever alias, is good
// enough for a key; and one that was fetched for a key becomes that of the first alias that asks for it.
func (b *builder) findLoader(key loaderKey) (LoaderID, bool) {
	if id, ok := b.loaders[key]; ok {
		return id, true
	}
	if key.alias == "" {
		id, ok := b.anyAlias[key]
		return id, ok
	}
	spare := key
	spare.alias = ""
	id, ok := b.loaders[spare]
	if ok {
		delete(b.loaders, spare)
		b.loaders[key] = id
	}
	return id, ok
}

// isShareable tells whether two fields with equal arguments are answered by one call: batches, virtual connectors, fields that read
// nothing of their parents (Connectors specification 5.3), and in our dialect reads by GET and the calls of protocols that do not tell
// reads from writes, since only mutations may write. Otherwise the public dialect makes one request for each alias (5.1).
func (b *builder) isShareable(c *sdl.Connector, s *supply.Supplier) bool {
	isRoot := c.On == b.graph.Query || c.On == b.graph.Mutation || c.On == b.graph.Subscription
	switch {
	case c.On == b.graph.Mutation:
		return false
	case s.Mode == supply.Batch || s.Mode == supply.Once && !isRoot || c.Call.Kind() == datasources.Virtual:
		return true
	case c.Document.Dialect == sdl.Public:
		return false
	default:
		return c.Call.HTTP == nil || c.Call.HTTP.Method == http.MethodGet
	}
}

// rootLevels lays out the root of a loader's shape and its key columns.
func (b *builder) rootLevels(l *Loader, c *sdl.Connector, s *supply.Supplier) {
	sh := l.Shape
	if s.IsEntity() {
		sh.Levels = []table.Level{b.entityLevel(c, s)}
		sh.List = c.Call.Batch
		if c.Call.Batch {
			sh.Key = b.locateKeys(sh, 0, s.On, l.Key, nil, everything)
			for _, k := range sh.Key {
				if k.Level == 0 {
					sh.Keys = append(sh.Keys, k.Member)
				}
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
		for i := range l.Key {
			member := keyMember(sh, 0, l.Key[i].Name, true)
			sh.Key = append(sh.Key, table.KeyColumn{Member: member})
			sh.Keys = append(sh.Keys, member)
		}
	}
}

// entityLevel makes the level of what an entity supplier gives. Where the connector can return several types, rows of others than those
// that are asked for do not fit; a supplier of an interface itself tells which type it is.
func (b *builder) entityLevel(c *sdl.Connector, s *supply.Supplier) table.Level {
	isTyped := c.Field != 0 && b.isAbstract(b.graph.Field(c.Field).Named)
	if isTyped && b.isAbstract(s.On) {
		return b.objectLevel(s.On)
	}
	return table.Level{Types: []string{b.graph.Type(s.On).Name}, Abstract: isTyped}
}

// arguments pairs a field's argument definitions with what the operation gives.
func (b *builder) arguments(id sdl.FieldID, field *ast.Field) []Arg {
	return argumentsOf(b.graph.Field(id), field)
}

func argumentsOf(f *sdl.Field, field *ast.Field) []Arg {
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
