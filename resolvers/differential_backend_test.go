package resolvers_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// backEnd serves a model's data in memory. What it answers to a request depends on the request alone, and what it tells of a key
// does not depend on the keys that are asked together with it. It is safe for concurrent use.
type backEnd struct {
	g *modelGraph

	mu    sync.Mutex
	calls []string
}

var (
	_ http.RoundTripper = (*backEnd)(nil)

	errNoConnection = errors.New("connection refused")
)

// take returns the calls since the last take.
func (b *backEnd) take() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	calls := b.calls
	b.calls = nil
	return calls
}

// asking is what a request asks for.
type asking struct {
	s *modelSupplier
	// keys are the key tuples as text.
	keys [][]string
	// args is the text of all arguments that are not empty.
	args string
}

// RoundTrip implements http.RoundTripper.
func (b *backEnd) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	b.mu.Lock()
	b.calls = append(b.calls, r.Method+" http://"+r.URL.Host+r.URL.RequestURI()+" "+string(body))
	b.mu.Unlock()
	ask, err := b.g.read(r.URL, body)
	if err != nil {
		return nil, err
	}
	return b.g.answer(ask)
}

// read understands a request.
func (g *modelGraph) read(u *url.URL, body []byte) (asking, error) {
	path, _, _ := strings.Cut(u.RequestURI(), "?") // what goes over the wire, wherever the URL keeps it
	parts := strings.Split(strings.TrimPrefix(path, "/e"), "/")
	id, err := strconv.Atoi(parts[0])
	if err != nil {
		return asking{}, err
	}
	ask := asking{s: g.suppliers[id]}
	given := map[string]any{}
	for name, values := range u.Query() {
		given[name] = values[0]
	}
	for i, part := range parts[1:] {
		if given["k"+strconv.Itoa(i)], err = url.PathUnescape(part); err != nil {
			return ask, err
		}
	}
	if len(body) > 0 {
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		if err := d.Decode(&given); err != nil {
			return ask, err
		}
	}
	ask.keys = ask.s.readKeys(given)
	for _, name := range []string{"first", "word", "flag"} {
		if text := plainText(given[name]); text != "" {
			ask.args += name + "=" + text + ";"
		}
	}
	return ask, nil
}

func (s *modelSupplier) readKeys(given map[string]any) [][]string {
	tuple := func(from map[string]any) []string {
		out := make([]string, len(s.needs))
		for i := range out {
			out[i] = plainText(from["k"+strconv.Itoa(i)])
		}
		return out
	}
	if !s.isBatch() {
		return [][]string{tuple(given)}
	}
	var out [][]string
	if text, ok := given["keys"].(string); ok {
		for k := range strings.SplitSeq(text, ",") {
			out = append(out, []string{k})
		}
		return out
	}
	list, _ := given["keys"].([]any)
	for _, e := range list {
		from, _ := e.(map[string]any)
		out = append(out, tuple(from))
	}
	if len(out) == 0 {
		out = append(out, tuple(nil)) // a lone null, which joining leaves out
	}
	return out
}

func plainText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	default:
		return ""
	}
}

// answer replies, or fails.
func (g *modelGraph) answer(ask asking) (*http.Response, error) {
	if resp, failed, err := g.failure(ask); failed {
		return resp, err
	}
	s := ask.s
	v, found := g.valueOf(ask)
	if !found {
		switch s.miss {
		case missStatus:
			return jsonReply(http.StatusNotFound, map[string]any{"error": "nothing here"}), nil
		case missEmpty:
			return jsonReply(http.StatusOK, s.wrapped(map[string]any{})), nil
		case missNull:
			v = nil
		}
	}
	return jsonReply(http.StatusOK, s.wrapped(v)), nil
}

// failure decides whether a call fails. That of a batch may only depend on what all its callers agree on.
func (g *modelGraph) failure(ask asking) (resp *http.Response, failed bool, err error) {
	if !g.failing {
		return nil, false, nil
	}
	about := ask.args
	if !ask.s.isBatch() || ask.s.max == 1 {
		about += strings.Join(ask.keys[0], ",")
	}
	if g.roll(100, about, ask.s.id, 1) >= 8 {
		return nil, false, nil
	}
	switch g.roll(8, about, ask.s.id, 2) {
	case 0:
		return nil, true, errNoConnection
	case 1:
		return textReply(http.StatusOK, "application/json", `{"half": `), true, nil
	case 2:
		return textReply(http.StatusOK, "text/html", "<html>"), true, nil
	case 3:
		return textReply(http.StatusInternalServerError, "application/json", "{{"), true, nil
	case 4:
		return textReply(http.StatusBadGateway, "text/html", "<html>"), true, nil
	case 5:
		return textReply(http.StatusOK, "application/json", `{"unexpected": 1}`), true, nil
	case 6:
		return jsonReply(http.StatusOK, ask.s.wrapped("odd")), true, nil
	default:
		return textReply(http.StatusTooManyRequests, "application/json", `{"slow": "down"}`), true, nil
	}
}

func jsonReply(status int, v any) *http.Response {
	text, err := json.Marshal(v)
	if err != nil {
		return textReply(http.StatusInternalServerError, "text/plain", err.Error())
	}
	return textReply(status, "application/json", string(disguised(text)))
}

// disguised writes the same JSON in other ways: with blanks, or with a key that occurs twice, of which the last counts.
func disguised(text []byte) []byte {
	switch len(text) % 7 {
	case 0:
		var out bytes.Buffer
		if json.Indent(&out, text, " ", "\t") == nil {
			return out.Bytes()
		}
	case 1:
		at := bytes.LastIndex(text, []byte(`{"`)) // inside of strings the quote would be escaped
		if at < 0 {
			break
		}
		key, _, _ := bytes.Cut(text[at+1:], []byte(":"))
		if string(key) == `"a"` || string(key) == `"o"` {
			break // a custom scalar's own: it is passed on as it is
		}
		return slices.Concat(text[:at+1], key, []byte(`:[{"id":"9","f1":[]}],`), text[at+1:])
	}
	return text
}

func textReply(status int, contentType, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {contentType}},
		Body:          io.NopCloser(strings.NewReader(body)),
		ContentLength: int64(len(body)),
	}
}

// replay is the answer to a logged call, for reports.
func (g *modelGraph) replay(call string) string {
	method, rest, _ := strings.Cut(call, " ")
	address, body, _ := strings.Cut(rest, " ")
	req, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		return " ! " + err.Error()
	}
	resp, err := (&backEnd{g: g}).RoundTrip(req)
	if err != nil {
		return " ! " + err.Error()
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return " ! " + err.Error()
	}
	return " → " + strconv.Itoa(resp.StatusCode) + " " + string(text)
}
