package sdl

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
)

// value reads a constant. It never returns nil.
func (p *parser) value() *ast.Value {
	start := p.token.start
	v := &ast.Value{Kind: ast.NullValue, Raw: "null"}
	if p.failed {
		v.Position = p.here()
		return v
	}
	switch p.token.kind {
	case tokenString, tokenBlock:
		*v = ast.Value{Kind: ast.StringValue, Raw: p.decoded(p.token)}
		if p.token.kind == tokenBlock {
			v.Kind = ast.BlockValue
		}
		p.failed = p.advance().isBroken
	case tokenInt:
		*v = ast.Value{Kind: ast.IntValue, Raw: p.textOf(p.advance())}
	case tokenFloat:
		*v = ast.Value{Kind: ast.FloatValue, Raw: p.textOf(p.advance())}
	case tokenName:
		*v = wordValue(p.textOf(p.advance()))
	case '[':
		*v = ast.Value{Kind: ast.ListValue, Children: p.list()}
	case '{':
		*v = ast.Value{Kind: ast.ObjectValue, Children: p.object()}
	case '$':
		p.failf("variables have no place in a schema document")
	default:
		p.failf("expected a value, found %s", p.found())
	}
	v.Position = p.file.position(start, max(start, p.previous.end))
	return v
}

func wordValue(word string) ast.Value {
	switch word {
	case "true", "false":
		return ast.Value{Kind: ast.BooleanValue, Raw: word}
	case "null":
		return ast.Value{Kind: ast.NullValue, Raw: word}
	default:
		return ast.Value{Kind: ast.EnumValue, Raw: word}
	}
}

func (p *parser) list() ast.ChildValueList {
	opened := p.advance()
	var children ast.ChildValueList
	for p.within(opened, ']') {
		v := p.value()
		children = append(children, &ast.ChildValue{Value: v, Position: v.Position})
	}
	p.accept(']')
	return children
}

func (p *parser) object() ast.ChildValueList {
	opened := p.advance()
	var children ast.ChildValueList
	for p.within(opened, '}') {
		name, at := p.name("the name of an input field")
		p.expect(':', fmt.Sprintf("and the value of input field %q", name))
		children = append(children, &ast.ChildValue{Name: name, Value: p.value(), Position: at})
	}
	p.accept('}')
	return children
}

// within reports whether another item of a bracketed value follows. It fails at the end of the text and beyond the
// nesting limit.
func (p *parser) within(opened token, closing tokenKind) bool {
	switch {
	case p.failed || p.token.kind == closing:
		return false
	case p.depth > maxNesting:
		p.failf("nested more than %d levels deep", maxNesting)
		return false
	case p.token.kind == tokenEnd || p.token.kind == ')' || p.token.kind == ']' || p.token.kind == '}':
		p.failf("%q is missing: the value is opened on line %d and not closed", string(rune(closing)), p.file.lines.Position(opened.start).Line)
		p.note("it is opened here", opened)
		return false
	default:
		return true
	}
}
