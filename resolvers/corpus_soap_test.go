package resolvers_test

import (
	"errors"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/canonical"
)

// spaceEnvelope is the namespace of SOAP 1.1, spaceEnvelope12 that of SOAP 1.2.
const (
	spaceEnvelope   = "http://schemas.xmlsoap.org/soap/envelope/"
	spaceEnvelope12 = "http://www.w3.org/2003/05/soap-envelope"
)

// methodSOAP is the method of entries for SOAP 1.1, methodSOAP12 that of those for SOAP 1.2. Their target is the name of the element in the
// request's body.
const (
	methodSOAP   = "SOAP"
	methodSOAP12 = "SOAP12"
)

// isSOAP tells the methods of SOAP.
func isSOAP(method string) bool { return method == methodSOAP || method == methodSOAP12 }

// envelopeSpace is the namespace of a method's envelopes.
func envelopeSpace(method string) string {
	if method == methodSOAP12 {
		return spaceEnvelope12
	}
	return spaceEnvelope
}

// envelopeMedia is the content type of a method's envelopes.
func envelopeMedia(method string) string {
	if method == methodSOAP12 {
		return "application/soap+xml; charset=utf-8"
	}
	return "text/xml; charset=utf-8"
}

var errNoEnvelope = errors.New("the request is no SOAP envelope")

// readEnvelope reads a request by SOAP.
func (in *incoming) readEnvelope(text string) {
	in.method, in.canonical = methodSOAP, canonicalXML
	action := strings.Join(in.header["Soapaction"], ", ")
	if rest, ok := strings.CutPrefix(in.header.Get("Content-Type"), envelopeMedia(methodSOAP12)); ok {
		in.method, action = methodSOAP12, strings.TrimPrefix(rest, "; action=")
		in.header.Set("Content-Type", envelopeMedia(methodSOAP12))
	}
	in.text = in.method + " " + in.whole + " " + action + "\n"
	envelope, err := canonical.Parse(text)
	if err != nil || envelope.Name.Space != envelopeSpace(in.method) || envelope.Name.Local != "Envelope" {
		in.wrong = errNoEnvelope
		in.text += text
		return
	}
	common := append(commonHeaders(), "Soapaction")
	if in.header.Get("Content-Type") == envelopeMedia(in.method) {
		common = append(common, "Content-Type")
	}
	in.text += headerText(in.header, common)
	for _, part := range envelope.Elements() {
		for _, child := range part.Elements() {
			if part.Name.Local == "Body" {
				in.target, in.body = child.Name.Local, child.Loose()
				in.text += "  " + child.Fold("", "  ") + "\n"
				continue
			}
			in.text += "  header: " + child.Fold("", "  ") + "\n"
		}
	}
}

// canonicalXML brings what an entry says of a body into the form that requests are compared in.
func canonicalXML(text string) (string, error) {
	n, err := canonical.Parse(text)
	if err != nil {
		return "", err
	}
	return n.Loose(), nil
}

// enveloped is a reply's body in its envelope, which may begin with the envelope's header. The prefixes soap and xsi are declared.
func enveloped(method string, body []byte) []byte {
	header, content := "<soap:Header/>", string(body)
	if i := strings.Index(content, "</soap:Header>"); i >= 0 {
		header, content = content[:i+len("</soap:Header>")], content[i+len("</soap:Header>"):]
	}
	return []byte(`<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="` + envelopeSpace(method) + `" xmlns:xsi="` + canonical.SpaceXSI +
		`">` + header + `<soap:Body>` + content + `</soap:Body></soap:Envelope>`)
}
