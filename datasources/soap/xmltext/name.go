package xmltext

import (
	"strings"
	"unicode/utf8"
)

// Name is an expanded name. The zero Name is no name; Space is empty for names in no namespace.
type Name struct{ Space, Local string }

// String returns the name in Clark's notation: "{urn:shop}order", or "order" when it is in no namespace.
func (n Name) String() string {
	if n.Space == "" {
		return n.Local
	}
	return "{" + n.Space + "}" + n.Local
}

// maxShown is how much of a name, or of a namespace, messages show: documents of others make up names as they like.
const maxShown = 200

// Short is String for messages: of a long namespace, and of a long local name, the beginning.
func (n Name) Short() string { return Name{Space: short(n.Space), Local: short(n.Local)}.String() }

func short(text string) string {
	if len(text) <= maxShown {
		return text
	}
	return strings.ToValidUTF8(text[:maxShown], "") + "…"
}

// IsZero tells that it is no name.
func (n Name) IsZero() bool { return n.Local == "" }

// Namespaces that XML itself knows, and that of schema instances.
const (
	SpaceXML    = "http://www.w3.org/XML/1998/namespace"
	SpaceXMLNS  = "http://www.w3.org/2000/xmlns/"
	SpaceXSI    = "http://www.w3.org/2001/XMLSchema-instance"
	SpaceSchema = "http://www.w3.org/2001/XMLSchema"
)

// Namespaces of the drafts of XML Schema, which servers older than the standard still use.
const (
	spaceSchema1999 = "http://www.w3.org/1999/XMLSchema"
	spaceSchema2000 = "http://www.w3.org/2000/10/XMLSchema"
	instance        = "-instance"
)

// IsInstance tells the namespaces of schema instances: that of the standard, and those of its drafts.
func IsInstance(space string) bool {
	return space == SpaceXSI || space == spaceSchema1999+instance || space == spaceSchema2000+instance
}

// IsSchema tells the namespaces of XML Schema: that of the standard, and those of its drafts.
func IsSchema(space string) bool {
	return space == SpaceSchema || space == spaceSchema1999 || space == spaceSchema2000
}

// IsNCName tells whether a text is a name without a colon.
func IsNCName(text string) bool {
	return text != "" && nameLength(text) == len(text) && !strings.Contains(text, ":")
}

// nameLength returns the length of the name that a text begins with, colons included; 0 when there is none.
func nameLength(text string) int {
	for i := 0; i < len(text); {
		if c := text[i]; c < 0x80 {
			if class := nameClass[c]; class == notInNames || i == 0 && class == notFirst {
				return i
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		if !isNameRune(r, i == 0) {
			return i
		}
		i += n
	}
	return len(text)
}

// Classes of ASCII characters in names.
const (
	notInNames = iota
	notFirst
	anywhere
)

// nameClass has the class of each ASCII character.
//
//nolint:gochecknoglobals // a table that is made once and never changed
var nameClass = func() (classes [0x80]uint8) {
	for c := range classes {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_', c == ':':
			classes[c] = anywhere
		case '0' <= c && c <= '9', c == '-', c == '.':
			classes[c] = notFirst
		}
	}
	return classes
}()

// isPlainName tells the bytes of names that are neither colons nor parts of letters beyond ASCII.
//
//nolint:gochecknoglobals // a table that is made once and never changed
var isPlainName = func() (plain [256]bool) {
	for c, class := range nameClass {
		plain[c] = class != notInNames && c != ':'
	}
	return plain
}()

// isNameRune tells whether names may have a letter beyond ASCII ([XML] 2.3).
func isNameRune(r rune, isFirst bool) bool {
	switch {
	case r == 0xD7, r == 0xF7, r == 0x37E:
		return false
	case r >= 0xC0 && r <= 0x2FF, r >= 0x370 && r <= 0x1FFF, r == 0x200C, r == 0x200D, r >= 0x2070 && r <= 0x218F,
		r >= 0x2C00 && r <= 0x2FEF, r >= 0x3001 && r <= 0xD7FF, r >= 0xF900 && r <= 0xFDCF, r >= 0xFDF0 && r <= 0xFFFD,
		r >= 0x10000 && r <= 0xEFFFF:
		return true
	case r == 0xB7, r >= 0x300 && r <= 0x36F, r == 0x203F, r == 0x2040:
		return !isFirst
	default:
		return false
	}
}
