package shop

import (
	"bytes"
	"cmp"
	"io"
	"maps"
	"net/http"
	"strconv"
)

// apply answers a request under the fault; how the bytes are sent is decided by
// send.
func (f Fault) apply(in format, answer func() reply) reply {
	switch f.Damage {
	case HTML:
		return reply{
			status: cmp.Or(f.Status, http.StatusBadGateway),
			header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
			body:   []byte("<!doctype html>\n<title>502 Bad Gateway</title>\n<h1>Bad Gateway</h1>\n"),
		}
	case "":
		if f.Status != 0 {
			return in.failed(f.Status)
		}
		return answer()
	default:
		answered := answer()
		answered.status = cmp.Or(f.Status, answered.status)
		answered.body = in.spoil(f.Damage, answered.body)
		return answered
	}
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
