package message

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/value"
)

// How encoded replies can be more than can be read.
var (
	errDimensions = errors.New("an array of several dimensions, which is not supported")
	errSparse     = errors.New("an array that leaves out items, which is not supported")
	errExpanded   = errors.New("references make far more of the reply than it is")
	errHops       = fmt.Errorf("references lead to others more than %d deep", maxHops)
)

// References are followed as long as what they stand for is not much more than the reply itself: each costs the bytes of its target and
// referenceCost, and all together may cost twice the reply and referenceAllowance.
const (
	referenceCost      = 64
	referenceAllowance = 1 << 20
	// maxHops bounds how many references are followed one inside of the other: an element that is nothing but a reference nests no elements, so
	// that the reader's own limit does not count it.
	maxHops = 256
)

// references finds the elements that others refer to in an encoded message (SOAP 1.1, 5.2.1; SOAP 1.2 Adjuncts, 3.1.5).
type references struct {
	encoding Encoding
	// marks are nil until something refers to something.
	marks map[string]xmltext.Mark
	// open are the references that are being followed, and what by.
	open map[openReference]bool
	// budget is what following may still cost.
	budget int
}

type openReference struct {
	id string
	by any
}

func newReferences(x *xmltext.Reader, e Encoding) *references {
	return &references{encoding: e, open: map[openReference]bool{}, budget: referenceAllowance + 2*x.Len()}
}

// target is the id that the element at hand refers to.
func (r *references) target(x *xmltext.Reader) (string, bool) {
	if r.encoding.IsSOAP12 {
		return x.Attr(r.name("ref"))
	}
	text, ok := x.Attr(xmltext.Name{Local: "href"})
	if !ok {
		return "", false
	}
	return strings.CutPrefix(text, "#")
}

// id is the name of the attribute that elements are referred to by.
func (r *references) id() xmltext.Name {
	if r.encoding.IsSOAP12 {
		return r.name("id")
	}
	return xmltext.Name{Local: "id"}
}

func (r *references) name(local string) xmltext.Name {
	return xmltext.Name{Space: r.encoding.Space, Local: local}
}

// followed reads what the element at hand refers to, if it refers to something: then it is passed, and read is called at the Start of the other
// element. by tells what is read: who comes back to an element with the same wish goes round in circles.
func (r *reader) followed(by any, read func() (value.Value, error)) (v value.Value, isReference bool, err error) {
	var (
		id string
		ok bool
	)
	if r.refs != nil {
		id, ok = r.refs.target(r.x)
	} else {
		id, ok = r.literalReference(by)
	}
	if !ok {
		return value.Missing(), false, nil
	}
	if err := r.x.Skip(); err != nil {
		return value.Missing(), true, err
	}
	refs := cmp.Or(r.refs, r.literal)
	if refs.marks == nil {
		if refs.marks, err = r.x.Marks(refs.id()); err != nil {
			return value.Missing(), true, err
		}
	}
	v, err = r.follow(refs, openReference{id, by}, read)
	return v, true, err
}

// follow reads at the element that a reference leads to, and comes back.
func (r *reader) follow(refs *references, key openReference, read func() (value.Value, error)) (v value.Value, err error) {
	mark, ok := refs.marks[key.id]
	switch {
	case !ok:
		return value.Missing(), fmt.Errorf("there is no element with the id %q", key.id)
	case refs.open[key]:
		return value.Missing(), fmt.Errorf("the element with the id %q is inside of itself", key.id)
	case len(refs.open) >= maxHops:
		return value.Missing(), errHops
	}
	here := r.x
	if r.x, err = here.At(mark); err == nil {
		start := r.x.Offset()
		refs.open[key] = true
		v, err = read()
		delete(refs.open, key)
		if refs.budget -= referenceCost + r.x.Pos() - start; refs.budget < 0 && err == nil {
			err = errExpanded
		}
	}
	r.x = here
	return v, err
}

// isEncoding tells the attributes that the encoding has for itself.
func (r *reader) isEncoding(name xmltext.Name) bool {
	return r.refs != nil && (name.Space == r.refs.encoding.Space || name == r.refs.encoding.Style || name == r.refs.id())
}

// isArray tells whether the element at hand, of a type, is an array of the encoding.
func (r *reader) isArray(t *xsd.Type) bool { return r.refs != nil && t.Array != nil }

// anyArray tells whether the element at hand, about whose type nothing is known, says that it is an array.
func (r *reader) anyArray() bool {
	if r.refs == nil {
		return false
	}
	for _, local := range []string{"arrayType", "itemType", "arraySize"} {
		if _, ok := r.x.Attr(r.refs.name(local)); ok {
			return true
		}
	}
	name, ok := r.namedType()
	return ok && name == r.refs.name("Array")
}

// namedType is what xsi:type says of the element at hand.
func (r *reader) namedType() (xmltext.Name, bool) { return namedType(r.x) }

// array reads the items of an array, whatever their elements are called. Each is of the type that the contract says, or else the array, or
// else the item itself.
func (r *reader) array(p *typeProgram) (value.Value, error) {
	item := p.item
	if err := r.checkArray(p); err != nil {
		return value.Missing(), err
	}
	if item.typ.typ.IsAny() {
		if t := r.itemType(); t != nil {
			item = r.programs().element(&xsd.Element{Type: t}, p.want)
		}
	}
	var items []value.Value
	for {
		token, err := r.x.Next()
		if err != nil {
			return value.Missing(), err
		}
		switch token {
		case xmltext.Start:
			if _, ok := r.x.Attr(r.refs.name("position")); ok {
				return value.Missing(), errSparse
			}
			v, err := r.element(item.declared, item.typ)
			if err != nil {
				return value.Missing(), fmt.Errorf("%d: %w", len(items), err)
			}
			items = append(items, v)
		case xmltext.End:
			return value.Array(items), nil
		case xmltext.Text, xmltext.EOF:
		}
	}
}

// checkArray refuses arrays whose items are not simply one behind the other.
func (r *reader) checkArray(p *typeProgram) error {
	size, _ := r.x.Attr(r.refs.name("arrayType"))
	if i := strings.LastIndexByte(size, '['); i >= 0 {
		size = size[i:]
	}
	size12, _ := r.x.Attr(r.refs.name("arraySize"))
	if p.typ.Array != nil && p.typ.Array.Dimensions > 1 || strings.Contains(size, ",") || strings.Contains(strings.TrimSpace(size12), " ") {
		return errDimensions
	}
	if offset, ok := r.x.Attr(r.refs.name("offset")); ok && strings.Trim(offset, "[0] ") != "" {
		return errSparse
	}
	return nil
}

// itemType is the type that the array at hand says its items have; nil when that says nothing.
func (r *reader) itemType() *xsd.Type {
	text, ok := r.x.Attr(r.refs.name("arrayType"))
	if !ok {
		text, ok = r.x.Attr(r.refs.name("itemType"))
	}
	text, rank, _ := strings.Cut(text, "[")
	if !ok || strings.Contains(rank, "[") {
		return nil // items that are arrays say so themselves
	}
	name, ok := r.x.Resolve(strings.Trim(text, " \t\r\n"))
	if !ok {
		return nil
	}
	return r.typeCalled(standard(name))
}

// typeCalled is the type with a name, if values of it can be read; nil else.
func (r *reader) typeCalled(name xmltext.Name) *xsd.Type {
	t := r.schemas.Type(name)
	if t == nil && r.refs != nil && name.Space == r.refs.encoding.Space {
		// soapenc:string is xs:string, and soapenc:base64 is what it was called in the days of the draft.
		if name.Local == "base64" {
			name.Local = "base64Binary"
		}
		t = r.schemas.Type(xmltext.Name{Space: xmltext.SpaceSchema, Local: name.Local})
	}
	if t == nil || t.IsAny() || t.Unsupported != "" && !r.isArray(t) {
		return nil
	}
	return t
}
