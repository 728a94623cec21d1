package soap

import (
	"strings"

	"github.com/weftgraph/weft/datasources/soap/message"
	"github.com/weftgraph/weft/datasources/soap/wsdl"
	"github.com/weftgraph/weft/datasources/soap/xmltext"
)

// Namespaces of envelopes.
const (
	spaceEnvelope   = "http://schemas.xmlsoap.org/soap/envelope/"
	spaceEnvelope12 = "http://www.w3.org/2003/05/soap-envelope"
)

// dialect is what the versions of SOAP do each in its own way.
type dialect struct {
	version wsdl.Version
	// space is the namespace of envelopes, encoding that of encoded messages.
	space, encoding string
	// media is the content type of messages.
	media string
	// actor is the attribute that says for whom a header block is; ours are its values that mean us.
	actor string
	ours  []string
	// yes is how mustUnderstand is set.
	yes string
}

// The two versions.
//
//nolint:gochecknoglobals // constants in all but name
var (
	soap11 = &dialect{
		version: wsdl.SOAP11, space: spaceEnvelope, encoding: "http://schemas.xmlsoap.org/soap/encoding/", media: "text/xml",
		actor: "actor", yes: "1",
		ours: []string{"", "http://schemas.xmlsoap.org/soap/actor/next"},
	}
	soap12 = &dialect{
		version: wsdl.SOAP12, space: spaceEnvelope12, encoding: "http://www.w3.org/2003/05/soap-encoding", media: "application/soap+xml",
		actor: "role", yes: "true",
		ours: []string{"", spaceEnvelope12 + "/role/next", spaceEnvelope12 + "/role/ultimateReceiver"},
	}
)

// dialectOf is the dialect of a port.
func dialectOf(p *wsdl.Port) *dialect {
	if p.Version == wsdl.SOAP12 {
		return soap12
	}
	return soap11
}

// dialectIn is the dialect whose envelopes are in a namespace; nil when there is none.
func dialectIn(space string) *dialect {
	for _, d := range []*dialect{soap11, soap12} {
		if d.space == space {
			return d
		}
	}
	return nil
}

// name is a name of the envelope.
func (d *dialect) name(local string) xmltext.Name { return xmltext.Name{Space: d.space, Local: local} }

// isEncoding tells whether an encodingStyle is the SOAP encoding: it may name several, the most special one first (SOAP 1.1, 4.1.1).
func (d *dialect) isEncoding(style string) bool {
	for word := range strings.FieldsSeq(style) {
		if strings.HasPrefix(strings.TrimSuffix(word, "/"), strings.TrimSuffix(d.encoding, "/")) {
			return true
		}
	}
	return false
}

// contentType is that of requests. In SOAP 1.2 it has the action.
func (d *dialect) contentType(action string) string {
	text := d.media + "; charset=utf-8"
	if d.version == wsdl.SOAP12 && action != "" {
		text += `; action="` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(action) + `"`
	}
	return text
}

// encoded is how messages of the SOAP encoding are written.
func (d *dialect) encoded() message.Encoding {
	return message.Encoding{Space: d.encoding, Style: d.name("encodingStyle"), IsSOAP12: d.version == wsdl.SOAP12}
}
