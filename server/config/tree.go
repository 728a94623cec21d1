package config

import (
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/value"
)

// node is a YAML value with its place.
type node struct {
	kind value.Kind
	// text is a string's content, expanded, or a number's spelling; raw is the string as it is written.
	text, raw string
	truth     bool
	// isExpanded tells that the text came from an expansion, and isBroken that it could not be expanded, which has been reported.
	isExpanded, isBroken bool

	items  []*node
	fields []field
	span   diag.Span
}

// field is one key of a mapping.
type field struct {
	name  string
	span  diag.Span
	value *node
}

// maxDepth bounds the nesting of a configuration.
const maxDepth = 64

// tree converts the syntax tree of a YAML document. What JSON does not have, such as anchors and tags, is reported: a
// configuration needs none of it, and aliases can make a small file huge.
func (r *reader) tree(n ast.Node, depth int) *node {
	if depth > maxDepth {
		r.errorf(r.spanOf(n.GetToken()), "nested too deep")
		return &node{}
	}
	at := r.spanOf(n.GetToken())
	switch n := n.(type) {
	case *ast.NullNode:
		return &node{kind: value.KindNull, span: at}
	case *ast.BoolNode:
		return &node{kind: value.KindBool, truth: n.Value, span: at}
	case *ast.IntegerNode:
		return &node{kind: value.KindInt, text: integerText(n), span: at}
	case *ast.FloatNode:
		return &node{kind: value.KindFloat, text: value.Float(n.Value).Text(), span: at}
	case *ast.StringNode:
		return r.stringNode(n.Value, at)
	case *ast.LiteralNode:
		return r.stringNode(n.Value.Value, at)
	case *ast.SequenceNode:
		out := &node{kind: value.KindArray, span: at}
		for _, item := range n.Values {
			out.items = append(out.items, r.tree(item, depth+1))
		}
		return out
	case *ast.MappingNode:
		if text, ok := r.plainWithColon(n); ok {
			return r.stringNode(text, r.spanOf(n.Values[0].Key.GetToken()))
		}
		return r.mapping(n.Values, at, depth)
	case *ast.MappingValueNode:
		return r.mapping([]*ast.MappingValueNode{n}, at, depth)
	default:
		r.errorf(at, "anchors, aliases, tags and special numbers are not supported here")
		return &node{kind: value.KindNull, span: at}
	}
}

// stringNode converts a string, whose expansions are replaced.
func (r *reader) stringNode(raw string, at diag.Span) *node {
	before := len(r.diags)
	n := &node{kind: value.KindString, raw: raw, text: r.expand(raw, at), span: at}
	n.isExpanded, n.isBroken = strings.Contains(raw, "${"), len(r.diags) > before
	return n
}

// plainWithColon returns the text of a plain scalar with a colon in it that is an entry of a list between braces, such as
// `{ scopes: [orders:read] }`. YAML reads a pair only where a blank follows the colon (1.2.2, section 7.3.3); the parser takes these for
// pairs, too.
func (r *reader) plainWithColon(n *ast.MappingNode) (string, bool) {
	if n.IsFlowStyle || len(n.Values) != 1 || n.Values[0].Start == nil {
		return "", false
	}
	pair := n.Values[0]
	key, ok := pair.Key.(*ast.StringNode)
	if !ok || key.Token.Type != token.StringType {
		return "", false
	}
	rest, isScalar := pair.Value.(ast.ScalarNode)
	colon := r.offset(pair.Start.Position.Line, pair.Start.Position.Column)
	if !isScalar || colon+1 >= len(r.text) || r.text[colon] != ':' || strings.ContainsRune(" \t\r\n,[]{}\"'", rune(r.text[colon+1])) {
		return "", false
	}
	return key.Value + ":" + rest.GetToken().Value, true
}

// mapping converts a mapping, whose keys the parser has found to be distinct.
func (r *reader) mapping(values []*ast.MappingValueNode, at diag.Span, depth int) *node {
	out := &node{kind: value.KindObject, span: at}
	for _, v := range values {
		key := v.Key.GetToken()
		f := field{name: key.Value, span: r.spanOf(key)}
		if _, ok := v.Key.(*ast.MergeKeyNode); ok {
			r.errorf(f.span, "merge keys are not supported here")
			continue
		}
		f.value = r.tree(v.Value, depth+1)
		out.fields = append(out.fields, f)
	}
	return out
}

// integerText spells an integer the way JSON does, whatever notation the file uses.
func integerText(n *ast.IntegerNode) string {
	switch v := n.Value.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case uint64:
		return strconv.FormatUint(v, 10)
	default:
		return n.Token.Value
	}
}

// spanOf returns the place of a token. YAML tokens know their line and column reliably, their offset only roughly.
func (r *reader) spanOf(t *token.Token) diag.Span {
	if t == nil || t.Position == nil {
		return diag.Span{File: r.file}
	}
	start := r.offset(t.Position.Line, t.Position.Column)
	end := start
	for end < len(r.text) && r.text[end] != '\n' && end-start < len(t.Value) {
		end++
	}
	return r.lines.Span(r.file, start, max(end, min(start+1, len(r.text))))
}

// offset returns the byte offset of a line and column, both from 1.
func (r *reader) offset(line, column int) int {
	at := 0
	for ; line > 1 && at < len(r.text); at++ {
		if r.text[at] == '\n' {
			line--
		}
	}
	for i := range r.text[at:] {
		if column <= 1 {
			return at + i
		}
		column--
	}
	return len(r.text)
}

// field returns the field with the name, or nil. A nil node has none.
func (n *node) field(name string) *field {
	if n == nil {
		return nil
	}
	for i := range n.fields {
		if n.fields[i].name == name {
			return &n.fields[i]
		}
	}
	return nil
}

// String returns a scalar as YAML spells it, and nothing for everything else.
func (n *node) String() string {
	switch n.kind {
	case value.KindNull:
		return "null"
	case value.KindBool:
		return strconv.FormatBool(n.truth)
	case value.KindInt, value.KindFloat, value.KindString:
		return n.text
	default:
		return ""
	}
}

// shown is a scalar as messages repeat it. What an expansion gives may be secret.
func (n *node) shown() string {
	if n.isExpanded {
		return "what " + strconv.Quote(n.raw) + " gives"
	}
	return strconv.Quote(n.text)
}

// value returns the node as data.
func (n *node) value() value.Value {
	switch n.kind {
	case value.KindBool:
		return value.Bool(n.truth)
	case value.KindInt, value.KindFloat:
		return value.Number(n.text)
	case value.KindString:
		return value.String(n.text)
	case value.KindArray:
		items := make([]value.Value, len(n.items))
		for i, item := range n.items {
			items[i] = item.value()
		}
		return value.Array(items)
	case value.KindObject:
		fields := make([]value.Field, len(n.fields))
		for i, f := range n.fields {
			fields[i] = value.Field{Name: f.name, Value: f.value.value()}
		}
		return value.Object(fields)
	default:
		return value.Null()
	}
}
