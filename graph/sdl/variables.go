package sdl

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/mapping"
)

// variables is a set of variables.
type variables uint16

func variablesOf(list ...mapping.Var) variables {
	var set variables
	for _, v := range list {
		set |= 1 << v
	}
	return set
}

func (s variables) has(v mapping.Var) bool { return s&(1<<v) != 0 }

// names are the variables as they are written, in a fixed order.
func (s variables) names() []string {
	var names []string
	for v := range mapping.NumVars {
		if s.has(v) {
			names = append(names, v.Name())
		}
	}
	return names
}

// sourceVariables are those that a source's text may use (Connectors specification 3.6).
func sourceVariables(p phase) variables {
	switch p {
	case phaseURL:
		return variablesOf(mapping.Config, mapping.EnvVars)
	case phaseRequest:
		return variablesOf(mapping.Config, mapping.Context, mapping.Request, mapping.EnvVars)
	default:
		return variablesOf(mapping.Config, mapping.Context, mapping.Status, mapping.Request, mapping.Response, mapping.EnvVars)
	}
}

// variables are those that a connector's text may use.
func (c *readConnector) variables(p phase) variables {
	set := variablesOf(mapping.Config, mapping.Context, mapping.Request, mapping.EnvVars)
	if p == phaseKey {
		return set
	}
	if c.field != nil {
		set |= variablesOf(mapping.Args)
	}
	if c.d.rootOf(c.on.name) == "" {
		set |= variablesOf(mapping.This)
		if c.field == nil || c.d.Dialect == Weft {
			set |= variablesOf(mapping.Batch)
		}
	}
	if (p == phaseSelection || p == phaseReply) && c.Call.HTTP != nil {
		set |= variablesOf(mapping.Status, mapping.Response)
	}
	return set
}

// checkSourceVariables reports variables that a source's texts cannot use.
func (r *textReader) checkSourceVariables() {
	for _, t := range r.read {
		r.checkVariables(t, sourceVariables(t.phase), nil)
	}
}

// checkVariables reports each use of a variable that does not exist or is not available to a text. c is nil for a source's.
func (b *builder) checkVariables(t readText, allowed variables, c *readConnector) {
	mentions := mentionsIn(t.mapping.Text())
	for _, m := range mentions {
		v, known := variableNamed(m.name)
		switch {
		case m.binds || slices.ContainsFunc(mentions, func(other mention) bool { return other.binds && other.name == m.name }):
			// A local of ->as.
		case known && allowed.has(v):
		case known && v == mapping.Batch && c != nil && c.field != nil && c.d.Dialect == Public:
			b.diags.Errorf(t.code, t.text.Span(m.start, m.end), "`$batch` may only be used when `@connect` is applied to a type")
		case known && (v == mapping.This || v == mapping.Batch) && c != nil && c.d.rootOf(c.on.name) != "":
			b.diags.Errorf(t.code, t.text.Span(m.start, m.end), "%s is not available here: the fields of %s have no parent object", m.name, c.on.name)
		default:
			word := "is not available here"
			if !known {
				word = "is not defined"
			}
			b.diags.Errorf(t.code, t.text.Span(m.start, m.end), "variable %s %s; there are %s", m.name, word, strings.Join(allowed.names(), ", "))
			if !known {
				b.suggest(m.name, allowed.names())
			}
		}
	}
}

func variableNamed(name string) (mapping.Var, bool) {
	for v := range mapping.NumVars {
		if v.Name() == name {
			return v, true
		}
	}
	return 0, false
}

// pathCheck compares the paths that one text reads below a variable with the schema.
type pathCheck struct {
	*builder
	d        *document
	t        readText
	variable mapping.Var
}

// code is the code for an undefined name: the selection has codes of its own.
func (p pathCheck) code(selection string) string {
	if p.t.code == codeSelection {
		return selection
	}
	return p.t.code
}

// arguments checks the paths below `$args`.
func (p pathCheck) arguments(paths *mapping.Paths, field *ast.FieldDefinition) {
	for _, child := range paths.Children {
		a := field.Arguments.ForName(child.Name)
		if a == nil {
			p.report(p.code(codeUndefinedArgument), []string{child.Name}, "field %q has no argument %q", field.Name, child.Name)
			var names []string
			for _, known := range field.Arguments {
				names = append(names, known.Name)
			}
			p.suggest(child.Name, names)
			continue
		}
		p.below(child.Paths, a.Type, []string{child.Name})
	}
}

// fields checks the paths below a value of a type with fields.
func (p pathCheck) fields(paths *mapping.Paths, on *docType, trail []string) {
	for _, child := range paths.Children {
		trail := append(slices.Clip(trail), child.Name)
		if child.Name == "__typename" && on.kind != ast.InputObject {
			continue
		}
		f := on.field(child.Name)
		if f == nil && on.isBroken {
			continue
		}
		if f == nil {
			p.report(p.code(codeUndefinedField), trail, "%q has no field %q", on.name, child.Name)
			p.suggest(child.Name, on.fieldNames())
			continue
		}
		p.below(child.Paths, f.Type, trail)
	}
}

// below checks the paths below a value of any type.
func (p pathCheck) below(paths *mapping.Paths, of *ast.Type, trail []string) {
	if len(paths.Children) == 0 {
		return
	}
	t := p.d.types[of.Name()]
	next := append(slices.Clip(trail), paths.Children[0].Name)
	switch {
	case t != nil && (t.kind == ast.Object || t.kind == ast.Interface || t.kind == ast.InputObject):
		p.fields(paths, t, trail)
	case t != nil && t.kind == ast.Union:
		p.report(codeUnsupportedVariable, next, "%q is a union: paths cannot go through it", t.name)
	case t != nil && t.kind == ast.Enum || t == nil && isBuiltInScalar(of.Name()):
		p.report(p.code(codeUndefinedField), next, "a value of type %s has no field %q", of.Name(), paths.Children[0].Name)
	}
}

// report reports an error where the path stands in the text.
func (p pathCheck) report(code string, path []string, format string, args ...any) {
	start, end := locatePath(p.t.mapping.Text(), p.variable.Name(), path)
	p.diags.Errorf(code, p.t.text.Span(start, end), format, args...)
}
