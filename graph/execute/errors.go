package execute

import (
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

// Codes of errors about the data, from the catalogue of client errors.
const (
	codeTypeMismatch   = "TYPE_MISMATCH"
	codeNullInNonNull  = "NULL_IN_NON_NULL"
	codeNoSource       = "NO_SOURCE"
	codeRequestTimeout = "REQUEST_TIMEOUT"
	codeInternal       = "INTERNAL_SERVER_ERROR"
	codeLimitExceeded  = "LIMIT_EXCEEDED"
)

// maxNullErrors bounds the errors about nulls of one field; the last one counts the rest.
const maxNullErrors = 25

// errorList collects errors in response order. What one cause does to many positions is one error at the first of them, with the count in
// `extensions.positions`.
type errorList struct {
	errors []*counted
	byID   map[any]*counted
	nulls  map[*plan.Node]int
}

type counted struct {
	err       *gqlerror.Error
	positions int
}

// once adds an error for a cause, or counts a further position of it.
func (l *errorList) once(cause any, describe func() *gqlerror.Error) { l.count(cause, 1, describe) }

// count adds an error for a cause with a number of positions, or counts that many further ones.
func (l *errorList) count(cause any, positions int, describe func() *gqlerror.Error) {
	if c := l.byID[cause]; c != nil {
		c.positions += positions
		return
	}
	c := &counted{err: describe(), positions: positions}
	l.errors = append(l.errors, c)
	if l.byID == nil {
		l.byID = map[any]*counted{}
	}
	l.byID[cause] = c
}

// all returns the errors in response order.
func (l *errorList) all() gqlerror.List {
	var out gqlerror.List
	for _, c := range l.errors {
		if c.positions > 1 {
			c.err.Extensions["positions"] = c.positions
		}
		out = append(out, c.err)
	}
	return out
}

// failure adds the error of a failed call.
func (l *errorList) failure(path ast.Path, f *Failure) {
	l.once(f, func() *gqlerror.Error { return f.Error(clone(path)) })
}

// Error is what clients see of the failure at a path; nil is that of a request of which nothing was executed.
func (f *Failure) Error(path ast.Path) *gqlerror.Error {
	ext := map[string]any{"code": f.Err.Code}
	if f.Service != "" {
		ext["service"] = f.Service
		ext["connector"] = map[string]any{"coordinate": f.Coordinate}
	}
	for _, x := range f.Err.Extensions.Fields() {
		ext[x.Name] = jsonValue{x.Value}
	}
	return &gqlerror.Error{Message: f.Err.Message, Path: path, Extensions: ext, Err: f.Err}
}

// cellID is the cause of errors about values of the wrong type: one member in one call's table.
type cellID struct {
	table         *table.Table
	level, member int
}

// mismatch adds the error of a value of the wrong type: one per field and call. That of a list of leaves which is null because of an element has
// the element's path.
func (k *checker) mismatch(n *plan.Node, t *table.Table, level, member int, row uint32) {
	k.once(cellID{t, level, member}, func() *gqlerror.Error {
		if faults := t.FaultsOf(level, member, row); len(faults) > 0 {
			return k.elementError(n, &faults[0])
		}
		return dataError(n, k.path, codeTypeMismatch, "The value of "+n.Coordinate+" is not of the type "+n.Type+".")
	})
}

// otherType adds the error of a row that is not of the type whose field was looked for, such as an entity resolver's answer
// about something else: one per call, however many fields miss it.
func (k *checker) otherType(n *plan.Node, t *table.Table, level int) {
	k.once(cellID{t, level, int(table.OfRow)}, func() *gqlerror.Error {
		on, _, _ := strings.Cut(n.Coordinate, ".")
		return dataError(n, k.path, codeTypeMismatch, "The value that should have "+n.Coordinate+" is not of the type "+on+".")
	})
}

// elementID is the cause of errors about elements in lists of leaves that are there.
type elementID struct {
	of   cellID
	kind table.FaultKind
}

// elementFaults adds the errors of null or mismatched elements in a list of leaves that is there: one per field, call and kind.
func (k *checker) elementFaults(n *plan.Node, t *table.Table, level, member int, row uint32) {
	faults := t.FaultsOf(level, member, row)
	for i := range faults {
		f := &faults[i]
		k.count(elementID{cellID{t, level, member}, f.Kind}, f.Count, func() *gqlerror.Error { return k.elementError(n, f) })
	}
}

// elementError is the error of one element in a list of leaves.
func (k *checker) elementError(n *plan.Node, f *table.Fault) *gqlerror.Error {
	path := clone(k.path)
	for _, i := range f.Index {
		path = append(path, ast.PathIndex(i))
	}
	if f.Kind == table.NullInNonNull {
		return dataError(n, path, codeNullInNonNull, "Cannot return null for non-nullable field "+n.Coordinate+".")
	}
	return dataError(n, path, codeTypeMismatch, "An element of "+n.Coordinate+" is not of the type that "+n.Type+" demands.")
}

func dataError(n *plan.Node, path ast.Path, code, message string) *gqlerror.Error {
	return &gqlerror.Error{
		Message:    message,
		Path:       clone(path),
		Locations:  []gqlerror.Location{{Line: n.Line, Column: n.Column}},
		Extensions: map[string]any{"code": code},
	}
}

// unsupplied adds the error of a field without a connector.
func (k *checker) unsupplied(n *plan.Node) {
	k.once(n, func() *gqlerror.Error {
		return dataError(n, k.path, codeNoSource, "No connector supplies "+n.Coordinate+".")
	})
}

// typeUnsupplied adds the error of rows whose concrete type no connector supplies.
func (k *checker) typeUnsupplied(n *plan.Node) {
	k.once(n, func() *gqlerror.Error {
		return dataError(n, k.path, codeNoSource, "No connector supplies the concrete types of "+n.Coordinate+".")
	})
}

// typeUnknown adds the error of rows whose concrete type was asked for and not found.
func (k *checker) typeUnknown(n *plan.Node) {
	k.once(n, func() *gqlerror.Error {
		return dataError(n, k.path, codeTypeMismatch, "The concrete type of a value of "+n.Coordinate+" is not known.")
	})
}

// nullAt adds an error for a null value of a non-null field, unless the null has been propagated further already.
func (k *checker) nullAt(n *plan.Node) {
	if n.NonNull {
		k.nullElement(n)
	}
}

// nullElement adds an error for a null where none may be, such as an element of a list of non-null elements.
func (k *checker) nullElement(n *plan.Node) {
	if k.muted > 0 {
		return
	}
	if k.nulls == nil {
		k.nulls = map[*plan.Node]int{}
	}
	k.nulls[n]++
	cause := any(n)
	if k.nulls[n] < maxNullErrors {
		cause = new(int) // a cause of its own, so that the error has a path of its own
	}
	k.once(cause, func() *gqlerror.Error {
		return dataError(n, k.path, codeNullInNonNull, "Cannot return null for non-nullable field "+n.Coordinate+".")
	})
}

// systemError is the error of an introspection field. One about the request is shown, every other one is hidden.
func systemError(n *plan.Node, err error) *gqlerror.Error {
	var shown *gqlerror.Error
	if errors.As(err, &shown) {
		out := *shown
		out.Path = ast.Path{ast.PathName(n.Key)}
		out.Extensions = maps.Clone(shown.Extensions)
		return &out
	}
	return &gqlerror.Error{
		Message:    "Internal server error",
		Path:       ast.Path{ast.PathName(n.Key)},
		Extensions: map[string]any{"code": codeInternal},
		Err:        err,
	}
}

// tooManyFragments is the error of fragments that are not answered since others are pending.
func tooManyFragments() *gqlerror.Error {
	return &gqlerror.Error{
		Message:    fmt.Sprintf("The answer has too many deferred fragments, the limit is %d. Take @defer out of long lists.", maxFragments),
		Extensions: map[string]any{"code": codeLimitExceeded, "limit": "deferred_fragments"},
	}
}

func clone(p ast.Path) ast.Path { return append(ast.Path(nil), p...) }

// jsonValue lets a mapped value stand in an error's extensions.
type jsonValue struct{ value.Value }

// MarshalJSON implements json.Marshaler.
func (v jsonValue) MarshalJSON() ([]byte, error) { return v.AppendJSON(nil), nil }
