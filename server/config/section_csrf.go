package config

import "strings"

// CSRF says which requests are refused because a page of any site could have made them. The zero CSRF has the defaults.
type CSRF struct {
	// Disabled takes the protection away.
	Disabled bool
	// RequiredHeaders are those of which one is enough; nil means the usual ones, and an empty list that none is.
	RequiredHeaders []string
}

func csrf() form[draft] {
	return at(config, at(func(c *Config) *CSRF { return &c.CSRF }, object[CSRF]{keys: []key[CSRF]{
		{
			name: "required_headers", form: at(func(c *CSRF) *[]string { return &c.RequiredHeaders },
				list[string]{preflightName(), "a list of header names"}),
			standard: "[apollo-require-preflight, x-apollo-operation-name, graphql-require-preflight]", example: "[x-my-client]",
			doc: "headers of which one, whatever its value, shows that a browser has asked first; the list replaces the default one",
		},
		{
			name: "unsafe_disabled", form: at(func(c *CSRF) *bool { return &c.Disabled }, flag{}), standard: "false", example: "true",
			doc: "takes the protection away. Pages of every site can then have a browser send operations with its user's cookies",
		},
	}}))
}

// preflightName is the name of a header that no page can have a browser send without asking: neither those that are always allowed (Fetch,
// CORS-safelisted request-header) nor those that browsers send by themselves.
func preflightName() form[string] {
	words := []string{
		"accept", "accept-charset", "accept-encoding", "accept-language", "access-control-[^ ]*", "cache-control", "connection",
		"content-language", "content-length", "content-type", "cookie", "cookie2", "date", "dnt", "downlink", "dpr", "ect", "expect",
		"host", "if-[^ ]*", "keep-alive", "last-event-id", "origin", "pragma", "priority", "proxy-[^ ]*", "range", "referer", "rtt", "save-data",
		"sec-[^ ]*", "te", "trailer", "transfer-encoding", "upgrade", "upgrade-insecure-requests", "user-agent", "via", "viewport-width", "width",
		"authorization", "set-cookie",
	}
	return text{
		wanted: "the name of a header that browsers do not send by themselves", all: []string{headerNamePattern},
		none: []string{"^(" + strings.Join(eachCase(words), "|") + ")$"},
	}
}
