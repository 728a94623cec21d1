package sdl

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/mapping"
)

// checkPaths checks what a text reads of arguments and parents, and adds all that it reads to the connector's uses.
func (b *builder) checkPaths(c *readConnector, t readText) {
	allowed := c.variables(t.phase)
	p := pathCheck{builder: b, d: c.d, t: t}
	for v := range mapping.NumVars {
		paths := t.mapping.Uses(v)
		if !paths.Used {
			continue
		}
		c.Uses[v] = c.Uses[v].Merge(paths)
		switch {
		case !allowed.has(v): // reported where it is mentioned
			c.cannotRun = c.cannotRun || v == mapping.This || v == mapping.Batch // there is nothing to take the key from
		case v == mapping.Args:
			p.arguments(paths, c.field)
		case v == mapping.This || v == mapping.Batch:
			before := b.diags.errors
			p.fields(paths, c.on)
			if b.diags.errors > before {
				c.cannotRun = true // a key that its parent does not have cannot be fetched
			}
		}
	}
}

// pathCheck compares the paths that one text reads below variables with the schema.
type pathCheck struct {
	*builder
	d *document
	t readText
}

// arguments checks the paths below `$args`.
func (p pathCheck) arguments(paths *mapping.Paths, field *ast.FieldDefinition) {
	for _, child := range paths.Children {
		a := field.Arguments.ForName(child.Name)
		if a == nil {
			p.reportf(p.code(codeUndefinedArgument), child.Paths, "field %q has no argument %q", field.Name, child.Name)
			var names []string
			for _, known := range field.Arguments {
				names = append(names, known.Name)
			}
			p.suggest(child.Name, names)
			continue
		}
		p.below(child.Paths, a.Type)
	}
}

// fields checks the paths below a value of a type with fields.
func (p pathCheck) fields(paths *mapping.Paths, on *docType) {
	for _, child := range paths.Children {
		if child.Name == "__typename" && on.kind != ast.InputObject {
			continue
		}
		f := on.field(child.Name)
		switch {
		case f != nil:
			p.below(child.Paths, f.Type)
		case !on.isBroken:
			p.reportf(p.code(codeUndefinedField), child.Paths, "%q has no field %q", on.name, child.Name)
			p.suggest(child.Name, on.fieldNames())
		}
	}
}

// below checks the paths below a value of any type.
func (p pathCheck) below(paths *mapping.Paths, of *ast.Type) {
	if len(paths.Children) == 0 {
		return
	}
	first := paths.Children[0]
	t := p.d.types[of.Name()]
	switch {
	case t != nil && (t.kind == ast.Object || t.kind == ast.Interface || t.kind == ast.InputObject):
		p.fields(paths, t)
	case t != nil && t.kind == ast.Union:
		p.reportf(codeUnsupportedVariable, first.Paths, "%q is a union: paths cannot go through it", t.name)
	case t != nil && t.kind == ast.Enum || t == nil && isBuiltInScalar(of.Name()):
		p.reportf(p.code(codeUndefinedField), first.Paths, "a value of type %s has no field %q", of.Name(), first.Name)
	}
}

// code is the code for an undefined name: the selection has codes of its own.
func (p pathCheck) code(selection string) string {
	if p.t.code == codeSelection {
		return selection
	}
	return p.t.code
}

// reportf reports an error where a path is first mentioned in the text.
func (p pathCheck) reportf(code string, at *mapping.Paths, format string, args ...any) {
	p.diags.Errorf(code, p.t.text.Span(at.Offset, at.End), format, args...)
}
