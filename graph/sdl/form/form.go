package form

import "strings"

// Kinds is a set of kinds of values.
type Kinds uint16

// The kinds. None is MISSING; Unknown is any of them.
const (
	None Kinds = 1 << iota
	Null
	Bool
	Int
	Float
	String
	List
	Object
	Unknown
)

// Scalar are the kinds that have a text of their own.
const Scalar = Bool | Int | Float | String

// Form is what is known of a value. The zero Form is of no kind: no value gets there.
type Form struct {
	// Kinds are those that the value may be of.
	Kinds Kinds
	// elem is the form of the elements, for List; nil if nothing is known of them.
	elem *Form
	// items are the elements of a list that is written out.
	items []Form
	// property finds the form of a property, for Object; nil if nothing is known of any. known is false for one that the object does
	// not have.
	property func(name string) (f Form, known bool)
	// cost is that of looking a property up: forms that are joined with themselves over and over would take forever.
	cost int
	// literal is the text of a string that is written out; nil for every other value.
	literal *string
}

// maxCost bounds the cost of looking a property up. Beyond it nothing is known of properties.
const maxCost = 1000

// Of is a value of some kinds of which nothing more is known.
func Of(kinds Kinds) Form { return Form{Kinds: kinds} }

// ListOf is a list.
func ListOf(elem Form) Form { return Form{Kinds: List, elem: &elem} }

// ObjectOf is an object whose properties a function finds.
func ObjectOf(property func(name string) (f Form, known bool)) Form {
	return Form{Kinds: Object, property: property, cost: 1}
}

// Or is a value of either form.
func (f Form) Or(g Form) Form {
	switch {
	case f.Kinds == 0:
		return g
	case g.Kinds == 0:
		return f
	}
	both := Form{Kinds: f.Kinds | g.Kinds}
	switch fList, gList := f.Kinds&List != 0, g.Kinds&List != 0; {
	case fList && gList && f.elem != nil && g.elem != nil:
		elem := f.elem.Or(*g.elem)
		both.elem = &elem
	case fList && !gList:
		both.elem = f.elem
	case gList && !fList:
		both.elem = g.elem
	}
	switch fObject, gObject := f.Kinds&Object != 0, g.Kinds&Object != 0; {
	case f.cost+g.cost > maxCost:
	case fObject && gObject && f.property != nil && g.property != nil:
		both.cost = f.cost + g.cost
		both.property = func(name string) (Form, bool) {
			a, inF := f.property(name)
			b, inG := g.property(name)
			return a.Or(b), inF || inG
		}
	case fObject && !gObject:
		both.property, both.cost = f.property, f.cost
	case gObject && !fObject:
		both.property, both.cost = g.property, g.cost
	}
	return both
}

// Optional is a value that may be null or missing.
func (f Form) Optional() Form {
	f.Kinds |= Null | None
	return f
}

// without takes kinds away.
func (f Form) without(kinds Kinds) Form {
	f.Kinds &^= kinds
	return f
}

// Elem is the form of the elements of a list.
func (f Form) Elem() Form {
	if f.elem == nil {
		return Of(Unknown)
	}
	return *f.elem
}

// Fits reports whether every value of the form is null, missing, or of one of some kinds; what is not known fits.
func (f Form) Fits(kinds Kinds) bool {
	return f.Kinds&Unknown != 0 || f.Kinds&^(kinds|Null|None) == 0
}

// isNever reports whether no value of the form is of one of some kinds, although it is known to be something.
func (f Form) isNever(kinds Kinds) bool {
	known := f.Kinds &^ (Null | None)
	return known != 0 && known&(kinds|Unknown) == 0
}

// key is the form of a property; that of a list is the list of its elements' properties.
func (f Form) key(name string) Form {
	out := Form{}
	if f.Kinds&(Unknown|Object) != 0 && f.property == nil {
		out = Of(Unknown)
	} else if f.Kinds&Object != 0 {
		if p, known := f.property(name); known {
			out = p
		} else {
			out = Of(None)
		}
	}
	if f.Kinds&List != 0 {
		out = out.Or(ListOf(f.Elem().key(name)))
	}
	if out.Kinds == 0 || f.Kinds&^(Object|List|Unknown) != 0 {
		out.Kinds |= None
	}
	return out
}

// Describe names the kinds for people: "a list", "a string or a number".
func (f Form) Describe() string {
	var names []string
	for _, kind := range []struct {
		kinds Kinds
		name  string
	}{
		{Bool, "a boolean"},
		{Int | Float, "a number"},
		{String, "a string"},
		{List, "a list"},
		{Object, "an object"},
		{Unknown, "anything"},
	} {
		if f.Kinds&kind.kinds != 0 {
			names = append(names, kind.name)
		}
	}
	if len(names) == 0 {
		return "null"
	}
	return strings.Join(names, " or ")
}
