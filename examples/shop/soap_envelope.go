package shop

import "strings"

// The namespaces of envelopes and of instances of schemas.
const (
	soapSpace = "http://schemas.xmlsoap.org/soap/envelope/"
	nextActor = "http://schemas.xmlsoap.org/soap/actor/next"
	xsiSpace  = "http://www.w3.org/2001/XMLSchema-instance"
)

// openEnvelope checks an envelope by SOAP 1.1, section 4, and returns the one child
// of its Body.
func openEnvelope(root *element) (*element, error) {
	switch {
	case root.name.Local != "Envelope":
		return nil, invalidRequest("", "expected an Envelope but got %s", root.spelled())
	case root.name.Space != soapSpace:
		return nil, &soapFault{
			code: faultVersion,
			text: "expected an Envelope of SOAP 1.1 but got one of " + root.name.Space,
		}
	}
	parts := root.children
	if len(parts) > 0 && isPart(parts[0], "Header") {
		if err := readHeader(parts[0]); err != nil {
			return nil, err
		}
		parts = parts[1:]
	}
	if len(parts) != 1 || !isPart(parts[0], "Body") || strings.TrimSpace(root.text) != "" {
		return nil, invalidRequest("", "expected an Envelope with an optional Header and one Body")
	}
	body := parts[0]
	if len(body.children) != 1 || strings.TrimSpace(body.text) != "" {
		return nil, invalidRequest("", "expected one element in the Body but got %d", len(body.children))
	}
	return body.children[0], nil
}

func isPart(e *element, name string) bool { return e.name.Space == soapSpace && e.name.Local == name }

// readHeader refuses blocks that must be understood: this service understands none.
// Those for other actors, and those that may be ignored, are (section 4.2).
func readHeader(header *element) error {
	for _, block := range header.children {
		must, _ := block.attr(soapSpace, "mustUnderstand")
		actor, _ := block.attr(soapSpace, "actor")
		if must == "1" && (actor == "" || actor == nextActor) {
			return &soapFault{code: faultHeader, text: "the header block " + block.spelled() + " is not understood"}
		}
	}
	return nil
}
