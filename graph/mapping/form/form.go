package form

import (
	"slices"
	"strings"
)

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
	// names are those of an object's properties; nil if it may have others.
	names func() []string
	// typ is the named type that all values are of; empty if that is not known.
	typ string
	// texts are those that a string may be; nil if it may be any.
	texts []string
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

// ClosedObjectOf is an object whose properties a function finds, and which has no others than those named.
func ClosedObjectOf(property func(name string) (f Form, known bool), names func() []string) Form {
	f := ObjectOf(property)
	f.names = names
	return f
}

// OneOf is a string that is one of some texts.
func OneOf(texts []string) Form { return Form{Kinds: String, texts: texts} }

// Named returns the form with the name of the type that its values are of.
func (f Form) Named(typ string) Form {
	f.typ = typ
	return f
}

// Type is the named type that all values are of, or empty if they are of several, or of none that is known.
func (f Form) Type() string { return f.typ }

// Texts are those that a string of the form may be; ok is false if it may be any.
func (f Form) Texts() (texts []string, ok bool) {
	switch {
	case f.Kinds&(String|Unknown) != String:
		return nil, false
	case f.literal != nil:
		return []string{*f.literal}, true
	default:
		return f.texts, f.texts != nil
	}
}

// Names are those of the properties that an object of the form may have; ok is false if it may have any.
func (f Form) Names() (names []string, ok bool) {
	if f.Kinds&(Object|Unknown) != Object || f.names == nil {
		return nil, false
	}
	return f.names(), true
}

// Property is the form of an object's property: of no kind but None for one that it does not have.
func (f Form) Property(name string) Form {
	f.Kinds &= Object | Unknown
	return f.key(name)
}

// Or is a value of either form.
func (f Form) Or(g Form) Form {
	switch {
	case f.Kinds == 0:
		return g
	case g.Kinds == 0:
		return f
	}
	both := Form{Kinds: f.Kinds | g.Kinds, texts: joinTexts(f, g)}
	if f.typ == g.typ {
		both.typ = f.typ
	}
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
		if f.names != nil && g.names != nil {
			both.names = func() []string { return joinNames(f.names(), g.names()) }
		}
	case fObject && !gObject:
		both.property, both.cost, both.names = f.property, f.cost, f.names
	case gObject && !fObject:
		both.property, both.cost, both.names = g.property, g.cost, g.names
	}
	return both
}

// joinTexts are the texts of strings of either form.
func joinTexts(f, g Form) []string {
	fTexts, inF := f.Texts()
	gTexts, inG := g.Texts()
	switch {
	case f.Kinds&String == 0:
		return gTexts
	case g.Kinds&String == 0:
		return fTexts
	case inF && inG:
		return joinNames(fTexts, gTexts)
	default:
		return nil
	}
}

// joinNames are the names of both lists, each once.
func joinNames(a, b []string) []string {
	joined := slices.Clone(a)
	for _, name := range b {
		if !slices.Contains(joined, name) {
			joined = append(joined, name)
		}
	}
	return joined
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

// IsNever reports whether no value of the form is of one of some kinds, although it is known to be something.
func (f Form) IsNever(kinds Kinds) bool {
	known := f.Kinds &^ (Null | None)
	return known != 0 && known&(kinds|Unknown) == 0
}

// cannotBe reports whether no value of the form is of one of some kinds: as IsNever, and null is known to be something, too.
func (f Form) cannotBe(kinds Kinds) bool { return f.IsNever(kinds) || f.Kinds&^None == Null }

// hasNoProperties reports whether no value of the form has properties, nor an element of it, although it is known to be something.
func (f Form) hasNoProperties() bool {
	return f.IsNever(Object|List) || f.IsNever(Object) && f.Elem().hasNoProperties()
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
