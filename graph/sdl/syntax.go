package sdl

import "github.com/vektah/gqlparser/v2/ast"

// syntax is the syntax tree of one document. It has gqlparser's nodes, because the merged schema is made of them, and what
// those leave out.
type syntax struct {
	// schemas are the `schema` and `extend schema` elements.
	schemas     []*ast.SchemaDefinition
	directives  []*ast.DirectiveDefinition
	definitions []*definition
	// unread are the names of what looks like definitions and could not be read.
	unread []string
}

// definition is a type definition or extension.
type definition struct {
	*ast.Definition
	isExtension bool
	// isBroken tells that it has syntax errors, so that parts of it are missing.
	isBroken bool
	// interfaces are the positions of Interfaces, one for each.
	interfaces []*ast.Position
}
