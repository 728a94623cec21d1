package sdl

import (
	"errors"
	"net/url"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
)

// baseURL reads `@source.http.baseURL`.
func (r *textReader) baseURL(v *ast.Value) *mapping.Template {
	t := r.template(v, codeURL, phaseURL)
	if t == nil || !r.isURI(t, v) || hasHoles(t) || hasHTTPScheme(constantPrefix(t)) {
		return t
	}
	text, _ := r.text(v)
	r.wrongURLf(codeURLScheme, text.Whole(), "the base URL must begin with http:// or https://")
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
	case hasSource:
		r.isURI(t, v)
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

func hasHTTPScheme(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// isURI checks that the template is a URI whatever its holes give: a digit stands for each, which is right everywhere.
func (r *textReader) isURI(t *mapping.Template, v *ast.Value) bool {
	var b strings.Builder
	for _, part := range t.Parts() {
		if part.Hole != nil {
			b.WriteByte('1')
		} else {
			b.WriteString(part.Text)
		}
	}
	if _, err := url.Parse(b.String()); err != nil {
		text, _ := r.text(v)
		reason := err
		if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
			reason = wrapped.Err // without the URL, which is underlined anyway
		}
		r.wrongURLf(codeURL, text.Whole(), "this is no URL: %s", reason)
		return false
	}
	return true
}

// urlProperties reads the mappings that add to a URL.
func (r *textReader) urlProperties(http *ast.Value) (path, query *mapping.Mapping) {
	return r.mapping(child(http, "path"), codeURLProperty, phaseRequest),
		r.mapping(child(http, "queryParams"), codeURLProperty, phaseRequest)
}
