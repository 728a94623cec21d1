package wsdl

import (
	"slices"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/contract"
	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/diag"
)

// body returns the element in the body of a direction; bound is what the binding says of it, which may be nil. Wrapper is
// the name of the element in rpc style.
func (r *operationReader) body(bound, abstract *xmltext.Node, wrapper string) *xsd.Element {
	message := r.reference(r.portType, abstract, "message", "message")
	if message == nil {
		return &xsd.Element{}
	}
	space, names, isLimited := r.soapBody(bound)
	if r.reason != "" {
		return &xsd.Element{}
	}
	var parts []*xmltext.Node
	for _, part := range message.node.Children {
		if part.Name == wsdlName("part") && (!isLimited || slices.Contains(names, part.Value("name"))) {
			parts = append(parts, part)
		}
	}
	if !isLimited {
		parts = r.withoutHeaders(parts, bound, message)
	}
	switch {
	case r.isRPC:
		return r.wrapper(xmltext.Name{Space: space, Local: wrapper}, message, parts)
	case len(parts) == 0:
		return &xsd.Element{}
	case len(parts) > 1:
		r.refuse("a document with several parts in its body")
		return &xsd.Element{}
	}
	return r.elementOf(message, parts[0])
}

// soapBody reads what the binding says of a body: the namespace and, if it limits them, the parts.
func (r *operationReader) soapBody(bound *xmltext.Node) (space string, parts []string, isLimited bool) {
	if bound == nil {
		return "", nil, false
	}
	if mime := extension(bound, "multipartRelated"); mime != nil && mime.Name.Space == spaceMIME {
		r.refuse("SOAP with attachments")
		return "", nil, false
	}
	body := extension(bound, "body")
	if body == nil {
		return "", nil, false
	}
	if body.Value("use") == "encoded" {
		style := "document/encoded"
		if r.isRPC {
			style = "rpc/encoded"
		}
		r.refuse(style)
	}
	if a := body.Attr("parts"); a != nil {
		return body.Value("namespace"), strings.Fields(a.Value), true
	}
	return body.Value("namespace"), nil, false
}

// withoutHeaders leaves out the parts that are header blocks of the same message: many contracts do not limit the body's.
func (r *operationReader) withoutHeaders(parts []*xmltext.Node, bound *xmltext.Node, message *component) []*xmltext.Node {
	if len(parts) < 2 || bound == nil {
		return parts
	}
	return slices.DeleteFunc(parts, func(part *xmltext.Node) bool {
		return slices.ContainsFunc(bound.Children, func(n *xmltext.Node) bool {
			return n.Name == xmltext.Name{Space: spaceSOAP, Local: "header"} && n.Value("part") == part.Value("name") &&
				strings.HasSuffix(":"+n.Value("message"), ":"+message.node.Value("name"))
		})
	})
}

// elementOf is the element that a part names.
func (r *operationReader) elementOf(message *component, part *xmltext.Node) *xsd.Element {
	a := part.Attr("element")
	if a == nil {
		r.refuse("a document whose part has a type and no element")
		return &xsd.Element{}
	}
	name, ok := part.Resolve(a.Value)
	if !ok {
		r.files.Errorf(message.file.AttrSpan(a), "%q is no name, or its prefix is not declared", a.Value)
		return &xsd.Element{}
	}
	e := r.set.Element(name)
	if e == nil {
		r.files.Add(diag.Diagnostic{
			Code: contract.Code, Message: "element " + a.Value + " is not declared", Span: message.file.AttrSpan(a),
			Nearest: diag.Nearest(name.Local, r.set.ElementNames(name.Space)),
		})
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
		typeName, ok := part.Resolve(a.Value)
		t := r.set.Type(typeName)
		if !ok || t == nil {
			r.files.Add(diag.Diagnostic{
				Code: contract.Code, Message: "type " + a.Value + " is not declared", Span: message.file.AttrSpan(a),
				Nearest: diag.Nearest(typeName.Local, r.set.TypeNames(typeName.Space)),
			})
			return &xsd.Element{}
		}
		children = append(children, &xsd.Element{Name: xmltext.Name{Local: part.Value("name")}, Type: t})
	}
	return xsd.NewWrapper(name, children)
}

// headers are the elements of the header blocks that requests may have.
func (r *operationReader) headers(bound *xmltext.Node) []*xsd.Element {
	if bound == nil || r.reason != "" {
		return nil
	}
	var headers []*xsd.Element
	for _, node := range bound.Children {
		if node.Name != (xmltext.Name{Space: spaceSOAP, Local: "header"}) {
			continue
		}
		message := r.reference(r.binding, node, "message", "message")
		if message == nil {
			continue
		}
		for _, part := range message.node.Children {
			// Header blocks that are no elements cannot be sent; an operation can be called without them.
			if part.Name == wsdlName("part") && part.Value("name") == node.Value("part") && part.Attr("element") != nil && node.Value("use") != "encoded" {
				headers = append(headers, r.elementOf(message, part))
			}
		}
	}
	return headers
}
