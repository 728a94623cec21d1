package sdl

import (
	"github.com/vektah/gqlparser/v2/ast"
)

// operations are the kinds of operations, in the order in which they are looked at.
func operations() []ast.Operation { return []ast.Operation{ast.Query, ast.Mutation, ast.Subscription} }

// rootName is the name that an operation's root type has in the merged schema, whatever a document calls it. It is empty for
// what is no operation.
func rootName(op ast.Operation) string {
	switch op {
	case ast.Query:
		return "Query"
	case ast.Mutation:
		return "Mutation"
	case ast.Subscription:
		return "Subscription"
	default:
		return ""
	}
}

// defineRoots finds the document's root types: those that its schema definition names, else those with the usual names.
func (b *builder) defineRoots(d *document) {
	d.roots = map[ast.Operation]string{}
	named := map[ast.Operation]*ast.Position{}
	for _, s := range d.syntax.schemas {
		for _, op := range s.OperationTypes {
			if rootName(op.Operation) == "" {
				continue // reported as a syntax error
			}
			if first := named[op.Operation]; first != nil {
				b.errorf(codeGraphQL, op.Position, "the %s root type is named twice", op.Operation)
				b.note("first named here", b.at(first))
				continue
			}
			named[op.Operation] = op.Position
			d.roots[op.Operation] = op.Type
		}
	}
	b.checkDistinctRoots(d, named)
	kinds := map[string]ast.DefinitionKind{}
	for _, part := range d.syntax.definitions {
		kinds[part.Name] = part.Kind
	}
	for op, name := range d.roots {
		switch kind, ok := kinds[name]; {
		case !ok:
			b.errorf(codeGraphQL, named[op], "the %s root type %q is not defined", op, name)
			delete(d.roots, op)
		case kind != ast.Object:
			b.errorf(codeGraphQL, named[op], "the %s root type %q must be an object type", op, name)
			delete(d.roots, op)
		}
	}
	if len(named) > 0 {
		return
	}
	for _, op := range operations() {
		if name := rootName(op); kinds[name] == ast.Object {
			d.roots[op] = name
		}
	}
}

// checkDistinctRoots reports a type that is the root of two operations, and takes the later one away.
func (b *builder) checkDistinctRoots(d *document, named map[ast.Operation]*ast.Position) {
	taken := map[string]ast.Operation{}
	for _, op := range operations() {
		name, ok := d.roots[op]
		if !ok {
			continue
		}
		if other, ok := taken[name]; ok {
			b.errorf(codeGraphQL, named[op], "%q is the root of %s operations and of %s operations; each needs a type of its own", name, other, op)
			delete(d.roots, op)
			continue
		}
		taken[name] = op
	}
}

// renameRoots gives root types their usual names throughout the document.
func (b *builder) renameRoots(d *document) {
	renames := map[string]string{}
	for op, name := range d.roots {
		if name != rootName(op) {
			renames[name] = rootName(op)
		}
		d.roots[op] = rootName(op)
	}
	if len(renames) == 0 {
		return
	}
	r := renamer{renames}
	kept := d.syntax.definitions[:0]
	for _, part := range d.syntax.definitions {
		if r.isTaken(part.Name) {
			b.errorf(codeGraphQL, part.Position, "%q is no root type here, but a root type of this document gets this name in the merged schema", part.Name)
			continue
		}
		r.definition(part)
		kept = append(kept, part)
	}
	d.syntax.definitions = kept
}

// renamer rewrites the names of types in a document's syntax tree.
type renamer struct{ renames map[string]string }

// isTaken reports whether a type has the new name of another.
func (r renamer) isTaken(name string) bool {
	if _, moves := r.renames[name]; moves {
		return false
	}
	for _, usual := range r.renames {
		if usual == name {
			return true
		}
	}
	return false
}

func (r renamer) definition(d *definition) {
	d.Name = r.name(d.Name)
	for i := range d.Types {
		d.Types[i] = r.name(d.Types[i])
	}
	for _, f := range d.Fields {
		r.reference(f.Type)
		for _, a := range f.Arguments {
			r.reference(a.Type)
		}
	}
}

func (r renamer) reference(t *ast.Type) {
	for t.Elem != nil {
		t = t.Elem
	}
	t.NamedType = r.name(t.NamedType)
}

func (r renamer) name(name string) string {
	if usual, ok := r.renames[name]; ok {
		return usual
	}
	return name
}
