package resolvers_test

import (
	"errors"
	"strings"
)

// spaceEnvelope is the namespace of SOAP 1.1.
const spaceEnvelope = "http://schemas.xmlsoap.org/soap/envelope/"

// methodSOAP is the method of entries for SOAP. Their target is the name of the element in the request's body.
const methodSOAP = "SOAP"

var errNoEnvelope = errors.New("the request is no SOAP envelope")

// readEnvelope reads a request by SOAP.
func (in *incoming) readEnvelope(text string) {
	in.method, in.canonical = methodSOAP, canonicalXML
	action := strings.Join(in.header["Soapaction"], ", ")
	in.text = methodSOAP + " " + in.whole + " " + action + "\n"
	envelope, err := readXML(text)
	if err != nil || envelope.name.Space != spaceEnvelope || envelope.name.Local != "Envelope" {
		in.wrong = errNoEnvelope
		in.text += text
		return
	}
	common := append(commonHeaders(), "Soapaction")
	if in.header.Get("Content-Type") == "text/xml; charset=utf-8" {
		common = append(common, "Content-Type")
	}
	in.text += headerText(in.header, common)
	for _, part := range envelope.children {
		for _, child := range part.children {
			if part.name.Local == "Body" {
				in.target, in.body = child.name.Local, child.canonical()
				in.text += "  " + child.folded("", "  ") + "\n"
				continue
			}
			in.text += "  header: " + child.folded("", "  ") + "\n"
		}
	}
}

// enveloped is a reply's body in its envelope. The prefixes soap and xsi are declared.
func enveloped(body []byte) []byte {
	return []byte(`<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="` + spaceEnvelope + `" xmlns:xsi="` + spaceInstance +
		`"><soap:Header/><soap:Body>` + string(body) + `</soap:Body></soap:Envelope>`)
}
