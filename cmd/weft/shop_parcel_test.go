package main_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/examples/shop"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

// parcelNews is one event of a parcel, and its order as all three services know it at that moment.
type parcelNews struct {
	Text  string
	Order struct {
		Status string
		User   struct{ Name string }
		Lines  []struct {
			Product struct{ Name string }
		}
		Shipment struct{ ETA *string }
		Invoice  struct{ Status string }
	}
}

// watchBySSE sends a subscription and returns what reads its answers; none is the end.
func (w *shopGateway) watchBySSE(ctx context.Context, t *testing.T, query string) func() *answer {
	t.Helper()
	body := `{"query":` + strconv.Quote(query) + `}`
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url+"/graphql", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set(server.ExplainHeader, "plan, calls")
	resp, err := w.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	lines := bufio.NewReader(resp.Body)
	return func() *answer {
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			switch data, isData := strings.CutPrefix(line, "data: "); {
			case isData:
				return read[answer](t, data)
			case line == "event: complete\n":
				return nil
			}
		}
	}
}

// watchByWebSocket is watchBySSE over a WebSocket.
func (w *shopGateway) watchByWebSocket(t *testing.T, query string) func() *answer {
	t.Helper()
	conn, resp, err := websocket.Dial(t.Context(), w.url+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	if resp.Body != nil {
		_ = resp.Body.Close()
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	for _, message := range []string{
		`{"type":"connection_init","payload":{"weft-explain":"plan, calls"}}`,
		`{"type":"subscribe","id":"1","payload":{"query":` + strconv.Quote(query) + `}}`,
	} {
		if err := conn.Write(t.Context(), websocket.MessageText, []byte(message)); err != nil {
			t.Fatal(err)
		}
	}
	return func() *answer {
		for {
			_, text, err := conn.Read(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			message := read[struct {
				Type    string
				Payload *answer
			}](t, string(text))
			if message.Type == "next" || message.Type == "complete" {
				return message.Payload
			}
		}
	}
}

func read[T any](t *testing.T, text string) *T {
	t.Helper()
	into := new(T)
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return into
}

// newsOf reads all answers of a subscription to a parcel.
func newsOf(t *testing.T, next func() *answer) []parcelNews {
	t.Helper()
	var all []parcelNews
	for a := next(); a != nil; a = next() {
		if len(a.Errors) > 0 {
			t.Fatal(a.Errors)
		}
		// The waterfall has the stream, too, whose call was made with the first event.
		if p := a.Extensions.Weft.Plan; len(p.Fetches) != 6 || !p.Calls.covers(len(a.Extensions.Weft.Calls)) {
			t.Errorf("%d calls, predicted %s", len(a.Extensions.Weft.Calls), p.Calls)
		}
		all = append(all, read[struct{ ShipmentEvents parcelNews }](t, string(a.Data)).ShipmentEvents)
	}
	return all
}

// Each event of the stream is joined with what the other services know at that moment, and everybody who watches sees the same.
func TestAParcelIsWatchedByEveryTransport(t *testing.T) {
	t.Parallel()
	w := serveShop(t, config.Source{})
	query := prepared(t, "shipment-events")
	bySSE, byWebSocket := w.watchBySSE(t.Context(), t, query), w.watchByWebSocket(t, query)
	news := newsOf(t, bySSE)
	var got []string
	for _, n := range news {
		got = append(got, n.Text)
		if o := n.Order; o.User.Name != "Freya Nilsen" || len(o.Lines) != 3 || o.Lines[2].Product.Name == "" || o.Invoice.Status != "PAID" {
			t.Errorf("%+v", o)
		}
	}
	want := []string{"Paid, waits to be packed", "Handed to PostNord", "Sorted", "Out for delivery", "Delivered"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	if first, last := news[0].Order, news[4].Order; first.Shipment.ETA == nil || last.Shipment.ETA != nil || last.Status != "DELIVERED" {
		t.Errorf("first %+v, last %+v", first, last)
	}
	got = nil
	for _, n := range newsOf(t, byWebSocket) {
		got = append(got, n.Text)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("by WebSocket (-want +got):\n%s", diff)
	}
}

func TestAnOrderWithoutAParcelCannotBeWatched(t *testing.T) {
	t.Parallel()
	w := serveShop(t, config.Source{})
	next := w.watchBySSE(t.Context(), t, `subscription { shipmentEvents(orderId: 1300) { text } }`)
	refused := next()
	if refused == nil || string(refused.Data) != "null" || len(refused.Errors) != 1 ||
		refused.Errors[0].code() != "NO_SHIPMENT" || refused.Errors[0].Message != "order 1300 has no shipment" {
		t.Fatalf("%+v", refused)
	}
	if end := next(); end != nil {
		t.Errorf("%+v", end)
	}
}

func TestAStreamThatTheServiceCutsEndsWithAnError(t *testing.T) {
	t.Parallel()
	w := serveShop(t, config.Source{})
	next := w.watchBySSE(t.Context(), t, `subscription { shipmentEvents(orderId: 1292) { text } }`)
	next()
	w.shop.CutStreams()
	var last *answer
	for a := next(); a != nil; a = next() {
		last = a
	}
	if last == nil || len(last.Errors) != 1 || last.Errors[0].code() != "HTTP_CLIENT_ERROR" {
		t.Errorf("%+v", last)
	}
}

func TestAClientThatLeavesEndsTheStreamOfTheService(t *testing.T) {
	t.Parallel()
	w := serveShop(t, config.Source{})
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	if err := w.shop.SetFault("/shipping.v1.Shipping/WatchShipment", shop.Fault{Damage: shop.Hang}); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet,
		w.url+"/graphql?query=subscription+%7BshipmentEvents(orderId:1292)%7Btext%7D%7D", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	resp, err := w.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	for len(w.shop.Calls()) == 0 {
		<-time.After(time.Millisecond)
	}
	leave()
	_, _ = io.Copy(io.Discard, resp.Body)
	for w.shop.Calls()[0].Duration == 0 { // until the service knows
		<-time.After(time.Millisecond)
	}
}
