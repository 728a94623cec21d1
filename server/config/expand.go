package config

import (
	"os"
	"strings"

	"github.com/weftgraph/weft/graph/diag"
)

// expand replaces `${env.NAME}`, `${env.NAME:-default}` and `${file.PATH}` in a string, once: what they expand to is taken
// as it is. Paths are relative to the configuration's folder; a line end at the end of a file is dropped, since editors add
// one to every secret.
func (r *reader) expand(text string, at diag.Span) string {
	if !strings.Contains(text, "${") {
		return text
	}
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		expression, after, closed := strings.Cut(rest, "}")
		if !closed {
			r.errorf(at, `"${" is not closed by "}"`)
			return out.String()
		}
		out.WriteString(r.expansion(expression, at))
		text = after
	}
}

func (r *reader) expansion(expression string, at diag.Span) string {
	if name, ok := strings.CutPrefix(expression, "env."); ok {
		name, standard, hasDefault := strings.Cut(name, ":-")
		if v, ok := r.env(name); ok && (v != "" || !hasDefault) {
			return v
		}
		if !hasDefault {
			r.errorf(at, "environment variable %q is not set and has no default", name)
		}
		return standard
	}
	if path, ok := strings.CutPrefix(expression, "file."); ok {
		path = r.beside(path)
		r.files = append(r.files, path)
		text, err := os.ReadFile(path) //nolint:gosec // the operator names the file
		if err != nil {
			r.errorf(at, "%v", err)
			return ""
		}
		r.contents = append(r.contents, content{path, string(text)})
		return strings.TrimRight(string(text), "\r\n")
	}
	r.errorf(at, `"${%s}" is no expansion: there are ${env.NAME}, ${env.NAME:-default} and ${file.PATH}`, expression)
	return ""
}
