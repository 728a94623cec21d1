package rest

import (
	"errors"

	"github.com/weftgraph/weft/datasources/soap/message"
	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/graph/value"
)

// decodeXML reads a document without a schema: an object whose only property is the root element. Elements are what they are where SOAP has no
// schema for them: message.ReadUntyped.
func decodeXML(text []byte, charset string) (value.Value, error) {
	x, err := xmltext.NewReader(text, charset, xmltext.Limits{})
	if err != nil {
		return value.Missing(), err
	}
	if _, err := x.Next(); err != nil {
		return value.Missing(), err
	}
	name := x.Name().Local
	root, err := message.ReadUntyped(x, nil)
	if err != nil {
		return value.Missing(), err
	}
	if _, err := x.Next(); err != nil { // what follows has to be nothing
		return value.Missing(), err
	}
	return value.Object([]value.Field{{Name: name, Value: root}}), nil
}

var errNoRoot = errors.New("an XML body needs an object with one property, the root element")

// appendXML writes what decodeXML reads.
func appendXML(dst []byte, content value.Value) ([]byte, error) {
	fields := content.Fields()
	if content.Kind() != value.KindObject || len(fields) != 1 {
		return nil, errNoRoot
	}
	return message.AppendUntyped(append(dst, `<?xml version="1.0" encoding="utf-8"?>`+"\n"...), fields[0].Name, fields[0].Value)
}
