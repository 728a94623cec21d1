package xsd

import (
	"context"
	"fmt"

	"github.com/weftgraph/weft/datasources/soap/contract"
	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/graph/diag"
)

// SpaceEncoding is the namespace of the SOAP 1.1 encoding. Its types belong to rpc/encoded messages.
const SpaceEncoding = "http://schemas.xmlsoap.org/soap/encoding/"

// Builder makes a Set of the schemas of a contract: Add all, then Build. It is used by one goroutine.
type Builder struct {
	files *contract.Files
	set   Set

	// globals are the global components by symbol space and name.
	globals map[symbol]*global
	order   []*global
	// seen are the files that were added, each with the namespace that it was added for.
	seen map[seenFile]bool

	// work are the components that are not filled yet; types are all types of the schemas, in the order of their making.
	work  []func()
	types []*Type
	// places are where types were defined, for diagnostics.
	places map[*Type]place
	// attributes are those whose types have to be filled in when all types are known.
	attributes []*Attribute
	elements   []*Element
}

// space is a symbol space: names of different ones do not collide.
type space uint8

const (
	elementSpace space = iota
	typeSpace
	groupSpace
	attributeSpace
	attributeGroupSpace
)

// String returns the name of the components in messages.
func (s space) String() string {
	return [...]string{"element", "type", "group", "attribute", "attribute group"}[s]
}

// spaceOf tells where a global component belongs, if it is one.
func spaceOf(local string) (space, bool) {
	switch local {
	case "element":
		return elementSpace, true
	case "complexType", "simpleType":
		return typeSpace, true
	case "group":
		return groupSpace, true
	case "attribute":
		return attributeSpace, true
	case "attributeGroup":
		return attributeGroupSpace, true
	default:
		return 0, false
	}
}

type symbol struct {
	space space
	name  Name
}

// global is a global component.
type global struct {
	place

	symbol symbol

	// element, typ, particle, attribute and attributes are what it was made to, whichever fits the symbol space.
	element    *Element
	typ        *Type
	particle   *Particle
	attribute  *Attribute
	attributes *attributeSet
	// isOpen tells that it is being made: whoever meets it now has found a cycle.
	isOpen bool
}

// place is a node in its schema.
type place struct {
	node   *xmltext.Node
	schema *schema
}

// schema is what holds for all of one schema document.
type schema struct {
	file *contract.File
	// target is the namespace that its components are in.
	target string
	// qualifiedElements and qualifiedAttributes are what local declarations are without a form of their own.
	qualifiedElements, qualifiedAttributes bool
	// original is the component that the only one of this schema redefines, under its name; nil in all other schemas.
	original *global
	// isChameleon tells that it has no namespace of its own and took on that of what includes it: so do its references.
	isChameleon bool
}

type seenFile struct {
	file   *contract.File
	node   *xmltext.Node
	target string
}

// NewBuilder returns a builder that reports to the files' diagnostics.
func NewBuilder(files *contract.Files) *Builder {
	return &Builder{
		files:   files,
		set:     Set{elements: map[Name]*Element{}, types: map[Name]*Type{}},
		globals: map[symbol]*global{},
		seen:    map[seenFile]bool{},
		places:  map[*Type]place{},
	}
}

// Add adds the schema at a node of a file, and all that it includes and imports.
func (b *Builder) Add(ctx context.Context, file *contract.File, node *xmltext.Node) {
	b.add(ctx, file, node, node.Value("targetNamespace"))
}

// add adds a schema for a namespace, which is its own or, for one that has none, that of the including schema.
func (b *Builder) add(ctx context.Context, file *contract.File, node *xmltext.Node, target string) {
	key := seenFile{file, node, target}
	if b.seen[key] {
		return
	}
	b.seen[key] = true
	b.checkVocabulary(file, node)
	s := &schema{
		file:                file,
		target:              target,
		qualifiedElements:   node.Value("elementFormDefault") == "qualified",
		qualifiedAttributes: node.Value("attributeFormDefault") == "qualified",
		isChameleon:         target != node.Value("targetNamespace"),
	}
	for _, child := range node.Children {
		if child.Name.Space != xmltext.SpaceSchema {
			continue
		}
		switch child.Name.Local {
		case "import":
			b.follow(ctx, s, child, child.Value("namespace"))
		case "include":
			b.follow(ctx, s, child, target)
		case "redefine":
			b.follow(ctx, s, child, target)
			b.redefine(s, child)
		default:
			if in, ok := spaceOf(child.Name.Local); ok {
				b.declare(s, child, in)
			}
		}
	}
}

// follow adds the schema that an import or include refers to. Without a location it is expected among the others.
func (b *Builder) follow(ctx context.Context, s *schema, node *xmltext.Node, target string) {
	location := node.Attr("schemaLocation")
	if location == nil || target == xmltext.SpaceXML || target == SpaceEncoding || target == xmltext.SpaceSchema {
		return
	}
	file := b.files.Follow(ctx, s.file, location)
	if file == nil {
		return
	}
	root := file.Root
	if root.Name != schemaName("schema") {
		b.files.Errorf(s.file.AttrSpan(location), "%q is no schema: its element is %s", location.Value, root.Name)
		return
	}
	own := root.Value("targetNamespace")
	if own != target && (own != "" || node.Name.Local == "import") {
		b.files.Errorf(s.file.AttrSpan(location), "the schema %q has the namespace %q, expected %q", location.Value, own, target)
		return
	}
	b.add(ctx, file, root, target)
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

// declare enters a global component.
func (b *Builder) declare(s *schema, node *xmltext.Node, in space) {
	name := node.Value("name")
	if !xmltext.IsNCName(name) {
		b.files.Errorf(s.file.Span(node), "a global %s needs a name, not %q", in, name)
		return
	}
	key := symbol{in, Name{Space: s.target, Local: name}}
	if first := b.globals[key]; first != nil {
		// The same schema may be there twice, as two files or in two inline copies: what is equal is no contradiction.
		if first.node.Value("type") != node.Value("type") || len(first.node.Children) != len(node.Children) {
			b.files.Add(diag.Diagnostic{
				Code: contract.Code, Message: fmt.Sprintf("the %s %q is there twice", in, name), Span: s.file.Span(node),
				Notes: []diag.Note{{Message: "the first one is here", Span: first.schema.file.Span(first.node)}},
			})
		}
		return
	}
	g := &global{place: place{node, s}, symbol: key}
	b.globals[key] = g
	b.order = append(b.order, g)
}

// Build resolves everything and returns the set. What is wrong is in the files' diagnostics; the set is usable only if there is nothing.
func (b *Builder) Build() *Set {
	for _, g := range b.order {
		switch g.symbol.space {
		case elementSpace:
			b.set.elements[g.symbol.name] = b.globalElement(g)
		case typeSpace:
			b.set.types[g.symbol.name] = b.globalType(g)
		case groupSpace:
			b.groupOf(g)
		case attributeSpace:
			b.globalAttribute(g)
		case attributeGroupSpace:
			b.attributeGroup(g)
		}
	}
	for len(b.work) > 0 {
		next := b.work[len(b.work)-1]
		b.work = b.work[:len(b.work)-1]
		next()
	}
	b.derive()
	if len(b.files.Diagnostics) == 0 {
		b.nameFields()
	}
	return &b.set
}

// reference resolves a qualified name in an attribute to a global component, and reports what is not there.
func (b *Builder) reference(p place, attribute string, in space) *global {
	a := p.node.Attr(attribute)
	name, ok := p.resolve(a)
	if !ok {
		b.files.Errorf(p.schema.file.AttrSpan(a), "the prefix of %q is not declared", a.Value)
		return nil
	}
	if g := p.schema.original; g != nil && g.symbol == (symbol{in, name}) {
		return g
	}
	if g := b.globals[symbol{in, name}]; g != nil {
		return g
	}
	b.files.Add(diag.Diagnostic{
		Code: contract.Code, Message: fmt.Sprintf("%s %s is not declared", in, a.Value), Span: p.schema.file.AttrSpan(a),
		Nearest: b.nearest(in, name),
	})
	return nil
}

// resolve expands a name in an attribute's value.
func (p place) resolve(a *xmltext.Attr) (Name, bool) {
	name, ok := p.node.Resolve(trimmed(a.Value))
	if ok && name.Space == "" && p.schema.isChameleon {
		name.Space = p.schema.target
	}
	return name, ok
}

// nearest returns the name that was probably meant.
func (b *Builder) nearest(in space, name Name) string {
	var same, others []string
	for _, g := range b.order {
		switch {
		case g.symbol.space != in:
		case g.symbol.name.Space == name.Space:
			same = append(same, g.symbol.name.Local)
		case g.symbol.name.Local == name.Local:
			others = append(others, g.symbol.name.String())
		}
	}
	if found := diag.Nearest(name.Local, same); found != "" || len(others) == 0 {
		return found
	}
	return others[0]
}
