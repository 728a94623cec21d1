package mapping

import (
	"cmp"
	"slices"

	"github.com/weftgraph/weft/graph/value"
)

// Want is what a query asks of one level of a mapping's result, by the names
// of fields, with the fragments flattened.
type Want struct {
	// Fields may name a field several times, once per alias of the query.
	Fields []WantField
	// Typename is the name of the level's type if that is an object type, else
	// empty. With it, a wanted "__typename" is answered by the mapping.
	Typename string
}

// WantField is one wanted field.
type WantField struct {
	Name string
	// Want is what is asked of the field's value; nil keeps the value whole.
	Want *Want
}

const typenameField = "__typename"

// Prune returns the mapping without what the query does not ask for
// (Connectors specification 5.6): entries with an output key stay if a field
// of that name is wanted; entries without one always stay and the group at
// their end is pruned for the same level; expressions, method arguments and
// literal objects stay as they are. A nil want returns m itself. The result
// shares all unchanged parts with m.
//
// An added __typename does not make an object of a null or a scalar: the
// value of `author { name }` stays null for a null author.
func (m *Mapping) Prune(want *Want) *Mapping {
	if want == nil {
		return m
	}
	pruned := *m
	if m.root != nil {
		pruned.root = pruneExpr(m.root, want)
	} else {
		pruned.group = pruneGroup(m.group, want)
	}
	return &pruned
}

// pruneExpr prunes the group at the end of a path.
func pruneExpr(e expr, want *Want) expr {
	p, ok := e.(*path)
	if !ok || p.group == nil || want == nil {
		return e
	}
	pruned := *p
	pruned.group = pruneGroup(p.group, want)
	return &pruned
}

func pruneGroup(g *group, want *Want) *group {
	pruned := &group{span: g.span, entries: make([]entry, 0, len(g.entries))}
	if want.addsTypename(g) {
		pruned.entries = append(pruned.entries, typenameEntry(g.span, want.Typename))
		pruned.typename = true
	}
	// What is merged into this level needs no second __typename.
	merged := &Want{Fields: want.Fields}
	for _, e := range g.entries {
		if !e.hasKey() {
			e.value = pruneExpr(e.value, merged)
			pruned.entries = append(pruned.entries, e)
		} else if below, ok := want.field(e.key); ok {
			e.value = pruneExpr(e.value, below)
			pruned.entries = append(pruned.entries, e)
		}
	}
	return pruned.seal()
}

// field returns what is wanted of a field, and whether it is wanted. Several
// occurrences are joined here, which has the effect of repeating the entry and
// merging the results, but evaluates it once.
func (w *Want) field(name string) (*Want, bool) {
	var joined *Want
	found := false
	for i := range w.Fields {
		f := &w.Fields[i]
		switch {
		case f.Name != name:
		case f.Want == nil:
			return nil, true
		case !found:
			joined, found = f.Want, true
		default:
			joined = &Want{
				Fields:   slices.Concat(joined.Fields, f.Want.Fields),
				Typename: cmp.Or(joined.Typename, f.Want.Typename),
			}
		}
	}
	return joined, found
}

// addsTypename reports whether the level's __typename is wanted and known, and
// not made by the group itself.
func (w *Want) addsTypename(g *group) bool {
	return w.Typename != "" &&
		slices.ContainsFunc(w.Fields, func(f WantField) bool { return f.Name == typenameField }) &&
		!slices.ContainsFunc(g.entries, func(e entry) bool { return e.hasKey() && e.key == typenameField })
}

// typenameEntry is `__typename: $("Name")`, placed at the start of its group.
func typenameEntry(at span, name string) entry {
	here := span{at.offset, at.offset}
	literal := &constant{here, value.String(name)}
	return entry{
		span: here, kind: entryAlias, key: typenameField, keyAt: here,
		value: &path{span: here, start: start{span: here, kind: startParens, expr: literal}},
	}
}
