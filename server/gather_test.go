package server //nolint:testpackage // what it tests shows on no connection but the server's own end

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"testing"
	"time"
)

// connected returns both ends of a connection, the server's as the listener gives it.
func connected(t *testing.T) (front *gatherConn, client net.Conn) {
	t.Helper()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln := gatherListener{newCountedListener(inner, 0, 0)}
	defer ln.Close()
	if client, err = net.Dial("tcp", ln.Addr().String()); err != nil {
		t.Fatal(err)
	}
	accepted, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	front, ok := accepted.(*gatherConn)
	if !ok {
		t.Fatalf("accepted %T", accepted)
	}
	t.Cleanup(func() { _, _ = client.Close(), front.Close() })
	return front, client
}

func TestTheFirstPartWaitsForTheRest(t *testing.T) {
	t.Parallel()
	front, client := connected(t)
	first, rest := bytes.Repeat([]byte("a"), gatherFrom), bytes.Repeat([]byte("b"), 3*gatherFrom)
	gather(withConn(t.Context(), front), nil)
	if n, err := front.Write(first); n != len(first) || err != nil {
		t.Fatal(n, err)
	}
	clear(first) // a writer may use its buffer again
	if err := client.SetReadDeadline(time.Now().Add(20 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if n, err := client.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("%d bytes came at once, %v", n, err)
	}
	if n, err := front.Write(rest); n != len(rest) || err != nil {
		t.Fatal(n, err)
	}
	if n, err := front.Write([]byte("c")); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if err := client.SetReadDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(first)+len(rest)+1)
	if _, err := io.ReadFull(client, got); err != nil {
		t.Fatal(err)
	}
	want := append(append(bytes.Repeat([]byte("a"), gatherFrom), rest...), 'c')
	if !bytes.Equal(got, want) {
		t.Error("what arrived is not what was written")
	}
}

func TestAConnectionThatBreaksSaysSo(t *testing.T) {
	t.Parallel()
	front, _ := connected(t)
	gather(withConn(t.Context(), front), nil)
	if _, err := front.Write([]byte("held")); err != nil {
		t.Fatal(err)
	}
	if err := front.TCPConn.Close(); err != nil {
		t.Fatal(err)
	}
	if n, err := front.Write([]byte("rest")); n != 0 || !errors.Is(err, net.ErrClosed) {
		t.Errorf("%d, %v", n, err)
	}
}

func TestWriteDeadlinesThatAreNearlyTheSameAreSetOnce(t *testing.T) {
	t.Parallel()
	front, _ := connected(t)
	front.begin(httptest.NewRecorder(), time.Hour)
	first := front.writeDeadline
	if until := time.Until(first); until < time.Hour-time.Minute || until > time.Hour {
		t.Errorf("it is %v from now", until)
	}
	for _, tt := range []struct {
		timeout time.Duration
		isNew   bool
	}{{time.Hour, false}, {time.Hour + deadlineSlack/2, false}, {2 * time.Hour, true}, {time.Hour, true}} {
		before := front.writeDeadline
		front.begin(httptest.NewRecorder(), tt.timeout)
		if isNew := front.writeDeadline != before; isNew != tt.isNew {
			t.Errorf("%v: there is a new deadline: %t", tt.timeout, isNew)
		}
	}
	// A handler that wants none gets none; what net/http takes back stays for the next request.
	if err := front.SetWriteDeadline(time.Time{}); err != nil || !front.writeDeadline.IsZero() {
		t.Errorf("the deadline is not taken back: %v", err)
	}
	front.begin(httptest.NewRecorder(), time.Hour)
	front.endAnswer()
	if err := front.SetWriteDeadline(time.Time{}); err != nil || front.writeDeadline.IsZero() {
		t.Errorf("the deadline is taken back: %v", err)
	}
	// It works: one in the past ends a write.
	if err := front.SetWriteDeadline(time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	if _, err := front.Write([]byte("a")); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}
