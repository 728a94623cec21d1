// Package sdl turns the documents of a graph into one Graph: it loads and parses them, resolves links and names, reads
// connectors and federation directives, checks each document, merges them, and numbers what it found.
package sdl

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
)

// Ids number the parts of one Graph, from 1; 0 is none.
type (
	// TypeID numbers the types.
	TypeID uint32
	// FieldID numbers the fields of object, interface and input types.
	FieldID uint32
	// ConnectorID numbers the connectors.
	ConnectorID uint32
	// SourceID numbers the sources, implied ones included.
	SourceID uint32
)

// Graph is the whole schema with its connectors. It is immutable.
type Graph struct {
	// Documents in the order in which they were given.
	Documents []*Document
	// Types, Fields, Connectors and Sources are indexed by their ids; index 0 is unused.
	Types      []Type
	Fields     []Field
	Connectors []Connector
	Sources    []Source
	// Labels are those of @override that each request decides, at most 64.
	Labels []Label
	// Query, Mutation and Subscription are the root types; 0 where there is none.
	Query, Mutation, Subscription TypeID
	// Schema is what clients see: without inaccessible elements and without the directives and types of linked specifications.
	// Operations are validated against it; introspection shows it.
	Schema *ast.Schema

	typeByName  map[string]TypeID
	fieldByName map[fieldKey]FieldID
}

// fieldKey finds a field by its type and name.
type fieldKey struct {
	on   TypeID
	name string
}

// TypeByName returns the type with this name, or 0.
func (g *Graph) TypeByName(name string) TypeID { return g.typeByName[name] }

// FieldByName returns the field of a type, or 0.
func (g *Graph) FieldByName(on TypeID, name string) FieldID { return g.fieldByName[fieldKey{on, name}] }

// Type returns the type of an id.
func (g *Graph) Type(id TypeID) *Type { return &g.Types[id] }

// Field returns the field of an id.
func (g *Graph) Field(id FieldID) *Field { return &g.Fields[id] }

// Connector returns the connector of an id.
func (g *Graph) Connector(id ConnectorID) *Connector { return &g.Connectors[id] }

// Dialect is the connect specification that a document links.
type Dialect uint8

// The dialects.
const (
	// Plain documents link no connect specification.
	Plain Dialect = iota
	// Public documents link https://specs.apollo.dev/connect.
	Public
	// Weft documents link https://weftgraph.dev/connect.
	Weft
)

// Document is one SDL file.
type Document struct {
	// Name is the file name without its extension: the "subgraph" of coordinates, configuration and errors.
	Name string
	// File is the path as given.
	File string
	// Text is the file's content.
	Text string
	// Dialect and Mode say how its connectors are read.
	Dialect Dialect
	Mode    mapping.Mode
	// Version is the linked version's text, such as "v0.3"; empty for a plain document.
	Version string
}

// Type is one named type of the merged schema.
type Type struct {
	ID   TypeID
	Name string
	Kind ast.DefinitionKind
	// Fields of an object, interface or input object, in definition order, `__typename` and introspection fields excluded.
	Fields []FieldID
	// Implements are the interfaces of an object or interface type.
	Implements []TypeID
	// Possible are the concrete object types: a union's members, an interface's implementations, an object itself.
	Possible []TypeID
	// Values are an enum's values.
	Values []EnumValue
	// OneOf marks an input object with @oneOf.
	OneOf bool
	// BuiltIn marks the scalars that every schema has.
	BuiltIn bool
	// Inaccessible types are hidden from clients and usable in mappings.
	Inaccessible bool
	// Keys are the `@key` directives of the type.
	Keys []Key
	// Directives are all applied directives that are kept as metadata (@tag, @authenticated, @policy, @cost, …).
	Directives []Applied
	// Access is what restricts who may see anything of the type.
	Access []Access
	// Cost is the weight that `@cost` gives, nil when it does not.
	Cost   *int
	Origin diag.Span
}

// EnumValue is one value of an enum.
type EnumValue struct {
	Name         string
	Inaccessible bool
	// Tags are the names that `@tag` gives it.
	Tags []string
}

// Key is one `@key` of a type in one document.
type Key struct {
	Document   *Document
	Fields     []Selection
	Resolvable bool
	Origin     diag.Span
}

// Selection is one field of a parsed field set (`@key(fields: "id org { id }")`).
type Selection struct {
	Name string
	Sub  []Selection
}

// Applied is a recorded directive application.
type Applied struct {
	// Name is the directive's own name, whatever it was imported as, such as "tag" or "requiresScopes".
	Name      string
	Document  *Document
	Directive *ast.Directive
}

// Field is one field of an object, interface or input type.
type Field struct {
	ID     FieldID
	Parent TypeID
	Name   string
	// Type is the merged type reference; Named is its innermost type.
	Type  *ast.Type
	Named TypeID
	// Args are the arguments of an output field.
	Args []Arg
	// Default is an input field's default value, nil when it has none.
	Default      *ast.Value
	Inaccessible bool
	// In says what each document that defines the field tells about it.
	In         []Occurrence
	Directives []Applied
	// Access is what restricts who may read an output field, besides what restricts its types.
	Access []Access
	// ListSize is the largest expected size from `@listSize(assumedSize:)`, 0 when not given.
	ListSize int
	// Size is what `@listSize` says, nil without it, and Cost the weight that `@cost` gives, nil when it does not.
	Size   *ListSize
	Cost   *int
	Origin diag.Span
}

// Occurrence is a field in one document.
type Occurrence struct {
	Document  *Document
	External  bool
	Shareable bool
	// Requires and Provides are the parsed field sets.
	Requires, Provides []Selection
	// Override is the document that the field is taken from, and Label says when.
	Override string
	Label    LabelState
	Origin   diag.Span
}

// Arg is one argument of a field.
type Arg struct {
	Name         string
	Type         *ast.Type
	Named        TypeID
	Default      *ast.Value
	Inaccessible bool
	// Tags are the names that `@tag` gives it.
	Tags []string
	// Cost is the weight that `@cost` gives, nil when it does not.
	Cost *int
}

// Source is one `@source`, or the implied source of a connector that names none.
type Source struct {
	ID       SourceID
	Document *Document
	// Name is the `@source.name`; for an implied source the connector's synthetic id, such as "Query_user_0".
	Name    string
	Implied bool
	// Settings are the document's part; configuration is applied to a copy.
	Settings datasources.Settings
	Origin   diag.Span
}

// Connector is one `@connect`.
type Connector struct {
	ID       ConnectorID
	Document *Document
	Source   SourceID
	// On is the type; Field is 0 for a connector on the type itself.
	On    TypeID
	Field FieldID
	// Index counts the `@connect` applications of the element.
	Index int
	// Label is the `id` argument, or empty.
	Label string
	// Entity is `entity: true` on a Query field. Connectors on types are entity connectors, too.
	Entity bool
	// MaxSize is `batch.maxSize`, 0 when unlimited or not batched.
	MaxSize int
	// Uses are the paths read below each variable, anywhere in the connector.
	Uses [mapping.NumVars]*mapping.Paths
	// Outputs is what the selection provides.
	Outputs *mapping.Output
	// Call is the connector as its source sees it.
	Call datasources.Connector
	// Request describes the call for people: "GET /users/{$args.id}", or "virtual".
	Request string
	Origin  diag.Span

	texts map[*mapping.Mapping]Text
}

// Locate returns the span in the document of a byte range in one of the connector's mappings.
func (c *Connector) Locate(m *mapping.Mapping, start, end int) diag.Span {
	if t, ok := c.texts[m]; ok {
		return t.Span(start, end)
	}
	return c.Origin
}
