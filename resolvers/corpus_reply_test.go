package resolvers_test

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/code"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
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
// For gRPC the method is GRPC, the target the method's whole name, and the body the message as protobuf's JSON; the status is a
// code with the message of a failure after it; lines with "<<" are trailers; the body is a message or, of a failure, the array of
// its details. For SOAP the method is SOAP, the target the name of the element in the Body, and bodies are that element, written
// without regard to namespaces in a request, and put into an envelope in a reply.
//
// The first of several entries for the same request is for the first such request, and so on; the last one repeats.
type reply struct {
	line         string
	method       string
	target, body string
	asked        http.Header

	status      int
	code        codes.Code
	message     string
	header      http.Header
	trailer     metadata.MD
	content     []byte
	hang, close bool
	isRaw       bool
	isEcho      bool
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
	r := &reply{line: lines[0], asked: http.Header{}, header: http.Header{}, trailer: metadata.MD{}, cut: -1}
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
	if err := r.setStatus(lines[0]); err != nil {
		return nil, err
	}
	lines = lines[1:]
	for ; len(lines) > 0 && strings.HasPrefix(lines[0], "< "); lines = lines[1:] {
		addHeader(r.header, lines[0])
	}
	for ; len(lines) > 0 && strings.HasPrefix(lines[0], "<< "); lines = lines[1:] {
		name, v, _ := strings.Cut(lines[0][3:], ":")
		r.trailer.Append(name, strings.TrimSpace(v))
	}
	var switches []string
	for ; len(lines) > 0 && strings.HasPrefix(lines[0], "! "); lines = lines[1:] {
		switches = append(switches, lines[0][2:])
	}
	r.content = []byte(strings.Join(lines, "\n"))
	if isSOAP(r.method) && !slices.Contains(switches, "raw") {
		r.content = enveloped(r.method, r.content)
	}
	for _, s := range switches {
		if err := r.set(s); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// setStatus reads the line of the status.
func (r *reply) setStatus(line string) error {
	status, rest, hasRest := strings.Cut(line, " ")
	if r.method == methodGRPC {
		number, ok := code.Code_value[status]
		if !ok {
			return fmt.Errorf("%q is no code of gRPC", status)
		}
		r.code, r.message = codes.Code(number), rest
		return nil
	}
	var err error
	if r.status, err = strconv.Atoi(status); err != nil {
		return fmt.Errorf("status line: %w", err)
	}
	switch {
	case rest == "none":
		r.header["Content-Type"] = nil // net/http would guess one
	case hasRest:
		r.header.Set("Content-Type", rest)
	case isSOAP(r.method):
		r.header.Set("Content-Type", envelopeMedia(r.method))
	default:
		r.header.Set("Content-Type", "application/json")
	}
	return nil
}

// metadata is the header of a reply by gRPC.
func (r *reply) metadata() metadata.MD {
	md := metadata.MD{}
	for name, values := range r.header {
		md[strings.ToLower(name)] = values
	}
	return md
}

func addHeader(h http.Header, line string) {
	name, v, _ := strings.Cut(line[2:], ":")
	h.Add(name, strings.TrimSpace(v))
}

// set turns a switch on:
//
//	hang              no reply as long as somebody waits for it
//	close             the connection is closed without a reply
//	cut N             the connection is closed after N bytes of the body; by gRPC after the headers
//	after GET /path   no reply before that request has arrived: proof of concurrency
//	raw               the body of a reply by SOAP is sent as it is, without an envelope
//	echo              by gRPC the reply is the request
//	hex               the body is written in hexadecimal digits; by gRPC the message's bytes
//	repeat N          the body is sent N times over
//	gzip              the body is compressed
//	dots              a line of the body that is a dot is an empty one, and the last line has an end
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
	case "echo":
		r.isEcho = true
	case "raw":
		r.isRaw = true
	case "hex":
		r.isRaw = true
		r.content, err = hex.DecodeString(strings.Join(strings.Fields(string(r.content)), ""))
	case "dots":
		r.content = []byte(strings.ReplaceAll("\n"+string(r.content)+"\n", "\n.\n", "\n\n")[1:])
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
func (r *reply) isFor(in *incoming) (bool, error) {
	if r.method != in.method || r.target != in.target && r.target != in.whole {
		return false, nil
	}
	for name, values := range r.asked {
		if strings.Join(values, "|") != strings.Join(in.header.Values(name), "|") {
			return false, nil
		}
	}
	if r.body == "" {
		return true, nil
	}
	body, err := in.canonical(r.body)
	return body == in.body, err
}

// findReply returns the entry that is next for a request, or nil.
func findReply(replies []*reply, in *incoming) (*reply, error) {
	var last *reply
	for _, r := range replies {
		isFor, err := r.isFor(in)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.line, err)
		}
		if isFor {
			if last = r; r.used == 0 {
				return r, nil
			}
		}
	}
	return last, nil
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
