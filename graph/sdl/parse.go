package sdl

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/diag"
)

// Bounds of a document. They are far beyond what people write and keep hostile documents cheap.
const (
	maxDocumentBytes = 16 << 20
	maxDefinitions   = 100_000
	maxNesting       = 200
	maxSyntaxErrors  = 100
)

// parser reads a document: the type system part of the grammar, as of the specification of September 2025. It is our own
// because gqlparser's stops at the first error, misplaces what follows a block string, and lacks `extend interface …
// implements` and `\u{…}`. After an error it goes on with the next field or definition.
type parser struct {
	file  *file
	lexer lexer
	// token is the next one, not taken yet; previous is the last one taken.
	token, previous token
	// depth counts the open brackets before token.
	depth int
	// failed is set by a syntax error and makes every step a no-op until the parser has recovered.
	failed bool
	errors int
	diags  *diag.List
	out    syntax
}

// parse reads a file, reporting every syntax error to diags. What could be read is returned in any case.
func parse(f *file, diags *diag.List) syntax {
	if len(f.text) > maxDocumentBytes {
		diags.Errorf(codeGraphQL, diag.Span{File: f.name}, "the document has %d bytes, more than the limit of %d", len(f.text), maxDocumentBytes)
		return syntax{}
	}
	if at := invalidUTF8(f.text); at >= 0 {
		diags.Errorf(codeGraphQL, f.span(at, at+1), "the document is not valid UTF-8")
		return syntax{}
	}
	p := &parser{file: f, diags: diags}
	p.lexer = lexer{text: f.text, report: p.reportf}
	p.token = p.lexer.next()
	p.document()
	return p.out
}

func invalidUTF8(text string) int {
	if utf8.ValidString(text) {
		return -1
	}
	for i, r := range text {
		if _, size := utf8.DecodeRuneInString(text[i:]); r == utf8.RuneError && size == 1 {
			return i
		}
	}
	return -1
}

// document reads definitions up to the end.
func (p *parser) document() {
	for n := 0; p.token.kind != tokenEnd && p.errors <= maxSyntaxErrors; n++ {
		if n == maxDefinitions {
			p.failf("the document has more than %d definitions", maxDefinitions)
			return
		}
		p.depth = 0
		p.definition()
		if p.failed {
			p.nextDefinition()
		}
	}
}

// nextDefinition skips to what looks like the start of a definition: a keyword outside of all brackets or, in case a
// closing bracket is what is missing, at the very start of a line.
func (p *parser) nextDefinition() {
	p.failed = false
	for p.token.kind != tokenEnd && !p.beginsDefinition() && (p.depth > 0 || !p.isDefinitionKeyword()) {
		p.advance()
	}
}

// beginsDefinition reports whether the next token must begin a definition because it stands at the start of a line.
func (p *parser) beginsDefinition() bool {
	return p.token.column0 && p.isDefinitionKeyword()
}

func (p *parser) isDefinitionKeyword() bool {
	if p.token.kind != tokenName {
		return false
	}
	switch p.textOf(p.token) {
	case "schema", "scalar", "type", "interface", "union", "enum", "input", "directive", "extend":
		// A field may have such a name.
		rest := strings.TrimLeft(p.file.text[p.token.end:], " \t")
		return !strings.HasPrefix(rest, ":") && !strings.HasPrefix(rest, "(")
	default:
		return false
	}
}

// advance takes the next token.
func (p *parser) advance() token {
	switch p.token.kind {
	case '{', '[', '(':
		p.depth++
	case '}', ']', ')':
		p.depth--
	}
	p.previous = p.token
	p.token = p.lexer.next()
	return p.previous
}

// accept takes the next token if it is of a kind.
func (p *parser) accept(kind tokenKind) bool {
	if p.failed || p.token.kind != kind {
		return false
	}
	p.advance()
	return true
}

// acceptWord takes the next token if it is this name.
func (p *parser) acceptWord(word string) bool {
	if p.failed || p.token.kind != tokenName || p.textOf(p.token) != word {
		return false
	}
	p.advance()
	return true
}

// expect takes a punctuator or fails; what says where it was expected.
func (p *parser) expect(kind tokenKind, what string) {
	if !p.accept(kind) {
		p.failf("expected %q %s, found %s", string(rune(kind)), what, p.found())
	}
}

// name takes a name or fails; what says whose.
func (p *parser) name(what string) (string, *ast.Position) {
	if p.failed || p.token.kind != tokenName {
		p.failf("expected %s, found %s", what, p.found())
		return "", p.here()
	}
	t := p.advance()
	return p.textOf(t), p.file.position(t.start, t.end)
}

// description takes a string if there is one.
func (p *parser) description() string {
	if p.failed || p.token.kind != tokenString && p.token.kind != tokenBlock {
		return ""
	}
	text := p.decoded(p.token)
	p.failed = p.advance().isBroken
	return text
}

func (p *parser) decoded(t token) string {
	return string(decodeString(p.file.text, t.start, t.end, p.reportf).out)
}

func (p *parser) textOf(t token) string { return p.file.text[t.start:t.end] }

// here is the position of the next token.
func (p *parser) here() *ast.Position { return p.file.position(p.token.start, p.token.end) }

// since is the position from a start up to the last taken token.
func (p *parser) since(start int) *ast.Position { return p.file.position(start, p.previous.end) }

// found describes the next token for a message.
func (p *parser) found() string {
	switch p.token.kind {
	case tokenEnd:
		return "the end of the document"
	case tokenString, tokenBlock:
		return "a string"
	default:
		return fmt.Sprintf("%q", p.textOf(p.token))
	}
}

// failf reports an error at the next token, unless the parser has failed already.
func (p *parser) failf(format string, args ...any) {
	if p.failed {
		return
	}
	p.failed = true
	at := p.token
	if at.kind == tokenEnd && p.previous.end > 0 {
		at = p.previous // the last thing that is there to point at
	}
	p.reportf(at.start, at.end, format, args...)
}

// note adds a note to the error that was reported last.
func (p *parser) note(message string, at token) {
	if n := len(*p.diags); n > 0 && p.errors <= maxSyntaxErrors {
		last := &(*p.diags)[n-1]
		last.Notes = append(last.Notes, diag.Note{Message: message, Span: p.file.span(at.start, at.end)})
	}
}

// nearest adds a suggestion to the error that was reported last.
func (p *parser) nearest(got string, among []string) {
	if n := len(*p.diags); n > 0 && p.errors <= maxSyntaxErrors {
		(*p.diags)[n-1].Nearest = diag.Nearest(got, among)
	}
}

// reportf adds an error without failing. Only so many are kept.
func (p *parser) reportf(start, end int, format string, args ...any) {
	p.errors++
	switch {
	case p.errors <= maxSyntaxErrors:
		p.diags.Errorf(codeGraphQL, p.file.span(start, end), format, args...)
	case p.errors == maxSyntaxErrors+1:
		p.diags.Errorf(codeGraphQL, p.file.span(start, end), "too many syntax errors; the rest of the document was not read")
	}
}
