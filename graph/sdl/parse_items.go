package sdl

import "fmt"

// items reads a bracketed list whose items begin on lines of their own or not. An item with an error is skipped, and
// reading goes on with the next line that can begin one.
func (p *parser) items(open, closing tokenKind, of string, item func()) {
	opened := p.token
	p.expect(open, "before "+of)
	if p.failed {
		return
	}
	level := p.depth
	if p.token.kind == closing {
		p.reportf(opened.start, p.token.end, "%s has empty brackets: write something between them or leave them out", of)
	}
	for !p.failed && p.token.kind != closing {
		if p.token.kind == tokenEnd || p.beginsDefinition() {
			p.failf("%q is missing: %s is opened on line %d and not closed", string(rune(closing)), of, p.file.lines.Position(opened.start).Line)
			return
		}
		before, errors := p.token, p.errors
		item()
		if p.errors > errors && p.failed && closing == ')' && p.isOnLaterLine(before, opened) {
			p.note(fmt.Sprintf(`%s is opened here; perhaps its ")" is missing`, of), opened)
		}
		if p.failed && closing == '}' {
			if p.token == before {
				p.advance() // what cannot begin an item must not be tried again
			}
			p.nextItem(level)
		}
	}
	p.accept(closing)
}

func (p *parser) isOnLaterLine(t, than token) bool {
	return p.file.lines.Position(t.start).Line > p.file.lines.Position(than.start).Line
}

// nextItem skips to the end of the list at this depth or to the next line in it that begins with a name or a string.
// When the list ends in another way, the parser stays failed.
func (p *parser) nextItem(level int) {
	for p.token.kind != tokenEnd && p.depth >= level && !p.beginsDefinition() {
		if p.depth == level {
			t := p.token
			canBegin := t.kind == tokenName || t.kind == tokenString || t.kind == tokenBlock
			if t.kind == '}' || t.startsLine && canBegin {
				p.failed = false
				return
			}
		}
		p.advance()
	}
}

// appendRead appends an item unless reading it failed: half an item would only cause errors that follow from the first.
func appendRead[S ~[]E, E any](p *parser, list S, item E) S {
	if p.failed {
		return list
	}
	return append(list, item)
}
