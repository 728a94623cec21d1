package xsd

import (
	"math"
	"slices"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
)

// Name is the expanded name of a component.
type Name = xmltext.Name

// Unbounded is the maximum of particles that may occur any number of times.
const Unbounded = math.MaxInt32

// Set is all schemas of one contract. It is immutable and safe for concurrent use once Build has returned it, and so is
// everything that is reached from it.
type Set struct {
	elements map[Name]*Element
	types    map[Name]*Type
}

// Element returns a global element, and nil when it is not declared.
func (s *Set) Element(name Name) *Element { return s.elements[name] }

// Type returns a global or built-in type, and nil when it is not defined.
func (s *Set) Type(name Name) *Type {
	if t := s.types[name]; t != nil {
		return t
	}
	return builtinTypes[name]
}

// Element is the declaration of an element.
type Element struct {
	// Name has no namespace for an unqualified local element.
	Name Name
	Type *Type
	// Nillable elements may be null.
	Nillable bool
	// Abstract elements occur only as one of their substitutes.
	Abstract bool
	// Default and Fixed are nil when not given.
	Default, Fixed *string
	// Substitutes are the elements that may occur in its place, itself excluded and abstract ones left out.
	Substitutes []*Element

	heads  []*Element
	blocks Derivation
}

// Type is a simple or complex type.
type Type struct {
	// Name is zero for anonymous types.
	Name Name
	// Base is nil for xs:anyType alone.
	Base *Type
	// IsComplex tells complex types from simple ones.
	IsComplex bool
	// Abstract types occur only as one of the types derived from them.
	Abstract bool
	// Mixed content has text between the elements.
	Mixed bool
	// Simple is the text of simple types and of complex ones with simple content; nil for others.
	Simple *Simple
	// Content is the whole content model, inherited parts included; nil when there are no child elements.
	Content *Particle
	// Attributes are all attributes, inherited ones included.
	Attributes []*Attribute
	// OpenAttributes allows others.
	OpenAttributes *Wildcard
	// Derived are the complex types derived from it, itself and those that it blocks excluded. An element may block more: see
	// Element.Derived.
	Derived []*Type
	// Array is set for arrays of the SOAP encoding, which are Unsupported in messages that are not encoded.
	Array *Array
	// Unsupported says in plain words why values of the type can be neither written nor read; empty when they can.
	Unsupported string

	own    ownContent
	blocks Derivation
	fields fieldTable
}

// IsAny tells that it is xs:anyType, whose values may be anything.
func (t *Type) IsAny() bool { return t == anyType }

// IsText tells that the values are scalars or lists of them and not objects: nothing but text can ever occur.
func (t *Type) IsText() bool {
	return t.Simple != nil && (!t.IsComplex || len(t.Attributes) == 0 && len(t.Derived) == 0)
}

// IsPolymorphic tells that a value may be of another type than this one.
func (t *Type) IsPolymorphic() bool { return t.IsComplex && (len(t.Derived) > 0 || t.Abstract) }

// DerivesFrom tells whether the type is another one or derived from it.
func (t *Type) DerivesFrom(base *Type) bool {
	for at := t; at != nil; at = at.Base {
		if at == base {
			return true
		}
	}
	return false
}

// Attribute is the use of an attribute by a type.
type Attribute struct {
	Name     Name
	Simple   *Simple
	Required bool
	// Default and Fixed are nil when not given.
	Default, Fixed *string

	typ        *Type
	isExcluded bool
}

// ParticleKind tells what a particle is.
type ParticleKind uint8

// The kinds of particles.
const (
	Sequence ParticleKind = iota
	Choice
	All
	// Single is one element.
	Single
	// Any is whatever a wildcard allows.
	Any
)

// Particle is a part of a content model. Particles may be shared within a model.
type Particle struct {
	Kind     ParticleKind
	Min, Max int
	// Children are the parts of a Sequence, Choice or All.
	Children []*Particle
	// Element is that of a Single, Wildcard that of an Any.
	Element  *Element
	Wildcard *Wildcard
}

// Wildcard says which namespaces an any or anyAttribute allows.
type Wildcard struct {
	// Not is the namespace that is not allowed ("##other"), if HasNot is set; else Spaces are those that are, nil meaning all.
	Not    string
	HasNot bool
	Spaces []string
}

// Allows tells whether names of a namespace may occur.
func (w *Wildcard) Allows(space string) bool {
	switch {
	case w.HasNot:
		return space != w.Not && space != ""
	case w.Spaces == nil:
		return true
	}
	return slices.Contains(w.Spaces, space)
}

// Variety tells how a simple type is made.
type Variety uint8

// The varieties of simple types.
const (
	Atomic Variety = iota
	List
	Union
)

// Simple is what text may be.
type Simple struct {
	Variety Variety
	// Builtin is the built-in type that an Atomic type comes from.
	Builtin Builtin
	// Item is the type of a List's items, Members are those of a Union.
	Item    *Simple
	Members []*Simple
	// Enumeration has the only values, nil when all are allowed: as they are written, without blanks that do not count; qualified names as
	// "{namespace}name".
	Enumeration []string
	// Facets are what else the schema says of the text, checked by whoever writes it; nil for most types.
	Facets []Facet
}
