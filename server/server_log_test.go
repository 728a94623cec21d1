package server

import (
	"io"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

// What is left out of a log is counted there, and of other failures nothing is.
func TestFailedHandshakesDoNotFillTheLog(t *testing.T) {
	t.Parallel()
	core, logs := observer.New(zapcore.DebugLevel)
	now := time.Unix(1000, 0)
	out := newServerLog(zap.New(core), func() time.Time { return now }).Writer() //nolint:forbidigo // what net/http writes to
	say := func(text string) { _, _ = io.WriteString(out, text+"\n") }
	for range 3 * maxHandshakes {
		say("http: TLS handshake error from 192.0.2.1:1: EOF")
		say("http: something else")
	}
	now = now.Add(handshakePeriod)
	for range 2 {
		say("http: TLS handshake error from 192.0.2.1:2: EOF")
	}
	if n := logs.FilterMessage("http: something else").Len(); n != 3*maxHandshakes {
		t.Errorf("%d other lines", n)
	}
	if n := logs.FilterMessage("http: TLS handshake error from 192.0.2.1:1: EOF").Len(); n != maxHandshakes {
		t.Errorf("%d lines of one period", n)
	}
	next := logs.FilterMessage("http: TLS handshake error from 192.0.2.1:2: EOF").All()
	if len(next) != 2 || next[0].ContextMap()["untold"] != int64(2*maxHandshakes) || len(next[1].Context) != 0 {
		t.Errorf("%+v", next)
	}
}
