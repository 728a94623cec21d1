package shop_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/weftgraph/weft/examples/shop"
	"github.com/weftgraph/weft/examples/shop/shippingpb"
)

func TestDamagedCallsFailAsClientsOfGRPCSeeIt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		fault shop.Fault
		code  codes.Code
		text  string // part of the message
		log   string // the code in the call log
	}{
		{shop.Fault{Status: 503}, codes.Unavailable, "told to answer 503", "UNAVAILABLE"},
		{shop.Fault{Status: 404}, codes.NotFound, "told to answer 404", "NOT_FOUND"},
		{shop.Fault{Status: 418}, codes.Unknown, "told to answer 418", "UNKNOWN"},
		{shop.Fault{Damage: shop.HTML}, codes.Unavailable, "status 502", "UNAVAILABLE"},
		{shop.Fault{Damage: shop.Refuse}, codes.Unavailable, "", ""},
		{shop.Fault{Damage: shop.Cut}, codes.Unavailable, "", "OK"},
		{shop.Fault{Damage: shop.Garbage}, codes.Internal, "unmarshal", "OK"},
		{shop.Fault{Damage: shop.HalfDocument}, codes.Internal, "unmarshal", "OK"},
		{shop.Fault{Damage: shop.InvalidUTF8}, codes.Internal, "UTF-8", "OK"},
		{shop.Fault{Damage: shop.Huge, Bytes: 5 << 20}, codes.ResourceExhausted, "larger than max", "OK"},
	} {
		t.Run(string(tt.fault.Damage)+codes.Code(tt.fault.Status).String(), func(t *testing.T) {
			t.Parallel()
			w := newWarehouse(t, shop.Options{})
			set(t, w.client, "/shipping.v1.Shipping/BatchGetShipments", tt.fault)
			_, err := w.batch(t.Context())
			if failed := status.Convert(err); failed.Code() != tt.code || !strings.Contains(failed.Message(), tt.text) {
				t.Errorf("%v", err)
			}
			if calls := w.running.Calls(); len(calls) != 1 || calls[0].Code != tt.log {
				t.Errorf("calls %+v", calls)
			}
			w.running.ClearFaults()
			if response, err := w.batch(t.Context()); err != nil || len(response.GetShipments()) != 2 {
				t.Errorf("after the fault: %v, %v", response, err)
			}
		})
	}
}

func TestDamagedMessagesThatCanStillBeRead(t *testing.T) {
	t.Parallel()
	for damage, check := range map[shop.Damage]func(*shippingpb.BatchGetShipmentsResponse) bool{
		shop.WrongCount: func(r *shippingpb.BatchGetShipmentsResponse) bool {
			return len(r.GetShipments()) == 1 && r.GetShipments()[0].GetOrderId() == 1002
		},
		shop.Empty: func(r *shippingpb.BatchGetShipmentsResponse) bool { return proto.Size(r) == 0 },
		// Go takes a field of the wrong wire type for one that it does not know.
		shop.WrongType: func(r *shippingpb.BatchGetShipmentsResponse) bool {
			first := r.GetShipments()[0]
			return first.GetOrderId() == 0 && len(first.ProtoReflect().GetUnknown()) > 0 && first.GetShipment().GetSscc() == 0
		},
	} {
		t.Run(string(damage), func(t *testing.T) {
			t.Parallel()
			w := newWarehouse(t, shop.Options{})
			set(t, w.client, "/", shop.Fault{Damage: damage})
			if response, err := w.batch(t.Context()); err != nil || !check(response) {
				t.Errorf("%v, %v", response, err)
			}
		})
	}
}

func TestHangingCallEndsWithItsDeadlineOrTheService(t *testing.T) {
	t.Parallel()
	w := newWarehouse(t, shop.Options{})
	set(t, w.client, "/shipping.v1.Shipping", shop.Fault{Damage: shop.Hang})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := w.batch(ctx); status.Code(err) != codes.DeadlineExceeded {
		t.Errorf("%v", err)
	}
	before := len(w.running.Calls()) // a slow machine may miss the deadline before the call is made
	failed := make(chan error)
	go func() {
		_, err := w.batch(t.Context())
		failed <- err
	}()
	for len(w.running.Calls()) == before { // until the second one hangs
		select {
		case err := <-failed:
			t.Fatal(err)
		case <-time.After(time.Millisecond):
		}
	}
	w.running.Service.Close()
	if err := <-failed; status.Code(err) != codes.Unavailable {
		t.Errorf("%v", err)
	}
}

// A server notices by itself that the deadline is over, and may be faster than its client.
func TestSlowCallEndsWithItsDeadline(t *testing.T) {
	t.Parallel()
	w := newWarehouse(t, shop.Options{Latency: time.Hour})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := w.batch(ctx); status.Code(err) != codes.DeadlineExceeded {
		t.Errorf("%v", err)
	}
}

func TestRefusedReservationHasNoEffectAndADamagedOneHas(t *testing.T) {
	t.Parallel()
	w := newWarehouse(t, shop.Options{})
	const method = "/shipping.v1.Inventory/ReserveStock"
	before := w.stock(t, "COF-003").GetReserved()
	for damage, want := range map[shop.Fault]int64{{Status: 503}: 0, {Damage: shop.Garbage}: 1} {
		set(t, w.client, method, damage)
		if _, err := w.inventory.ReserveStock(t.Context(), &shippingpb.ReserveStockRequest{Sku: "COF-003", Quantity: 1}); err == nil {
			t.Errorf("%+v: no error", damage)
		}
		after := w.stock(t, "COF-003").GetReserved()
		if after-before != want {
			t.Errorf("%+v: %d reserved", damage, after-before)
		}
		before = after
	}
}

func TestLatencyDelaysEveryBackEnd(t *testing.T) {
	t.Parallel()
	const latency = 30 * time.Millisecond
	w := newWarehouse(t, shop.Options{Latency: latency})
	w.get("/users/1")
	if _, err := w.batch(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.envelope(t, w.running, "GetInvoice", `<GetInvoice xmlns="`+typesSpace+`"><orderId>1002</orderId></GetInvoice>`)
	calls := w.running.Calls()
	if len(calls) != len(shop.Backends()) {
		t.Fatalf("calls %+v", calls)
	}
	for i, b := range shop.Backends() {
		if calls[i].Backend != b || calls[i].Duration < latency {
			t.Errorf("%+v", calls[i])
		}
	}
}

// batch asks for two shipments.
func (w warehouse) batch(ctx context.Context) (*shippingpb.BatchGetShipmentsResponse, error) {
	return w.shipping.BatchGetShipments(ctx, &shippingpb.BatchGetShipmentsRequest{OrderIds: []int64{1002, 1003}})
}
