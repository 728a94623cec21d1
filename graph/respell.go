package graph

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// respell returns a query document in a spelling that gqlparser reads as the specification means it. Where nothing has to
// be changed, which is nearly always, the text itself is returned. Four points of the specification are mended:
//
//   - `\u{1F600}` and surrogate pairs in strings (2.10.4) become the character itself; half a pair is an error;
//   - a number directly followed by a name or a dot (2.10.1) is an error, where gqlparser reads two tokens;
//   - a block string ends at the first three quotes, where gqlparser takes the last of more, and its first line does not
//     count for the indentation (2.10.4), where gqlparser counts it;
//   - descriptions of operations, fragments and variables (2.4) become blanks.
//
// Lines and columns of what follows stay as they were.
func respell(text string) (string, *gqlerror.Error) {
	r := respeller{text: text}
	for r.at < len(text) {
		if err := r.token(); err != nil {
			return "", err
		}
	}
	return r.apply(), nil
}

// edit replaces a part of the text.
type edit struct {
	start, end int
	by         string
}

// Kinds of tokens, besides the punctuators, which stand for themselves.
const (
	kindName   = 'a'
	kindNumber = '0'
	kindString = '"'
)

// respeller goes through the tokens of a text.
type respeller struct {
	text  string
	at    int
	edits []edit
	// nesting counts open brackets of all sorts, previous is the kind of the token before.
	nesting  int
	previous byte
	// described is the string just read when it may turn out to be a description; its end is 0 when there is none.
	described edit
	// editsBefore is how many edits there were before that string.
	editsBefore int
}

// token reads what stands at the current place: a token, a comment or something to ignore.
func (r *respeller) token() *gqlerror.Error {
	start := r.at
	switch c := r.text[r.at]; {
	case c == '"':
		return r.str()
	case c == '-' || isDigit(c):
		return r.number()
	case isNameStart(c):
		for r.at < len(r.text) && (isNameStart(r.text[r.at]) || isDigit(r.text[r.at])) {
			r.at++
		}
		r.follow(kindName, r.text[start:r.at])
	case c == '#':
		for r.at < len(r.text) && !isLineEnd(r.text[r.at]) {
			r.at++
		}
	case c <= ' ' || c == ',' || c >= utf8.RuneSelf:
		r.at++ // ignored, or for the lexer to refuse
	default:
		r.at++
		r.follow(c, "")
		switch c {
		case '{', '[', '(':
			r.nesting++
		case '}', ']', ')':
			r.nesting--
		}
	}
	return nil
}

// follow notes that a token was read: it decides whether a string before it was a description.
func (r *respeller) follow(kind byte, name string) {
	if r.described.end > 0 && r.isDescribable(kind, name) {
		r.edits = append(r.edits[:r.editsBefore], r.described)
	}
	r.described = edit{}
	r.previous = kind
}

// isDescribable tells whether a description may stand before the token. A string inside of one pair of brackets describes
// a variable unless it is a value: then a colon or an equals sign stands before it.
func (r *respeller) isDescribable(kind byte, name string) bool {
	if r.nesting == 1 {
		return kind == '$'
	}
	switch name {
	case "query", "mutation", "subscription", "fragment":
		return r.nesting == 0
	default:
		return false
	}
}

// str reads a string of either sort.
func (r *respeller) str() *gqlerror.Error {
	start, before, previous := r.at, len(r.edits), r.previous
	if strings.HasPrefix(r.text[r.at:], `"""`) {
		r.block()
	} else if err := r.line(); err != nil {
		return err
	}
	r.follow(kindString, "")
	if r.nesting <= 1 && previous != ':' && previous != '=' {
		r.described = edit{start, r.at, blanks(r.text[start:r.at])}
		r.editsBefore = before
	}
	return nil
}

// block reads a block string. A fourth quote behind it begins the next token.
func (r *respeller) block() {
	start := r.at + len(`"""`)
	end := start
	for {
		at := strings.Index(r.text[end:], `"""`)
		if at < 0 {
			r.at = len(r.text) // the lexer reports it
			return
		}
		end += at
		if r.text[end-1] != '\\' || end == start {
			break
		}
		end += len(`"""`)
	}
	r.at = end + len(`"""`)
	lost := r.unindent(start, end)
	if lost == 0 && strings.HasPrefix(r.text[r.at:], `"`) {
		lost = 1
	}
	if lost > 0 {
		r.edits = append(r.edits, edit{r.at, r.at, strings.Repeat(" ", lost)})
	}
}

// unindent removes the common indentation of a block string where gqlparser would not, and returns how much of its last
// line is gone.
func (r *respeller) unindent(start, end int) int {
	lines, indent := blockIndent(r.text[start:end])
	lost := 0
	for _, line := range lines {
		lost = min(indent, line.size)
		if lost > 0 {
			r.edits = append(r.edits, edit{start + line.at, start + line.at + lost, ""})
		}
	}
	return lost
}

// line reads a string that ends on its line. What its escapes lose in width is added behind it.
func (r *respeller) line() *gqlerror.Error {
	lost := 0
	for r.at++; r.at < len(r.text); {
		switch c := r.text[r.at]; {
		case c == '"':
			r.at++
			if lost > 0 {
				r.edits = append(r.edits, edit{r.at, r.at, strings.Repeat(" ", lost)})
			}
			return nil
		case isLineEnd(c):
			return nil // the lexer reports it
		case c == '\\':
			width, char, ok := readEscape(r.text[r.at:])
			if !ok {
				return r.errorf("Invalid Unicode escape sequence: %s.", strconv.Quote(r.text[r.at:r.at+width]))
			}
			if char != keptEscape {
				by := spell(char)
				r.edits = append(r.edits, edit{r.at, r.at + width, by})
				lost += width - utf8.RuneCountInString(by)
			}
			r.at = min(r.at+width, len(r.text))
		default:
			r.at++
		}
	}
	return nil
}

// number reads a number. What is wrong inside of it is for the lexer to refuse.
func (r *respeller) number() *gqlerror.Error {
	if r.text[r.at] == '-' {
		r.at++
	}
	r.digits()
	if rest := r.text[r.at:]; len(rest) > 1 && rest[0] == '.' && isDigit(rest[1]) {
		r.at++
		r.digits()
	}
	if rest := r.text[r.at:]; rest != "" && (rest[0] == 'e' || rest[0] == 'E') {
		r.at++
		if len(rest) > 1 && (rest[1] == '+' || rest[1] == '-') {
			r.at++
		}
		r.digits()
	}
	if r.at < len(r.text) && (r.text[r.at] == '.' || isNameStart(r.text[r.at])) {
		return r.errorf("Invalid number, expected digit but got: %q.", r.text[r.at:r.at+1])
	}
	r.follow(kindNumber, "")
	return nil
}

func (r *respeller) digits() {
	for r.at < len(r.text) && isDigit(r.text[r.at]) {
		r.at++
	}
}

// apply makes the edits, which are in the order of the text and do not overlap.
func (r *respeller) apply() string {
	if len(r.edits) == 0 {
		return r.text
	}
	var b strings.Builder
	done := 0
	for _, e := range r.edits {
		b.WriteString(r.text[done:e.start])
		b.WriteString(e.by)
		done = e.end
	}
	b.WriteString(r.text[done:])
	return b.String()
}

// errorf returns an error at the current place.
func (r *respeller) errorf(format string, args ...any) *gqlerror.Error {
	before := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(r.text[:r.at])
	lineStart := strings.LastIndexByte(before, '\n') + 1
	err := gqlerror.ErrorLocf("", strings.Count(before, "\n")+1, utf8.RuneCountInString(before[lineStart:])+1, format, args...)
	return withCode(err, CodeParseFailed)
}

// blanks returns white space of the same extent.
func blanks(s string) string {
	return strings.Map(func(c rune) rune {
		if c == '\n' || c == '\r' {
			return c
		}
		return ' '
	}, s)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isNameStart(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }

func isLineEnd(c byte) bool { return c == '\n' || c == '\r' }
