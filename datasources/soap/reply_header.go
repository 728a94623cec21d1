package soap

import (
	"fmt"
	"slices"
	"strings"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/soap/message"
	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// Namespaces of what WS-Security can hold and we do not know.
const (
	spaceEncryption = "http://www.w3.org/2001/04/xmlenc#"
	spaceSignature  = "http://www.w3.org/2000/09/xmldsig#"
)

// maxBlocks bounds the header blocks of a reply. Each is looked for among the others.
const maxBlocks = 256

var errManyBlocks = fmt.Errorf("the reply has more than %d header blocks", maxBlocks)

// blocksField is the property of `$response` with the header blocks of the reply.
const blocksField = "soapHeaders"

// blocksReadBy is what mappings read of a reply's header blocks; nil when they read none.
func blocksReadBy(s datasources.Settings, c datasources.Connector) *mapping.Paths {
	var reads *mapping.Paths
	for _, m := range []*mapping.Mapping{
		s.IsSuccess, s.ErrorsMessage, s.ErrorsExtensions, c.IsSuccess, c.ErrorsMessage, c.ErrorsExtensions, c.Selection, c.By,
	} {
		if m == nil {
			continue
		}
		response := m.Uses(mapping.Response)
		blocks := response.Child(blocksField)
		if response.Whole {
			blocks = response
		}
		switch {
		case blocks == nil:
		case reads == nil:
			reads = blocks
		default:
			reads = reads.Merge(blocks)
		}
	}
	return reads
}

// header reads the header blocks that are for us. Those that must be understood have to be known (SOAP 1.1, 4.2.3; SOAP 1.2, 2.4).
func (e *envelopeReader) header() error {
	count := 0
	return children(e.x, func() error {
		if count++; count > maxBlocks {
			return errManyBlocks
		}
		name := e.x.Name()
		if actor, _ := e.x.Attr(e.actual.name(e.actual.actor)); !slices.Contains(e.actual.ours, strings.TrimSpace(actor)) {
			return e.x.Skip()
		}
		declared := e.declaration(name)
		must, _ := e.x.Attr(e.actual.name("mustUnderstand"))
		if must = strings.TrimSpace(must); (must == "1" || must == "true") && declared == nil && !e.isKnown(name) && e.demanded == nil {
			e.demanded = fmt.Errorf("the reply has the header block <%s>, which must be understood and is not known: the contract does not declare it", name.Short())
		}
		switch {
		case name.Space == spaceSecurity && name.Local == "Security":
			return e.security()
		case name == xmltext.Name{Space: spaceAddressing, Local: "RelatesTo"} && e.isAddressed && e.content.relatesTo == "":
			// Others of another kind of relationship say so.
			if kind, ok := e.x.Attr(xmltext.Name{Local: "RelationshipType"}); ok && kind != spaceAddressing+"/reply" {
				return e.x.Skip()
			}
			v, err := message.ReadUntyped(e.x, nil)
			e.content.relatesTo = faultText(v)
			return err
		}
		return e.block(name, declared)
	})
}

// block reads one header block, if some mapping reads it: by its declaration, or as it is. The first of a name counts; others are not even read.
func (e *envelopeReader) block(name xmltext.Name, declared *xsd.Element) error {
	want := e.blocks
	if want != nil && !want.Whole {
		want = want.Child(name.Local)
	}
	if want == nil || slices.ContainsFunc(e.fields, func(f value.Field) bool { return f.Name == name.Local }) {
		return e.x.Skip()
	}
	if declared == nil {
		declared = e.schemas.Element(name)
	}
	if want.Whole {
		want = nil
	}
	v, err := message.Compile(e.schemas, declared, want).Read(e.x, e.problems)
	if err != nil {
		return fmt.Errorf("header block %s: %w", name.Short(), err)
	}
	e.fields = append(e.fields, value.Field{Name: name.Local, Value: v})
	return nil
}

// declaration is that of a header block of the operation's replies; nil when there is none.
func (e *envelopeReader) declaration(name xmltext.Name) *xsd.Element {
	for _, declared := range [][]*xsd.Element{e.operation.OutputHeaders, e.operation.FaultHeaders} {
		for _, h := range declared {
			if h.Name == name {
				return h
			}
		}
	}
	return nil
}

// isKnown tells header blocks whose meaning is known without a declaration.
func (e *envelopeReader) isKnown(name xmltext.Name) bool {
	switch name.Space {
	case spaceAddressing:
		return e.isAddressed
	case spaceSecurity:
		return true // what is inside decides
	default:
		return false
	}
}

// security looks into a header block of WS-Security. Who asks for no more than a Timestamp needs nothing; what is signed or encrypted cannot be
// checked.
func (e *envelopeReader) security() error {
	must, _ := e.x.Attr(e.actual.name("mustUnderstand"))
	isDemanded := strings.TrimSpace(must) == "1" || strings.TrimSpace(must) == "true"
	return children(e.x, func() error {
		name := e.x.Name()
		unknown := ""
		switch {
		case name.Space == spaceSignature:
			unknown = "an XML signature"
		case name.Space == spaceEncryption:
			unknown = "encryption (XML Encryption)"
		case strings.HasPrefix(name.Space, "urn:oasis:names:tc:SAML:"):
			unknown = "a SAML assertion"
		case name.Local == "BinarySecurityToken":
			unknown = "an X.509 certificate or another binary token"
		case name.Space != spaceSecurity && name.Space != spaceUtility:
			unknown = "<" + name.Short() + ">"
		}
		if unknown != "" && isDemanded && e.demanded == nil {
			e.demanded = fmt.Errorf("the reply's WS-Security has %s, which must be understood and is not supported", unknown)
		}
		return e.x.Skip()
	})
}
