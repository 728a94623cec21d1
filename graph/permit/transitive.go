package permit

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/sdl"
)

// Codes of what Compile finds in a graph besides wrong policies. The first two are the public composition's.
const (
	// CodeTransitive: a field demands less than what its @requires reads, so that its value may tell what its reader may not read.
	CodeTransitive = "MISSING_TRANSITIVE_AUTH_REQUIREMENTS"
	// CodeInterface: a directive at an interface, which the public composition refuses. It is a warning.
	CodeInterface = "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE"
	// CodeIndirect: a field demands less than what its connector reads of `$this`. It is a warning.
	CodeIndirect = "WEFT_INDIRECT_ACCESS"
)

// checkTransitive looks for fields whose values depend on what their readers may not read.
func (c *compiler) checkTransitive() {
	for i := range c.g.Fields {
		f := &c.g.Fields[i]
		for _, in := range f.In {
			c.checkRequires(f, f.Parent, in.Requires, in.Origin)
		}
	}
	for i := range c.g.Connectors {
		con := &c.g.Connectors[i]
		if con.Field == 0 || con.Uses[mapping.This] == nil {
			continue
		}
		for _, name := range con.Uses[mapping.This].Names() {
			f, read := c.g.Field(con.Field), c.g.FieldByName(con.On, name)
			if read != con.Field && !c.out.OfField(con.Field).implies(c.out.OfField(read)) {
				c.found.Warnf(CodeIndirect, con.Origin,
					"the connector of %s.%s reads $this.%s, which demands more than the field does: whoever may read the field may learn of it",
					c.g.Type(f.Parent).Name, f.Name, name)
			}
		}
	}
}

// checkRequires checks what a field's @requires reads below a type.
func (c *compiler) checkRequires(f *sdl.Field, on sdl.TypeID, read []sdl.Selection, at diag.Span) {
	for _, s := range read {
		types := append([]sdl.TypeID{on}, c.g.Type(on).Possible...)
		for i, t := range types {
			id := c.g.FieldByName(t, s.Name)
			if id == 0 || i > 0 && t == on {
				continue
			}
			if !c.out.OfField(f.ID).implies(c.out.OfField(id)) {
				c.found.Errorf(CodeTransitive, at,
					"%s.%s requires %s.%s, which demands more than the field does: give the field the directives of what it requires",
					c.g.Type(f.Parent).Name, f.Name, c.g.Type(t).Name, s.Name)
				return
			}
			c.checkRequires(f, c.g.Field(id).Named, s.Sub, at)
		}
	}
}

// warnInterfaces warns of directives at interfaces in documents that other gateways may be given, too.
func (c *compiler) warnInterfaces() {
	warn := func(list []sdl.Access, what string) {
		for _, a := range list {
			if a.Document.Dialect != sdl.Weft {
				c.found.Warnf(CodeInterface, a.Origin,
					"%s at %s holds for every type that implements the interface; Federation's composition refuses it: put it on the types", a.Kind, what)
			}
		}
	}
	for i := range c.g.Types {
		t := &c.g.Types[i]
		if t.Kind != ast.Interface {
			continue
		}
		warn(t.Access, t.Name)
		for _, id := range t.Fields {
			warn(c.g.Field(id).Access, t.Name+"."+c.g.Field(id).Name)
		}
	}
}

// implies tells that whoever meets this demand meets the other, as far as that is seen: it may be false where it holds. Policies that read
// arguments are met at one place alone.
func (d *Demand) implies(other *Demand) bool {
	switch {
	case other == nil || d == other && !d.readsArguments:
		return true
	case d == nil || other.readsArguments:
		return false
	}
	return (d.authenticated || !other.authenticated) && allImplied(d.scopes, other.scopes) && allImplied(d.policies, other.policies)
}

// maxExpanded bounds the alternatives that several choices together are multiplied to.
const maxExpanded = 1000

// allImplied tells that where all choices of one list hold, all of another do.
func allImplied[T comparable](list, others []choice[T]) bool {
	if len(others) == 0 {
		return true
	}
	together := choice[T]{nil}
	for _, c := range list {
		if len(together)*len(c) > maxExpanded {
			return !slices.ContainsFunc(others, func(o choice[T]) bool {
				return !slices.ContainsFunc(list, func(c choice[T]) bool { return c.implies(o) })
			})
		}
		var next choice[T]
		for _, a := range together {
			for _, b := range c {
				next = append(next, slices.Concat(a, b))
			}
		}
		together = next
	}
	return !slices.ContainsFunc(others, func(o choice[T]) bool { return !together.implies(o) })
}
