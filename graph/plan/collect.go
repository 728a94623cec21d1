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
}

// isMeta tells that the field is one of introspection, which no connector supplies: the names that begin with two underscores.
func (e *entry) isMeta() bool { return strings.HasPrefix(e.name, "__") }

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
	types      []sdl.TypeID
	entries    []entry
	byKey      map[string][]int
	visited    map[string]tagSet
}

// collect merges the selection sets of one position whose concrete types are given.
func collect(g *sdl.Graph, conditions map[string]bool, types []sdl.TypeID, sets []ast.SelectionSet) []entry {
	c := collector{graph: g, conditions: conditions, types: types, byKey: map[string][]int{}, visited: map[string]tagSet{}}
	for _, s := range sets {
		c.walk(s, allTags(len(types)))
	}
	return c.entries
}

func (c *collector) walk(set ast.SelectionSet, tags tagSet) {
	for _, sel := range set {
		switch s := sel.(type) {
		case *ast.Field:
			if isIncluded(s.Directives, c.conditions) {
				c.add(s, tags)
			}
		case *ast.InlineFragment:
			if t := c.narrow(tags, s.TypeCondition); isIncluded(s.Directives, c.conditions) && !t.isEmpty() {
				c.walk(s.SelectionSet, t)
			}
		case *ast.FragmentSpread:
			if !isIncluded(s.Directives, c.conditions) || s.Definition == nil {
				continue
			}
			t := c.narrow(tags, s.Definition.TypeCondition)
			if seen, ok := c.visited[s.Name]; ok {
				t = t.minus(seen)
			}
			if t.isEmpty() {
				continue
			}
			c.visited[s.Name] = t.or(c.seen(s.Name))
			c.walk(s.Definition.SelectionSet, t)
		}
	}
}

func (c *collector) seen(fragment string) tagSet {
	if t, ok := c.visited[fragment]; ok {
		return t
	}
	return make(tagSet, len(c.types))
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

func (c *collector) add(f *ast.Field, tags tagSet) {
	left := tags
	for _, i := range c.byKey[f.Alias] {
		e := &c.entries[i]
		both := e.tags.and(left)
		if both.isEmpty() {
			continue
		}
		left = left.minus(both)
		if rest := e.tags.minus(both); !rest.isEmpty() {
			c.split(i, rest)
			e = &c.entries[i]
		}
		e.asts = append(e.asts, f)
		if left.isEmpty() {
			return
		}
	}
	if !left.isEmpty() {
		c.byKey[f.Alias] = append(c.byKey[f.Alias], len(c.entries))
		c.entries = append(c.entries, entry{key: f.Alias, name: f.Name, tags: left, asts: []*ast.Field{f}})
	}
}

// split moves some types of an entry to a new entry right behind it, so that the order of each type stays.
func (c *collector) split(i int, rest tagSet) {
	e := c.entries[i]
	c.entries[i].tags = e.tags.minus(rest)
	moved := entry{key: e.key, name: e.name, tags: rest, asts: slices.Clone(e.asts)}
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
