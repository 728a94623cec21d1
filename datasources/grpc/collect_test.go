package grpc

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	gogrpc "google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
)

// serveStream runs a server whose handler answers every call with messages of its own.
func serveStream(tb testing.TB, answer func(stream gogrpc.ServerStream) error) Options {
	tb.Helper()
	return listen(tb, gogrpc.NewServer(gogrpc.ForceServerCodecV2(rawCodec{}), gogrpc.UnknownServiceHandler(
		func(_ any, stream gogrpc.ServerStream) error {
			var in []byte
			if err := stream.RecvMsg(&in); err != nil {
				return err
			}
			return answer(stream)
		})))
}

// send sends messages.
func send(stream gogrpc.ServerStream, messages ...string) error {
	for _, m := range messages {
		if err := stream.SendMsg([]byte(m)); err != nil {
			return err
		}
	}
	return nil
}

// shipment is the message of one, on the wire.
func shipment(status string) string { return string(record(1, status)) }

// watchConnector collects the shipments of a stream.
func watchConnector(tb testing.TB, selection string, maxMessages int) datasources.Connector {
	tb.Helper()
	return datasources.Connector{
		GRPC: &datasources.GRPCConnector{
			Method: "shipping.v1.Shipping/Watch", Message: parse(tb, "orderId: $args.id"), MaxMessages: maxMessages,
		},
		Selection: parse(tb, selection),
	}
}

// listShape is a list of objects with fields of any JSON.
func listShape(names ...string) *table.Shape {
	shape := anyShape(names...)
	shape.List = true
	return shape
}

// watch makes one call whose stream is collected.
func watch(ctx context.Context, t *testing.T, s datasources.Settings, g datasources.GRPCSource, o Options, maxMessages int) result {
	t.Helper()
	f := prepare(t, openSource(t, s, g, o), watchConnector(t, "status", maxMessages), listShape("status"))
	return fetch(ctx, t, f, listShape("status"), envWith(mapping.Args, parseValue(t, `{"id":"1"}`)))
}

func TestStreamIsCollectedToAList(t *testing.T) {
	t.Parallel()
	o := serveStream(t, func(stream gogrpc.ServerStream) error {
		stream.SetTrailer(metadata.Pairs("x-tail", "t", "x-raw-bin", "\xff"))
		if err := stream.SetHeader(metadata.Pairs("x-head", "h")); err != nil {
			return err
		}
		return send(stream, shipment("A"), "", shipment("B"))
	})
	shape := listShape("status", "head", "tail", "raw")
	c := watchConnector(t, `status head: $response.headers."x-head"->first tail: $response.trailers."x-tail"->first `+
		`raw: $response.trailers."x-raw-bin"->first`, 0)
	f := prepare(t, openSource(t, datasources.Settings{}, shippingSource(t), o), c, shape)
	r := fetch(t.Context(), t, f, shape, envWith(mapping.Args, parseValue(t, `{"id":"1"}`)))
	if r.err != nil {
		t.Fatal(r.err)
	}
	dst := table.NewBuilder(shape, nil)
	dst.Fill(parseValue(t, `[{"status":"A","head":"h","tail":"t","raw":"/w=="},{"status":"","head":"h","tail":"t","raw":"/w=="},`+
		`{"status":"B","head":"h","tail":"t","raw":"/w=="}]`))
	if d := cmp.Diff(dst.Finish().Dump(shape), r.dump); d != "" {
		t.Error(d)
	}
	if r.outcome.Rows != 3 || r.reply.Duration <= 0 || r.outcome.Bytes != 3*2+2*len(shipment("A")) {
		t.Errorf("got %+v after %v", r.outcome, r.reply.Duration)
	}
}

func TestListIsWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	o := serveStream(t, func(stream gogrpc.ServerStream) error {
		if err := send(stream, shipment("A")); err != nil {
			return err
		}
		return status.Error(codes.ResourceExhausted, "quota")
	})
	e := failed(t, watch(t.Context(), t, datasources.Settings{}, shippingSource(t), o, 0).err, datasources.CodeFetch, "Request failed")
	if got := e.Extensions.Get("grpc").Get("status").Text(); got != "RESOURCE_EXHAUSTED" {
		t.Errorf("got %s", got)
	}
}

func TestCollectedStreamsAreBounded(t *testing.T) {
	t.Parallel()
	const most = 10
	for name, c := range map[string]struct {
		messages int
		size     int
		want     string
	}{
		"as many as may be":  {messages: most},
		"too many":           {messages: most + 1, want: "stream_messages"},
		"as large as may be": {messages: 2, size: 494},
		"too large":          {messages: 2, size: 500, want: "reply_bytes"},
		"one too large":      {messages: 1, size: 1000, want: "reply_bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			over := make(chan error, 1)
			o := serveStream(t, func(stream gogrpc.ServerStream) error {
				for range c.messages {
					if err := send(stream, string(record(9, strings.Repeat("x", c.size)))); err != nil {
						return err
					}
				}
				if c.want != "" {
					<-stream.Context().Done() // whoever has had enough says so
				}
				over <- stream.Context().Err()
				return nil
			})
			r := watch(t.Context(), t, datasources.Settings{MaxReplyBytes: 1000}, shippingSource(t), o, most)
			if c.want == "" {
				if r.err != nil || r.outcome.Rows != c.messages {
					t.Errorf("got %v, %+v", r.err, r.outcome)
				}
				return
			}
			var e *datasources.Error
			if !errors.As(r.err, &e) || e.Code != datasources.CodeResponseInvalid || e.Extensions.Get("limit").Text() != c.want {
				t.Errorf("got %v", r.err)
			}
			if err := <-over; !errors.Is(err, context.Canceled) {
				t.Errorf("the server saw %v", err)
			}
		})
	}
}

func TestCollectedStreamThatNeverEndsIsATimeout(t *testing.T) {
	t.Parallel()
	over := make(chan error, 1)
	o := serveStream(t, func(stream gogrpc.ServerStream) error {
		_ = send(stream, shipment("A"))
		<-stream.Context().Done()
		over <- stream.Context().Err()
		return stream.Context().Err()
	})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	failed(t, watch(ctx, t, datasources.Settings{}, shippingSource(t), o, 0).err, datasources.CodeTimeout, "Gateway timeout")
	<-over
}

func TestCancellationOfACollectedStreamReachesTheServer(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan error, 1)
	o := serveStream(t, func(stream gogrpc.ServerStream) error {
		_ = send(stream, shipment("A"))
		cancel()
		<-stream.Context().Done()
		over <- stream.Context().Err()
		return stream.Context().Err()
	})
	failed(t, watch(ctx, t, datasources.Settings{}, shippingSource(t), o, 0).err,
		datasources.CodeHTTPClient, "Connector error: request cancelled")
	if err := <-over; !errors.Is(err, context.Canceled) {
		t.Errorf("the server saw %v", err)
	}
}

func TestUnreadableMessageInTheMiddleOfAStreamIsInvalid(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"garbage": "\xff\xff\xff", "bad UTF-8": "\x0a\x01\xff", "wrong type": "\x08\x01"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := serveStream(t, func(stream gogrpc.ServerStream) error { return send(stream, shipment("A"), body, shipment("B")) })
			failed(t, watch(t.Context(), t, datasources.Settings{}, shippingSource(t), o, 0).err,
				datasources.CodeResponseInvalid, unexpectedFormat)
		})
	}
}

func TestServerThatDiesInTheMiddleOfAStreamIsNoReply(t *testing.T) {
	t.Parallel()
	started := make(chan struct{})
	server := gogrpc.NewServer(gogrpc.ForceServerCodecV2(rawCodec{}), gogrpc.UnknownServiceHandler(
		func(_ any, stream gogrpc.ServerStream) error {
			_ = send(stream, shipment("A"))
			close(started)
			<-stream.Context().Done()
			return stream.Context().Err()
		}))
	o := listen(t, server)
	go func() { <-started; server.Stop() }()
	failed(t, watch(t.Context(), t, datasources.Settings{}, shippingSource(t), o, 0).err,
		datasources.CodeHTTPClient, "Connector error: connection closed before the end of the reply")
}

// resetting answers with a message and half of another one, and resets the stream.
func resetting(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/grpc")
	_, _ = w.Write([]byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 1})
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// overHTTP2 runs a server of HTTP/2 without TLS, which knows nothing of gRPC, and returns its address.
func overHTTP2(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewUnstartedServer(h)
	server.Config.Protocols = new(http.Protocols)
	server.Config.Protocols.SetUnencryptedHTTP2(true)
	server.Start()
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "http:", "grpc:", 1)
}

func TestStreamThatIsResetIsNoReply(t *testing.T) {
	t.Parallel()
	g := shippingSource(t)
	g.Address = template(t, overHTTP2(t, resetting))
	failed(t, watch(t.Context(), t, datasources.Settings{}, g, Options{}, 0).err,
		datasources.CodeHTTPClient, "Connector error: stream reset by the server")
}

func TestStreamOfNobodyIsNoReply(t *testing.T) {
	t.Parallel()
	o := Options{Dial: func(context.Context, string) (net.Conn, error) { return nil, io.ErrNoProgress }}
	failed(t, watch(t.Context(), t, datasources.Settings{}, shippingSource(t), o, 0).err,
		datasources.CodeHTTPClient, "Connector error: no connection")
}

func TestCollectedStreamsCanBeMadeUp(t *testing.T) {
	t.Parallel()
	s := openSource(t, datasources.Settings{}, shippingSource(t), Options{})
	shape := listShape("status")
	f := prepare(t, s, watchConnector(t, "status", 0), shape).(collector)
	body, err := f.ReplyBody(0, parseValue(t, `[{"status":"A"},{},{"status":"B"}]`))
	if err != nil {
		t.Fatal(err)
	}
	dst := table.NewBuilder(shape, body)
	if _, err := f.Decode(&datasources.Reply{Body: body}, &mapping.Env{Problems: &mapping.Problems{}}, dst); err != nil {
		t.Fatal(err)
	}
	want := table.NewBuilder(shape, nil)
	want.Fill(parseValue(t, `[{"status":"A"},{"status":""},{"status":"B"}]`))
	if d := cmp.Diff(want.Finish().Dump(shape), dst.Finish().Dump(shape)); d != "" {
		t.Error(d)
	}
	for text, want := range map[string]string{
		`{}`:                       "expected a list of messages but got an object",
		`[{"status":"A"},{"x":1}]`: `[1]: message "shipping.v1.Shipment" has no field "x"`,
	} {
		if _, err := f.ReplyBody(0, parseValue(t, text)); err == nil || err.Error() != want {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func TestSelectionIsHeldAgainstTheMessagesOfAStream(t *testing.T) {
	t.Parallel()
	s := openSource(t, datasources.Settings{}, shippingSource(t), Options{})
	for selection, want := range map[string]string{
		"status":                 "",
		"$->first { status }":    "",
		"$({ n: $->size })":      "",
		"$.status":               "",
		"stats":                  `stats: error[WEFT_GRPC_SELECTION]: message "shipping.v1.Shipment" has no field "stats"; did you mean "status"?`,
		"$->last.status.nothing": `nothing: error[WEFT_GRPC_SELECTION]: field "status" is a string and has no property "nothing"`,
	} {
		if d := cmp.Diff(want, found(t, s, "shipping.v1.Shipping/Watch", "", selection, nil)); d != "" {
			t.Errorf("%s: %s", selection, d)
		}
	}
}
