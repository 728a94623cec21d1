package resolvers_test

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// The model says what a random graph is and who supplies what in it. The SDL for Weft, the back ends and the slow executor
// are all derived from it, each on its own.

// modelGraph is one random graph with its data.
type modelGraph struct {
	seed uint64
	// public links the public dialect instead of Weft's.
	public bool
	// strict graphs have one way to every field, so that failures and damage may differ from supplier to supplier. In the others
	// suppliers compete, and all of them tell the same.
	strict bool
	// complete graphs give all keys wherever an entity is mentioned. In the others a field may have no supplier at some places.
	complete bool
	// failing graphs have back ends that fail, damaged ones data of wrong types and nulls anywhere.
	failing, damaged bool
	// isRestricted tells that fields and types may demand something of callers.
	isRestricted    bool
	types           []*modelType
	query, mutation *modelType
	suppliers       []*modelSupplier
}

// modelType is an object type, or an abstract one when it has members.
type modelType struct {
	name   string
	fields []*modelField
	// keys are the names of the fields that identify an entity; values have none.
	keys []string
	// isUnion tells unions from interfaces; members are the concrete types of either.
	isUnion bool
	members []*modelType
	// implements are the interfaces of an object type.
	implements []*modelType
	// entities are the suppliers of the type's own fields.
	entities []*modelSupplier
	rows     []*modelRow
	access   modelAccess
}

func (t *modelType) isAbstract() bool { return len(t.members) > 0 }
func (t *modelType) isEntity() bool   { return len(t.keys) > 0 }

// possible are the concrete types.
func (t *modelType) possible() []*modelType {
	if t.isAbstract() {
		return t.members
	}
	return []*modelType{t}
}

// field finds a field by its name, or the last of a path of names.
func (t *modelType) field(path string) *modelField {
	name, rest, isPath := strings.Cut(path, ".")
	for _, f := range t.possible()[0].fields {
		if f.name == name && isPath {
			return f.target.field(rest)
		} else if f.name == name {
			return f
		}
	}
	return nil
}

// allRows are the rows of all concrete types.
func (t *modelType) allRows() []*modelRow {
	var out []*modelRow
	for _, p := range t.possible() {
		out = append(out, p.rows...)
	}
	return out
}

// includes tells whether an object of the concrete type o is one of t.
func (t *modelType) includes(o *modelType) bool { return slices.Contains(t.possible(), o) }

// modelField is a field of an object or interface type.
type modelField struct {
	on   *modelType
	name string
	typ  *ast.Type
	// target is the composite type that the field leads to, nil for leaves.
	target *modelType
	args   []*modelArg
	// own are the field's own connectors.
	own []*modelSupplier
	// isHidden fields are @inaccessible.
	isHidden bool
	access   modelAccess
}

// modelArg is one argument. Its default is a literal, or empty.
type modelArg struct {
	name, typ, literal string
}

// supplierForm says what a connector supplies, and how often it is called.
type supplierForm uint8

const (
	rootField supplierForm = iota
	perParent
	fieldBatch
	entityOne
	entityBatch
	// explicitEntity is a Query field with `entity: true`.
	explicitEntity
	// echoed is a virtual connector that gives the parent's key again: as an ID, or as a mention of the parent itself.
	echoed
)

// requestStyle says where a request carries keys and arguments.
type requestStyle uint8

const (
	inPath requestStyle = iota
	inTemplate
	inParams
	inBody
)

// missStyle says how a back end answers when there is no such thing.
type missStyle uint8

const (
	missNull missStyle = iota
	missStatus
	missEmpty
)

// modelSupplier is one connector.
type modelSupplier struct {
	id   int
	form supplierForm
	on   *modelType
	// field is nil for connectors on types.
	field *modelField
	// needs are the names of key fields; a name with a dot leads into an object.
	needs []string
	// gives is nil for leaves.
	gives *modelShape
	// wrap is the path in the reply where the value stands.
	wrap  []string
	style requestStyle
	// join sends a batch's keys as one text instead of a list.
	join bool
	miss missStyle
	max  int
	// by are the hidden fields of the items that tell their parent's key, parallel to needs.
	by []*modelField
}

func (s *modelSupplier) isBatch() bool  { return s.form == fieldBatch || s.form == entityBatch }
func (s *modelSupplier) isEntity() bool { return s.form >= entityOne && s.form <= explicitEntity }

// modelShape is what a supplier gives of the objects at one place.
type modelShape struct {
	on    *modelType
	given []modelGiven
	// arms are the shapes of an abstract place's concrete types, told apart by the property disc. When orNull is set, an object
	// of an unknown kind is null.
	arms   []modelArm
	disc   string
	orNull bool
}

type modelArm struct {
	kind  string
	shape *modelShape
}

// modelGiven is one field of a shape and where it stands in the reply's object.
type modelGiven struct {
	field *modelField
	wire  []string
	// spread tells that the mapping reads the first step of wire by an inline spread.
	spread bool
	// echo passes the value through a method, so that it cannot be scanned.
	echo  bool
	below *modelShape
	// parentKey is 1 + the index of the parent's key that this hidden field tells.
	parentKey int
}

// of is the shape of a concrete type's objects, nil when there is none.
func (s *modelShape) of(t *modelType) *modelShape {
	if !s.on.isAbstract() {
		return s
	}
	for _, a := range s.arms {
		if a.shape.on == t {
			return a.shape
		}
	}
	return nil
}

func (s *modelShape) give(f *modelField) *modelGiven {
	if s == nil {
		return nil
	}
	for i := range s.given {
		if s.given[i].field.name == f.name {
			return &s.given[i]
		}
	}
	return nil
}

// modelRow is one object of the data. Ghosts are referred to, but no back end knows them.
type modelRow struct {
	typ     *modelType
	id      int
	isGhost bool
	values  map[string]any
}
