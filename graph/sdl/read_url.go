package sdl

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
)

// baseURL reads `@source.http.baseURL`.
func (r *textReader) baseURL(v *ast.Value) *mapping.Template {
	t := r.template(v, codeURL, phaseURL)
	switch {
	case t == nil:
	case hasHoles(t) || hasHTTPScheme(constantPrefix(t)):
		r.isURI(t, v)
	default:
		// That another scheme does not need a host, as in file:///x, is beside the point.
		text, _ := r.text(v)
		r.wrongURLf(codeURLScheme, text.Whole(), "the base URL must begin with http:// or https://")
	}
	return t
}

// connectURL reads the URL of a connector: absolute without a source, else a path.
func (r *textReader) connectURL(v *ast.Value, hasSource bool) *mapping.Template {
	t := r.template(v, codeURL, phaseRequest)
	if t == nil {
		return nil
	}
	text, _ := r.text(v)
	prefix := constantPrefix(t)
	scheme, rest, isAbsolute := strings.Cut(prefix, "://")
	switch {
	case hasSource && hasHTTPScheme(prefix):
		r.wrongURLf(codeAbsoluteURL, text.Span(0, len(prefix)), "the connector has a source, so that its URL is a path behind the source's baseURL")
	case hasSource && isAbsolute && isScheme(scheme):
		r.wrongURLf(codeURLScheme, text.Span(0, len(scheme)), "the scheme %q is not supported, only http and https are", scheme)
	case hasSource:
	case !isAbsolute:
		r.wrongURLf(codeRelativeURL, text.Whole(), `the URL is relative: name a source with the argument "source", or begin it with http:// or https://`)
	case !hasHTTPScheme(prefix):
		r.wrongURLf(codeURLScheme, text.Span(0, len(scheme)), "the scheme %q is not supported, only http and https are", scheme)
	case hasHoles(t) && !strings.ContainsAny(rest, "/?#"):
		hole := t.Parts()[1]
		r.wrongURLf(codeURL, text.Span(hole.Offset, hole.End), "the host of an absolute URL must be constant; a source's baseURL may use $config and $env")
	default:
		r.isURI(t, v)
	}
	return t
}

// wrongURLf reports a URL that no request can be sent to.
func (r *textReader) wrongURLf(code string, at diag.Span, format string, args ...any) {
	r.cannotRun = true
	r.diags.Errorf(code, at, format, args...)
}

// isScheme reports whether a text can be the scheme of a URL.
func isScheme(s string) bool {
	for i := range len(s) {
		c := s[i]
		if isLetter := 'a' <= c|0x20 && c|0x20 <= 'z'; !isLetter && (i == 0 || !isDigit(c) && !strings.ContainsRune("+-.", rune(c))) {
			return false
		}
	}
	return s != ""
}

func hasHTTPScheme(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// isURI checks that the template is a URI whatever its holes give: a digit stands for each, which is right everywhere. Only the
// authority can be wrong: what may not stand in a path or query is encoded.
func (r *textReader) isURI(t *mapping.Template, v *ast.Value) {
	var b strings.Builder
	for _, part := range t.Parts() {
		if part.Hole != nil {
			b.WriteByte('1')
		} else {
			b.WriteString(part.Text)
		}
	}
	_, rest, isAbsolute := strings.Cut(b.String(), "://")
	if !isAbsolute {
		return
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	if problem := wrongAuthority(rest); problem != "" {
		text, _ := r.text(v)
		r.wrongURLf(codeURL, text.Whole(), "this is no URL: %s", problem)
	}
}

// wrongAuthority says what is wrong with `user@host:port`, "" when nothing is.
func wrongAuthority(authority string) string {
	host := authority[strings.LastIndexByte(authority, '@')+1:]
	name, port := host, ""
	switch end := strings.IndexByte(host, ']'); {
	case strings.HasPrefix(host, "[") && end < 0:
		return `"]" is missing in the address of the host`
	case strings.HasPrefix(host, "["):
		name, port = host[1:end], host[end+1:]
	case strings.IndexByte(host, ':') >= 0:
		name, port = host[:strings.IndexByte(host, ':')], host[strings.IndexByte(host, ':'):]
	}
	switch {
	case name == "":
		return "the host is missing"
	case strings.ContainsAny(authority, " \"<>\\^`{|}"):
		return fmt.Sprintf("%q cannot be a host", authority)
	case port != "" && port[0] != ':' || strings.Trim(strings.TrimPrefix(port, ":"), "0123456789") != "":
		return fmt.Sprintf("%q cannot be a port", strings.TrimPrefix(port, ":"))
	default:
		return ""
	}
}

// urlProperties reads the mappings that add to a URL.
func (r *textReader) urlProperties(http *ast.Value) (path, query *mapping.Mapping) {
	return r.gives(aListOfScalars, r.mapping(child(http, "path"), codeURLProperty, phaseRequest)),
		r.gives(anObject, r.mapping(child(http, "queryParams"), codeURLProperty, phaseRequest))
}
