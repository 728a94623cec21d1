package httpcall

import (
	"errors"
	"net/url"
	"strings"
)

// Address is a URL in the parts that assembling joins. All parts are percent-encoded.
type Address struct {
	// Origin is scheme and authority, such as "http://host:81"; empty in a path-and-query.
	Origin string
	Path   string
	// Query is without the question mark.
	Query string
}

var (
	errNotAbsolute = errors.New("the URL has neither scheme nor host")
	errBadOrigin   = errors.New("the URL's scheme or host is not valid")
	errBadPath     = errors.New("the URL's path has an escape that is not valid")
)

// SplitAddress takes an interpolated URL template apart and drops the fragment (Connectors specification 3.3).
func SplitAddress(text string) Address {
	text, _, _ = strings.Cut(text, "#")
	var a Address
	if n := schemeLength(text); n > 0 {
		end := len(text)
		if i := strings.IndexAny(text[n:], "/?"); i >= 0 {
			end = n + i
		}
		a.Origin, text = text[:end], text[end:]
	}
	a.Path, a.Query, _ = strings.Cut(text, "?")
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

// ParseOrigin checks scheme and authority and returns them as net/http wants them: Scheme, Host and User are set.
func ParseOrigin(origin string) (*url.URL, error) {
	if origin == "" {
		return nil, errNotAbsolute
	}
	u, err := url.Parse(origin)
	// The scheme is lower-case after parsing. Opaque, path and query cannot be there: the origin was cut before them.
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errBadOrigin
	}
	return u, nil
}

// WireURL turns an assembled URL into one that net/http writes exactly so.
func WireURL(text string) (*url.URL, error) {
	a := SplitAddress(text)
	u, err := ParseOrigin(a.Origin)
	if err != nil {
		return nil, err
	}
	u.RawQuery = a.Query
	if a.Path == "" {
		a.Path = "/"
	}
	if setRawPath(u, a.Path) {
		return u, nil
	}
	if strings.HasPrefix(a.Path, "//") {
		return nil, errBadPath // in Opaque two slashes would mean an authority
	}
	u.Path, u.RawPath, u.Opaque = "", "", a.Path
	return u, nil
}

// setRawPath sets a path that is encoded already. It is false where net/url would not keep it as it is, which it does for all paths
// whose escapes are right. Those that are not have to go into Opaque, though a proxy for plain HTTP would not be told the host then.
func setRawPath(u *url.URL, path string) bool {
	plain, err := url.PathUnescape(path)
	if err != nil {
		return false
	}
	u.Path, u.RawPath = plain, path
	return u.EscapedPath() == path
}
