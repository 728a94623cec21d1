package xsd

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/weftgraph/weft/datasources/soap/contract"
	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/graph/diag"
)

// spaceVersioning has the attributes by which schemas say which version of XML Schema an element is for.
const spaceVersioning = "http://www.w3.org/2007/XMLSchema-versioning"

// meaning tells what is done about an element of XML Schema.
type meaning uint8

const (
	// read elements decide how messages are written and read, or say something that does not matter to them.
	read meaning = iota
	// refused elements of XML Schema 1.1 change what the rest of the schema means.
	refused
	// noted elements of XML Schema 1.1 say something about messages that is passed over.
	noted
)

// vocabulary are the names of all elements of XML Schema, those of 1.1 included: what is only tolerated must be spelled rightly, too.
//
//nolint:gochecknoglobals // a table that is never changed
var vocabulary = map[string]meaning{
	"all": read, "annotation": read, "any": read, "anyAttribute": read, "appinfo": read, "attribute": read, "attributeGroup": read,
	"choice": read, "complexContent": read, "complexType": read, "documentation": read, "element": read, "enumeration": read,
	"extension": read, "field": read, "fractionDigits": read, "group": read, "import": read, "include": read, "key": read, "keyref": read,
	"length": read, "list": read, "maxExclusive": read, "maxInclusive": read, "maxLength": read, "minExclusive": read, "minInclusive": read,
	"minLength": read, "notation": read, "pattern": read, "redefine": read, "restriction": read, "schema": read, "selector": read,
	"sequence": read, "simpleContent": read, "simpleType": read, "totalDigits": read, "union": read, "unique": read, "whiteSpace": read,

	"override": refused,

	"alternative": noted, "assert": noted, "assertion": noted, "defaultOpenContent": noted, "explicitTimezone": noted, "openContent": noted,
}

// checkVocabulary reports elements of the namespace of XML Schema that do not exist, for whatever is below them would be passed over, and
// messages would be blamed for it; and those of XML Schema 1.1. What the schema says is for other versions only is cut out.
func (b *Builder) checkVocabulary(file *contract.File, node *xmltext.Node) {
	node.Children = slices.DeleteFunc(node.Children, isForOthers)
	for _, child := range node.Children {
		if child.Name.Space != xmltext.SpaceSchema {
			continue
		}
		name := child.Name.Local
		what, exists := vocabulary[name]
		switch {
		case name == "annotation":
			continue // may hold anything
		case !exists:
			b.files.Add(diag.Diagnostic{
				Code: contract.Code, Message: fmt.Sprintf("XML Schema has no element %q", name), Span: file.Span(child),
				Nearest: diag.Nearest(name, slices.Sorted(maps.Keys(vocabulary))),
			})
			continue
		case what == refused:
			b.files.Errorf(file.Span(child), "%q is XML Schema 1.1, which is not supported: the schema is needed without it", name)
			continue
		case what == noted:
			b.files.Notef(contract.CodeUnsupported, file.Span(child),
				"%q is XML Schema 1.1, and nothing is done about it: the server checks what it has asked for", name)
			continue
		}
		b.checkAttributes(file, child)
		b.checkVocabulary(file, child)
	}
}

// checkAttributes notes attributes of XML Schema 1.1 that are passed over.
func (b *Builder) checkAttributes(file *contract.File, node *xmltext.Node) {
	for i := range node.Attrs {
		a := &node.Attrs[i]
		switch a.Name {
		case Name{Local: "notQName"}, Name{Local: "notNamespace"}:
			b.files.Notef(contract.CodeUnsupported, file.AttrSpan(a), "%q is XML Schema 1.1, and nothing is done about it", a.Name.Local)
		}
	}
}

// isForOthers tells elements that a processor of XML Schema 1.0 does not read (XML Schema 1.1, Structures, 4.2.2).
func isForOthers(n *xmltext.Node) bool {
	const own = 1.0
	bound := func(local string) (float64, bool) {
		a := n.AttrNS(Name{Space: spaceVersioning, Local: local})
		if a == nil {
			return 0, false
		}
		version, err := strconv.ParseFloat(trimmed(a.Value), 64)
		return version, err == nil
	}
	least, hasLeast := bound("minVersion")
	most, hasMost := bound("maxVersion")
	return hasLeast && own < least || hasMost && own >= most
}
