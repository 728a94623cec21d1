package websocket_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	coder "github.com/coder/websocket"

	"github.com/weftgraph/weft/server/websocket"
)

// raw opens a connection by hand, on which nothing is answered.
func raw(t *testing.T, url string) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: "+websocket.Subprotocol+"\r\n\r\n")
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatal(resp.Status)
	}
	return conn
}

// frame is a text message as clients send it, masked with zeros.
func frame(text string) string {
	return "\x81" + string([]byte{0x80 | byte(len(text))}) + "\x00\x00\x00\x00" + text
}

func TestClientsThatGiveNoSignOfLifeAreLetGo(t *testing.T) {
	t.Parallel()
	s := newScript()
	url := serve(t, s, func(o *websocket.Options) { o.PingInterval = time.Second / 2 })
	alive, dead := ready(t, url), raw(t, url)
	// Pings are answered by whoever reads.
	answered := make(chan string, 1)
	go func() {
		_, text, _ := alive.ws.Read(t.Context())
		answered <- string(text)
	}()
	_, _ = io.WriteString(dead, frame(hello)+frame(`{"id":"1","type":"subscribe","payload":{"query":"quiet"}}`))
	wait(t, s.began, "quiet")
	wait(t, s.ended, "quiet")
	if _, err := io.Copy(io.Discard, dead); err != nil {
		t.Error(err)
	}
	<-time.After(time.Second)
	alive.send(`{"type":"ping"}`)
	wait(t, answered, `{"type":"pong"}`)
}

func TestASlowClientHoldsUpNobodyButItself(t *testing.T) {
	t.Parallel()
	s := newScript()
	url := serve(t, s, func(o *websocket.Options) { o.WriteTimeout = 200 * time.Millisecond })
	slow, other := raw(t, url), ready(t, url)
	_, _ = io.WriteString(slow, frame(hello)+frame(`{"id":"1","type":"subscribe","payload":{"query":"large"}}`))
	wait(t, s.began, "large")
	other.subscribe("1", "once")
	other.expect(fmt.Sprintf(result, "1", `{"data":1}`), fmt.Sprintf(finished, "1"))
	wait(t, s.began, "once")
	wait(t, s.ended, "once")
	wait(t, s.ended, "large") // a message was not taken in time
}

func TestFloodsAreHeldUp(t *testing.T) {
	t.Parallel()
	c := ready(t, serve(t, newScript(), func(o *websocket.Options) { o.MaxMessageRate = 100 }))
	start := time.Now()
	go func() {
		for range 199 {
			_ = c.ws.Write(t.Context(), coder.MessageText, []byte(`{"type":"ping"}`))
		}
	}()
	for range 199 {
		c.expect(`{"type":"pong"}`)
	}
	if took := time.Since(start); took < 900*time.Millisecond {
		t.Errorf("200 messages took %s", took)
	}
}

func TestFloodsOfPingFramesAreHeldUp(t *testing.T) {
	t.Parallel()
	conn := raw(t, serve(t, newScript(), func(o *websocket.Options) { o.MaxMessageRate = 100 }))
	start := time.Now()
	go func() { _, _ = io.WriteString(conn, strings.Repeat("\x89\x80\x00\x00\x00\x00", 200)) }()
	if _, err := io.ReadFull(conn, make([]byte, 400)); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took < 900*time.Millisecond {
		t.Errorf("200 pings took %s", took)
	}
}

// What is on its way to a slow client keeps pings from it, and is no reason to let it go.
func TestClientsThatAreSlowAreNotTakenForDead(t *testing.T) {
	t.Parallel()
	s := newScript()
	c := ready(t, serve(t, s, func(o *websocket.Options) { o.PingInterval = 300 * time.Millisecond }))
	c.subscribe("1", "large")
	wait(t, s.began, "large")
	<-time.After(time.Second)
	for range 10 {
		c.read()
		<-time.After(20 * time.Millisecond)
	}
	_ = c.ws.CloseNow()
	wait(t, s.ended, "large")
}

// Whatever clients do, their connections leave nothing behind. The leak check at the end looks for goroutines.
func TestConnectionsLeaveNothingBehind(t *testing.T) {
	descriptors := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Skip(err)
		}
		return len(entries)
	}
	s := newScript()
	url := serve(t, s, nil)
	before := descriptors()
	const rounds = 800
	for i := range rounds {
		switch i % 4 {
		case 0:
			c := ready(t, url)
			c.subscribe("1", "once")
			_ = c.ws.Close(1000, "")
		case 1:
			c := ready(t, url)
			c.subscribe("1", "stream")
			_ = c.ws.CloseNow()
		case 2:
			_ = raw(t, url).Close()
		default:
			conn := raw(t, url)
			_, _ = io.WriteString(conn, "\x81\xfe\xff") // cut within a frame
			_ = conn.Close()
		}
	drained:
		for {
			select {
			case <-s.began:
			case <-s.ended:
			default:
				break drained
			}
		}
	}
	for deadline := time.Now().Add(10 * time.Second); descriptors() > before+10; <-time.After(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d descriptors, %d before %d connections", descriptors(), before, rounds)
		}
	}
}

// A message that is read says the same when it is written again, and what is written is JSON.
func FuzzMessages(f *testing.F) {
	for _, seed := range []string{
		hello, `{"type":"ping","payload":{"a":[1,{}]}}`, `{"id":"1","type":"subscribe","payload":{"query":"{a}","variables":{"a":1}}}`,
		`{"id":"1","type":"complete"}`, `{"type":"subscribe","id":"","payload":{"query":1}}`, `{"type":null}`, `[]`, "", "\"\xff\"",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		again, err := websocket.Rewrite(text)
		if err != nil {
			return
		}
		if !json.Valid(again) {
			t.Errorf("%s", again)
		}
		third, err := websocket.Rewrite(again)
		if err != nil || !bytes.Equal(third, again) {
			t.Errorf("%s, then %s, %v", again, third, err)
		}
	})
}
