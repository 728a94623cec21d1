package mapping

import (
	"slices"

	"github.com/weftgraph/weft/graph/value"
)

// Pick is a mapping that only picks, renames and flattens properties, as a
// tree that a scanner can follow while it reads the input, without values in
// between. A Pick is applied to a value, the current one; the root Pick to the
// mapping's input.
//
// First Path is walked, key by key. A key reads a property of an object; on an
// array it is applied to every element (in nested arrays, too), where an element
// that has no such property becomes null; on any other value, and where the
// property is absent, the result is MISSING. A repeated property counts with
// its last value.
//
// Where Optional is set, null becomes MISSING then, and MISSING is the result.
//
// What the walk finds is then treated by the form of the Pick, of which there
// are three:
//
//   - Const is not MISSING: the result is Const. Path is empty.
//   - Leaf: the result is the found value as it is.
//   - else a level: an array gives an array with the level applied to every
//     element (in nested arrays, too). An object gives an object with Fields and
//     Inline. Null, a string, a number or a boolean is itself the result,
//     unless Forced is set: then it is treated like an object without any
//     properties, except that a Field or Inline with an empty Path still sees
//     the value itself.
//
// A Field whose Pick is MISSING is left out of the object. An Inline's result
// is merged into the same object if it is an object; null makes the whole object
// null; anything else adds nothing. Names are distinct over Fields and all
// levels of Inline, so that nothing is ever merged with anything.
type Pick struct {
	// Path are the keys to walk from the current value; empty for the value
	// itself.
	Path []string
	// Optional means that null is MISSING; the Path of such a Pick is not empty.
	Optional bool
	// Leaf means that the value is taken as it is.
	Leaf bool
	// Const is a literal of the mapping, MISSING in the other forms.
	Const value.Value
	// Fields are the properties of a level.
	Fields []PickField
	// Inline are levels below Path whose properties belong to this object.
	Inline []*Pick
	// Forced means that a level makes an object even of a value that is none.
	Forced bool
}

// PickField is one property of a level.
type PickField struct {
	Name string
	Pick *Pick
}

// Picks returns the mapping as a Pick, and nil when it does more than picking:
// reads variables, calls methods, uses `??`, spreads whole values or makes one
// property from several entries. Pruned mappings qualify more often.
func (m *Mapping) Picks() *Pick {
	if m.root != nil {
		return pickExpr(m.root)
	}
	return pickGroup(nil, m.group)
}

func pickExpr(e expr) *Pick {
	if v := literalValue(e); !v.IsMissing() {
		return &Pick{Const: v}
	}
	switch e := e.(type) {
	case *object:
		pick := pickGroup(nil, e.group)
		if pick != nil {
			pick.Forced = true
		}
		return pick
	case *path:
		return pickPath(e)
	default:
		return nil
	}
}

// literalValue is the value of a constant or of an empty object literal, and
// MISSING for everything else.
func literalValue(e expr) value.Value {
	switch e := e.(type) {
	case *constant:
		return e.value
	case *object:
		if len(e.group.entries) == 0 {
			return value.Object(nil)
		}
	}
	return value.Missing()
}

func pickPath(p *path) *Pick {
	var keys []string
	switch p.start.kind {
	case startHere, startDollar, startAt:
		// Without methods there is nothing that moves `@` away from `$`.
	case startKey:
		keys = append(keys, p.start.name)
	case startParens:
		if v := literalValue(p.start.expr); p.isBare() && !v.IsMissing() {
			return &Pick{Const: v}
		}
		return nil
	default:
		return nil
	}
	isOptional := false
	for i := range p.steps {
		switch s := &p.steps[i]; {
		case s.kind == stepKey:
			// A `?` in front of it makes no difference: there is no key in null either.
			keys, isOptional = append(keys, s.name), false
		case s.kind == stepOptional && len(keys) > 0:
			isOptional = true
		default:
			return nil
		}
	}
	pick := &Pick{Path: keys, Leaf: true}
	if p.group != nil {
		pick = pickGroup(keys, p.group)
	}
	if pick != nil {
		pick.Optional = isOptional
	}
	return pick
}

func pickGroup(keys []string, g *group) *Pick {
	level := &Pick{Path: keys}
	// A merged literal object makes something of null, or of a scalar, only if
	// it has a property: which no Pick can tell beforehand, unless it is certain.
	depends := false
	for i := range g.entries {
		e := &g.entries[i]
		pick := pickExpr(e.value)
		if pick == nil {
			return nil
		}
		switch {
		case e.hasKey():
			level.Fields = append(level.Fields, PickField{Name: e.key, Pick: pick})
		case pick.Leaf || !pick.Const.IsMissing():
			// The properties of a value that is merged whole are unknown.
			return nil
		default:
			level.Inline = append(level.Inline, pick)
		}
		if len(pick.Path) == 0 && i >= g.added() {
			level.Forced = level.Forced || e.hasKey() || pick.Forced && pick.isCertain()
			depends = depends || !e.hasKey() && pick.Forced
		}
	}
	if depends && !level.Forced || !level.isDistinct(make(map[string]bool)) {
		return nil
	}
	return level
}

// isCertain reports whether the level has a property of whatever it is applied
// to.
func (p *Pick) isCertain() bool {
	return slices.ContainsFunc(p.Fields, func(f PickField) bool { return len(f.Pick.Path) == 0 }) ||
		slices.ContainsFunc(p.Inline, func(inline *Pick) bool { return len(inline.Path) == 0 && inline.isCertain() })
}

// isDistinct reports whether no name occurs twice in the object, and notes the
// names.
func (p *Pick) isDistinct(seen map[string]bool) bool {
	for _, f := range p.Fields {
		if seen[f.Name] {
			return false
		}
		seen[f.Name] = true
	}
	for _, inline := range p.Inline {
		if !inline.isDistinct(seen) {
			return false
		}
	}
	return true
}
