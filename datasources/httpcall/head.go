package httpcall

import (
	"errors"
	"io"
	"net/http"
	"strings"
)

const (
	// maxInterim bounds the interim replies before the one that counts.
	maxInterim = 16
	// maxExpected bounds the fields that room is made for before they are read.
	maxExpected = 128
)

var (
	errStatusLine = errors.New("the reply's status line is not valid")
	errField      = errors.New("the reply's header has a line that is not valid")
	errSwitched   = errors.New("the server changes the protocol, which it was not asked for")
	errInterim    = errors.New("the server sends too many interim replies")
)

// head is what stands before the body of a reply.
type head struct {
	status int
	// isOld tells that the server speaks HTTP/1.0.
	isOld  bool
	header http.Header
}

// readHead reads the head of the final reply: it leaves out interim ones, which say nothing that we have asked for (RFC 9110,
// 15.2). All of them together are bounded.
func readHead(in *input) (head, error) {
	limit := maxHeaderBytes
	for range maxInterim {
		text, err := in.lines(limit)
		limit -= len(text)
		h, malformed := parseHead(string(text))
		switch {
		case err != nil && (malformed == nil || !errors.Is(err, io.ErrUnexpectedEOF)):
			return head{}, err
		case malformed != nil:
			// Also of what was cut off: what is no HTTP at all is not told to be half of it.
			return head{}, malformed
		case h.status >= 200:
			return h, nil
		case h.status == http.StatusSwitchingProtocols:
			return head{}, errSwitched
		}
	}
	return head{}, errInterim
}

// parseHead takes a head apart (RFC 9112, 2.1). Names and values of the header are parts of the text.
func parseHead(text string) (head, error) {
	if text == "" {
		return head{}, io.ErrUnexpectedEOF
	}
	line, fields, _ := strings.Cut(text, "\n")
	h, err := parseStatusLine(strings.TrimSuffix(line, "\r"))
	if err != nil {
		return head{}, err
	}
	h.header, err = parseFields(fields)
	return h, err
}

// parseStatusLine reads the version and the status (RFC 9112, 4). Nobody needs the reason, so that it may be missing.
func parseStatusLine(line string) (head, error) {
	const version, shortest = "HTTP/1.", len("HTTP/1.1 200")
	if len(line) < shortest || !strings.HasPrefix(line, version) || !isDigit(line[7]) || line[8] != ' ' || !isVisible(line[shortest:]) {
		return head{}, errStatusLine
	}
	status := 0
	for _, c := range []byte(line[9:shortest]) {
		if !isDigit(c) {
			return head{}, errStatusLine
		}
		status = 10*status + int(c-'0')
	}
	if status < 100 || len(line) > shortest && line[shortest] != ' ' {
		return head{}, errStatusLine
	}
	return head{status: status, isOld: line[7] == '0'}, nil
}

// parseFields reads the lines of a header or of trailers (RFC 9112, 5). A line may end without a carriage return, as all clients
// know it (2.2); one that goes on in the next line is not valid (5.2).
func parseFields(text string) (http.Header, error) {
	n := min(strings.Count(text, "\n"), maxExpected)
	header := make(http.Header, n)
	// One array for all: most names have one value. Each has room for itself only, so that a second value moves out.
	values := make([]string, 0, n)
	for text != "" {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		line = strings.TrimSuffix(line, "\r")
		if line == "" {
			break
		}
		name, value, hasColon := strings.Cut(line, ":")
		name, isToken := canonicalName(name)
		value = trimBlanks(value)
		if !hasColon || !isToken || !isVisible(value) {
			return nil, errField
		}
		if had := header[name]; had != nil {
			header[name] = append(had, value)
			continue
		}
		values = append(values, value)
		header[name] = values[len(values)-1 : len(values) : len(values)]
	}
	return header, nil
}

// canonicalName is the name of a field as http.Header has it, if it is a token (RFC 9110, 5.1). Most servers spell it so, and then
// nothing is copied.
func canonicalName(name string) (string, bool) {
	isCanonical, isFirst := true, true
	for i := range len(name) {
		c := name[i]
		switch {
		case 'a' <= c && c <= 'z':
			isCanonical = isCanonical && !isFirst
		case 'A' <= c && c <= 'Z':
			isCanonical = isCanonical && isFirst
		case !isTokenByte(c):
			return "", false
		}
		isFirst = c == '-'
	}
	if !isCanonical {
		name = http.CanonicalHeaderKey(name)
	}
	return name, name != ""
}

// isToken tells whether a text is a token: the form of names of fields.
func isToken(text string) bool {
	for i := range len(text) {
		if !isTokenByte(text[i]) {
			return false
		}
	}
	return text != ""
}

// isTokenByte tells whether a byte may be in a token (RFC 9110, 5.6.2).
func isTokenByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || isDigit(c) || c < 0x80 && strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// trimBlanks takes away the optional white space around a value (RFC 9110, 5.6.3).
func trimBlanks(text string) string { return strings.Trim(text, " \t") }
