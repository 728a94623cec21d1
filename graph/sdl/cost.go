package sdl

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// ListSize is what `@listSize` says of a field; where several documents have it, everything that they say together.
type ListSize struct {
	// Assumed is the usual size, -1 when none is given.
	Assumed int
	// Slicing are paths to arguments, or to fields of input objects in them, whose values are the size, such as "first" and
	// "page.limit".
	Slicing [][]string
	// Sized are the fields of the value that are lists of that size; without any it is the field itself.
	Sized []string
	// RequireOne asks for exactly one of the slicing arguments.
	RequireOne bool
}

// weight is the largest weight that `@cost` gives an element, nil when none does.
type weight = *int

// heavier returns the weight of an element of which one document says this.
func (d *document) heavier(known weight, list ast.DirectiveList) weight {
	applied := d.federation(list, "cost")
	if applied == nil {
		return known
	}
	given := argument(applied, "weight")
	if given == nil {
		return known
	}
	n, err := strconv.ParseInt(given.Raw, 10, 32)
	if err != nil || known != nil && *known >= int(n) {
		return known
	}
	w := int(n)
	return &w
}

// costOf is the weight of an argument in a field's parts.
func (f *mergedField) costOf(name string) weight {
	var w weight
	for _, p := range f.parts {
		if a := p.Arguments.ForName(name); a != nil {
			w = p.on.doc.heavier(w, a.Directives)
		}
	}
	return w
}

// sizeOf reads the field's `@listSize`, nil without one.
func (f *mergedField) sizeOf() *ListSize {
	var size *ListSize
	for _, p := range f.parts {
		applied := p.on.doc.federation(p.Directives, "listSize")
		if applied == nil {
			continue
		}
		if size == nil {
			size = &ListSize{Assumed: -1, RequireOne: true}
		}
		if argument(applied, "assumedSize") != nil {
			size.Assumed = max(size.Assumed, listSize(p))
		}
		for _, name := range texts(argument(applied, "slicingArguments")) {
			size.Slicing = append(size.Slicing, strings.Split(name.Raw, "."))
		}
		for _, name := range texts(argument(applied, "sizedFields")) {
			size.Sized = append(size.Sized, name.Raw)
		}
		if one := argument(applied, "requireOneSlicingArgument"); one != nil && one.Raw == "false" {
			size.RequireOne = false
		}
	}
	if size != nil {
		slices.SortFunc(size.Slicing, slices.Compare)
		size.Slicing = slices.CompactFunc(size.Slicing, slices.Equal)
		size.RequireOne = size.RequireOne && len(size.Slicing) > 0
	}
	return size
}

// texts are the strings of a list, or the string that stands for a list of one.
func texts(v *ast.Value) []*ast.Value {
	switch {
	case v == nil:
		return nil
	case v.Kind == ast.StringValue || v.Kind == ast.BlockValue:
		return []*ast.Value{v}
	}
	var out []*ast.Value
	for _, child := range v.Children {
		if child.Value.Kind == ast.StringValue || child.Value.Kind == ast.BlockValue {
			out = append(out, child.Value)
		}
	}
	return out
}

// checkCost checks what @cost and @listSize say of the fields of a type.
func (n numbering) checkCost(t *mergedType) {
	for _, f := range t.fields {
		if f.typ == nil {
			continue
		}
		for _, p := range f.parts {
			if cost := p.on.doc.federation(p.Directives, "cost"); cost != nil && t.kind == ast.Interface {
				n.errorf(codeCostOnInterface, cost.Position, "@%s cannot stand on a field of an interface: put it on %s of the types that implement %s",
					cost.Name, f.name, t.name)
			}
			if applied := p.on.doc.federation(p.Directives, "listSize"); applied != nil {
				n.checkListSize(f, p, applied)
			}
		}
	}
}

func (n numbering) checkListSize(f *mergedField, p fieldPart, applied *ast.Directive) {
	sized := texts(argument(applied, "sizedFields"))
	if f.typ.Elem == nil && len(sized) == 0 {
		n.errorf(codeSizeNoList, applied.Position, "%s is no list: name those of its fields that are lists in sizedFields", f.name)
	}
	if size := argument(applied, "assumedSize"); size != nil && size.Kind == ast.IntValue {
		if v, err := strconv.Atoi(size.Raw); err != nil || v < 0 || v > math.MaxInt32 {
			n.errorf(codeSizeAssumed, size.Position, "a size cannot be %s", size.Raw)
		}
	}
	for _, name := range texts(argument(applied, "slicingArguments")) {
		n.checkSlicing(p, name)
	}
	for _, name := range sized {
		n.checkSized(f, name)
	}
}

// checkSlicing checks the path of an argument that gives a size.
func (n numbering) checkSlicing(p fieldPart, path *ast.Value) {
	names := strings.Split(path.Raw, ".")
	arg := p.Arguments.ForName(names[0])
	if arg == nil {
		n.errorf(codeSizeSlicing, path.Position, "%s has no argument %q", p.Name, names[0])
		var known []string
		for _, a := range p.Arguments {
			known = append(known, a.Name)
		}
		n.suggest(names[0], known)
		return
	}
	typ := arg.Type
	for _, name := range names[1:] {
		object := n.m.byName[typ.NamedType]
		if typ.Elem != nil || object == nil || object.kind != ast.InputObject {
			n.errorf(codeSizeSlicing, path.Position, "%s is no input type, so that it has no field %q", typ, name)
			return
		}
		field := object.fieldNamed[name]
		if field == nil || field.typ == nil {
			n.errorf(codeSizeSlicing, path.Position, "%s has no field %q", object.name, name)
			n.suggest(name, object.fieldNames())
			return
		}
		typ = field.typ
	}
	if typ.Elem == nil && typ.NamedType != "Int" {
		n.errorf(codeSizeSlicing, path.Position, "%s is of type %s: a size is an Int, or the length of a list", path.Raw, typ)
	}
}

// checkSized checks the name of a field that a size is for.
func (n numbering) checkSized(f *mergedField, name *ast.Value) {
	on := n.m.byName[f.typ.Name()]
	if on == nil {
		return // reported already
	}
	field := on.fieldNamed[name.Raw]
	switch {
	case field == nil:
		n.errorf(codeSizeField, name.Position, "%s has no field %q", on.name, name.Raw)
		n.suggest(name.Raw, on.fieldNames())
	case field.typ != nil && field.typ.Elem == nil:
		n.errorf(codeSizeField, name.Position, "%s.%s is no list", on.name, name.Raw)
	}
}

func (t *mergedType) fieldNames() []string {
	names := make([]string, len(t.fields))
	for i, f := range t.fields {
		names[i] = f.name
	}
	return names
}
