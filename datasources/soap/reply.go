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
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

// replyPlan reads the replies of one connector. It is immutable.
type replyPlan struct {
	dialect   *dialect
	operation *wsdl.Operation
	schemas   *xsd.Set
	// blocks are what mappings read of header blocks; nil when they read none.
	blocks *mapping.Paths
	// isSecured and isAddressed tell that header blocks of WS-Security and of WS-Addressing are known.
	isSecured, isAddressed bool
}

// newReplyPlan compiles what the connector's mappings read of replies.
func newReplyPlan(s *source, o *wsdl.Operation, c datasources.Connector) replyPlan {
	return replyPlan{
		dialect:     s.dialect,
		operation:   o,
		schemas:     s.contract.Schemas,
		blocks:      blocksReadBy(s.settings, c),
		isSecured:   s.security != nil,
		isAddressed: s.usesAddressing(),
	}
}

// content is what a reply's envelope has: the value of `$`, and the header blocks.
type content struct {
	value value.Value
	// blocks is an object of the header blocks that mappings read.
	blocks value.Value
	// isScanned tells that the table is filled already, and there is no value.
	isScanned bool
	// isFault tells that it is a Fault; fault is what the error tells of it then.
	isFault bool
	fault   faultCodes
	// relatesTo is the id of the message that this is the reply to, as far as it is said.
	relatesTo string
}

var (
	errEmpty       = errors.New("the reply has no body")
	errAttachments = errors.New("the reply has attachments (SOAP with Attachments), which are not supported")
	errMTOM        = errors.New("the reply is an MTOM message, which is not supported: the service has to be told to send without")
	errEncoded     = errors.New("the reply uses the SOAP encoding, and the contract says that it is literal")
	errEncrypted   = errors.New("the reply is encrypted (XML Encryption), which is not supported")
	errNoBody      = errors.New("the envelope has no Body")

	// errNotScanned is seen by nobody.
	errNotScanned = errors.New("the reply has to be evaluated")
)

// bodyReader is what makes something of the element of the body: the program, which reads its value, or, with a scan, that, which fills the table. With a
// scan any error means that the reply has to be read without.
type bodyReader struct {
	program *message.Program
	// problems are for what the program stumbles over; nil when nobody asks.
	problems *mapping.Problems
	scan     *message.Scan
	dst      *table.Builder
}

// read reads an envelope to its end.
func (p *replyPlan) read(r *datasources.Reply, b bodyReader) (content, error) {
	if len(r.Body) == 0 {
		return content{}, errEmpty
	}
	charset, err := charsetOf(r.Header.Get("Content-Type"))
	if err != nil {
		return content{}, err
	}
	x, err := xmltext.NewReader(r.Body, charset, xmltext.Limits{})
	if err != nil {
		return content{}, err
	}
	e := envelopeReader{replyPlan: p, bodyReader: b, x: x, content: content{value: value.Null()}}
	return e.read()
}

// charsetOf is what the content type of a reply says of its encoding. An error tells what else it says that it is.
func charsetOf(contentType string) (string, error) {
	switch contentType {
	case "text/xml; charset=utf-8", "text/xml;charset=utf-8", "text/xml; charset=UTF-8", "text/xml;charset=UTF-8",
		"application/soap+xml; charset=utf-8", "application/soap+xml;charset=utf-8", "application/soap+xml; charset=UTF-8":
		return "utf-8", nil // nearly all replies
	}
	media, params, _ := mime.ParseMediaType(contentType)
	if strings.HasPrefix(media, "multipart/") {
		if params["type"] == "application/xop+xml" {
			return "", errMTOM
		}
		return "", errAttachments
	}
	return params["charset"], nil
}

// envelopeReader reads one envelope.
type envelopeReader struct {
	*replyPlan
	bodyReader

	x *xmltext.Reader
	// actual is the version of the envelope.
	actual  *dialect
	content content
	hasBody bool
	// demanded is why a header block that must be understood is not; nil when all are.
	demanded error
	fields   []value.Field
}

func (e *envelopeReader) read() (content, error) {
	if _, err := e.x.Next(); err != nil {
		return content{}, err
	}
	name := e.x.Name()
	if e.actual = dialectIn(name.Space); e.actual == nil || name.Local != "Envelope" {
		return content{}, fmt.Errorf("the reply is <%s>, expected an envelope", name.Short())
	}
	err := children(e.x, func() error {
		switch e.x.Name() {
		case e.actual.name("Body"):
			if !e.hasBody {
				e.hasBody = true
				return e.body()
			}
		case e.actual.name("Header"):
			if !e.hasBody {
				return e.header()
			}
		}
		return e.x.Skip()
	})
	switch {
	case err != nil:
		return content{}, err
	case !e.hasBody:
		return content{}, errNoBody
	case e.content.isFault:
		// A Fault tells more than what is wrong with its envelope.
	case e.actual != e.dialect:
		return content{}, fmt.Errorf("the reply is a %s envelope, expected %s", e.actual.version, e.dialect.version)
	case e.demanded != nil:
		return content{}, e.demanded
	}
	e.content.blocks = value.Object(e.fields)
	// What follows the envelope has to be nothing.
	_, err = e.x.Next()
	return e.content, err
}

// children calls read for the Start of each child of the open element; read has to come to its End.
func children(x *xmltext.Reader, read func() error) error {
	for {
		token, err := x.Next()
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

// body reads the first element of the body. Literal messages have no other; in encoded ones there may be others that it refers to.
func (e *envelopeReader) body() error {
	isFirst := true
	err := children(e.x, func() error {
		root, hasRoot := e.x.Attr(xmltext.Name{Space: e.actual.encoding, Local: "root"})
		if !isFirst || hasRoot && strings.TrimSpace(root) == "0" {
			return e.x.Skip()
		}
		isFirst = false
		return e.element()
	})
	if err == nil && isFirst && e.actual == e.dialect && e.operation.Output != nil && e.operation.Output.Type != nil {
		return fmt.Errorf("the Body is empty, expected <%s>", e.operation.Output.Name)
	}
	return err
}

// element reads the element of the body.
func (e *envelopeReader) element() error {
	name, output := e.x.Name(), e.operation.Output
	style, _ := e.x.Attr(e.actual.name("encodingStyle"))
	switch {
	case name == e.actual.name("Fault"):
		return e.readFault()
	case name == xmltext.Name{Space: spaceEncryption, Local: "EncryptedData"}:
		return errEncrypted
	case e.actual != e.dialect:
		return e.x.Skip() // refused at the end
	case e.actual.isEncoding(style) && !e.operation.OutputEncoded:
		return errEncoded
	case output == nil || output.Type == nil:
		return e.x.Skip()
	case name != output.Name && !e.operation.IsRPC:
		return fmt.Errorf("the Body has <%s>, expected <%s>", name.Short(), output.Name)
	}
	var err error
	switch {
	case e.scan != nil:
		if e.content.isScanned = e.scan.Fill(e.x, e.dst); !e.content.isScanned {
			err = errNotScanned
		}
	case e.operation.OutputEncoded:
		encoding := e.dialect.encoded()
		e.content.value, err = e.program.ReadCall(e.x, &encoding, e.problems)
	case e.operation.IsRPC:
		e.content.value, err = e.program.ReadCall(e.x, nil, e.problems)
	default:
		e.content.value, err = e.program.Read(e.x, e.problems)
	}
	return err
}
