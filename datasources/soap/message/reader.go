package message

import (
	"errors"
	"fmt"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// errRepeated and errNoText are how a reply can break its contract so that values could be mistaken.
var (
	errRepeated = errors.New("the element occurs more than once, and the contract allows one")
	errNoText   = errors.New("the element has child elements, and the contract has text there")
)

// Read reads the element whose Start is the token at hand, up to its End. The program's element need not have its name. Without a
// declaration it is read as it is (see ReadUntyped). problems, which may be nil, get what has to be passed over although it looks as if it was meant.
func (p *Program) Read(x *xmltext.Reader, problems *mapping.Problems) (value.Value, error) {
	r := reader{x: x, schemas: p.schemas, misplaced: newMisplaced(x, problems)}
	if p.element == nil {
		return r.untyped(everything)
	}
	return r.element(p.element.declared, p.element.typ)
}

// ReadCall is Read for the element of rpc style, which is named by the operation and no schema: its parts are found by their local names, and
// what the first one is called does not matter (SOAP 1.1, 7.1). encoding is nil unless the message is encoded.
func (p *Program) ReadCall(x *xmltext.Reader, encoding *Encoding, problems *mapping.Problems) (value.Value, error) {
	r := reader{x: x, schemas: p.schemas, misplaced: newMisplaced(x, problems)}
	if encoding != nil {
		r.refs = newReferences(x, *encoding)
	}
	if p.element == nil || p.element.typ.typ.IsText() || p.element.typ.typ.IsAny() {
		return r.untyped(everything)
	}
	return r.object(p.element.declared, p.element.typ, false, true)
}

// reader reads one message.
type reader struct {
	x       *xmltext.Reader
	schemas *xsd.Set
	// misplaced tells of what is in a wrong namespace.
	misplaced misplaced
	// refs is nil unless the message is encoded; literal is nil unless one that is not refers to something nevertheless.
	refs, literal *references
	// compiler makes the programs of what no program foresaw; nil until there is something.
	compiler *compiler
}

// programs compiles what no program foresaw, each once.
func (r *reader) programs() *compiler {
	if r.compiler == nil {
		r.compiler = newCompiler()
	}
	return r.compiler
}

// element reads an element by a declaration.
func (r *reader) element(e *xsd.Element, p *typeProgram) (value.Value, error) {
	if v, ok, err := r.followed(p, func() (value.Value, error) { return r.element(e, p) }); ok {
		return v, err
	}
	if isNil(r.x) {
		return value.Null(), r.x.Skip()
	}
	declared := p
	p = r.actual(p)
	switch {
	case p.typ.IsAny():
		return r.anything(p)
	case r.isArray(p.typ):
		return r.array(p)
	case p.typ.IsText():
		s := r.actualText(p.typ)
		text, err := r.text(s)
		if text == "" && err == nil {
			text = valueOfEmpty(e)
		}
		if err != nil {
			return value.Missing(), err
		}
		return scalar(s, text), nil
	default:
		// The leaf of a hierarchy is not polymorphic by itself, but here it is one of several.
		return r.object(e, p, declared.hasType, false)
	}
}

// actual follows xsi:type to a derived type. One that is not known is taken for the declared type, of which it has to be a kind.
func (r *reader) actual(p *typeProgram) *typeProgram {
	if p.derived == nil {
		return p
	}
	name, ok := r.namedType()
	if derived := p.derived[name]; ok && derived != nil {
		return derived
	}
	return p
}

// actualText is the text of a simple type, or, where the schema allows all of them, that of the type which the element says it has.
func (r *reader) actualText(t *xsd.Type) *xsd.Simple {
	if t.Name != (xmltext.Name{Space: xmltext.SpaceSchema, Local: "anySimpleType"}) {
		return t.Simple
	}
	if name, ok := r.namedType(); ok {
		if actual := r.typeCalled(name); actual != nil && actual.IsText() {
			return actual.Simple
		}
	}
	return t.Simple
}

// valueOfEmpty is the text of an element without any.
func valueOfEmpty(e *xsd.Element) string {
	switch {
	case e.Fixed != nil:
		return *e.Fixed
	case e.Default != nil:
		return *e.Default
	default:
		return ""
	}
}

// text reads the text of an element up to its End.
func (r *reader) text(s *xsd.Simple) (string, error) {
	var text textRuns
	hasNames := namesIn(s)
	for {
		token, err := r.x.Next()
		if err != nil {
			return "", err
		}
		switch token {
		case xmltext.Text:
			run := r.x.Text()
			if hasNames {
				// Behind the End the element's own prefixes are gone. A name is never in several runs.
				if run, err = r.x.Expand(run); err != nil {
					return "", err
				}
			}
			text.add(run)
		case xmltext.End:
			return text.String(), nil
		default:
			return "", fmt.Errorf("%w: %s", errNoText, r.x.Name())
		}
	}
}

// namesIn tells whether the text is a qualified name, or a list of them.
func namesIn(s *xsd.Simple) bool {
	switch s.Variety {
	case xsd.List:
		return namesIn(s.Item)
	case xsd.Union:
		return false
	default:
		return s.Builtin == xsd.QName
	}
}

// object reads an element with attributes or child elements.
func (r *reader) object(e *xsd.Element, p *typeProgram, hasType, isCall bool) (value.Value, error) {
	o := object{reader: r, program: p, hasType: hasType, isCall: isCall, values: make([]value.Value, len(p.slots))}
	if err := o.attributes(); err != nil {
		return value.Missing(), err
	}
	o.openAttributes()
	if err := o.children(); err != nil {
		return value.Missing(), err
	}
	text := o.text.String()
	if text == "" && p.typ.Simple != nil {
		text = valueOfEmpty(e)
	}
	return o.value(text), nil
}

// object collects the fields of one element.
// unnamed is an element that only a wildcard allows: the first of its name may turn out to be one of several.
// attributes reads the attributes of the Start token at hand.
// attributeText is the text of an attribute of the Start at hand, as its declaration has it; false when there is none. An error is Expand's.
// openAttributes reads the attributes that only a wildcard allows, as far as somebody asks for them.
// children reads everything up to the element's End.
// child reads one child element.
// occurrence reads an element, or one that stands in its place: then the value says which it is.
// other reads an element that the content model does not name: if a wildcard allows it and somebody asks for it.
// value is the object of what was read.
// textOf is the type of an object's text.
