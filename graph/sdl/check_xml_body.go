package sdl

import (
	"strings"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/mapping/form"
)

// checkXMLBody checks that the mapping of a body which is always XML gives a document: an object with one property, the root element.
func (b *builder) checkXMLBody(t readText, c *readConnector) {
	http := c.Call.HTTP
	if http == nil || !http.SpeaksXML || t.mapping != http.Body || t.mapping.IsEmpty() || !sendsXML(c) {
		return
	}
	gives, _ := form.Read(t.mapping, form.Inputs{Input: form.Of(form.Unknown), Variable: variableForms(c)})
	if gives.IsNever(form.Object) {
		b.diags.Errorf(t.code, t.text.Span(0, len(t.mapping.Text())),
			"the body is XML, so that its mapping has to give an object with one property, the root element, and it gives %s", gives.Describe())
		return
	}
	roots := rootsOf(t.mapping, gives)
	switch {
	case len(roots) > 1:
		second := roots[1]
		b.diags.Errorf(t.code, t.text.Span(second.offset, second.end),
			"the body is XML, which has one root element: %q is one, and %q would be another", roots[0].name, second.name)
	case len(roots) == 1 && strings.IndexAny(roots[0].name, "@#") == 0:
		b.diags.Errorf(t.code, t.text.Span(roots[0].offset, roots[0].end), "the body is XML, and %q cannot be its root element", roots[0].name)
	}
}

// sendsXML tells that a connector's content type is that of XML whenever it is called.
func sendsXML(c *readConnector) bool {
	lists := [][]datasources.Header{c.Call.HTTP.Headers}
	if c.source != nil && c.source.settings.HTTP != nil {
		lists = append(lists, c.source.settings.HTTP.Headers)
	}
	for _, headers := range lists {
		for _, h := range headers {
			if !strings.EqualFold(h.Name, "content-type") {
				continue
			}
			return h.Value != nil && isConstant(h.Value) && datasources.IsXMLType(h.Value.Text())
		}
	}
	return false
}

func isConstant(t *mapping.Template) bool {
	for _, p := range t.Parts() {
		if p.Hole != nil {
			return false
		}
	}
	return true
}

// root is a property of a body that is there in every request, and where it is written.
type root struct {
	name        string
	offset, end int
}

// rootsOf are the properties that a mapping always gives.
func rootsOf(m *mapping.Mapping, gives form.Form) []root {
	var roots []root
	out := m.Outputs()
	add := func(r root) {
		if p := gives.Property(r.name); p.Kinds&(form.None|form.Unknown) == 0 {
			roots = append(roots, r)
		}
	}
	names, isClosed := gives.Names()
	switch {
	case out.Unknown && isClosed: // an argument of an input type, say, as it is
		for _, name := range names {
			add(root{name, out.Offset, out.End})
		}
	case out.Object && !out.Scalar && len(out.Arms) == 0:
		for _, f := range out.Fields {
			add(root{f.Name, f.Offset, f.End})
		}
	}
	return roots
}
