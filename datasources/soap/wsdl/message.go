package wsdl

import (
	"slices"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/contract"
	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/diag"
)

// body returns the element in the body of a direction, and whether it is encoded; bound is what the binding says of it, which may be
// nil. Wrapper is the name of the element in rpc style.
func (r *operationReader) body(bound, abstract *xmltext.Node, wrapper string) (e *xsd.Element, isEncoded bool) {
	message := r.reference(r.portType, abstract, "message", "message")
	if message == nil {
		return &xsd.Element{}, false
	}
	b := r.soapBody(bound, message)
	if r.reason != "" {
		return &xsd.Element{}, b.isEncoded
	}
	var parts []*xmltext.Node
	for _, part := range message.node.Children {
		if part.Name == wsdlName("part") && (!b.isLimited || slices.Contains(b.parts, part.Value("name"))) {
			parts = append(parts, part)
		}
	}
	if !b.isLimited {
		parts = r.withoutHeaders(parts, bound, message)
	}
	switch {
	case r.isRPC:
		return r.wrapper(xmltext.Name{Space: b.space, Local: wrapper}, message, parts), b.isEncoded
	case len(parts) == 0:
		return &xsd.Element{}, false
	case len(parts) > 1:
		r.refuse("a document with several parts in its body")
		return &xsd.Element{}, false
	}
	return r.elementOf(message, parts[0]), false
}

// boundBody is what a binding says of a body.
type boundBody struct {
	// space is the namespace of the wrapper in rpc style.
	space string
	// parts are the message's parts in the body, if isLimited says so, and else all.
	parts     []string
	isLimited bool
	isEncoded bool
}

// soapBody reads what the binding says of a body.
func (r *operationReader) soapBody(bound *xmltext.Node, message *component) boundBody {
	if bound == nil {
		return boundBody{}
	}
	if mime := extension(bound, "multipartRelated"); mime != nil && mime.Name.Space == spaceMIME {
		r.refuse("SOAP with attachments")
		return boundBody{}
	}
	body := extension(bound, "body")
	if body == nil {
		return boundBody{}
	}
	b := boundBody{space: body.Value("namespace")}
	switch use := body.Value("use"); {
	case use == "encoded" && r.isRPC:
		b.isEncoded = true
	case use == "encoded":
		r.refuse("document/encoded")
	case use != "" && use != "literal":
		r.files.Errorf(r.binding.file.AttrSpan(body.Attr("use")), "the use must be literal or encoded, not %q", use)
	}
	if a := body.Attr("parts"); a != nil {
		b.parts, b.isLimited = strings.Fields(a.Value), true
		for _, name := range b.parts {
			r.part(message, name, a)
		}
	}
	return b
}

// part returns the part of a message that an attribute of the binding names, and reports one that is not there.
func (r *operationReader) part(message *component, name string, at *xmltext.Attr) *xmltext.Node {
	var names []string
	for _, part := range message.node.Children {
		if part.Name != wsdlName("part") {
			continue
		}
		if part.Value("name") == name {
			return part
		}
		names = append(names, part.Value("name"))
	}
	r.files.Add(diag.Diagnostic{
		Code: contract.Code, Message: "the message \"" + message.node.Value("name") + "\" has no part \"" + name + "\"",
		Span: r.binding.file.AttrSpan(at), Nearest: diag.Nearest(name, names),
	})
	return nil
}

// withoutHeaders leaves out the parts that are header blocks of the same message: many contracts do not limit the body's.
func (r *operationReader) withoutHeaders(parts []*xmltext.Node, bound *xmltext.Node, message *component) []*xmltext.Node {
	if len(parts) < 2 || bound == nil {
		return parts
	}
	return slices.DeleteFunc(parts, func(part *xmltext.Node) bool {
		return slices.ContainsFunc(bound.Children, func(n *xmltext.Node) bool {
			return n.Name == r.soapName("header") && n.Value("part") == part.Value("name") &&
				strings.HasSuffix(":"+n.Value("message"), ":"+message.node.Value("name"))
		})
	})
}

// soapName is a name of the kind of SOAP binding at hand.
func (r *operationReader) soapName(local string) xmltext.Name {
	if r.version == SOAP12 {
		return xmltext.Name{Space: spaceSOAP12, Local: local}
	}
	return xmltext.Name{Space: spaceSOAP, Local: local}
}

// elementOf is the element that a part names.
func (r *operationReader) elementOf(message *component, part *xmltext.Node) *xsd.Element {
	a := part.Attr("element")
	if a == nil {
		r.refuse("a document whose part has a type and no element")
		return &xsd.Element{}
	}
	name, ok := part.Resolve(trimmed(a.Value))
	if !ok {
		r.files.Errorf(message.file.AttrSpan(a), "%q is no name, or its prefix is not declared", a.Value)
		return &xsd.Element{}
	}
	e := r.set.Element(name)
	if e == nil {
		r.schemas.ReportElement(message.file.AttrSpan(a), a.Value, name)
		return &xsd.Element{}
	}
	return e
}

// wrapper makes the element of rpc style: named by the operation, with one unqualified child for each part.
func (r *operationReader) wrapper(name xmltext.Name, message *component, parts []*xmltext.Node) *xsd.Element {
	children := make([]*xsd.Element, 0, len(parts))
	for _, part := range parts {
		a := part.Attr("type")
		if a == nil {
			r.refuse("an rpc operation whose part has an element and no type")
			return &xsd.Element{}
		}
		typeName, ok := part.Resolve(trimmed(a.Value))
		if !ok {
			r.files.Errorf(message.file.AttrSpan(a), "%q is no name, or its prefix is not declared", a.Value)
			return &xsd.Element{}
		}
		t := r.set.Type(typeName)
		if t == nil {
			r.schemas.ReportType(message.file.AttrSpan(a), a.Value, typeName)
			return &xsd.Element{}
		}
		children = append(children, &xsd.Element{Name: xmltext.Name{Local: part.Value("name")}, Type: t})
	}
	return xsd.NewWrapper(name, children)
}
