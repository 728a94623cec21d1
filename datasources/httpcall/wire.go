package httpcall

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/weftgraph/weft/datasources"
)

// appendRequest appends a request as it goes over the wire (RFC 9112, 3 and 5), byte for byte as net/http writes it: the host first
// (RFC 9110, 7.2), what the client itself says, and the rest of the header by name. The request has to be a plain one.
func appendRequest(b []byte, r *datasources.Request, a Address, o *origin) []byte {
	b = append(b, r.Method...)
	b = append(b, ' ')
	b = appendTarget(b, a)
	b = append(b, " HTTP/1.1\r\n"...)
	b = appendField(b, "Host", hostOf(r.Header, o))
	if agent := agentOf(r.Header); agent != "" {
		b = appendField(b, "User-Agent", agent)
	}
	if len(r.Body) > 0 || expectsBody(r.Method) {
		b = append(b, "Content-Length: "...)
		b = strconv.AppendInt(b, int64(len(r.Body)), 10)
		b = append(b, "\r\n"...)
	}
	b = appendHeader(b, r.Header, o.authorization)
	b = append(b, "\r\n"...)
	return append(b, r.Body...)
}

// appendTarget appends path and query.
func appendTarget(b []byte, a Address) []byte {
	if a.Path == "" {
		b = append(b, '/')
	}
	b = append(b, a.Path...)
	if a.Query != "" {
		b = append(b, '?')
		b = append(b, a.Query...)
	}
	return b
}

// appendHeader appends the fields that nobody else writes.
func appendHeader(b []byte, header http.Header, authorization string) []byte {
	if len(header["Authorization"]) > 0 {
		authorization = ""
	}
	var room [24]string
	names := room[:0]
	for name := range header {
		switch name {
		case "Host", "User-Agent", "Content-Length":
		case "Authorization":
			if authorization == "" {
				names = append(names, name)
			}
		default:
			names = append(names, name)
		}
	}
	if authorization != "" {
		names = append(names, "Authorization")
	}
	slices.Sort(names)
	for _, name := range names {
		if name == "Authorization" && authorization != "" {
			b = appendField(b, name, authorization)
			continue
		}
		for _, value := range header[name] {
			b = appendField(b, name, value)
		}
	}
	return b
}

func appendField(b []byte, name, value string) []byte {
	b = append(b, name...)
	b = append(b, ": "...)
	b = append(b, trimBlanks(value)...)
	return append(b, "\r\n"...)
}

// hostOf is the Host field: a mapping's, or the URL's.
func hostOf(header http.Header, o *origin) string {
	if hosts := header["Host"]; len(hosts) > 0 {
		return hosts[0]
	}
	return o.host
}

// agentOf is the User-Agent field. A header that knows it without a value says that there is none.
func agentOf(header http.Header) string {
	agents, ok := header["User-Agent"]
	switch {
	case !ok:
		return "Go-http-client/1.1" // net/http's, for those who have forgotten theirs
	case len(agents) == 0:
		return ""
	default:
		return agents[0]
	}
}

// expectsBody tells whether servers wait for a length even when there is no body (RFC 9110, 8.6).
func expectsBody(method string) bool {
	return method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch
}
