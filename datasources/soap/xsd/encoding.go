package xsd

import (
	"strconv"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
)

// SpaceEncoding is the namespace of the SOAP 1.1 encoding, and SpaceEncoding12 that of SOAP 1.2. Their types belong to rpc/encoded messages.
const (
	SpaceEncoding   = "http://schemas.xmlsoap.org/soap/encoding/"
	SpaceEncoding12 = "http://www.w3.org/2003/05/soap-encoding"
)

// spaceWSDL is that of the attribute arrayType, by which WSDLs say what an array holds (WSDL 1.1, 2.2).
const spaceWSDL = "http://schemas.xmlsoap.org/wsdl/"

func isEncoding(space string) bool { return space == SpaceEncoding || space == SpaceEncoding12 }

// Array is what an array of the SOAP encoding holds (SOAP 1.1, 5.4.2).
type Array struct {
	// Item is the type of the items; xs:anyType when the contract does not say.
	Item *Type
	// Name is that of the items' elements where the contract names them; receivers do not care.
	Name Name
	// Dimensions are at least 1. Arrays of arrays have an Item that is an array.
	Dimensions int
}

// encodedType stands for a type of the SOAP encoding, whose schema contracts do not have with them: soapenc:string is xs:string that may have
// an id, soapenc:Array an array of anything.
func (b *Builder) encodedType(name Name) *Type {
	if t := b.encoded[name]; t != nil {
		return t
	}
	t := &Type{Name: name, Base: anyType, IsComplex: true}
	switch builtin := builtinTypes[schemaName(name.Local)]; {
	case builtin != nil:
		t.Base, t.Simple = builtin, builtin.Simple
	case name.Local == "base64":
		t.Base = builtinTypes[schemaName("base64Binary")]
		t.Simple = t.Base.Simple
	case name.Local == "Array":
		t.Array = &Array{Item: anyType, Dimensions: 1}
		t.Unsupported = unsupportedEncoding + name.Local
	default:
		t.Unsupported = unsupportedEncoding + name.Local
	}
	b.encoded[name] = t
	return t
}

// unsupportedEncoding begins what is said of types of the SOAP encoding in messages that are not encoded.
const unsupportedEncoding = "the SOAP-encoded type "

// array reads what a restriction of an array says about its items: the attribute arrayType or, as some tools do, a sequence of one element.
func (b *Builder) array(t *Type, p place) {
	t.Array = &Array{Item: anyType, Dimensions: 1}
	for _, child := range p.node.Children {
		if child.Name != schemaName("attribute") {
			continue
		}
		if a := child.AttrNS(Name{Space: spaceWSDL, Local: "arrayType"}); a != nil {
			b.arrayType(t, place{child, p.schema}, a)
		}
	}
	if t.own.particle == nil {
		return
	}
	for _, part := range t.own.particle.Children {
		if part.Kind == Single {
			t.Array.Name = part.Element.Name
			if t.Array.Item == anyType {
				b.finally(func() { t.Array.Item = part.Element.Type })
			}
		}
	}
}

// arrayType reads such as "t:Order[]" or "xs:int[,]" or "xs:int[][]".
func (b *Builder) arrayType(t *Type, p place, a *xmltext.Attr) {
	text := trimmed(a.Value)
	itemName, brackets, hasBrackets := strings.Cut(text, "[")
	if !hasBrackets || !strings.HasSuffix(text, "]") {
		b.files.Errorf(p.schema.file.AttrSpan(a), "arrayType must be a type with brackets, such as \"xs:int[]\", not %q", a.Value)
		return
	}
	ranks := strings.Split(strings.TrimSuffix(brackets, "]"), "][")
	named := *a
	named.Value = itemName
	node := *p.node
	node.Attrs = []xmltext.Attr{named}
	node.Attrs[0].Name = Name{Local: "arrayType"}
	item := b.typeOf(place{&node, p.schema}, "arrayType")
	// The last brackets are the outermost array (SOAP 1.1, 5.4.2).
	for i, rank := range ranks {
		array := &Array{Item: item, Dimensions: 1 + strings.Count(rank, ",")}
		if i == len(ranks)-1 {
			t.Array = array
			return
		}
		item = &Type{
			Name: Name{Space: SpaceEncoding, Local: "Array"}, Base: b.encodedType(Name{Space: SpaceEncoding, Local: "Array"}),
			IsComplex: true, Array: array, Unsupported: unsupportedEncoding + "Array " + strconv.Quote(text),
		}
	}
}
