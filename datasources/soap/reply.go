package soap

import (
	"errors"
	"fmt"
	"mime"
	"strings"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/soap/message"
	"github.com/weftgraph/weft/datasources/soap/wsdl"
	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/value"
)

// content is what a reply's envelope has: the value of `$`.
type content struct {
	value value.Value
	// isFault tells that it is a Fault; faultCode is the local name of its code then.
	isFault   bool
	faultCode string
}

var (
	errEmpty       = errors.New("the reply has no body")
	errAttachments = errors.New("the reply has attachments, which are not supported yet")
	errEncoded     = errors.New("the reply uses the SOAP encoding, which is not supported yet")
	errSOAP12      = errors.New("the reply is a SOAP 1.2 envelope, expected SOAP 1.1")
	errNoBody      = errors.New("the envelope has no Body")
)

// readReply reads an envelope to its end. The program reads the element of the body.
func readReply(r *datasources.Reply, o *wsdl.Operation, p *message.Program, schemas *xsd.Set) (content, error) {
	if len(r.Body) == 0 {
		return content{}, errEmpty
	}
	media, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if strings.HasPrefix(media, "multipart/") {
		return content{}, errAttachments
	}
	x, err := xmltext.NewReader(r.Body, params["charset"], xmltext.Limits{})
	if err != nil {
		return content{}, err
	}
	e := envelopeReader{x: x, operation: o, program: p, schemas: schemas, content: content{value: value.Null()}}
	return e.read()
}

// envelopeReader reads one envelope.
type envelopeReader struct {
	x         *xmltext.Reader
	operation *wsdl.Operation
	program   *message.Program
	schemas   *xsd.Set
	content   content
	hasBody   bool
}

func (e *envelopeReader) read() (content, error) {
	if _, err := e.x.Next(); err != nil {
		return content{}, err
	}
	switch name := e.x.Name(); {
	case name.Space == spaceEnvelope12:
		return content{}, errSOAP12
	case name != envelopeName("Envelope"):
		return content{}, fmt.Errorf("the reply is <%s>, expected an envelope", name)
	}
	err := e.children(func() error {
		if e.x.Name() == envelopeName("Body") && !e.hasBody {
			e.hasBody = true
			return e.body()
		}
		return e.x.Skip()
	})
	if err != nil {
		return content{}, err
	}
	if !e.hasBody {
		return content{}, errNoBody
	}
	// What follows the envelope has to be nothing.
	_, err = e.x.Next()
	return e.content, err
}

// children calls read for the Start of each child of the open element; read has to come to its End.
func (e *envelopeReader) children(read func() error) error {
	for {
		token, err := e.x.Next()
		switch {
		case err != nil:
			return err
		case token == xmltext.Start:
			if err := read(); err != nil {
				return err
			}
		case token == xmltext.End:
			return nil
		}
	}
}

// body reads the first element of the body; literal messages have no other.
func (e *envelopeReader) body() error {
	isFirst := true
	err := e.children(func() error {
		if !isFirst {
			return e.x.Skip()
		}
		isFirst = false
		return e.element()
	})
	if err == nil && isFirst && e.operation.Output != nil && e.operation.Output.Type != nil {
		return fmt.Errorf("the Body is empty, expected <%s>", e.operation.Output.Name)
	}
	return err
}

// element reads the element of the body.
func (e *envelopeReader) element() error {
	name := e.x.Name()
	if style, ok := e.x.Attr(envelopeName("encodingStyle")); ok && strings.HasPrefix(style, xsd.SpaceEncoding) {
		return errEncoded
	}
	output := e.operation.Output
	switch {
	case name == envelopeName("Fault"):
		return e.fault()
	case output == nil || output.Type == nil:
		return e.x.Skip()
	case name != output.Name && !e.operation.IsRPC:
		return fmt.Errorf("the Body has <%s>, expected <%s>", name, output.Name)
	}
	var err error
	e.content.value, err = e.program.Read(e.x)
	return err
}

// fault reads a Fault (SOAP 1.1, 4.4). The children are in no namespace, but not all servers know.
func (e *envelopeReader) fault() error {
	e.content.isFault = true
	var fields []value.Field
	err := e.children(func() error {
		name := e.x.Name().Local
		v, err := message.ReadUntyped(e.x, e.schemas)
		if err != nil {
			return err
		}
		switch name {
		case "faultcode":
			e.content.faultCode = localPart(faultText(v))
			v = value.String(e.content.faultCode)
		case "faultstring", "faultactor":
			v = value.String(faultText(v))
		case "detail":
		default:
			return nil
		}
		fields = append(fields, value.Field{Name: name, Value: v})
		return nil
	})
	e.content.value = value.Object(fields)
	return err
}

// faultText is the text of an element that may have attributes, such as xml:lang.
func faultText(v value.Value) string {
	if v.Kind() == value.KindObject {
		v = v.Get(xsd.TextField)
	}
	return strings.Trim(v.Text(), " \t\r\n")
}

// localPart drops the prefix of a fault code, which every server chooses as it likes.
func localPart(code string) string { return code[strings.LastIndexByte(code, ':')+1:] }

func envelopeName(local string) xmltext.Name { return xmltext.Name{Space: spaceEnvelope, Local: local} }
