package response

import (
	"slices"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
)

const typenameField = "__typename"

// wantOf returns what a shape asks of a mapped value, for pruning: the first names of the members' paths, level by level,
// and what the batch's `by` reads of an item, if there is one. It is nil, which keeps everything, when the shape asks for
// values that are no objects, and when `by` takes the item whole.
func wantOf(shape *table.Shape, by *mapping.Mapping) *mapping.Want {
	w := wantOfLevel(shape, 0)
	if w == nil || by == nil {
		return w
	}
	reads := by.Reads()
	if reads.Whole {
		return nil
	}
	addReads(w, reads)
	return w
}

// wantOfLevel returns what the level asks of its rows; nil for leaves.
func wantOfLevel(shape *table.Shape, at int) *mapping.Want {
	level := &shape.Levels[at]
	switch level.Kind {
	case table.Leaf:
		return nil
	case table.List:
		// Groups see through lists of lists, and so does pruning.
		return wantOfLevel(shape, level.Members[0].Child)
	}
	w := &mapping.Want{}
	if level.Abstract {
		addField(w, typenameField, nil)
	} else if len(level.Types) > 0 {
		w.Typename = level.Types[0]
	}
	for i := range level.Members {
		m := &level.Members[i]
		if m.By || len(m.Path) == 0 {
			continue
		}
		var below *mapping.Want
		if m.Child != 0 {
			below = wantOfLevel(shape, m.Child)
		}
		addPath(w, m.Path, below)
	}
	return w
}

// addPath adds a member: what is asked stands at the end of the path.
func addPath(w *mapping.Want, path []string, below *mapping.Want) {
	for i := len(path) - 1; i > 0; i-- {
		step := &mapping.Want{}
		addField(step, path[i], below)
		below = step
	}
	addField(w, path[0], below)
}

// addReads adds what is read below a value. A path that ends without taking the value asks for the value without its
// properties: whether it is an object, a list or null may still matter.
func addReads(w *mapping.Want, paths *mapping.Paths) {
	for _, child := range paths.Children {
		var below *mapping.Want
		if !child.Paths.Whole {
			below = &mapping.Want{}
			addReads(below, child.Paths)
		}
		addField(w, child.Name, below)
	}
}

// addField adds one field and merges with an earlier mention: members of several concrete types, or a key column below a
// wanted object, may share a name. A whole value wins.
func addField(w *mapping.Want, name string, below *mapping.Want) {
	for i := range w.Fields {
		field := &w.Fields[i]
		if field.Name != name {
			continue
		}
		if field.Want == nil || below == nil {
			field.Want = nil
			return
		}
		field.Want.Typename = typenameOfBoth(field.Want, below)
		for _, f := range below.Fields {
			addField(field.Want, f.Name, f.Want)
		}
		return
	}
	w.Fields = append(w.Fields, mapping.WantField{Name: name, Want: below})
}

// typenameOfBoth returns the type's name for the union of two wants at one place: a side counts when it asks for
// __typename, and where both do and differ only the mapping can tell.
func typenameOfBoth(a, b *mapping.Want) string {
	switch {
	case !asksTypename(a):
		return b.Typename
	case !asksTypename(b) || a.Typename == b.Typename:
		return a.Typename
	default:
		return ""
	}
}

func asksTypename(w *mapping.Want) bool {
	return slices.ContainsFunc(w.Fields, func(f mapping.WantField) bool { return f.Name == typenameField })
}
