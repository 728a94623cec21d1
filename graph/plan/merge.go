package plan

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Bounds of the check of one document.
const (
	// maxMergeErrors bounds the conflicts that are reported.
	maxMergeErrors = 10
	// maxMergeWork bounds the fields looked at: fragments that are spread many times multiply.
	maxMergeWork = 100_000
)

// CheckMerge checks that the fields of every selection set can be merged ([GraphQL] 5.3.2, FieldsInSetCanMerge). The document must have
// passed all other validation rules, so that its definitions are linked. It takes time linear in the size of the document with its
// fragments expanded once per place where they are merged, and gives up with an error when that grows beyond bounds.
func CheckMerge(doc *ast.QueryDocument) gqlerror.List {
	m := merger{}
	for _, op := range doc.Operations {
		m.fields([]ast.SelectionSet{op.SelectionSet})
	}
	if m.work > maxMergeWork {
		e := gqlerror.Errorf("the operation expands to more than %d fields", maxMergeWork)
		e.Extensions = map[string]any{"code": "LIMIT_EXCEEDED", "limit": "merged_fields"}
		return gqlerror.List{e}
	}
	return m.errors
}

// merger compares fields by response key. Two fields with one key need the same shape whatever their parents are; if their parent types
// can overlap they must be the same field with the same arguments, too.
type merger struct {
	errors gqlerror.List
	work   int
}

// group holds the fields of one response key. One representative per parent type suffices, since equality is transitive.
type group struct {
	parents []*parent
}

// parent is one parent type of a group: its fields, and all selection sets below them.
type parent struct {
	first  *ast.Field
	others []*ast.Field
	sets   []ast.SelectionSet
}

func (p *parent) isObject() bool {
	return p.first.ObjectDefinition != nil && p.first.ObjectDefinition.Kind == ast.Object
}

// fields checks selection sets whose parents may overlap.
func (m *merger) fields(sets []ast.SelectionSet) {
	for _, g := range m.groups(sets) {
		if m.isOver() {
			return
		}
		m.overlaps(g)
		m.below(g)
	}
}

// shapes checks selection sets whose parents cannot overlap: only what the fields return has to agree.
func (m *merger) shapes(sets []ast.SelectionSet) {
	for _, g := range m.groups(sets) {
		if m.isOver() {
			return
		}
		if all := g.sets(nil); len(all) > 1 {
			m.shapes(all)
		}
	}
}

func (m *merger) isOver() bool { return len(m.errors) >= maxMergeErrors || m.work > maxMergeWork }

// groups collects the fields of selection sets by response key and compares the shapes of each group's fields.
func (m *merger) groups(sets []ast.SelectionSet) []*group {
	c := grouper{merger: m, byKey: map[string]*group{}, visited: map[string]bool{}}
	for _, s := range sets {
		c.walk(s)
	}
	return c.order
}

type grouper struct {
	merger  *merger
	byKey   map[string]*group
	order   []*group
	visited map[string]bool
}

func (c *grouper) walk(set ast.SelectionSet) {
	for _, sel := range set {
		if c.merger.isOver() {
			return
		}
		c.merger.work++
		switch s := sel.(type) {
		case *ast.Field:
			c.add(s)
		case *ast.InlineFragment:
			c.walk(s.SelectionSet)
		case *ast.FragmentSpread:
			if s.Definition != nil && !c.visited[s.Name] {
				c.visited[s.Name] = true
				c.walk(s.Definition.SelectionSet)
			}
		}
	}
}

func (c *grouper) add(f *ast.Field) {
	g := c.byKey[f.Alias]
	if g == nil {
		g = &group{}
		c.byKey[f.Alias] = g
		c.order = append(c.order, g)
	}
	if len(g.parents) > 0 && !sameShape(g.parents[0].first, f) {
		first := g.parents[0].first
		c.merger.conflict(first, f, "they return conflicting types "+typeText(first)+" and "+typeText(f))
		return
	}
	var p *parent
	for _, q := range g.parents {
		if parentName(q.first) == parentName(f) {
			p = q
		}
	}
	if p == nil {
		p = &parent{first: f}
		g.parents = append(g.parents, p)
	} else {
		p.others = append(p.others, f)
	}
	if len(f.SelectionSet) > 0 {
		p.sets = append(p.sets, f.SelectionSet)
	}
}

// overlaps compares the fields of one parent with each other, and the representatives of parents that may overlap: different object types
// never do, everything else may.
func (m *merger) overlaps(g *group) {
	for i, p := range g.parents {
		for _, f := range p.others {
			m.same(p.first, f)
		}
		for _, q := range g.parents[:i] {
			if !p.isObject() || !q.isObject() {
				m.same(q.first, p.first)
			}
		}
	}
}

// below checks what is selected below a group: strictly among parents that may overlap, by shape among all.
func (m *merger) below(g *group) {
	objects := 0
	for _, p := range g.parents {
		if p.isObject() {
			objects++
		}
	}
	if objects <= 1 {
		if all := g.sets(nil); len(all) > 0 {
			m.fields(all)
		}
		return
	}
	for _, p := range g.parents {
		if p.isObject() {
			m.fields(g.sets(p))
		}
	}
	m.shapes(g.sets(nil))
}

// sets returns the selection sets below one object parent and all abstract ones, or below every parent for nil.
func (g *group) sets(object *parent) []ast.SelectionSet {
	var out []ast.SelectionSet
	for _, p := range g.parents {
		if object == nil || p == object || !p.isObject() {
			out = append(out, p.sets...)
		}
	}
	return out
}

func (m *merger) same(a, b *ast.Field) {
	switch {
	case a.Name != b.Name:
		m.conflict(a, b, a.Name+" and "+b.Name+" are different fields")
	case !sameArguments(a.Arguments, b.Arguments):
		m.conflict(a, b, "they have differing arguments")
	}
}

func (m *merger) conflict(a, b *ast.Field, why string) {
	if len(m.errors) >= maxMergeErrors {
		return
	}
	e := gqlerror.Errorf(
		"Fields %q conflict because %s. Use different aliases on the fields to fetch both if this was intentional.", a.Alias, why)
	e.Rule = "OverlappingFieldsCanBeMerged"
	for _, f := range []*ast.Field{a, b} {
		if f.Position != nil {
			e.Locations = append(e.Locations, gqlerror.Location{Line: f.Position.Line, Column: f.Position.Column})
		}
	}
	m.errors = append(m.errors, e)
}

func parentName(f *ast.Field) string {
	if f.ObjectDefinition == nil {
		return ""
	}
	return f.ObjectDefinition.Name
}

func typeText(f *ast.Field) string {
	if f.Definition == nil {
		return "unknown"
	}
	return resultType(f).String()
}

// resultType returns the type of what a field returns, whose definition is known. gqlparser says that `__typename` may be null.
func resultType(f *ast.Field) *ast.Type {
	if f.Name == "__typename" {
		return ast.NonNullNamedType("String", nil)
	}
	return f.Definition.Type
}

// sameShape compares what two fields return, down to the composite types ([GraphQL] SameResponseShape).
func sameShape(a, b *ast.Field) bool {
	if a == b || a.Definition == nil || b.Definition == nil {
		return true
	}
	s, t := resultType(a), resultType(b)
	for {
		if s.NonNull != t.NonNull {
			return false
		}
		if (s.Elem == nil) != (t.Elem == nil) {
			return false
		}
		if s.Elem == nil {
			break
		}
		s, t = s.Elem, t.Elem
	}
	if len(a.SelectionSet) > 0 && len(b.SelectionSet) > 0 {
		return true
	}
	return s.NamedType == t.NamedType
}

func sameArguments(a, b ast.ArgumentList) bool {
	if len(a) != len(b) {
		return false
	}
	for _, x := range a {
		y := b.ForName(x.Name)
		if y == nil || !sameValue(x.Value, y.Value) {
			return false
		}
	}
	return true
}

// sameValue compares literals; the order of an input object's fields does not matter.
func sameValue(a, b *ast.Value) bool {
	if a.Kind != b.Kind || a.Raw != b.Raw || len(a.Children) != len(b.Children) {
		return false
	}
	if a.Kind == ast.ObjectValue {
		return sameMembers(a.Children, b.Children)
	}
	for i, x := range a.Children {
		if !sameValue(x.Value, b.Children[i].Value) {
			return false
		}
	}
	return true
}

// sameMembers compares the members of object literals, of which those of a custom scalar may be very many.
func sameMembers(a, b ast.ChildValueList) bool {
	byName := make(map[string]*ast.Value, len(b))
	for _, y := range b {
		byName[y.Name] = y.Value
	}
	for _, x := range a {
		if y := byName[x.Name]; y == nil || !sameValue(x.Value, y) {
			return false
		}
	}
	return true
}
