package shop

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strconv"
)

// apply answers the request under the fault; how the bytes are sent is decided
// by send.
func (f Fault) apply(r *http.Request, e endpoint) reply {
	switch f.Damage {
	case HTML:
		return reply{
			status: cmp.Or(f.Status, http.StatusBadGateway),
			header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
			body:   []byte("<!doctype html>\n<title>502 Bad Gateway</title>\n<h1>Bad Gateway</h1>\n"),
		}
	case "":
		if f.Status != 0 {
			return failure(f.Status, codeFault, "the service was told to answer %d", f.Status)
		}
		return e(r)
	default:
		answered := e(r)
		answered.status = cmp.Or(f.Status, answered.status)
		answered.body = f.Damage.spoil(answered.body)
		return answered
	}
}

// spoil returns the damaged form of a JSON body. Cut and Huge happen on the
// wire and leave it as it is.
func (d Damage) spoil(body []byte) []byte {
	switch d {
	case Garbage:
		return []byte("}{ this is \x00 not JSON ]")
	case HalfDocument:
		return body[:len(body)/2]
	case WrongType:
		return rewrite(body, swapTypes)
	case WrongCount:
		return rewrite(body, dropLast)
	case InvalidUTF8:
		return bytes.ReplaceAll(body, []byte(`:"`), []byte(":\"\xff"))
	case Empty:
		return nil
	default:
		return body
	}
}

// rewrite decodes a body, changes it and encodes it again; a body that is no
// JSON stays.
func rewrite(body []byte, change func(any) any) []byte {
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return body
	}
	changed, err := json.Marshal(change(value))
	if err != nil {
		return body
	}
	return changed
}

func swapTypes(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for key, member := range v {
			v[key] = swapTypes(member)
		}
	case []any:
		for i, element := range v {
			v[i] = swapTypes(element)
		}
	case string:
		return len(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return value
}

func dropLast(value any) any {
	if rows, ok := value.([]any); ok && len(rows) > 0 {
		return rows[:len(rows)-1]
	}
	return value
}

// send writes the answer in the way that the fault wants.
func (f Fault) send(w http.ResponseWriter, answered reply) {
	switch f.Damage {
	case Cut:
		sendHalf(w, answered)
	case Huge:
		const defaultBytes = 32 << 20
		sendPadded(w, answered, cmp.Or(f.Bytes, defaultBytes))
	default:
		answered.send(w)
	}
}

// sendHalf promises the whole body, sends half of it and closes the connection.
func sendHalf(w http.ResponseWriter, answered reply) {
	whole := answered.body
	maps.Copy(w.Header(), answered.header)
	w.Header().Set("Content-Length", strconv.Itoa(len(whole)))
	w.WriteHeader(answered.status)
	_, _ = w.Write(whole[:len(whole)/2])
	_ = http.NewResponseController(w).Flush() // the client shall see the half
	drop(w)
}

// sendPadded streams white space before the body, without ever holding it.
func sendPadded(w http.ResponseWriter, answered reply, size int64) {
	maps.Copy(w.Header(), answered.header)
	w.WriteHeader(answered.status)
	blanks := bytes.Repeat([]byte{' '}, 64<<10)
	for rest := size - int64(len(answered.body)); rest > 0; {
		n, err := w.Write(blanks[:min(rest, int64(len(blanks)))])
		if err != nil { // the client has had enough
			return
		}
		rest -= int64(n)
	}
	_, _ = w.Write(answered.body)
}

// hang returns when the client goes away or the service is closed.
func (s *Service) hang(r *http.Request) {
	// net/http notices that a client is gone only after the request's body
	// has been read.
	_, _ = io.Copy(io.Discard, http.MaxBytesReader(nil, r.Body, maxPostBytes))
	select {
	case <-r.Context().Done():
	case <-s.closed:
	}
}

// drop closes the client's connection without an answer. Where the server
// cannot hand over the connection (HTTP/2), the client sees an empty answer.
func drop(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	_ = conn.Close()
}
