package xmltext

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// whiteSpace is the white space of XML.
const whiteSpace = " \t\r\n"

// maxDeclaration bounds how far the end of an XML declaration is looked for.
const maxDeclaration = 256

// encodingOf returns the encoding that the text shows by how it begins: by the zeros of UTF-16 without a mark ([XML] F.1), or its XML declaration.
func encodingOf(text []byte) string {
	switch {
	case bytes.HasPrefix(text, []byte("<\x00")):
		return "utf-16le"
	case bytes.HasPrefix(text, []byte("\x00<")):
		return "utf-16be"
	default:
		return declaredEncoding(text)
	}
}

// declaredEncoding returns the encoding that an XML declaration names, or nothing. Declarations are ASCII in all encodings
// but UTF-16.
func declaredEncoding(text []byte) string {
	text = bytes.TrimLeft(text, whiteSpace)
	head := text[:min(len(text), maxDeclaration)]
	if !bytes.HasPrefix(head, []byte("<?xml")) {
		return ""
	}
	declaration, _, hasEnd := bytes.Cut(head, []byte("?>"))
	_, behind, isThere := bytes.Cut(declaration, []byte("encoding"))
	if !hasEnd || !isThere {
		return ""
	}
	_, quoted, _ := bytes.Cut(behind, []byte("="))
	quoted = bytes.TrimLeft(quoted, whiteSpace)
	if len(quoted) == 0 {
		return ""
	}
	name, _, _ := bytes.Cut(quoted[1:], quoted[:1])
	return string(name)
}

// decode returns the text as UTF-8 without a byte order mark. What tells the encoding is, in this order: the mark, the
// charset (of the transport; may be empty), the declaration (RFC 7303). Names mean what they mean on the web, where ISO-8859-1 is
// windows-1252: that is what servers send which say so.
func decode(text []byte, charset string) (string, error) {
	switch {
	case bytes.HasPrefix(text, []byte(mark)):
		return checkUTF8(text[len(mark):])
	case bytes.HasPrefix(bytes.TrimLeft(text, whiteSpace), []byte(mark)):
		return checkUTF8(text)
	case bytes.HasPrefix(text, []byte("\xFE\xFF")), bytes.HasPrefix(text, []byte("\xFF\xFE")):
		return decodeUTF16(text)
	}
	if charset == "" {
		charset = encodingOf(text)
	}
	switch strings.ToLower(charset) {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
		return checkUTF8(text)
	case "utf-16":
		return decodeUTF16(text)
	}
	encoding, err := htmlindex.Get(charset)
	if err != nil {
		return "", &SyntaxError{Message: fmt.Sprintf("the encoding %q is not known", charset)}
	}
	decoded, err := encoding.NewDecoder().Bytes(text)
	// A decoder replaces what it cannot read.
	if err != nil || bytes.ContainsRune(decoded, utf8.RuneError) {
		return "", &SyntaxError{Message: fmt.Sprintf("the text is not in the encoding %q that it names", charset)}
	}
	return string(bytes.TrimPrefix(decoded, []byte(mark))), nil
}

// decodeUTF16 goes by the byte order mark, and without one by big endian.
func decodeUTF16(text []byte) (string, error) {
	decoded, err := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Bytes(text)
	if err != nil || len(text)%2 != 0 || bytes.ContainsRune(decoded, utf8.RuneError) {
		return "", &SyntaxError{Message: "the text is not in the encoding UTF-16 that it names"}
	}
	return string(decoded), nil
}

func checkUTF8(text []byte) (string, error) {
	if utf8.Valid(text) {
		return string(text), nil
	}
	at := 0
	for at < len(text) {
		r, n := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		at += n
	}
	return "", &SyntaxError{Offset: at, Message: "the text is not UTF-8"}
}
