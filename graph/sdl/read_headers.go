package sdl

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/datasources"
)

// headers reads the argument `headers`: one object or a list of them.
func (r *textReader) headers(v *ast.Value) []datasources.Header {
	var headers []datasources.Header
	first := map[string]*ast.Value{}
	for _, item := range itemsOf(v) {
		h, ok := r.header(item.Value)
		if !ok {
			continue
		}
		name := child(item.Value, "name")
		if other := first[strings.ToLower(h.Name)]; other != nil {
			r.errorf(codeHeaderCollision, name.Position, "header %q is named twice; case does not matter", h.Name)
			r.note("first named here", r.at(other.Position))
			continue
		}
		first[strings.ToLower(h.Name)] = name
		headers = append(headers, h)
	}
	return headers
}

// itemsOf returns the items of a list; a value that is no list stands for a list of one, and nil for none.
func itemsOf(v *ast.Value) ast.ChildValueList {
	switch {
	case v == nil:
		return nil
	case v.Kind == ast.ListValue:
		return v.Children
	default:
		return ast.ChildValueList{{Value: v}}
	}
}

// header reads one header mapping; ok is false for one that cannot be used. What is no object with strings has been reported by
// the check of the arguments.
func (r *textReader) header(v *ast.Value) (h datasources.Header, ok bool) {
	name, from, value := child(v, "name"), child(v, "from"), child(v, "value")
	if !isString(name) {
		return h, false
	}
	h.Name = name.Raw
	ok = r.checkHeaderName(h.Name, name)
	switch {
	case from == nil && value == nil:
		r.errorf(codeHeader, v.Position, `header %q needs either "from" or "value"`, h.Name)
		return h, false
	case from != nil && value != nil:
		r.errorf(codeHeader, v.Position, `header %q has both "from" and "value"`, h.Name)
		return h, false
	case isString(from):
		h.From = from.Raw
		return h, r.checkFrom(h, from) && ok
	case isString(value):
		h.Value = r.template(value, codeHeader, phaseRequest)
		return h, h.Value != nil && r.checkHeaderText(h, value) && ok
	default:
		return h, false
	}
}

func (r *textReader) checkHeaderName(name string, v *ast.Value) bool {
	switch {
	case !isHeaderName(name):
		r.errorf(codeHeader, v.Position, "%q is no name of a header", name)
	case isReservedHeader(name):
		r.errorf(codeHeader, v.Position, "header %q is set by the server alone", name)
	default:
		return true
	}
	return false
}

func (r *textReader) checkFrom(h datasources.Header, from *ast.Value) bool {
	switch strings.ToLower(h.Name) {
	case "content-type", "accept", "host":
		r.errorf(codeHeader, from.Position, `header %q cannot be copied from the client's request; use "value"`, h.Name)
		return false
	}
	if !isHeaderName(h.From) {
		r.errorf(codeHeader, from.Position, "%q is no name of a header", h.From)
		return false
	}
	return true
}

// checkHeaderText checks the constant text of a header's value.
func (r *textReader) checkHeaderText(h datasources.Header, value *ast.Value) bool {
	text, _ := r.text(value)
	for _, part := range h.Value.Parts() {
		if strings.ContainsFunc(part.Text, func(c rune) bool { return c < ' ' || c == 0x7F }) {
			r.diags.Errorf(codeHeader, text.Span(part.Offset, part.End), "the value of a header cannot contain control characters")
			return false
		}
	}
	return true
}

// isHeaderName reports whether a text is a token of RFC 9110.
func isHeaderName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'z') && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	return s != ""
}

// isReservedHeader reports whether a header cannot be set (Connectors specification 3.5).
func isReservedHeader(name string) bool {
	return slices.Contains([]string{
		"connection", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
		"content-length", "content-encoding", "accept-encoding", "keep-alive",
	}, strings.ToLower(name))
}
