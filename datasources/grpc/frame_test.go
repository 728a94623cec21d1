package grpc

import (
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/http2"

	"github.com/weftgraph/weft/datasources"
)

// serveFrames runs a server that speaks HTTP/2 by hand: to each request it does as it is told, and false closes the connection.
func serveFrames(t *testing.T, answer func(f *http2.Framer, stream uint32) bool) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	serve := func(conn net.Conn) {
		defer conn.Close()
		if _, err := io.ReadFull(conn, make([]byte, len(http2.ClientPreface))); err != nil {
			return
		}
		f := http2.NewFramer(conn, conn)
		if err := f.WriteSettings(); err != nil {
			return
		}
		for {
			frame, err := f.ReadFrame()
			if err != nil {
				return
			}
			switch frame := frame.(type) {
			case *http2.SettingsFrame:
				if !frame.IsAck() && f.WriteSettingsAck() != nil {
					return
				}
			case *http2.HeadersFrame:
				if !answer(f, frame.StreamID) {
					return
				}
			}
		}
	}
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { serve(conn) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); wg.Wait() })
	return "grpc://" + l.Addr().String()
}

func TestStreamsAndConnectionsThatTheServerEndsAreNoReply(t *testing.T) {
	t.Parallel()
	reset := func(code http2.ErrCode) func(*http2.Framer, uint32) bool {
		return func(f *http2.Framer, stream uint32) bool { return f.WriteRSTStream(stream, code) == nil }
	}
	const wasReset, wasClosed = "stream reset by the server", connectionClosed
	for name, c := range map[string]struct {
		answer func(*http2.Framer, uint32) bool
		want   string
	}{
		"refused":             {reset(http2.ErrCodeRefusedStream), wasReset},
		"cancelled":           {reset(http2.ErrCodeCancel), wasReset},
		"an error of its own": {reset(http2.ErrCodeInternal), wasReset},
		"asked too often":     {reset(http2.ErrCodeEnhanceYourCalm), wasReset},
		"of an unknown code":  {reset(http2.ErrCode(99)), wasReset},
		"going away before": {func(f *http2.Framer, _ uint32) bool {
			return f.WriteGoAway(0, http2.ErrCodeNo, nil) == nil
		}, wasClosed},
		"going away after": {func(f *http2.Framer, stream uint32) bool {
			_ = f.WriteGoAway(stream, http2.ErrCodeNo, []byte("secret"))
			return false
		}, wasClosed},
		"going away in anger": {func(f *http2.Framer, stream uint32) bool {
			_ = f.WriteGoAway(stream, http2.ErrCodeEnhanceYourCalm, []byte("too_many_pings"))
			return false
		}, wasClosed},
		"a frame that nobody understands": {func(f *http2.Framer, stream uint32) bool {
			return f.WriteRawFrame(http2.FrameHeaders, http2.FlagHeadersEndHeaders, stream, []byte{0xff, 0xff, 0xff}) == nil
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := shippingSource(t)
			g.Address = template(t, serveFrames(t, c.answer))
			for kind, r := range map[string]result{
				"unary":     getShipment(t.Context(), t, datasources.Settings{}, g, Options{}),
				"collected": watch(t.Context(), t, datasources.Settings{}, g, Options{}, 0),
			} {
				var e *datasources.Error
				if !errors.As(r.err, &e) || e.Code != datasources.CodeHTTPClient || !strings.HasSuffix(e.Message, c.want) {
					t.Errorf("%s: got %v, want %s", kind, r.err, c.want)
				}
			}
		})
	}
}
