package form

import (
	"maps"
	"slices"
)

// object is an object in the making.
type object struct {
	fields map[string]Form
	// isOpen tells that it may have other properties, too.
	isOpen bool
	// spread are what is merged into it.
	spread []Form
	// kinds are added to Object: a spread null makes the whole null.
	kinds Kinds
}

func newObject() *object { return &object{fields: map[string]Form{}, kinds: Object} }

func (o *object) set(name string, f Form) {
	o.fields[name] = o.fields[name].Or(f)
}

// merge adds the properties of a value.
func (o *object) merge(f Form) {
	o.spread = append(o.spread, f)
	o.isOpen = o.isOpen || f.Kinds&(Unknown|List) != 0 || f.Kinds&Object != 0 && f.property == nil
	o.kinds |= f.Kinds & Null
}

// names finds the names of the properties; nil if there may be others.
func (o *object) names() func() []string {
	if o.isOpen {
		return nil
	}
	for _, s := range o.spread {
		if s.Kinds&Object != 0 && s.names == nil {
			return nil
		}
	}
	return func() []string {
		names := slices.Sorted(maps.Keys(o.fields))
		for _, s := range o.spread {
			if s.Kinds&Object != 0 {
				names = joinNames(names, s.names())
			}
		}
		return names
	}
}

func (o *object) form() Form {
	cost := 1
	for _, s := range o.spread {
		cost += s.cost
	}
	if cost > maxCost {
		return Of(o.kinds)
	}
	f := ObjectOf(func(name string) (Form, bool) {
		found, known := o.fields[name]
		for _, s := range o.spread {
			if s.Kinds&Object == 0 || s.property == nil {
				continue
			}
			if p, ok := s.property(name); ok {
				found, known = found.Or(p), true
			}
		}
		if o.isOpen {
			return found.Or(Of(Unknown)), true
		}
		return found, known
	})
	f.Kinds, f.cost = o.kinds, cost
	f.names = o.names()
	return f
}
