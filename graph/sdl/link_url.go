package sdl

import "strings"

// linkURL is the parsed URL of a link, such as https://specs.apollo.dev/connect/v0.3.
type linkURL struct {
	// identity is the URL without the version.
	identity string
	// name is the identity's last segment when it is a name, else empty: then elements have no prefix.
	name string
	// version is the last segment when it is one, such as "v0.3".
	version string
}

// String returns the URL.
func (u linkURL) String() string {
	if u.version == "" {
		return u.identity
	}
	return u.identity + "/" + u.version
}

// parseLinkURL reads a URL by the rules of the link specification. Every text is some URL.
func parseLinkURL(text string) linkURL {
	text, _, _ = strings.Cut(text, "#")
	text, _, _ = strings.Cut(text, "?")
	text = strings.TrimRight(text, "/")
	u := linkURL{identity: text}
	if i := strings.LastIndexByte(text, '/'); i >= 0 && isVersion(text[i+1:]) {
		u.identity, u.version = text[:i], text[i+1:]
	}
	if name := specName(u.identity); isName(name) {
		u.name = name
	}
	return u
}

// isVersion reports whether a segment is "v", a number, "." and a number.
func isVersion(s string) bool {
	rest, ok := strings.CutPrefix(s, "v")
	if !ok {
		return false
	}
	major, minor, ok := strings.Cut(rest, ".")
	return ok && isNumber(major) && isNumber(minor)
}

func isNumber(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// isName reports whether a text is a GraphQL name.
func isName(s string) bool {
	for i := range len(s) {
		if !isNameStart(s[i]) && (i == 0 || !isDigit(s[i])) {
			return false
		}
	}
	return s != ""
}
