package plan

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/sdl"
)

// entry is one response key of a position for some of its concrete types: the field occurrences that are merged
// there ([GraphQL] 6.3.2, CollectFields).
type entry struct {
	key  string
	name string
	tags tagSet
	asts []*ast.Field
	// parts are those that the occurrences are in.
	parts []PartID
	// isDenied tells that the caller may not read the field; isVoid that it is null whatever it is, because of what is below or next to it.
	isDenied, isVoid bool
}

// isMeta tells that the field is one of introspection, which no connector supplies: the names that begin with two underscores.
func (e *entry) isMeta() bool { return strings.HasPrefix(e.name, "__") }

// isWithheld tells that the field is not fetched.
func (e *entry) isWithheld() bool { return e.isDenied || e.isVoid }

// sets returns the selection sets below the entry.
func (e *entry) sets() []ast.SelectionSet {
	out := make([]ast.SelectionSet, 0, len(e.asts))
	for _, f := range e.asts {
		if len(f.SelectionSet) > 0 {
			out = append(out, f.SelectionSet)
		}
	}
	return out
}

// selected returns the selection sets below the entry, with the parts that they are in.
func (e *entry) selected() []selected {
	out := make([]selected, 0, len(e.asts))
	for i, f := range e.asts {
		if len(f.SelectionSet) > 0 {
			out = append(out, selected{f.SelectionSet, e.parts[i]})
		}
	}
	return out
}

// selected is a selection set, and the part of the answer that what is around it is in.
type selected struct {
	set  ast.SelectionSet
	part PartID
}

// merged returns the entry's field with everything that is selected below any of its occurrences.
func (e *entry) merged() *ast.Field {
	if len(e.asts) == 1 {
		return e.asts[0]
	}
	f := *e.asts[0]
	f.SelectionSet = slices.Concat(e.sets()...)
	return &f
}

// collector merges the fields of one position. Entries are in response order for each concrete type. Where an occurrence
// concerns only some of an entry's types, the entry is split in place.
type collector struct {
	graph      *sdl.Graph
	conditions map[string]bool
	denials    *Denials
	types      []sdl.TypeID
	entries    []entry
	byKey      map[string][]int
	visited    map[string][]visit
	// deferrals make the parts of fragments with @defer; nil ignores the directive.
	deferrals *deferrals
}

// visit is one walk through a named fragment: in which part, and for which types.
type visit struct {
	part PartID
	tags tagSet
}

// collect merges the selection sets of one position whose concrete types are given. What is deferred does not matter to it.
func (b *builder) collect(types []sdl.TypeID, sets []ast.SelectionSet) []entry {
	c := newCollector(b, types)
	for _, s := range sets {
		c.walk(s, allTags(len(types)), FirstPart)
	}
	return c.entries
}

func newCollector(b *builder, types []sdl.TypeID) *collector {
	return &collector{
		graph: b.graph, conditions: b.conditions, denials: b.denials, types: types,
		byKey: map[string][]int{}, visited: map[string][]visit{},
	}
}

// walk adds the fields of a selection set that is in a part of the answer.
func (c *collector) walk(set ast.SelectionSet, tags tagSet, part PartID) {
	for _, sel := range set {
		switch s := sel.(type) {
		case *ast.Field:
			if isIncluded(s.Directives, c.conditions) {
				c.add(s, tags, part)
			}
		case *ast.InlineFragment:
			if t := c.narrow(tags, s.TypeCondition); isIncluded(s.Directives, c.conditions) && !t.isEmpty() {
				c.walk(s.SelectionSet, t, c.partOf(s.Directives, t, part))
			}
		case *ast.FragmentSpread:
			if !isIncluded(s.Directives, c.conditions) || s.Definition == nil {
				continue
			}
			t := c.narrow(tags, s.Definition.TypeCondition)
			// What has been seen in this part, or in one that comes before it, needs no second look.
			for _, v := range c.visited[s.Name] {
				if c.deferrals.isWithin(part, v.part) {
					t = t.minus(v.tags)
				}
			}
			if t.isEmpty() {
				continue
			}
			in := c.partOf(s.Directives, t, part)
			c.visited[s.Name] = append(c.visited[s.Name], visit{in, t})
			c.walk(s.Definition.SelectionSet, t, in)
		}
	}
}

// partOf returns the part that a fragment in another part is in: its own, if it is deferred.
func (c *collector) partOf(directives ast.DirectiveList, tags tagSet, around PartID) PartID {
	if c.deferrals == nil {
		return around
	}
	if d := deferredBy(directives, c.conditions); d != nil {
		return c.deferrals.add(d, tags, around)
	}
	return around
}

// narrow keeps the types to which a type condition applies.
func (c *collector) narrow(tags tagSet, condition string) tagSet {
	if condition == "" {
		return tags
	}
	id := c.graph.TypeByName(condition)
	if id == 0 {
		return make(tagSet, len(tags))
	}
	possible := c.graph.Type(id).Possible
	out := make(tagSet, len(tags))
	for i, in := range tags {
		// A position whose concrete types do not matter has an interface in their place.
		out[i] = in && !slices.ContainsFunc(c.graph.Type(c.types[i]).Possible, func(t sdl.TypeID) bool { return !slices.Contains(possible, t) })
	}
	return out
}

// add merges an occurrence of a field for some types. Entries are denied as a whole or not at all.
func (c *collector) add(f *ast.Field, tags tagSet, part PartID) {
	denied := c.deniedOf(f, tags)
	left := tags
	for again := true; again && !left.isEmpty(); {
		// Entries move when one is split, so that they are looked for anew.
		left, again = c.join(f, left, part, denied)
	}
	if denied != nil {
		if t := left.and(denied); !t.isEmpty() {
			c.append(f, t, part, true)
			left = left.minus(t)
		}
	}
	if !left.isEmpty() {
		c.append(f, left, part, false)
	}
}

// join adds an occurrence to the first entry that has some of its types, and returns the others. It reports whether there was one.
func (c *collector) join(f *ast.Field, tags tagSet, part PartID, denied tagSet) (left tagSet, found bool) {
	for _, i := range c.byKey[f.Alias] {
		e := &c.entries[i]
		both := e.tags.and(tags)
		if both.isEmpty() {
			continue
		}
		if rest := e.tags.minus(both); !rest.isEmpty() {
			c.split(i, rest)
		}
		c.merge(i, f, part, denied)
		return tags.minus(both), true
	}
	return tags, false
}

// deniedOf returns the types for which an occurrence of a field may not be read, nil if there are none.
func (c *collector) deniedOf(f *ast.Field, tags tagSet) tagSet {
	if c.denials == nil {
		return nil
	}
	var out tagSet
	for i, in := range tags {
		if in && c.denials.has(f, c.types[i]) {
			if out == nil {
				out = make(tagSet, len(tags))
			}
			out[i] = true
		}
	}
	return out
}

// merge adds an occurrence to an entry, for all of its types.
func (c *collector) merge(i int, f *ast.Field, part PartID, denied tagSet) {
	e := &c.entries[i]
	e.asts, e.parts = append(e.asts, f), append(e.parts, part)
	// Fields that can be merged have the same arguments, so that the entry's other occurrences are denied as well.
	e.isDenied = e.isDenied || denied != nil && !e.tags.and(denied).isEmpty()
}

func (c *collector) append(f *ast.Field, tags tagSet, part PartID, isDenied bool) {
	c.byKey[f.Alias] = append(c.byKey[f.Alias], len(c.entries))
	c.entries = append(c.entries, entry{
		key: f.Alias, name: f.Name, tags: tags, asts: []*ast.Field{f}, parts: []PartID{part}, isDenied: isDenied,
	})
}

// split moves some types of an entry to a new entry right behind it, so that the order of each type stays.
func (c *collector) split(i int, rest tagSet) {
	e := c.entries[i]
	c.entries[i].tags = e.tags.minus(rest)
	moved := entry{
		key: e.key, name: e.name, tags: rest, asts: slices.Clone(e.asts), parts: slices.Clone(e.parts), isDenied: e.isDenied,
	}
	c.entries = append(c.entries, entry{})
	copy(c.entries[i+2:], c.entries[i+1:])
	c.entries[i+1] = moved
	for k, at := range c.byKey {
		for j := range at {
			if at[j] > i {
				at[j]++
			}
		}
		if k == e.key {
			c.byKey[k] = append(at, i+1)
		}
	}
}
