package xmltext

import (
	"errors"
	"unicode/utf8"
)

// ErrNotXML is returned for text with characters that XML cannot have, not even as references.
var ErrNotXML = errors.New("the text has a character that XML cannot have")

// AppendText appends character data, escaped. The only error is ErrNotXML; dst then comes back as it was given.
func AppendText(dst []byte, text string) ([]byte, error) { return appendEscaped(dst, text, false) }

// AppendAttribute appends an attribute's value, escaped for double quotes and without them. Errors are those of AppendText.
func AppendAttribute(dst []byte, text string) ([]byte, error) { return appendEscaped(dst, text, true) }

func appendEscaped(dst []byte, text string, isAttribute bool) ([]byte, error) {
	out := dst
	for i, c := range text {
		switch {
		case c == '&':
			out = append(out, "&amp;"...)
		case c == '<':
			out = append(out, "&lt;"...)
		case c == '>':
			out = append(out, "&gt;"...)
		case c == '\r':
			// As it is, it would be read as a line feed.
			out = append(out, "&#13;"...)
		case c == '"' && isAttribute:
			out = append(out, "&quot;"...)
		case c == '\n' && isAttribute:
			out = append(out, "&#10;"...)
		case c == '\t' && isAttribute:
			out = append(out, "&#9;"...)
		case !IsChar(c), c == utf8.RuneError && text[i] != 0xEF:
			return dst, ErrNotXML
		default:
			out = utf8.AppendRune(out, c)
		}
	}
	return out, nil
}
