package rest

import (
	"errors"
	"net/url"
	"strings"
)

// address is a URL in the parts that assembling joins. All parts are percent-encoded.
type address struct {
	// origin is scheme and authority, such as "http://host:81"; empty in a path-and-query.
	origin string
	path   string
	// query is without the question mark.
	query string
}

var (
	errNotAbsolute = errors.New("the URL has neither scheme nor host")
	errBadOrigin   = errors.New("the URL's scheme or host is not valid")
)

// splitAddress takes an interpolated URL template apart and drops the fragment (Connectors specification 3.3).
func splitAddress(text string) address {
	text, _, _ = strings.Cut(text, "#")
	var a address
	if n := schemeLength(text); n > 0 {
		end := len(text)
		if i := strings.IndexAny(text[n:], "/?"); i >= 0 {
			end = n + i
		}
		a.origin, text = text[:end], text[end:]
	}
	a.path, a.query, _ = strings.Cut(text, "?")
	return a
}

// schemeLength returns the length of "scheme://" at the start, or 0. The rule "contains ://" would also catch a path such as
// "/login?next=https://…", which nobody means as absolute; so nothing but a scheme may stand before it.
func schemeLength(text string) int {
	scheme, _, found := strings.Cut(text, "://")
	if !found || scheme == "" || strings.ContainsAny(scheme, "/?") {
		return 0
	}
	return len(scheme) + len("://")
}

// parseOrigin checks scheme and authority and returns them as net/http wants them: Scheme, Host and User are set.
func parseOrigin(origin string) (*url.URL, error) {
	if origin == "" {
		return nil, errNotAbsolute
	}
	u, err := url.Parse(origin)
	// The scheme is lower-case after parsing. Opaque, path and query cannot be there: the origin was cut before them.
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errBadOrigin
	}
	return u, nil
}

// wireURL turns an assembled URL into one that net/http writes exactly so: it would re-encode url.URL.Path.
func wireURL(text string) (*url.URL, error) {
	a := splitAddress(text)
	u, err := parseOrigin(a.origin)
	if err != nil {
		return nil, err
	}
	u.RawQuery = a.query
	switch {
	case a.path == "":
		u.Opaque = "/"
	case strings.HasPrefix(a.path, "//"):
		// In Opaque two slashes would mean an authority. As Path such a path goes out as it is, when its escapes are right.
		if u.Path, err = url.PathUnescape(a.path); err != nil {
			return nil, errBadOrigin
		}
		u.RawPath = a.path
	default:
		u.Opaque = a.path
	}
	return u, nil
}
