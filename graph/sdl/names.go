package sdl

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// meaning is what a name of a document stands for: an element of a linked specification.
type meaning struct {
	link *link
	// name is the specification's own name, without "@".
	name string
}

// is reports whether the meaning is a specification's element.
func (m meaning) is(identity, name string) bool {
	return m.link != nil && m.link.url.identity == identity && m.name == name
}

// directive returns the meaning of a directive's name; the zero meaning when it is no specification's.
func (d *document) directive(name string) meaning {
	if i, ok := d.imports["@"+name]; ok {
		return meaning{i.link, i.name[1:]}
	}
	// The directive that is called like its specification needs no import.
	if l := d.namespaces[name]; l != nil {
		return meaning{l, l.url.name}
	}
	return d.prefixed(name)
}

// typeName returns the meaning of a type's name; the zero meaning when it is no specification's.
func (d *document) typeName(name string) meaning {
	if i, ok := d.imports[name]; ok {
		return meaning{i.link, i.name}
	}
	return d.prefixed(name)
}

func (d *document) prefixed(name string) meaning {
	prefix, rest, ok := strings.Cut(name, "__")
	if l := d.namespaces[prefix]; ok && l != nil {
		return meaning{l, rest}
	}
	return meaning{}
}

// applications returns the applications of a specification's directive in a list.
func (d *document) applications(list ast.DirectiveList, identity, name string) []*ast.Directive {
	var found []*ast.Directive
	for _, applied := range list {
		if d.directive(applied.Name).is(identity, name) {
			found = append(found, applied)
		}
	}
	return found
}

// federation returns the first application of a directive of federation, nil when there is none.
func (d *document) federation(list ast.DirectiveList, name string) *ast.Directive {
	if found := d.applications(list, identityFederation, name); len(found) > 0 {
		return found[0]
	}
	return nil
}
