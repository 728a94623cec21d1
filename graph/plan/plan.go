package plan

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/table"
)

// Ids number the parts of one Plan, from 0.
type (
	// LayerID numbers the layers; layer 0 is the operation's root.
	LayerID uint32
	// FetchID numbers the fetches, in the order in which they are printed.
	FetchID uint32
	// LoaderID numbers the loaders.
	LoaderID uint32
)

// Number is what a fetch is called in printed plans and waterfalls: they count from 1.
func (id FetchID) Number() int { return int(id) + 1 }

// Tags is a set of concrete types of one position, by tag-1. Nil is the set of all.
type Tags []bool

// Has tells whether rows with a tag (a row's tag counts from 1, see table.Rows) are in the set.
func (t Tags) Has(tag uint16) bool {
	return len(t) == 0 || t[tag-1]
}

// NoFetch is no fetch, such as that of the root layer's first provider: no fetch makes the root's row.
const NoFetch = ^FetchID(0)

// Plan says how one operation is answered, for one set of condition values. It is immutable data: the executor reads it and
// decides nothing that is written here.
type Plan struct {
	// Name is the operation's name, or empty.
	Name string
	Kind ast.Operation
	// Root is the root type.
	Root sdl.TypeID
	// Layers are parents before children; Layers[0] is the root, with one row.
	Layers []Layer
	// Fetches are in an order in which every fetch comes after those that it waits for.
	Fetches []Fetch
	Loaders []Loader
	// Output is the program that writes the answer: the fields of the root, in response order.
	Output []Node
	// Selections is the number of composite nodes in Output; Node.Selection numbers them.
	Selections int
	// Unsupplied tells that the output has Nothing nodes.
	Unsupplied bool
	// Denied are the paths of the operation that the caller may not read, in response order, each once. What is below one of them is not
	// named. MoreDenied counts those that are not named, since there are too many. IsDry tells that all of them are answered nevertheless.
	Denied     []Denial
	MoreDenied int
	IsDry      bool
	// Occasions are the different ones of all denials.
	Occasions []Occasion
	// Voids tells that the output has Withheld nodes that are null where none may be.
	Voids bool
	// Deferrals are the fragments that are answered later, outer ones before those in them: that at index i is part i+1 of the plan. An
	// operation without them has one part.
	Deferrals []Deferral
	// First are the fetches that the first part waits for, in order, when there are Deferrals.
	First []FetchID
	// Stream is the fetch of a subscription's root field, whose calls are answered by events: the plan runs once for each of them, and the
	// fetch has the event for its reply. It is NoFetch for other operations, and where nothing supplies the field.
	Stream FetchID
	// Stages group the fetches that can start together.
	Stages [][]FetchID
	// Calls is the prediction for the whole operation.
	Calls Range
	// Conditions are the texts of the conditions that this plan was made under, such as "$withOrders = true".
	Conditions []string
	// discreet are the same without values of arguments.
	discreet []string
}

// Discreet returns the plan for those who are to see nothing that clients have written: its conditions have no values of arguments.
func (p *Plan) Discreet() *Plan {
	out := *p
	out.Conditions = p.discreet
	return &out
}

// Layer is the set of rows of one output object position: one row per place in the answer, in response order.
type Layer struct {
	ID     LayerID
	Parent LayerID
	// Type is the position's declared type (an object, interface or union).
	Type sdl.TypeID
	// Field is the field of the parent's type that leads here; 0 for the root and for inner lists.
	Field sdl.FieldID
	// List tells that each parent row has a range of rows here; otherwise it has one or none.
	List bool
	// Providers give cells to the rows. Providers[0] makes the rows; the others are joined to them.
	Providers []Provider
	// Types are the names of the concrete types that a row may have, by tag-1. A layer whose rows are inner lists has one
	// nameless type, and one whose rows' types do not matter has the declared one.
	Types []string
	// TypeFrom is the index of the provider that knows the rows' types: mostly the first. It is UnknownType when none does.
	TypeFrom int
}

// UnknownType is the TypeFrom of a layer whose rows are null in the answer, because nothing tells of which type they are.
const UnknownType = -1

// ProviderKind says how a provider's rows are found for the rows of a layer.
type ProviderKind uint8

// The kinds of providers.
const (
	// ByMember rows are what a composite cell of one of the parent layer's providers leads to.
	ByMember ProviderKind = iota
	// ByFetch rows are the value of a fetch that ran for the parent layer's rows (a field with a connector of its own, or a
	// root field).
	ByFetch
	// ByKey rows are joined by key to the rows of the layer itself: entities, and single values of fields with connectors of
	// their own (leaf fields, and objects that keys are read from).
	ByKey
)

// Provider gives cells to the rows of a layer.
type Provider struct {
	Kind  ProviderKind
	Fetch FetchID
	// Level is the level of the fetch's shape that the rows belong to.
	Level int
	// From and Member locate the cell for ByMember: the index of the parent layer's provider and the member of its level.
	From, Member int
}

// Mode says how many calls a fetch makes.
type Mode uint8

// The modes.
const (
	// Once is one call, for root fields and for connectors that need no key.
	Once Mode = iota
	// PerKey is one call per distinct key.
	PerKey
	// Batch is one call per MaxSize distinct keys.
	Batch
)

// Fetch is one planned step: the values of one connector for the rows of one layer.
type Fetch struct {
	ID     FetchID
	Loader LoaderID
	// On is the layer whose rows are the parents.
	On LayerID
	// Tags limits the parents to rows of certain concrete types.
	Tags Tags
	// Field is the field of the parents whose value is fetched, 0 when the parents' own rows are extended (an entity).
	Field sdl.FieldID
	// Keys are where the parents have the fields of the key, in the order of Loader.Key.
	Keys []KeyColumn
	// After are the fetches that must be complete before this one starts.
	After []FetchID
	// Before are the fetches that wait for this one.
	Before []FetchID
	// Calls is the prediction.
	Calls Range
}

// KeyColumn locates a field of a key in the rows of a fetch's parent layer. An object whose values come from several providers has
// a column for each of them, next to each other.
type KeyColumn struct {
	// Field is the index in Loader.Key.
	Field int
	// Provider is the index among the layer's providers, -1 when nothing gives the field.
	Provider int
	// At is where the provider's rows have the field.
	At table.KeyColumn
	// IsRow tells that the provider's rows are the field's values, and At.Fields those of the rows.
	IsRow bool
}

// Loader is one batchable endpoint of the plan: a connector, with one shape and one set of arguments. Fetches of one
// loader share calls.
type Loader struct {
	ID        LoaderID
	Connector sdl.ConnectorID
	// Source, Coordinate and Request name the source, the connector and what it sends, for people. Source is empty for a virtual
	// connector. Kind is the connector's protocol.
	Source, Coordinate, Request string
	Kind                        datasources.Kind
	// Entity tells that the connector is used as an entity resolver. For a connector on a Query field the key then fills `$args`.
	Entity bool
	Mode   Mode
	// MaxSize bounds the keys of one call; 0 is unlimited.
	MaxSize int
	// Key are the key's fields below `$this`, `$batch` or (for explicit entity resolvers) `$args`; KeyPaths are the paths of its
	// values, for people.
	Key      []table.KeyField
	KeyPaths [][]string
	// Args are the field's arguments as the operation gives them.
	Args []Arg
	// Shape is the union of what the loader's fetches want.
	Shape *table.Shape
	// Grouped tells that the items of a batch form lists by key, so that one key has several rows.
	Grouped bool
}

// Arg is one argument of a connected field: the operation's literal, in which variables may occur, or the default.
type Arg struct {
	Name string
	Type *ast.Type
	// Value is nil when the operation does not give the argument; then Default counts.
	Value   *ast.Value
	Default *ast.Value
}

// Denial is one path of an operation that the caller may not read.
type Denial struct {
	// Path are the response keys from the root, and AnyElement for each list around what follows.
	Path []string
	// Coordinate is "Type.field", of the first of the concrete types for which it may not be read.
	Coordinate string
	// Line and Column are where the field stands in the query document.
	Line, Column int
	// Part is the part of the answer that tells of it, the first of those that have the field, which are Parts.
	Part  PartID
	Parts PartSet
	// Occasions are indexes of Plan.Occasions: it is told of where one of them arises, that is, where something was withheld. Without any it
	// is told whatever the data is, since it holds for objects of all types.
	Occasions []int
}

// Occasion is a reason to tell of a denial that holds for objects of some types alone: a row of the first layer with one of these types, whose
// ancestor in each further layer has one of those types.
type Occasion []Rows

// Rows are those of a layer that are of certain concrete types.
type Rows struct {
	Layer LayerID
	Tags  Tags
}

// AnyElement stands for each element of a list in the Path of a Denial.
const AnyElement = "@"

// Range predicts a number of calls. Max is Unbounded when nothing limits it.
type Range struct{ Min, Max int }

// Unbounded is the Max of a prediction that nothing limits.
const Unbounded = -1

// NodeKind says what a node writes.
type NodeKind uint8

// The kinds of nodes.
const (
	// Leaf writes a cell.
	Leaf NodeKind = iota
	// Composite writes the rows of a layer.
	Composite
	// Typename writes the name of the row's concrete type.
	Typename
	// Nothing writes null: no connector supplies the field.
	Nothing
	// System is an introspection field, which the injected executor answers.
	System
	// Withheld writes null: the caller may not read the field, or it is null because of one below it that the caller may not read. That is
	// no error of the node's; see Plan.Denied.
	Withheld
)

// Node is one response field of the output program.
type Node struct {
	Kind NodeKind
	// Key is the response key; Literal is `"key":`.
	Key     string
	Literal []byte
	Field   sdl.FieldID
	// Arguments are those that the operation gives the field.
	Arguments ast.ArgumentList
	// Coordinate is "Type.field", for messages; Line and Column are where the field stands in the query document.
	Coordinate   string
	Line, Column int
	// Tags limits the node to rows of certain concrete types; the nodes of one key have disjoint ones.
	Tags Tags
	// Type is the field's type as text; NonNull is its own non-null marker.
	Type    string
	NonNull bool
	// Parts are the parts of the answer that the field is in: the first one alone, or several of which each would have it, and the one that is
	// answered first has it. Below are those that anything below a composite node is in, in plans with deferrals.
	Parts, Below PartSet
	// IsCut tells that the parts are not those of the object around the node: that has been answered before, and a null where none may be
	// does not become the object's, but the deferred fragment's.
	IsCut bool
	// Provider is the index among the layer's providers, Member that of the cell in the provider's level, of a leaf.
	Provider, Member int
	// Quote tells that a number is written as a string: the type is ID.
	Quote bool
	// Layers hold the rows of a composite node: one layer for an object or a list of objects, one more for each further list
	// around it, outermost first. Lists counts the list wrappers; ElemNonNull has one entry per wrapper, outermost first.
	Layers      []LayerID
	Lists       int
	ElemNonNull []bool
	// Selection numbers the composite nodes of the plan; Nodes are their fields in response order.
	Selection int
	Nodes     []Node
	// System is the introspection field of a System node.
	System *ast.Field
}
