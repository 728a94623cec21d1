package sdl

import "github.com/vektah/gqlparser/v2/ast"

// checkNotEmpty reports a type of which clients see nothing but the name.
func (c clientSchema) checkNotEmpty(t *mergedType, d *ast.Definition) {
	var what string
	switch {
	case len(t.fields) > 0 && len(d.Fields) == 0:
		what = "fields"
	case len(t.members) > 0 && len(d.Types) == 0:
		what = "member types"
	case len(t.values) > 0 && len(d.EnumValues) == 0:
		what = "values"
	default:
		return
	}
	c.errorf(codeOnlyInaccessible, t.position, "all %s of %q are @inaccessible: mark the type itself, too", what, t.name)
}

// checkImplemented reports fields that a visible interface shows and the type hides, and required input fields that are hidden.
func (c clientSchema) checkImplemented(t *mergedType) {
	for _, f := range t.fields {
		if !f.inaccessible {
			continue
		}
		if t.kind == ast.InputObject && f.typ.NonNull && f.value == nil {
			c.errorf(codeRequiredInaccessible, f.position, "input field %q of %q is required, so that it cannot be @inaccessible", f.name, t.name)
		}
		for _, i := range t.interfaces {
			implemented := c.m.byName[i.name]
			if implemented == nil || implemented.inaccessible {
				continue
			}
			if shown := implemented.fieldNamed[f.name]; shown != nil && !shown.inaccessible {
				c.errorf(codeImplInaccessible, f.position, "field %q of %q is @inaccessible, but interface %q shows it", f.name, t.name, i.name)
			}
		}
	}
}

// checkRoots reports a hidden root of queries. Other hidden roots are legal: clients have no such operations then.
func (c clientSchema) checkRoots() {
	if t := c.m.byName[rootName(ast.Query)]; t != nil && t.inaccessible {
		c.errorf(codeRootInaccessible, t.position, "the root type of queries cannot be @inaccessible")
	}
}
