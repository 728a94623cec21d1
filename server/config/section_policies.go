package config

import (
	"errors"
	"strings"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/permit"
	"github.com/weftgraph/weft/graph/value"
)

// authorizationPolicies are the expressions that `@policy` may name.
func authorizationPolicies() key[draft] {
	return key[draft]{
		name: "policies", form: at(config, at(func(c *Config) *map[string]string { return &c.Policies }, policies{})),
		example: `{ billing-admin: "'billing' in claims.roles" }`,
		doc:     "what the names in `@policy` mean: expressions of [CEL](https://cel.dev) over `claims`, `caller`, `request` and `args`. Weft's own",
	}
}

// authorizationIntrospection says what introspection shows.
func authorizationIntrospection() key[draft] {
	return key[draft]{
		name: "introspection", form: at(config, at(func(c *Config) *bool { return &c.Authorization.VisibleOnly }, choice[bool]{
			{name: "all", value: false}, {name: "visible", value: true},
		})),
		standard: "all", example: "visible",
		doc: "`all`: introspection shows the whole schema; `visible`: what the caller may read, and documents that name anything else are not valid. Weft's own",
	}
}

// policies is a mapping of names to expressions.
type policies struct{}

var _ form[map[string]string] = policies{}

// Read implements form.
func (p policies) Read(r *reader, n *node, into *map[string]string) {
	if n.kind == value.KindNull {
		return
	}
	if n.kind != value.KindObject {
		r.wrong(n, "a mapping")
		return
	}
	*into = make(map[string]string, len(n.fields))
	for _, f := range n.fields {
		r.within(f.name, func() { p.readPolicy(r, f, *into) })
	}
}

func (policies) readPolicy(r *reader, f field, into map[string]string) {
	before := len(r.diags)
	var expression string
	expressionText().Read(r, f.value, &expression)
	if len(r.diags) > before || f.value.isBroken {
		return
	}
	err := permit.CheckPolicy(f.name, expression)
	var wrong *permit.ExpressionError
	switch {
	case err == nil:
		into[f.name] = expression
	case errors.As(err, &wrong):
		r.diags.Add(diag.Diagnostic{
			Code: Code, Message: wrong.Message, Span: r.inside(f.value, wrong.Start, wrong.End), Nearest: wrong.Nearest,
		})
	default:
		r.errorf(f.span, "%v", err)
	}
}

func expressionText() text { return text{wanted: "an expression of CEL", all: []string{`[^ ]`}} }

// Shape implements form.
func (policies) Shape() *shape {
	return &shape{kind: entriesShape, words: "a mapping", placeholder: "<policy>", entry: expressionText().Shape(), isOptional: true}
}

// inside is where a part of a string stands, if the file has it as it is, line by line; otherwise where the string does.
func (r *reader) inside(n *node, start, end int) diag.Span {
	if n.isExpanded || end > len(n.text) {
		return n.span
	}
	at := n.span.Start
	done := 0 // up to where the string has been found, behind the last line's end
	for line := range strings.SplitAfterSeq(n.text, "\n") {
		content := strings.TrimSuffix(line, "\n")
		next := strings.Index(r.text[at:], content)
		if next < 0 {
			return n.span
		}
		at += next
		if start <= done+len(content) {
			from := at + start - done
			return r.lines.Span(r.file, from, min(from+end-start, at+len(content)))
		}
		at, done = at+len(content), done+len(line)
	}
	return n.span
}
