package soap

import (
	"fmt"
	"slices"

	"github.com/weftgraph/weft/datasources/soap/message"
	"github.com/weftgraph/weft/datasources/soap/wsdl"
	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// envelope is one envelope that is being written: first what is inside, so that the namespaces are known when the outside is.
type envelope struct {
	dialect *dialect
	writer  *message.Writer
	// hasHeader tells that there is a header, even an empty one.
	hasHeader bool
	// headerEnd is where the header blocks end in what the writer has.
	headerEnd int
}

// write writes the header blocks and the body. An error tells the element that it is about.
func (e *envelope) write(p *requestPlan, env *mapping.Env) error {
	e.writer.Around(e.dialect.space)
	if err := e.blocks(p, env); err != nil {
		return err
	}
	e.headerEnd = len(e.writer.Bytes())
	if p.operation.Input.Type == nil {
		return nil
	}
	if p.operation.InputEncoded {
		return e.writer.Encoded(p.operation.Input, evaluate(p.message, env), e.dialect.encoded())
	}
	return e.writer.Element(p.operation.Input, evaluate(p.message, env))
}

// blocks writes the header blocks, those that the operation declares in the order of the contract, others behind them. The connector's
// replace the source's. A source's block that other operations declare is for them.
func (e *envelope) blocks(p *requestPlan, env *mapping.Env) error {
	if len(p.blocks) == 0 {
		return nil
	}
	given, err := givenBlocks(p.blocks, env)
	if err != nil {
		return err
	}
	for _, declared := range p.operation.InputHeaders {
		for i, f := range given {
			if f.Value.IsNull() || f.Name != declared.Name.Local && f.Name != declared.Name.String() {
				continue
			}
			given[i].Value = value.Null()
			if err := e.block(declared, f.Value); err != nil {
				return err
			}
		}
	}
	for _, f := range given {
		// The contract need not know all that a service wants: a name with its namespace is sent in any case.
		name, isWhole := message.ParseName(f.Name)
		if f.Value.IsNull() || !isWhole {
			continue
		}
		if err := e.block(p.source.elementFor(name), f.Value); err != nil {
			return err
		}
	}
	return nil
}

// givenBlocks are what the mappings give, the last of each name.
func givenBlocks(mappings []*mapping.Mapping, env *mapping.Env) ([]value.Field, error) {
	var given []value.Field
	for _, m := range mappings {
		v := evaluate(m, env)
		if v.Kind() != value.KindObject {
			return nil, fmt.Errorf("the mapping to header blocks gives %s, expected an object", v.Kind())
		}
		for _, f := range v.Fields() {
			i := slices.IndexFunc(given, func(g value.Field) bool { return g.Name == f.Name })
			if i < 0 {
				given = append(given, f)
			} else {
				given[i] = f
			}
		}
	}
	return given, nil
}

// elementFor is the declaration of a header block that the operation does not declare: the schema's, or one of anything.
func (s *source) elementFor(name xmltext.Name) *xsd.Element {
	if e := s.contract.Schemas.Element(name); e != nil {
		return e
	}
	return &xsd.Element{Name: name, Type: s.contract.Schemas.Type(xmltext.Name{Space: xmltext.SpaceSchema, Local: "anyType"}), Nillable: true}
}

// block writes one header block. Besides what its type has, it may say whether it must be understood, and by whom.
func (e *envelope) block(declared *xsd.Element, v value.Value) error {
	if v.Kind() != value.KindObject {
		return e.writer.Element(declared, v)
	}
	var fields []value.Field
	for _, f := range v.Fields() {
		local := e.dialect.instruction(f.Name)
		if local == "" || declared.Type.Field(f.Name) != nil {
			fields = append(fields, f)
			continue
		}
		text := f.Value.Text()
		switch {
		case f.Value.IsNull() || f.Value.Kind() == value.KindBool && !f.Value.AsBool():
			continue
		case f.Value.Kind() == value.KindBool:
			text = e.dialect.yes
		case f.Value.Kind() != value.KindString:
			return fmt.Errorf("%s/%s: %s, expected a text or a boolean", declared.Name.Local, f.Name, f.Value)
		}
		if err := e.writer.Mark(e.dialect.name(local), text); err != nil {
			return fmt.Errorf("%s/%s: %w", declared.Name.Local, f.Name, err)
		}
	}
	if declared.Type.IsText() && len(fields) == 1 && fields[0].Name == xsd.TextField {
		return e.writer.Element(declared, fields[0].Value)
	}
	return e.writer.Element(declared, value.DistinctObject(fields))
}

// withoutInstructions is what a mapping gives for a header block, but for what is said about the block.
func (s *source) withoutInstructions(o *mapping.Output, declared *xsd.Element) *mapping.Output {
	out := *o
	out.Fields = slices.DeleteFunc(slices.Clone(o.Fields), func(f mapping.OutputField) bool {
		return s.dialect.instruction(f.Name) != "" && declared.Type.Field(f.Name) == nil
	})
	if declared.Type.IsText() && len(out.Fields) < len(o.Fields) && len(out.Fields) == 1 && out.Fields[0].Name == xsd.TextField {
		return out.Fields[0].Output
	}
	return &out
}

// instruction is the attribute of the envelope's namespace that a property of a header block stands for; empty for all others. For whom a
// block is has a name in each version, and both do.
func (d *dialect) instruction(name string) string {
	switch name {
	case "@mustUnderstand":
		return "mustUnderstand"
	case "@actor", "@role":
		return d.actor
	case "@relay":
		if d.version == wsdl.SOAP12 {
			return "relay"
		}
	}
	return ""
}

// bytes returns the whole envelope.
func (e *envelope) bytes() []byte {
	const around = 512
	inside := e.writer.Bytes()
	out := make([]byte, 0, len(inside)+around)
	out = append(out, `<?xml version="1.0" encoding="utf-8"?>`+"\n"+`<soap:Envelope xmlns:soap="`+e.dialect.space+`"`...)
	out = e.writer.AppendDeclarations(out)
	out = append(out, '>')
	if e.headerEnd > 0 || e.hasHeader {
		out = append(out, header...)
		out = append(out, inside[:e.headerEnd]...)
		out = append(out, "</soap:Header>"...)
	}
	out = append(out, "<soap:Body>"...)
	out = append(out, inside[e.headerEnd:]...)
	return append(out, "</soap:Body></soap:Envelope>"...)
}
