package abuse_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/weftgraph/weft/graph/value"
)

// Opcodes of frames (RFC 6455, section 5.2), as the first byte of a message of one frame.
const (
	continued = "\x80"
	textual   = "\x81"
	binaries  = "\x82"
	closing   = "\x88"
	pinging   = "\x89"
)

const handshake = "GET /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
	"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n"

// initial is the message that has to come first.
const initial = `{"type":"connection_init"}`

// goodbye ends a connection in order.
var goodbye = frame(closing, "\x03\xe8")

// frame is a frame as clients send it, masked with zeros. head is the first byte.
func frame(head, payload string) string {
	out := []byte(head)
	switch n := len(payload); {
	case n < 126:
		out = append(out, 0x80|byte(n))
	case n < 1<<16:
		out = binary.BigEndian.AppendUint16(append(out, 0x80|126), uint16(n))
	default:
		out = binary.BigEndian.AppendUint64(append(out, 0x80|127), uint64(n))
	}
	return string(append(out, 0, 0, 0, 0)) + payload
}

// message is a message of the protocol.
func message(text string) string { return frame(textual, text) }

// subscribe asks for a document under an id.
func subscribe(id, document string) string {
	return message(`{"id":"` + id + `","type":"subscribe","payload":{"query":` + string(value.AppendString(nil, document)) + `}}`)
}

// socket opens a WebSocket, sends frames and reads to the end. The status of the reply is the code that the server closes the connection
// with, and the body is the first error, in the form that it has in HTTP, or else the last message, or else the reason.
func socket(frames ...string) sending { return socketBy(handshake, frames...) }

func socketBy(opening string, frames ...string) sending {
	return func(t *testing.T, address string) *reply {
		t.Helper()
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.SetDeadline(time.Now().Add(abuseDeadline)); err != nil {
			t.Fatal(err)
		}
		written := make(chan struct{})
		defer func() {
			_ = conn.Close()
			<-written
		}()
		go func() { // the server may close before it has everything
			defer close(written)
			_, _ = io.WriteString(conn, opening+"\r\n"+strings.Join(frames, ""))
		}()
		in := bufio.NewReader(conn)
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			return nil
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusSwitchingProtocols {
			body, _ := io.ReadAll(resp.Body)
			return &reply{resp.StatusCode, string(body), resp.Header}
		}
		return lastMessage(t, conn, in)
	}
}

// lastMessage reads frames until the connection ends, and says goodbye after an error.
func lastMessage(t *testing.T, conn io.Writer, in *bufio.Reader) *reply {
	t.Helper()
	last := &reply{}
	for {
		head, payload, err := readFrame(in)
		var timeout net.Error
		switch {
		case errors.As(err, &timeout) && timeout.Timeout():
			t.Error("the server does not close")
			return last
		case err != nil:
			return last
		case head == textual[0] && !strings.HasPrefix(last.body, `{"errors"`):
			last.body = string(payload)
			if errs, ok := strings.CutPrefix(last.body[strings.IndexByte(last.body, ',')+1:], `"type":"error","payload":`); ok {
				last.body = `{"errors":` + errs
				_, _ = io.WriteString(conn, goodbye) // it may be closing already
			}
		case head == closing[0] && len(payload) >= 2:
			last.status = int(binary.BigEndian.Uint16(payload))
			if last.body == "" {
				last.body = string(payload[2:])
			}
			return last
		}
	}
}

// readFrame reads a frame of the server, which are not masked.
func readFrame(in *bufio.Reader) (head byte, payload []byte, err error) {
	var start [2]byte
	if _, err = io.ReadFull(in, start[:]); err != nil {
		return 0, nil, err
	}
	size := uint64(start[1])
	switch size {
	case 126:
		var n [2]byte
		_, err = io.ReadFull(in, n[:])
		size = uint64(binary.BigEndian.Uint16(n[:]))
	case 127:
		var n [8]byte
		_, err = io.ReadFull(in, n[:])
		size = binary.BigEndian.Uint64(n[:])
	}
	if err != nil {
		return 0, nil, err
	}
	payload = make([]byte, size)
	_, err = io.ReadFull(in, payload)
	return start[0], payload, err
}
