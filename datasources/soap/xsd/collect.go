package xsd

import (
	"context"
	"fmt"

	"github.com/weftgraph/weft/datasources/soap/contract"
	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/graph/diag"
)

// Builder makes a Set of the schemas of a contract: Add all, then Build. It is used by one goroutine.
type Builder struct {
	files *contract.Files
	set   Set

	// globals are the global components by symbol space and name.
	globals map[symbol]*global
	order   []*global
	// seen are the files that were added, each with the namespace that it was added for; targets are these namespaces.
	seen    map[seenFile]bool
	targets map[string]bool
	// hints are the imports without a location, by namespace.
	hints map[string]*place
	// names are those that are suggested, by symbol spaces and namespaces.
	names map[symbol][]string

	// work are the components that are not filled yet; types are all types of the schemas, in the order of their making.
	work  []func()
	types []*Type
	// places are where types were defined, for diagnostics.
	places map[*Type]place
	// attributes are those whose types have to be filled in when all types are known.
	attributes []*Attribute
	elements   []*Element
	// encoded are the types of the SOAP encoding that are referred to.
	encoded map[Name]*Type
	// last is done when all types and elements are complete.
	last []func()
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
	// blocks is what blockDefault says.
	blocks Derivation
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
		targets: map[string]bool{},
		hints:   map[string]*place{},
		encoded: map[Name]*Type{},
		names:   map[symbol][]string{},
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
	b.targets[target] = true
	b.checkVocabulary(file, node)
	s := &schema{
		file:                file,
		target:              target,
		qualifiedElements:   node.Value("elementFormDefault") == "qualified",
		qualifiedAttributes: node.Value("attributeFormDefault") == "qualified",
		blocks:              derivations(node.Value("blockDefault")),
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

// declare enters a global component.
func (b *Builder) declare(s *schema, node *xmltext.Node, in space) {
	name := node.Value("name")
	if !xmltext.IsNCName(name) {
		b.files.Errorf(s.file.Span(node), "a global %s needs a name, not %q", in, name)
		return
	}
	if len(b.order) == maxGlobals {
		b.files.Errorf(s.file.Span(node), "the contract's schemas have more than %d global components", maxGlobals)
	}
	if len(b.order) >= maxGlobals {
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
	for _, f := range b.last {
		f()
	}
	if len(b.files.Diagnostics) == 0 {
		b.nameFields()
	}
	return &b.set
}
