package input

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/value"
)

// maxShown bounds, in bytes, how much of an offending value is repeated in a message.
const maxShown = 100

// abridge prints a value for a message. What is too long is not printed and then cut, but never printed: a message must not
// cost as much as the request that caused it.
func abridge(v value.Value) string {
	var b strings.Builder
	appendAbridged(&b, v)
	return cut(b.String())
}

func appendAbridged(b *strings.Builder, v value.Value) {
	if b.Len() > maxShown {
		return
	}
	switch v.Kind() {
	case value.KindArray:
		b.WriteByte('[')
		for i, e := range v.Elems() {
			if b.Len() > maxShown {
				return
			}
			if i > 0 {
				b.WriteString(", ")
			}
			appendAbridged(b, e)
		}
		b.WriteByte(']')
	case value.KindObject:
		b.WriteByte('{')
		for i, f := range v.Fields() {
			if b.Len() > maxShown {
				return
			}
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(f.Name)
			b.WriteString(": ")
			appendAbridged(b, f.Value)
		}
		b.WriteByte('}')
	case value.KindString:
		b.Write(value.AppendString(nil, head(v.Text())))
	default:
		b.Write(v.AppendJSON(nil))
	}
}

// abridgeLiteral prints a literal for a message: leaves as they are spelled, the kind of the others.
func abridgeLiteral(v *ast.Value) string {
	switch v.Kind {
	case ast.ListValue:
		return "a list"
	case ast.ObjectValue:
		return "an object"
	case ast.Variable:
		return "$" + v.Raw
	case ast.StringValue, ast.BlockValue:
		return cut(strconv.Quote(head(v.Raw)))
	default:
		return cut(v.Raw)
	}
}

// head returns as much of s as a message could show.
func head(s string) string {
	if len(s) <= maxShown {
		return s
	}
	// One byte more than may be shown makes cut add its mark.
	return s[:maxShown+1]
}

func cut(s string) string {
	if len(s) <= maxShown {
		return s
	}
	end := maxShown
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}
