package soap

import (
	"fmt"

	"github.com/weftgraph/weft/datasources/soap/message"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// spaceEnvelope is the namespace of SOAP 1.1 envelopes, spaceEnvelope12 that of SOAP 1.2.
const (
	spaceEnvelope   = "http://schemas.xmlsoap.org/soap/envelope/"
	spaceEnvelope12 = "http://www.w3.org/2003/05/soap-envelope"
)

// envelope is one envelope that is being written: first what is inside, so that the namespaces are known when the outside is.
type envelope struct {
	writer *message.Writer
	// headerEnd is where the header blocks end in what the writer has.
	headerEnd int
}

// write writes the header blocks and the body. An error tells the element that it is about.
func (e *envelope) write(p *requestPlan, env *mapping.Env) error {
	if err := e.blocks(p, env); err != nil {
		return err
	}
	e.headerEnd = len(e.writer.Bytes())
	if p.operation.Input.Type == nil {
		return nil
	}
	return e.writer.Element(p.operation.Input, evaluate(p.message, env))
}

// blocks writes the header blocks that the operation declares, in the order of the contract. The connector's replace the
// source's. A source's block that this operation does not declare is for others.
func (e *envelope) blocks(p *requestPlan, env *mapping.Env) error {
	if len(p.blocks) == 0 {
		return nil
	}
	given := map[string]value.Value{}
	for _, m := range p.blocks {
		v := evaluate(m, env)
		if v.Kind() != value.KindObject {
			return fmt.Errorf("the mapping to header blocks gives %s, expected an object", v.Kind())
		}
		for _, f := range v.Fields() {
			given[f.Name] = f.Value
		}
	}
	for _, declared := range p.operation.InputHeaders {
		v, ok := given[declared.Name.Local]
		if !ok || v.IsNull() {
			continue
		}
		if err := e.writer.Element(declared, v); err != nil {
			return err
		}
	}
	return nil
}

// bytes returns the whole envelope.
func (e *envelope) bytes() []byte {
	const around = 512
	inside := e.writer.Bytes()
	out := make([]byte, 0, len(inside)+around)
	out = append(out, `<?xml version="1.0" encoding="utf-8"?>`+"\n"+`<soap:Envelope xmlns:soap="`+spaceEnvelope+`"`...)
	out = e.writer.AppendDeclarations(out)
	out = append(out, '>')
	if e.headerEnd > 0 {
		out = append(out, "<soap:Header>"...)
		out = append(out, inside[:e.headerEnd]...)
		out = append(out, "</soap:Header>"...)
	}
	out = append(out, "<soap:Body>"...)
	out = append(out, inside[e.headerEnd:]...)
	return append(out, "</soap:Body></soap:Envelope>"...)
}
