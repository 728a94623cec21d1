package sdl

import "github.com/vektah/gqlparser/v2/ast"

// checkEntity checks the argument `entity` (Connectors specification 5.3).
func (b *builder) checkEntity(c *readConnector, applied *ast.Directive) {
	entity := applied.Arguments.ForName("entity")
	isTrue := entity != nil && entity.Value.Raw == "true"
	switch {
	case c.field == nil:
		if entity != nil && entity.Value.Raw == "false" {
			b.errorf(codeTypeNotEntity, entity.Position, "a connector on a type always resolves an entity")
		}
	case !isTrue:
	case c.d.rootOf(c.on.name) != ast.Query:
		b.errorf(codeEntityNotOnQuery, entity.Position, "only fields of Query can resolve entities")
	default:
		before := b.diags.errors
		b.checkEntityType(c, entity)
		c.Entity = b.diags.errors == before
	}
}

func (b *builder) checkEntityType(c *readConnector, entity *ast.Argument) {
	of := c.field.Type
	t := c.d.types[of.Name()]
	if t == nil && !isBuiltInScalar(of.Name()) && !of.NonNull && of.Elem == nil {
		return // not defined, which is reported
	}
	if of.NonNull || of.Elem != nil || t == nil || !t.isComposite() {
		b.errorf(codeEntityType, entity.Position, "a field that resolves an entity returns a nullable object, not %s", of)
		return
	}
	if len(c.field.Arguments) == 0 {
		b.errorf(codeEntityArguments, entity.Position, "a field that resolves an entity has arguments: the fields of its key")
		return
	}
	for _, concrete := range c.d.entityTypes(t) {
		check := entityArguments{builder: b, d: c.d, seen: map[[2]*docType]bool{}}
		for _, a := range c.field.Arguments {
			check.argument(a.Name, a.Type, a.Position, concrete)
		}
	}
}

// entityTypes are the types that must have the fields of the key: the members of a union, else the type itself.
func (d *document) entityTypes(t *docType) []*docType {
	if t.kind != ast.Union {
		return []*docType{t}
	}
	var members []*docType
	for _, m := range t.members {
		if member := d.types[m.name]; member != nil {
			members = append(members, member)
		}
	}
	return members
}

// entityArguments compares arguments with the fields of an entity.
type entityArguments struct {
	*builder
	d *document
	// seen are the pairs of input type and object type compared already: both may be recursive.
	seen map[[2]*docType]bool
}

// recode gives another code to what has been reported at a place.
func (e entityArguments) recode(at *ast.Position, from, to string) {
	span := e.at(at)
	for i := range e.diags.list {
		if d := &e.diags.list[i]; d.Code == from && d.Span == span {
			d.Code = to
		}
	}
}

// argument compares an argument, or a field of an input object, with the field of the same name.
func (e entityArguments) argument(name string, of *ast.Type, at *ast.Position, on *docType) {
	f := on.field(name)
	if f == nil && on.isBroken {
		return
	}
	if f == nil {
		e.errorf(codeEntityArguments, at, "%q has no field %q for the argument of its key", on.name, name)
		e.suggest(name, on.fieldNames())
		return
	}
	if !e.d.isDefined(of.Name()) {
		e.recode(of.Position, codeGraphQL, codeMissingType)
		return
	}
	given, wanted := e.d.types[of.Name()], e.d.types[f.Type.Name()]
	isInput := given != nil && given.kind == ast.InputObject
	isObject := wanted != nil && wanted.isComposite()
	switch {
	case isInput && isObject:
		if pair := [2]*docType{given, wanted}; !e.seen[pair] {
			e.seen[pair] = true
			for _, inner := range given.fields {
				e.argument(inner.Name, inner.Type, at, wanted)
			}
		}
	case isInput != isObject || of.Name() != f.Type.Name():
		e.errorf(codeEntityArguments, at, "%q is of type %s, field %q of %q is of type %s", name, of, name, on.name, f.Type)
	}
}
