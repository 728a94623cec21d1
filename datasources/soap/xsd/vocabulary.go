package xsd

import (
	"fmt"
	"slices"

	"github.com/weftgraph/weft/datasources/soap/contract"
	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/graph/diag"
)

// vocabulary are the names of all elements of XML Schema, those of 1.1 included: what is only tolerated must be spelled
// rightly, too.
func vocabulary() []string {
	return []string{
		"all", "alternative", "annotation", "any", "anyAttribute", "appinfo", "assert", "assertion", "attribute", "attributeGroup",
		"choice", "complexContent", "complexType", "defaultOpenContent", "documentation", "element", "enumeration",
		"explicitTimezone", "extension", "field", "fractionDigits", "group", "import", "include", "key", "keyref", "length", "list",
		"maxExclusive", "maxInclusive", "maxLength", "minExclusive", "minInclusive", "minLength", "notation", "openContent",
		"override", "pattern", "redefine", "restriction", "schema", "selector", "sequence", "simpleContent", "simpleType",
		"totalDigits", "union", "unique", "whiteSpace",
	}
}

// checkVocabulary reports elements of the namespace of XML Schema that do not exist: whatever is below them would be passed over,
// and messages would be blamed for it.
func (b *Builder) checkVocabulary(file *contract.File, node *xmltext.Node) {
	for _, child := range node.Children {
		if child.Name.Space != xmltext.SpaceSchema {
			continue
		}
		switch name := child.Name.Local; {
		case name == "annotation": // may hold anything
		case !slices.Contains(vocabulary(), name):
			b.files.Add(diag.Diagnostic{
				Code: contract.Code, Message: fmt.Sprintf("XML Schema has no element %q", name), Span: file.Span(child),
				Nearest: diag.Nearest(name, vocabulary()),
			})
		default:
			b.checkVocabulary(file, child)
		}
	}
}
