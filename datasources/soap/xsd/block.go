package xsd

import "strings"

// Derivation is a set of ways in which something stands for something else.
type Derivation uint8

// The ways.
const (
	ByExtension Derivation = 1 << iota
	ByRestriction
	BySubstitution
)

// derivations reads the value of a block attribute.
func derivations(text string) Derivation {
	var d Derivation
	for word := range strings.FieldsSeq(text) {
		switch word {
		case "#all":
			return ByExtension | ByRestriction | BySubstitution
		case "extension":
			d |= ByExtension
		case "restriction":
			d |= ByRestriction
		case "substitution":
			d |= BySubstitution
		}
	}
	return d
}

// blocksOf is what an element or type blocks.
func blocksOf(p place) Derivation {
	if p.node.Attr("block") != nil {
		return derivations(p.node.Value("block"))
	}
	return p.schema.blocks
}

// steps are the ways in which a type derives from another one; it derives from that. Ways of simple types are restrictions.
func (t *Type) steps(base *Type) Derivation {
	var d Derivation
	for at := t; at != nil && at != base; at = at.Base {
		if at.own.isExtension {
			d |= ByExtension
		} else {
			d |= ByRestriction
		}
	}
	return d
}

// Derived returns the types that values of the element may be of instead of its own: those derived from that, but for what the element
// blocks (XML Schema 1.0, Structures, 3.3.4).
func (e *Element) Derived() []*Type {
	blocked := e.blocks &^ BySubstitution
	if blocked == 0 || e.Type == nil {
		if e.Type == nil {
			return nil
		}
		return e.Type.Derived
	}
	var allowed []*Type
	for _, t := range e.Type.Derived {
		if t.steps(e.Type)&blocked == 0 {
			allowed = append(allowed, t)
		}
	}
	return allowed
}

// maySubstitute tells whether an element may stand in the place of a head (XML Schema 1.0, Structures, 3.3.6).
func (e *Element) maySubstitute(head *Element) bool {
	if head.blocks&BySubstitution != 0 {
		return false
	}
	blocked := head.blocks
	if head.Type != nil {
		blocked |= head.Type.blocks
	}
	return e.Type == nil || head.Type == nil || !e.Type.DerivesFrom(head.Type) || e.Type.steps(head.Type)&blocked == 0
}
