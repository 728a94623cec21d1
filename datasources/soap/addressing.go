package soap

import (
	"errors"
	"fmt"
	"net/url"

	"github.com/google/uuid"

	"github.com/weftgraph/weft/datasources/soap/wsdl"
	"github.com/weftgraph/weft/datasources/soap/xmltext"
)

// Names of WS-Addressing 1.0.
const (
	spaceAddressing  = "http://www.w3.org/2005/08/addressing"
	addressAnonymous = spaceAddressing + "/anonymous"
)

var errOtherRequest = errors.New("the reply is to another request (RelatesTo)")

// usesAddressing tells whether a source's requests have the header blocks of WS-Addressing: if that is asked for, or the contract demands it.
func (s *source) usesAddressing() bool {
	if asked := s.soap.Addressing; asked != nil {
		return *asked
	}
	return s.port.Addressing == wsdl.RequiredAddressing
}

// addressing writes the header blocks of one connector's requests. It is immutable and safe for concurrent use.
type addressing struct {
	// start is all up to the message's id, end what follows it.
	start, end string
}

// newAddressing makes the blocks for an operation, whose action is that of SOAP, unless it has none (Web Services Addressing 1.0, Metadata, 4.4).
func newAddressing(action string, o *wsdl.Operation, to string) (*addressing, error) {
	if action == "" {
		action = o.AddressingInput
	}
	if u, err := url.Parse(to); err == nil {
		u.User, u.Fragment = nil, ""
		to = u.String()
	}
	a := &addressing{}
	for _, block := range []struct{ name, text string }{{"Action", action}, {"To", to}} {
		escaped, err := xmltext.AppendText(nil, block.text)
		if err != nil {
			return nil, fmt.Errorf("%s of WS-Addressing: %w", block.name, err)
		}
		a.start += `<wsa:` + block.name + ` xmlns:wsa="` + spaceAddressing + `">` + string(escaped) + `</wsa:` + block.name + `>`
	}
	a.start += `<wsa:MessageID xmlns:wsa="` + spaceAddressing + `">`
	a.end = `</wsa:MessageID><wsa:ReplyTo xmlns:wsa="` + spaceAddressing + `"><wsa:Address>` + addressAnonymous + `</wsa:Address></wsa:ReplyTo>`
	return a, nil
}

// append writes the blocks of one message and returns its id, which is that of no other.
func (a *addressing) append(dst []byte) (out []byte, id string) {
	id = "urn:uuid:" + uuid.NewString()
	dst = append(append(dst, a.start...), id...)
	return append(dst, a.end...), id
}
