package oidc

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// errNotUTF8 is why a JSON text is none (RFC 8259, section 8.1).
var errNotUTF8 = errors.New("invalid UTF-8")

// checkUnicode finds what a JSON text cannot say without being read in several ways. Readers put U+FFFD in the place of bytes that are no
// UTF-8, and of surrogates without the other half (section 8.2): two subjects would then be one caller.
func checkUnicode(text []byte) error {
	if !utf8.Valid(text) {
		return errNotUTF8
	}
	for rest := text; ; {
		at := bytes.IndexByte(rest, '\\')
		if at < 0 {
			return nil
		}
		rest = rest[at:]
		first, isUnit := escapedUnit(rest)
		if !isUnit {
			rest = rest[min(len("\\n"), len(rest)):]
			continue
		}
		rest = rest[len(`\u0000`):]
		if !utf16.IsSurrogate(first) {
			continue
		}
		second, _ := escapedUnit(rest)
		if utf16.DecodeRune(first, second) == utf8.RuneError {
			return fmt.Errorf(`it has half a character: the surrogate \u%04x stands alone`, first)
		}
		rest = rest[len(`\u0000`):]
	}
}

// escapedUnit reads the escape of a UTF-16 code unit, with which a text begins.
func escapedUnit(text []byte) (rune, bool) {
	if len(text) < len(`\u0000`) || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	unit, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(unit), err == nil
}
