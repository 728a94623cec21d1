package xsd

import (
	"strconv"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
)

// particle reads a part of a content model: a model group, an element, a wildcard, or the reference to a group.
func (b *Builder) particle(p place) *Particle {
	out := &Particle{}
	out.Min, out.Max = b.occurrence(p)
	switch p.node.Name.Local {
	case "element":
		out.Kind = Single
		if out.Element = b.elementOf(p); out.Element == nil {
			return nil
		}
		return out
	case "any":
		out.Kind, out.Wildcard = Any, wildcard(p)
		return out
	case "group":
		return b.groupReference(p, out)
	case "choice":
		out.Kind = Choice
	case "all":
		out.Kind = All
	default:
		out.Kind = Sequence
	}
	for _, child := range p.node.Children {
		switch child.Name {
		case schemaName("element"), schemaName("any"), schemaName("group"), schemaName("sequence"), schemaName("choice"), schemaName("all"):
			if part := b.particle(place{child, p.schema}); part != nil {
				out.Children = append(out.Children, part)
			}
		}
	}
	return out
}

// elementOf is the element that a particle declares or refers to.
func (b *Builder) elementOf(p place) *Element {
	ref := p.node.Attr("ref")
	if ref == nil {
		return b.localElement(p)
	}
	if name, ok := p.resolve(ref); ok && name.Space == xmltext.SpaceSchema {
		// A schema within a message: the DataSets of .NET have one, in front of what it describes.
		return &Element{Name: name, Type: anyType}
	}
	g := b.reference(p, "ref", elementSpace)
	if g == nil {
		return nil
	}
	return b.globalElement(g)
}

// groupReference puts a group's model in the place of the reference.
func (b *Builder) groupReference(p place, out *Particle) *Particle {
	if p.node.Attr("ref") == nil {
		b.files.Errorf(p.schema.file.Span(p.node), "a group inside of a type needs a ref")
		return nil
	}
	g := b.reference(p, "ref", groupSpace)
	if g == nil {
		return nil
	}
	if g.isOpen {
		b.files.Errorf(p.schema.file.Span(p.node), "the group %q contains itself", g.symbol.name.Local)
		return nil
	}
	model := b.groupOf(g)
	if model == nil {
		return nil
	}
	out.Kind, out.Children = Sequence, []*Particle{model}
	return out
}

// groupOf returns the model of a global group; nil when it is empty.
func (b *Builder) groupOf(g *global) *Particle {
	if g.particle == nil && !g.isOpen {
		g.isOpen = true
		if model := g.child("sequence", "choice", "all"); model != nil {
			g.particle = b.particle(place{model, g.schema})
		}
		g.isOpen = false
	}
	return g.particle
}

// occurrence reads minOccurs and maxOccurs.
func (b *Builder) occurrence(p place) (least, most int) {
	least, most = b.count(p, "minOccurs"), b.count(p, "maxOccurs")
	if p.node.Attr("minOccurs") != nil && p.node.Attr("maxOccurs") == nil && least > 1 {
		most = least
	}
	return least, most
}

func (b *Builder) count(p place, attribute string) int {
	a := p.node.Attr(attribute)
	if a == nil {
		return 1
	}
	text := trimmed(a.Value)
	if text == "unbounded" && attribute == "maxOccurs" {
		return Unbounded
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		b.files.Errorf(p.schema.file.AttrSpan(a), "%s must be a number, not %q", attribute, a.Value)
		return 1
	}
	return int(min(n, Unbounded))
}

// wildcard reads the namespaces of an any or anyAttribute.
func wildcard(p place) *Wildcard {
	text := p.node.Value("namespace")
	switch text {
	case "", "##any":
		return &Wildcard{}
	case "##other":
		return &Wildcard{Not: p.schema.target, HasNot: true}
	}
	w := &Wildcard{Spaces: []string{}}
	for space := range strings.FieldsSeq(text) {
		switch space {
		case "##targetNamespace":
			space = p.schema.target
		case "##local":
			space = ""
		}
		w.Spaces = append(w.Spaces, space)
	}
	return w
}
