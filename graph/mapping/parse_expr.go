package mapping

import (
	"strings"

	"github.com/weftgraph/weft/graph/value"
)

// expr reads operands joined by `??` or by `?!`.
func (p *parser) expr() (expr, bool) {
	if !p.enter() {
		return nil, false
	}
	defer p.leave()
	first, ok := p.primary()
	if !ok {
		return nil, false
	}
	operator := p.operator()
	if operator == "" {
		return first, true
	}
	if p.mode == V02 {
		return nil, p.fail(p.pos, "operator %s needs connect/v0.3", operator)
	}
	c := &chain{nullish: operator == "??", operands: []expr{first}}
	for {
		next := p.operator()
		if next == "" {
			c.span = span{first.where().offset, c.operands[len(c.operands)-1].where().end}
			return c, true
		}
		if next != operator {
			return nil, p.fail(p.pos, "Found mixed operators %s and %s: nest one of them in $(…)", operator, next)
		}
		p.pos += len(next)
		e, ok := p.primary()
		if !ok {
			return nil, false
		}
		c.operands = append(c.operands, e)
	}
}

// operator looks ahead for `??` or `?!`.
func (p *parser) operator() string {
	p.skip()
	for _, operator := range []string{"??", "?!"} {
		if strings.HasPrefix(p.text[p.pos:], operator) {
			return operator
		}
	}
	return ""
}

// primary reads a literal, perhaps with steps and a group, or a path.
func (p *parser) primary() (expr, bool) {
	c := p.peek()
	from := p.pos
	literal, found, ok := p.literal(c)
	if !ok {
		return nil, false
	}
	if found {
		at := &path{start: start{span: span{from, p.pos}, kind: startLiteral, expr: literal}}
		if !p.continuePath(at) {
			return nil, false
		}
		at.settle()
		if at.isBare() {
			return literal, true
		}
		return at, true
	}
	at, ok := p.path()
	if !ok {
		return nil, false
	}
	if p.mode == V02 && at.isSingleKey() {
		return nil, p.fail(from, "a single key is no expression before connect/v0.3: write $.%s", keyText(at.start.name))
	}
	return at, true
}

// literal reads a literal if one comes next. Words that are literals take
// precedence over keys (6.2, rule 10).
func (p *parser) literal(c byte) (literal expr, found, ok bool) {
	from := p.pos
	switch {
	case isQuote(c):
		s, ok := p.quoted()
		return &constant{span{from, p.pos}, value.String(s)}, true, ok
	case isDigit(c) || c == '-' || c == '.' && isDigit(p.byteAt(from+1)):
		v, ok := p.number()
		return &constant{span{from, p.pos}, v}, true, ok
	case c == '{':
		o, ok := p.object()
		return o, true, ok
	case c == '[':
		p.pos++
		elems, ok := p.exprsUntil("]")
		return &list{span{from, p.pos}, elems}, true, ok
	}
	word, _ := p.identifier()
	var v value.Value
	switch word {
	case "true":
		v = value.Bool(true)
	case "false":
		v = value.Bool(false)
	case "null":
		v = value.Null()
	default:
		p.pos = from
		return nil, false, true
	}
	return &constant{span{from, p.pos}, v}, true, true
}

// number reads a number and normalises its spelling to JSON's: no leading
// zeros, a digit on both sides of the point, none needless behind it.
func (p *parser) number() (value.Value, bool) {
	from := p.pos
	negative := p.take("-")
	if negative {
		p.skip() // the sign is a token of its own
	}
	whole := p.digits()
	fraction, isFloat := "", false
	// In `5...x` the dots are a spread.
	if p.byteAt(p.pos) == '.' && p.byteAt(p.pos+1) != '.' {
		p.pos++
		fraction, isFloat = p.digits(), true
	}
	if whole == "" && fraction == "" {
		p.pos = from
		return value.Value{}, p.expected("a number")
	}
	text := strings.TrimLeft(whole, "0")
	if text == "" {
		text = "0"
	}
	if isFloat {
		fraction = strings.TrimRight(fraction, "0")
		if fraction == "" {
			fraction = "0"
		}
		text += "." + fraction
	}
	if negative && text != "0" {
		text = "-" + text
	}
	return value.Number(text), true
}

func (p *parser) digits() string {
	from := p.pos
	for isDigit(p.byteAt(p.pos)) {
		p.pos++
	}
	return p.text[from:p.pos]
}

// object reads an object literal: a group at v0.4, before that properties
// separated by commas.
func (p *parser) object() (*object, bool) {
	if p.mode == V04 {
		g, ok := p.group()
		if !ok {
			return nil, false
		}
		return &object{g.span, g}, true
	}
	g := &group{span: span{offset: p.pos}}
	p.pos++
	for !p.take("}") {
		from := p.pos
		key, keyAt, ok := p.key()
		if !ok {
			return nil, false
		}
		if !p.take(":") {
			return nil, p.expected("':'")
		}
		v, ok := p.expr()
		if !ok {
			return nil, false
		}
		g.entries = append(g.entries, entry{span: span{from, p.pos}, kind: entryAlias, key: key, keyAt: keyAt, value: v})
		if !p.take(",") && p.peek() != '}' {
			return nil, p.expected("',' or '}'")
		}
	}
	g.end = p.pos
	if g.seal(); !g.distinct {
		g.replaceEarlier()
		g.seal()
	}
	return &object{g.span, g}, true
}

// exprsUntil reads expressions separated by commas, with perhaps one more comma
// at the end, and the closing token.
func (p *parser) exprsUntil(closing string) ([]expr, bool) {
	var exprs []expr
	for !p.take(closing) {
		e, ok := p.expr()
		if !ok {
			return nil, false
		}
		exprs = append(exprs, e)
		if !p.take(",") && p.peek() != closing[0] {
			return nil, p.expected("',' or '" + closing + "'")
		}
	}
	return exprs, true
}
