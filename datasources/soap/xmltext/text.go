package xmltext

import (
	"strconv"
	"strings"
)

// declaration passes the XML declaration at the start of the document. Its encoding has been looked at before. What may stand in front of it is
// leadLength's.
func (r *Reader) declaration() error {
	lead := leadLength(r.text)
	r.pos = lead
	rest := r.text[lead:]
	if !strings.HasPrefix(rest, "<?xml") || len(rest) == len("<?xml") || !isSpace(rest[len("<?xml")]) {
		return nil
	}
	end := strings.Index(rest, "?>")
	if end < 0 {
		return r.errorf(lead, "the XML declaration has no end")
	}
	fields := strings.TrimSpace(rest[len("<?xml"):end])
	if !strings.HasPrefix(fields, "version") || strings.ContainsAny(fields, "<&") {
		return r.errorf(lead, "the XML declaration is not valid")
	}
	r.pos = lead + end + len("?>")
	return nil
}

// mark is the byte order mark in UTF-8.
const mark = "\uFEFF"

// leadLength is the length of blanks and byte order marks in front of a document. XML allows neither before a declaration, but scripts send them:
// the blank lines around their code, and the marks of the files that they are made of.
func leadLength(text string) int {
	for at := 0; ; {
		switch {
		case at < len(text) && isSpace(text[at]):
			at++
		case strings.HasPrefix(text[at:], mark):
			at += len(mark)
		default:
			return at
		}
	}
}

// characters reads character data up to the next tag. It is false for the blanks around the root element.
func (r *Reader) characters() (bool, error) {
	if len(r.open) > 0 {
		at := r.pos
		for at < len(r.text) && !isSpecial[r.text[at]] {
			at++
		}
		if at < len(r.text) && r.text[at] == '<' {
			r.value, r.pos = r.text[r.pos:at], at
			return true, nil
		}
	}
	end := strings.IndexByte(r.text[r.pos:], '<')
	if end < 0 {
		end = len(r.text) - r.pos
	}
	start := r.pos
	r.pos += end
	if len(r.open) == 0 {
		if text := r.text[start:r.pos]; strings.Trim(text, " \t\r\n") != "" {
			return false, r.errorf(start, "there is text outside of the document's element")
		}
		return false, nil
	}
	var err error
	r.value, err = r.plain(start, r.pos, inText)
	return true, err
}

// isSpecial tells the bytes that text is not read over without a closer look.
//
//nolint:gochecknoglobals // a table that is made once and never changed
var isSpecial = func() (special [256]bool) {
	for c := range special {
		special[c] = c < ' ' && c != '\n' && c != '\t'
	}
	for _, c := range []byte{'<', '>', '&', 0xEF} {
		special[c] = true
	}
	return special
}()

// cdata reads a CDATA section.
func (r *Reader) cdata() error {
	if len(r.open) == 0 {
		return r.errorf(r.pos, "there is text outside of the document's element")
	}
	start := r.pos + len("<![CDATA[")
	n := strings.Index(r.text[start:], "]]>")
	if n < 0 {
		return r.errorf(r.pos, "a CDATA section has no end")
	}
	r.pos = start + n + len("]]>")
	var err error
	r.value, err = r.plain(start, start+n, inCDATA)
	return err
}

// documentType refuses a document type, or what looks like a part of one. Pages of people's, such as those of proxies, begin with one, too.
func (r *Reader) documentType(text string) error {
	const page = "<!DOCTYPE html"
	if len(r.open) == 0 && len(text) >= len(page) && strings.EqualFold(text[:len(page)], page) {
		return r.errorf(r.pos, "this is an HTML page, and no XML")
	}
	return r.errorf(r.pos, "document types are not read")
}

// comment passes a comment.
func (r *Reader) comment() error {
	start := r.pos + len("<!--")
	n := strings.Index(r.text[start:], "--")
	if n < 0 || !strings.HasPrefix(r.text[start+n:], "-->") {
		return r.errorf(r.pos, "a comment has no end, or two hyphens inside")
	}
	r.pos = start + n + len("-->")
	_, err := r.plain(start, start+n, inCDATA)
	return err
}

// instruction passes a processing instruction.
func (r *Reader) instruction() error {
	start := r.pos + len("<?")
	target := r.text[start : start+nameLength(r.text[start:])]
	n := strings.Index(r.text[start:], "?>")
	switch {
	case n < 0:
		return r.errorf(r.pos, "a processing instruction has no end")
	case target == "" || strings.Contains(target, ":"):
		return r.errorf(start, "a processing instruction has no name")
	case strings.EqualFold(target, "xml"):
		return r.errorf(r.pos, "an XML declaration stands at the start of the document or nowhere")
	case n > len(target) && !isSpace(r.text[start+len(target)]):
		return r.errorf(start+len(target), "expected blanks behind the name of a processing instruction")
	}
	r.pos = start + n + len("?>")
	_, err := r.plain(start, start+n, inCDATA)
	return err
}

// attributeValue returns an attribute's value with blanks and references replaced ([XML] 3.3.3).
func (r *Reader) attributeValue(start, end int) (string, error) {
	return r.plain(start, end, inAttribute)
}

// place is where characters stand, which decides what they mean.
type place uint8

const (
	inText place = iota
	inCDATA
	inAttribute
)

// plain returns the characters of a range. Only where something is replaced there is a new string.
func (r *Reader) plain(start, end int, in place) (string, error) {
	text := r.text[start:end]
	for i := range len(text) {
		switch c := text[i]; {
		case c >= 0x80:
			if c == 0xEF && i+2 < len(text) && text[i+1] == 0xBF && text[i+2] >= 0xBE {
				return "", r.errorf(start+i, "the character U+%04X cannot be in XML", 0xFFC0|int(text[i+2]&0x3F))
			}
		case c > ' ':
			if c == '&' && in != inCDATA || c == '<' || c == '>' && in == inText {
				return r.replaced(start, end, i, in)
			}
		case c == '\r' || c != ' ' && in == inAttribute:
			return r.replaced(start, end, i, in)
		case c != ' ' && c != '\n' && c != '\t':
			return "", r.errorf(start+i, "the character U+%04X cannot be in XML", c)
		}
	}
	return text, nil
}

// replaced is plain for a range with something to look at more closely, the first of which is at i.
func (r *Reader) replaced(start, end, i int, in place) (string, error) {
	text := r.text[start:end]
	b := r.room(len(text))
	from := b.Len()
	b.WriteString(text[:i])
	for i < len(text) {
		c := text[i]
		i++
		switch {
		case c == '&' && in != inCDATA:
			n, err := r.reference(b, start+i, text[i:])
			if err != nil {
				return "", err
			}
			i += n
		case c == '<' && in == inAttribute:
			return "", r.errorf(start+i-1, "'<' cannot be in an attribute")
		case c == '>' && in == inText && i >= 3 && text[i-3:i-1] == "]]":
			return "", r.errorf(start+i-1, "']]>' cannot be in text")
		case c == '\r':
			if i < len(text) && text[i] == '\n' {
				i++
			}
			b.WriteByte(lineEnd(in))
		case c == '\n':
			b.WriteByte(lineEnd(in))
		case c == '\t' && in == inAttribute:
			b.WriteByte(' ')
		case c < ' ' && c != '\t', c == 0xEF && i+1 < len(text) && text[i] == 0xBF && text[i+1] >= 0xBE:
			return "", r.errorf(start+i-1, "a character that cannot be in XML")
		default:
			b.WriteByte(c)
		}
	}
	return b.String()[from:], nil
}

// maxRoom bounds what is made at once for texts that are not as they stand in the document.
const maxRoom = 1 << 16

// room has room for a text of some length, behind others: many short texts are made in one piece of memory.
func (r *Reader) room(n int) *strings.Builder {
	if r.made == nil || r.made.Cap()-r.made.Len() < n {
		const part = 16
		r.made = &strings.Builder{}
		r.made.Grow(max(n, min((len(r.text)-r.pos)/part, maxRoom)))
	}
	return r.made
}

// lineEnd is what the end of a line becomes.
func lineEnd(in place) byte {
	if in == inAttribute {
		return ' '
	}
	return '\n'
}

// maxReference is the length of the longest reference: "#x" and eight digits.
const maxReference = 10

// reference writes what a reference stands for, whose text begins behind the ampersand, and returns its length.
func (r *Reader) reference(b *strings.Builder, at int, text string) (int, error) {
	n := strings.IndexByte(text[:min(len(text), maxReference+1)], ';')
	if n < 0 {
		return 0, r.errorf(at-1, "'&' begins no reference")
	}
	name := text[:n]
	if digits, ok := strings.CutPrefix(name, "#"); ok {
		c, ok := characterOf(digits)
		if !ok {
			return 0, r.errorf(at-1, "&%s; is no character of XML", name)
		}
		b.WriteRune(c)
		return n + 1, nil
	}
	switch name {
	case "lt":
		b.WriteByte('<')
	case "gt":
		b.WriteByte('>')
	case "amp":
		b.WriteByte('&')
	case "quot":
		b.WriteByte('"')
	case "apos":
		b.WriteByte('\'')
	default:
		return 0, r.errorf(at-1, "the entity %q is not known", name)
	}
	return n + 1, nil
}

// characterOf reads the digits of a character reference.
func characterOf(digits string) (rune, bool) {
	base := 10
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = hex, 16
	}
	c, err := strconv.ParseUint(digits, base, 32)
	return rune(c), err == nil && c <= 0x10FFFF && IsChar(rune(c))
}

// IsChar tells whether XML can have a character at all ([XML] 2.2).
func IsChar(c rune) bool {
	return c >= ' ' && c <= 0xD7FF || c == '\n' || c == '\t' || c == '\r' || c >= 0xE000 && c <= 0xFFFD || c >= 0x10000 && c <= 0x10FFFF
}
