package rest

import (
	"bytes"
	"errors"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"

	"github.com/weftgraph/weft/graph/value"
)

const utf8Name = "utf-8"

var errCharset = errors.New("the text is not of the charset that its content type names")

// decodeText returns the text as a string. Charset names are those of the web, where ISO-8859-1 means windows-1252; an
// unknown one is read as UTF-8, the default. As on the web a byte order mark counts more than the name, and is no part of the text.
func decodeText(text []byte, charset string) (value.Value, error) {
	name := charsetName(charset)
	if marked, mark := sniffMark(text); mark > 0 {
		name, text = marked, text[mark:]
	}
	if name != utf8Name {
		var err error
		if text, err = decodeCharset(text, name); err != nil {
			return value.Missing(), err
		}
	}
	if !utf8.Valid(text) {
		return value.Missing(), errCharset
	}
	return value.String(string(text)), nil
}

// charsetName returns the canonical name of a charset's label.
func charsetName(label string) string {
	found, err := htmlindex.Get(label)
	if err != nil {
		return utf8Name
	}
	name, err := htmlindex.Name(found)
	if err != nil {
		return utf8Name
	}
	return name
}

// sniffMark returns the charset that a byte order mark stands for, and the mark's length; 0 without one.
func sniffMark(text []byte) (charset string, length int) {
	switch {
	case bytes.HasPrefix(text, []byte("\xEF\xBB\xBF")):
		return utf8Name, 3
	case bytes.HasPrefix(text, []byte("\xFE\xFF")):
		return "utf-16be", 2
	case bytes.HasPrefix(text, []byte("\xFF\xFE")):
		return "utf-16le", 2
	default:
		return "", 0
	}
}

// decodeCharset turns a text of the named charset into UTF-8.
func decodeCharset(text []byte, name string) ([]byte, error) {
	charset, err := htmlindex.Get(name)
	if err != nil {
		return nil, err
	}
	if table, isTable := charset.(*charmap.Charmap); isTable {
		return decodeBytes(text, table)
	}
	decoded, err := charset.NewDecoder().Bytes(text)
	if err != nil {
		return nil, err
	}
	// A decoder writes the replacement character for what it cannot read. A text may have one of its own: it is the same
	// again when it is written back.
	if bytes.ContainsRune(decoded, utf8.RuneError) && !isEncoded(charset, decoded, text) {
		return nil, errCharset
	}
	return decoded, nil
}

// decodeBytes turns a text of one byte a character into UTF-8. On the web the bytes 80 to 9F that a table lacks are the control
// characters of the same number.
func decodeBytes(text []byte, table *charmap.Charmap) ([]byte, error) {
	decoded := make([]byte, 0, len(text)+len(text)/4)
	for _, b := range text {
		r := table.DecodeByte(b)
		switch {
		case r != utf8.RuneError:
		case 0x80 <= b && b <= 0x9F:
			r = rune(b)
		default:
			return nil, errCharset
		}
		decoded = utf8.AppendRune(decoded, r)
	}
	return decoded, nil
}

// isEncoded tells whether text is what plain looks like in the charset.
func isEncoded(charset encoding.Encoding, plain, text []byte) bool {
	encoded, err := charset.NewEncoder().Bytes(plain)
	return err == nil && bytes.Equal(encoded, text)
}
