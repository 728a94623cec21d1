package mapping

// mapping reads the whole text. Readings are tried twice at most, and only
// here at the top, so that parsing stays linear.
func (p *parser) mapping(m *Mapping) bool {
	switch p.mode {
	case V02:
		if p.wholePath(m) {
			return true
		}
	case V04:
		if p.wholeExpr(m) {
			return true
		}
	}
	p.pos, p.isReread = 0, p.failure != nil
	return p.wholeList(m)
}

// wholePath reads the text as one anonymous path (6.2, rule 3).
func (p *parser) wholePath(m *Mapping) bool {
	at, ok := p.path()
	if !ok || !p.finish() || at.isSingleKey() {
		return false
	}
	m.root = at
	return true
}

// wholeExpr reads the text as one expression (6.2, rule 8).
func (p *parser) wholeExpr(m *Mapping) bool {
	e, ok := p.expr()
	if !ok || !p.finish() {
		return false
	}
	switch e := e.(type) {
	case *path:
		if e.isSingleKey() {
			return false
		}
	case *object:
		// `{ id name }` is the same as `id name`, but `{}` is a value.
		if len(e.group.entries) > 0 {
			m.setList(e.group)
			return true
		}
	}
	m.root = e
	return true
}

// wholeList reads the text as a list of fields.
func (p *parser) wholeList(m *Mapping) bool {
	g := &group{span: span{0, len(p.text)}}
	if !p.entries(g) || !p.finish() || !p.checkAnonymous(g) {
		return false
	}
	m.setList(g.seal())
	return true
}

// setList makes the group the mapping's content, or the value of its only
// entry if that is an anonymous path (6.2, rule 4).
func (m *Mapping) setList(g *group) {
	if len(g.entries) == 1 && g.entries[0].kind == entryInline {
		m.root = g.entries[0].value
		return
	}
	m.group = g
}

func (p *parser) finish() bool { return p.atEnd() || p.expected("the end of the mapping") }

// entries reads entries up to a closing brace or the end of the text.
func (p *parser) entries(g *group) bool {
	if p.mode == V04 {
		return p.separatedEntries(g)
	}
	for p.peek() != '}' && !p.atEnd() {
		e, ok := p.entry()
		if !ok {
			return false
		}
		g.entries = append(g.entries, e)
	}
	return true
}

// separatedEntries is entries at v0.4: with a comma after all entries (after
// the last it may be missing) or after none.
func (p *parser) separatedEntries(g *group) bool {
	commas := false
	for p.peek() != '}' && !p.atEnd() {
		e, ok := p.entry()
		if !ok {
			return false
		}
		g.entries = append(g.entries, e)
		comma := p.take(",")
		behind := p.pos
		last := p.peek() == '}' || p.atEnd()
		switch {
		case len(g.entries) == 1:
			commas = comma
		case comma && !commas:
			return p.fail(behind-1, "separate all entries by commas or none")
		case !comma && commas && !last:
			return p.expected("',', as behind the entries before,")
		}
	}
	return true
}

func (p *parser) entry() (entry, bool) {
	c := p.peek()
	from := p.pos
	switch {
	case c == '.' && p.byteAt(from+1) == '.':
		return p.spread()
	case c == '.':
		return entry{}, p.fail(from, "a path may not begin with '.'")
	case isLetter(c) || isQuote(c):
		key, keyAt, ok := p.key()
		if !ok {
			return entry{}, false
		}
		if p.take(":") {
			v, ok := p.aliased()
			return entry{span: span{from, p.pos}, kind: entryAlias, key: key, keyAt: keyAt, value: v}, ok
		}
		p.pos = from
	case p.mode < V04 && (c == '[' || c == '{' || isDigit(c) || c == '-' && isDigit(p.byteAt(from+1))):
		return entry{}, p.fail(from, "a literal needs $(…) around it before connect/v0.4")
	case c != '$' && c != '@':
		return entry{}, p.expected("a field or path")
	}
	at, ok := p.path()
	if !ok {
		return entry{}, false
	}
	e := entry{span: at.span, kind: entryInline, value: at}
	if at.isSingleKey() {
		e.kind, e.key, e.keyAt = entryKey, at.start.name, at.start.span
	}
	return e, true
}

func (p *parser) spread() (entry, bool) {
	from := p.pos
	if !p.take("...") {
		return entry{}, p.expected("'...'")
	}
	if p.mode < V04 {
		return entry{}, p.fail(from, "spread syntax (...) needs connect/v0.4")
	}
	v, ok := p.expr()
	return entry{span: span{from, p.pos}, kind: entrySpread, value: v}, ok
}

// aliased reads what follows `alias:`.
func (p *parser) aliased() (expr, bool) {
	if p.mode == V04 {
		return p.expr()
	}
	if p.peek() == '{' {
		from := p.pos
		g, ok := p.group()
		here := start{span: span{from, from}, kind: startHere}
		return &path{span: span{from, p.pos}, start: here, group: g}, ok
	}
	at, ok := p.path()
	if !ok {
		return nil, false
	}
	if p.peek() == '?' {
		return nil, p.fail(p.pos, "this operator needs $(…) around its expression before connect/v0.4")
	}
	return at, true
}

// group reads entries in braces.
func (p *parser) group() (*group, bool) {
	if !p.enter() {
		return nil, false
	}
	defer p.leave()
	p.skip()
	g := &group{span: span{offset: p.pos}}
	if !p.take("{") {
		return nil, p.expected("'{'")
	}
	if !p.entries(g) {
		return nil, false
	}
	if !p.take("}") {
		return nil, p.expected("'}'")
	}
	g.end = p.pos
	return g.seal(), p.checkAnonymous(g)
}

// checkAnonymous rejects paths that would be merged without saying which of
// their properties (6.2, rule 5).
func (p *parser) checkAnonymous(g *group) bool {
	for i := range g.entries {
		e := &g.entries[i]
		if at, ok := e.value.(*path); e.kind != entryInline || !ok || at.group != nil {
			continue
		}
		if len(g.entries) > 1 {
			return p.failSpan(e.span, "a list of fields cannot contain multiple elements if it contains an anonymous path: "+
				"give the path an alias or a { selection }")
		}
		if p.mode == V02 {
			return p.failSpan(e.span, "an anonymous path needs an alias or a { selection } here")
		}
	}
	return true
}
