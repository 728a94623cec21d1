package xsd

import (
	"context"
	"strconv"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
)

// follow adds the schema that an import or include refers to. Without a location it is expected among the others.
func (b *Builder) follow(ctx context.Context, s *schema, node *xmltext.Node, target string) {
	location := node.Attr("schemaLocation")
	switch {
	case target == xmltext.SpaceXML, isEncoding(target), target == xmltext.SpaceSchema:
		return // these are built in
	case location == nil || trimmed(location.Value) == "":
		if b.hints[target] == nil {
			b.hints[target] = &place{node, s}
		}
		return
	}
	file := b.files.Follow(ctx, s.file, location)
	if file == nil {
		return
	}
	roots := schemasIn(file.Root)
	if len(roots) == 0 {
		b.files.Errorf(s.file.AttrSpan(location), "%q is no schema: its element is %s", location.Value, file.Root.Name)
		return
	}
	var others []string
	for _, root := range roots {
		own := root.Value("targetNamespace")
		if own == target || own == "" && node.Name.Local != "import" {
			b.add(ctx, file, root, target)
			return
		}
		others = append(others, strconv.Quote(own))
	}
	b.files.Errorf(s.file.AttrSpan(location), "the schema %q has the namespace %s, expected %q", location.Value, strings.Join(others, " and "), target)
}

// schemasIn are the schemas of a file: its element or, of a WSDL, those inside of its types. Some tools import these by the WSDL's location.
func schemasIn(root *xmltext.Node) []*xmltext.Node {
	if root.Name == schemaName("schema") {
		return []*xmltext.Node{root}
	}
	var found []*xmltext.Node
	for _, child := range root.Children {
		for _, inner := range child.Children {
			if inner.Name == schemaName("schema") {
				found = append(found, inner)
			}
		}
	}
	return found
}

// redefine puts the components inside of a redefinition in the places of those that they are made of. Each has a schema
// of its own in which its name still means the original.
func (b *Builder) redefine(s *schema, node *xmltext.Node) {
	for _, child := range node.Children {
		in, ok := spaceOf(child.Name.Local)
		if !ok || child.Name.Space != xmltext.SpaceSchema {
			continue
		}
		key := symbol{in, Name{Space: s.target, Local: child.Value("name")}}
		original := b.globals[key]
		if original == nil {
			b.files.Errorf(s.file.Span(child), "there is no %s %q to redefine", in, child.Value("name"))
			continue
		}
		inner := *s
		inner.original = original
		g := &global{place: place{child, &inner}, symbol: key}
		b.globals[key] = g
		b.order = append(b.order, g)
	}
}
