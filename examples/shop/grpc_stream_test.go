package shop_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/weftgraph/weft/examples/shop"
	"github.com/weftgraph/weft/examples/shop/shippingpb"
)

// waiting is an order that is paid and not packed yet.
const waiting = 1292

type parcelStream = grpc.ServerStreamingClient[shippingpb.ShipmentEvent]

func (w warehouse) watch(ctx context.Context, orderID int64) parcelStream {
	w.Helper()
	stream, err := w.shipping.WatchShipment(ctx, &shippingpb.WatchShipmentRequest{OrderId: orderID})
	if err != nil {
		w.Fatal(err)
	}
	return stream
}

// rest reads a stream to its end, or to the error that it ends with.
func rest(stream parcelStream) ([]*shippingpb.ShipmentEvent, error) {
	var events []*shippingpb.ShipmentEvent
	for {
		event, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return events, nil
		}
		if err != nil {
			return events, err
		}
		events = append(events, event)
	}
}

func textsOf(events []*shippingpb.ShipmentEvent) []string {
	var texts []string
	for _, e := range events {
		texts = append(texts, e.GetText()+", "+e.GetStatus().String())
	}
	return texts
}

func TestAParcelThatIsWatchedMovesUntilItIsDeliveredAndAllServicesAgree(t *testing.T) {
	t.Parallel()
	w := newWarehouse(t, shop.Options{Pace: 20 * time.Millisecond})
	first, second := w.watch(t.Context(), waiting), w.watch(t.Context(), waiting)
	events, err := rest(first)
	want := []string{
		"Paid, waits to be packed, PREPARING", "Handed to PostNord, IN_TRANSIT", "Sorted, IN_TRANSIT",
		"Out for delivery, IN_TRANSIT", "Delivered, DELIVERED",
	}
	if diff := cmp.Diff(want, textsOf(events)); diff != "" || err != nil {
		t.Fatalf("%v, events (-want +got):\n%s", err, diff)
	}
	if took := events[4].GetAt().AsTime().Sub(events[1].GetAt().AsTime()); took != 60*time.Millisecond {
		t.Errorf("three stops took %s", took)
	}
	same, err := rest(second)
	if diff := cmp.Diff(events, same, protocmp.Transform()); diff != "" || err != nil {
		t.Errorf("%v, another watcher (-first +second):\n%s", err, diff)
	}
	later, err := w.shipping.GetShipment(t.Context(), shipmentOf(waiting))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(events, later.GetShipment().GetEvents(), protocmp.Transform()); diff != "" {
		t.Errorf("the parcel (-stream +parcel):\n%s", diff)
	}
	for _, o := range read[[]row](w.client, "/orders?status=DELIVERED") {
		if o.ID == waiting {
			checkShipment(t, o, later.GetShipment())
			return
		}
	}
	t.Error("the order is not delivered")
}

func TestAParcelThatWasDeliveredTellsItsPast(t *testing.T) {
	t.Parallel()
	w := newWarehouse(t, shop.Options{})
	events, err := rest(w.watch(t.Context(), 1019))
	if len(events) != 5 || err != nil {
		t.Errorf("%d events, %v", len(events), err)
	}
}

func TestOrdersWithoutAParcelCannotBeWatched(t *testing.T) {
	t.Parallel()
	w := newWarehouse(t, shop.Options{})
	for _, id := range []int64{7, 1300, -1} {
		events, err := rest(w.watch(t.Context(), id))
		if failed := status.Convert(err); failed.Code() != codes.NotFound || len(failed.Details()) != 1 || len(events) != 0 {
			t.Errorf("%d: %v, %v", id, events, err)
		}
	}
	if calls := w.running.Calls(); calls[0].Code != "NOT_FOUND" || calls[0].Keys[0] != "7" {
		t.Errorf("%+v", calls[0])
	}
}

func TestAnOrderThatIsPaidLaterCanBeWatched(t *testing.T) {
	t.Parallel()
	w := newWarehouse(t, shop.Options{Pace: time.Millisecond})
	w.envelope(t, w.running, "PayInvoice", `<PayInvoice xmlns="`+typesSpace+
		`"><number>INV-1296</number><amount currency="EUR">23.40</amount><method>CARD</method></PayInvoice>`)
	events, err := rest(w.watch(t.Context(), 1296))
	if len(events) != 5 || err != nil {
		t.Errorf("%d events, %v", len(events), err)
	}
}

func TestStreamsAreLoggedFromTheirFirstMessageToTheirEnd(t *testing.T) {
	t.Parallel()
	const latency = 30 * time.Millisecond
	w := newWarehouse(t, shop.Options{Latency: latency, Pace: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stream := w.watch(ctx, waiting)
	if _, err := stream.Recv(); err != nil {
		t.Fatal(err)
	}
	logged := shop.Call{
		Backend: shop.Shipping, Method: "WatchShipment", Path: "/shipping.v1.Shipping/WatchShipment", Keys: []string{"1292"}, Status: 200,
	}
	begun := w.running.Calls()[0]
	if diff := cmp.Diff(logged, begun, cmpopts.IgnoreFields(shop.Call{}, "Start", "Duration")); diff != "" || begun.Duration < latency {
		t.Errorf("it took %s (-want +got):\n%s", begun.Duration, diff)
	}
	cancel()
	for logged.Code = "CANCELED"; w.running.Calls()[0].Code == ""; { // until the service knows
		<-time.After(time.Millisecond)
	}
	if diff := cmp.Diff(logged, w.running.Calls()[0], cmpopts.IgnoreFields(shop.Call{}, "Start", "Duration")); diff != "" {
		t.Errorf("at the end (-want +got):\n%s", diff)
	}
}

func TestStreamsThatAreCutAreUnavailable(t *testing.T) {
	t.Parallel()
	for name, cut := range map[string]func(warehouse){
		"cut":     func(w warehouse) { w.must(http.MethodDelete, "/__shop/streams", "", "") },
		"closed":  func(w warehouse) { w.running.Service.Close() },
		"stopped": func(w warehouse) { _ = w.running.Stop(shop.Shipping) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWarehouse(t, shop.Options{Pace: time.Hour})
			stream := w.watch(t.Context(), waiting)
			if _, err := stream.Recv(); err != nil {
				t.Fatal(err)
			}
			cut(w)
			if _, err := rest(stream); status.Code(err) != codes.Unavailable {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestDamagedStreams(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		fault  shop.Fault
		events int
		code   codes.Code
		text   string // part of the message
		log    string // the code in the call log
	}{
		{shop.Fault{Status: 503}, 0, codes.Unavailable, "told to answer 503", "UNAVAILABLE"},
		{shop.Fault{Damage: shop.HTML}, 0, codes.Unavailable, "status 502", "UNAVAILABLE"},
		{shop.Fault{Damage: shop.Refuse}, 0, codes.Unavailable, "", ""},
		{shop.Fault{Damage: shop.Cut}, 1, codes.Unavailable, "", "UNAVAILABLE"},
		{shop.Fault{Damage: shop.Garbage}, 0, codes.Internal, "unmarshal", "OK"},
		{shop.Fault{Damage: shop.InvalidUTF8}, 0, codes.Internal, "UTF-8", "OK"},
		{shop.Fault{Damage: shop.Huge, Bytes: 5 << 20}, 0, codes.ResourceExhausted, "larger than max", ""},
		{shop.Fault{Damage: shop.WrongCount}, 4, codes.OK, "", "OK"},
		{shop.Fault{Damage: shop.Empty}, 5, codes.OK, "", "OK"},
	} {
		t.Run(string(tt.fault.Damage)+codes.Code(tt.fault.Status).String(), func(t *testing.T) {
			t.Parallel()
			w := newWarehouse(t, shop.Options{})
			set(t, w.client, "/shipping.v1.Shipping/WatchShipment", tt.fault)
			events, err := rest(w.watch(t.Context(), 1019))
			failed := status.Convert(err)
			// A connection that is closed may take the message before it along.
			if tt.fault.Damage != shop.Cut && len(events) != tt.events || failed.Code() != tt.code || !strings.Contains(failed.Message(), tt.text) {
				t.Errorf("%d events, %v", len(events), err)
			}
			if calls := w.running.Calls(); len(calls) != 1 || calls[0].Code != tt.log && tt.fault.Damage != shop.Huge && tt.fault.Damage != shop.Garbage && tt.fault.Damage != shop.InvalidUTF8 {
				t.Errorf("calls %+v", calls)
			}
			w.running.ClearFaults()
			if events, err := rest(w.watch(t.Context(), 1019)); err != nil || len(events) != 5 {
				t.Errorf("after the fault: %d events, %v", len(events), err)
			}
		})
	}
}
