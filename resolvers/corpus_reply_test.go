package resolvers_test

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// reply is one entry of backend.txt: which request it is for, and what the back end then does. Entries are separated by blank
// lines:
//
//	POST /products/_mget {"skus":["A","B"]}   method, path and query (or a whole URL), and the body, if it matters
//	> x-tenant: t1                            headers that the request must have
//	200 application/json                      status and content type; the type is JSON if left out, "none" means none
//	< x-rate: 5                               headers of the reply
//	! cut 10                                  switches, see (*reply).set
//	{"found":[]}                              the body
//
// The first of several entries for the same request is for the first such request, and so on; the last one repeats.
type reply struct {
	line         string
	method       string
	target, body string
	asked        http.Header

	status      int
	header      http.Header
	content     []byte
	hang, close bool
	cut         int
	after       string

	used int
	// isInherited entries belong to an earlier request of the case, and need not be used.
	isInherited bool
}

func parseReplies(text string) ([]*reply, error) {
	var replies []*reply
	for entry := range strings.SplitSeq(text, "\n\n") {
		if strings.TrimSpace(entry) == "" {
			continue
		}
		r, err := parseReply(strings.Split(strings.Trim(entry, "\n"), "\n"))
		if err != nil {
			return nil, fmt.Errorf("%q: %w", strings.TrimSpace(entry), err)
		}
		replies = append(replies, r)
	}
	return replies, nil
}

func parseReply(lines []string) (*reply, error) {
	r := &reply{line: lines[0], asked: http.Header{}, header: http.Header{}, cut: -1}
	var rest string
	r.method, rest, _ = strings.Cut(lines[0], " ")
	r.target, r.body, _ = strings.Cut(rest, " ")
	lines = lines[1:]
	for ; len(lines) > 0 && strings.HasPrefix(lines[0], "> "); lines = lines[1:] {
		addHeader(r.asked, lines[0])
	}
	if len(lines) == 0 {
		return nil, fmt.Errorf("no status line")
	}
	status, contentType, hasType := strings.Cut(lines[0], " ")
	var err error
	if r.status, err = strconv.Atoi(status); err != nil {
		return nil, fmt.Errorf("status line: %w", err)
	}
	switch {
	case !hasType:
		r.header.Set("Content-Type", "application/json")
	case contentType == "none":
		r.header["Content-Type"] = nil // net/http would guess one
	default:
		r.header.Set("Content-Type", contentType)
	}
	lines = lines[1:]
	for ; len(lines) > 0 && strings.HasPrefix(lines[0], "< "); lines = lines[1:] {
		addHeader(r.header, lines[0])
	}
	var switches []string
	for ; len(lines) > 0 && strings.HasPrefix(lines[0], "! "); lines = lines[1:] {
		switches = append(switches, lines[0][2:])
	}
	r.content = []byte(strings.Join(lines, "\n"))
	for _, s := range switches {
		if err := r.set(s); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func addHeader(h http.Header, line string) {
	name, v, _ := strings.Cut(line[2:], ":")
	h.Add(name, strings.TrimSpace(v))
}

// set turns a switch on:
//
//	hang              no reply as long as somebody waits for it
//	close             the connection is closed without a reply
//	cut N             the connection is closed after N bytes of the body
//	after GET /path   no reply before that request has arrived: proof of concurrency
//	hex               the body is written in hexadecimal digits
//	repeat N          the body is sent N times over
//	gzip              the body is compressed
func (r *reply) set(s string) (err error) {
	name, argument, _ := strings.Cut(s, " ")
	switch name {
	case "hang":
		r.hang = true
	case "close":
		r.close = true
	case "cut":
		r.cut, err = strconv.Atoi(argument)
	case "after":
		r.after = argument
	case "hex":
		r.content, err = hex.DecodeString(strings.Join(strings.Fields(string(r.content)), ""))
	case "repeat":
		var n int
		n, err = strconv.Atoi(argument)
		r.content = bytes.Repeat(r.content, n)
	case "gzip":
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = w.Write(r.content) // a bytes.Buffer takes everything
		err = w.Close()
		r.content = b.Bytes()
		r.header.Set("Content-Encoding", "gzip")
	default:
		err = fmt.Errorf("unknown switch %q", name)
	}
	return err
}

// isFor tells whether the entry is for a request.
func (r *reply) isFor(req *http.Request, body string) bool {
	if r.method != req.Method || r.target != req.RequestURI && r.target != "http://"+req.Host+req.RequestURI {
		return false
	}
	for name, values := range r.asked {
		if strings.Join(values, "|") != strings.Join(req.Header.Values(name), "|") {
			return false
		}
	}
	return r.body == "" || r.body == body
}

// findReply returns the entry that is next for a request, or nil.
func findReply(replies []*reply, req *http.Request, body string) *reply {
	var last *reply
	for _, r := range replies {
		if r.isFor(req, body) {
			if last = r; r.used == 0 {
				return r
			}
		}
	}
	return last
}

// cloneReplies copies replies as nobody has used them.
func cloneReplies(replies []*reply, areInherited bool) []*reply {
	out := make([]*reply, len(replies))
	for i, r := range replies {
		c := *r
		c.used, c.isInherited = 0, r.isInherited || areInherited
		out[i] = &c
	}
	return out
}
