package mapping

// path reads a start, steps, and perhaps a group. Whether a single key may
// stand here is for the caller to decide.
func (p *parser) path() (*path, bool) {
	c := p.peek()
	from := p.pos
	at := &path{}
	switch {
	case c == '$':
		if !p.dollar(&at.start) {
			return nil, false
		}
	case c == '@':
		p.pos++
		at.start.kind = startAt
	case c == '.':
		return nil, p.fail(from, "a path may not begin with '.'")
	default:
		name, _, ok := p.key()
		if !ok {
			return nil, false
		}
		at.start.kind, at.start.name, at.start.key.quoted = startKey, name, isQuote(c)
	}
	at.start.span = span{from, p.pos}
	if !p.continuePath(at) {
		return nil, false
	}
	at.settle()
	return at, true
}

// dollar reads `$`, `$name` or `$( expr )`.
func (p *parser) dollar(s *start) bool {
	p.pos++
	if p.byteAt(p.pos) == '(' {
		p.pos++
		e, ok := p.expr()
		if !ok {
			return false
		}
		if !p.take(")") {
			return p.expected("')'")
		}
		s.kind, s.expr = startParens, e
		return true
	}
	name, named := p.identifier()
	s.kind, s.name = startDollar, name
	if named {
		s.kind = startUnknown // until resolve looks it up
	}
	return true
}

// continuePath reads the steps and the group behind a start.
func (p *parser) continuePath(at *path) bool {
	for {
		c := p.peek()
		from, next := p.pos, p.byteAt(p.pos+1)
		s := step{slot: -1}
		switch {
		case c == '.' && next != '.':
			p.pos++
			quoted := isQuote(p.peek())
			name, nameAt, ok := p.key()
			if !ok {
				return false
			}
			s.kind, s.name, s.nameAt, s.key.quoted = stepKey, name, nameAt, quoted
		case c == '-' && next == '>':
			p.pos += 2
			if !p.method(&s) {
				return false
			}
		case c == '?' && next != '?' && next != '!':
			if !p.optional(at) {
				return false
			}
			s.kind = stepOptional
		case c == '{':
			g, ok := p.group()
			at.group = g
			at.span = span{at.start.offset, p.pos}
			return ok
		default:
			at.span = span{at.start.offset, at.lastEnd()}
			return true
		}
		s.span = span{from, p.pos}
		at.steps = append(at.steps, s)
	}
}

// lastEnd is the end of the last step, or of the start.
func (p *path) lastEnd() int {
	if len(p.steps) > 0 {
		return p.steps[len(p.steps)-1].end
	}
	return p.start.end
}

func (p *parser) optional(at *path) bool {
	if p.mode == V02 {
		return p.fail(p.pos, "the ? step needs connect/v0.3")
	}
	if n := len(at.steps); n > 0 && at.steps[n-1].kind == stepOptional {
		return p.fail(p.pos, "? may not follow another ?")
	}
	p.pos++
	return true
}

// method reads the name and arguments behind `->`.
func (p *parser) method(s *step) bool {
	p.skip()
	from := p.pos
	name, ok := p.identifier()
	if !ok {
		return p.expected("the name of a method")
	}
	s.kind, s.name, s.nameAt = stepMethod, name, span{from, p.pos}
	end := p.pos
	if !p.take("(") {
		p.pos = end // white space behind the name is not part of the step
		return true
	}
	s.hasArgs = true
	s.args, ok = p.exprsUntil(")")
	return ok
}
