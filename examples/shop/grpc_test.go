package shop_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	reflectionpb "google.golang.org/grpc/reflection/grpc_reflection_v1"
	reflectionalpha "google.golang.org/grpc/reflection/grpc_reflection_v1alpha"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/weftgraph/weft/examples/shop"
	"github.com/weftgraph/weft/examples/shop/shippingpb"
)

// warehouse talks to the gRPC services of a started shop.
type warehouse struct {
	client

	running   *shop.Running
	conn      *grpc.ClientConn
	shipping  shippingpb.ShippingClient
	inventory shippingpb.InventoryClient
}

func newWarehouse(t *testing.T, o shop.Options) warehouse {
	t.Helper()
	c, running := startShop(t, o)
	conn, err := grpc.NewClient(strings.TrimPrefix(running.Address(shop.Shipping), "grpc://"),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return warehouse{
		client: c, running: running, conn: conn,
		shipping: shippingpb.NewShippingClient(conn), inventory: shippingpb.NewInventoryClient(conn),
	}
}

func TestEveryPaidOrderHasOneShipment(t *testing.T) {
	t.Parallel()
	w := newWarehouse(t, shop.Options{})
	orders := read[[]row](w.client, "/orders")
	var asked []int64
	for _, o := range orders {
		asked = append(asked, int64(o.ID))
	}
	response, err := w.shipping.BatchGetShipments(t.Context(), &shippingpb.BatchGetShipmentsRequest{OrderIds: asked})
	if err != nil {
		t.Fatal(err)
	}
	shipments := map[int64]*shippingpb.Shipment{}
	labels := map[uint64]bool{}
	for _, s := range response.GetShipments() {
		shipments[s.GetOrderId()] = s.GetShipment()
		labels[s.GetShipment().GetSscc()] = true
	}
	if len(labels) != len(shipments) || len(shipments) != len(response.GetShipments()) {
		t.Errorf("%d rows, %d orders, %d labels", len(response.GetShipments()), len(shipments), len(labels))
	}
	states := map[string]shippingpb.Shipment_Status{
		"PAID":      shippingpb.Shipment_PREPARING,
		"SHIPPED":   shippingpb.Shipment_IN_TRANSIT,
		"DELIVERED": shippingpb.Shipment_DELIVERED,
	}
	for _, o := range orders {
		s, ok := shipments[int64(o.ID)]
		want, paid := states[o.Status]
		if ok != paid || ok && s.GetStatus() != want {
			t.Errorf("order %d is %s, shipment %v", o.ID, o.Status, s)
		}
		if ok {
			checkShipment(t, o, s)
		}
	}
}

// checkShipment tells whether a parcel fits its order and agrees with itself.
func checkShipment(t *testing.T, o row, s *shippingpb.Shipment) {
	t.Helper()
	if label := fmt.Sprint(s.GetSscc()); len(label) != 18 || !strings.HasPrefix(label, "34012345") {
		t.Errorf("order %d: label %s", o.ID, label)
	}
	contents := map[string]int32{}
	for _, line := range o.Lines {
		contents[line.SKU] = int32(line.Quantity)
	}
	if diff := cmp.Diff(contents, s.GetContents()); diff != "" {
		t.Errorf("order %d: contents (-want +got):\n%s", o.ID, diff)
	}
	isGone := s.GetStatus() != shippingpb.Shipment_PREPARING
	isThere := s.GetStatus() == shippingpb.Shipment_DELIVERED
	if (s.Carrier != nil) != isGone || (s.TrackingNumber != nil) != isGone ||
		(s.GetEta() != nil) == isThere || (s.GetDeliveredAt() != nil) != isThere || s.GetWeightGrams() <= 0 || s.Destination == nil {
		t.Errorf("order %d: %v", o.ID, s)
	}
	if !slices.IsSortedFunc(s.GetEvents(), func(a, b *shippingpb.ShipmentEvent) int {
		return a.GetAt().AsTime().Compare(b.GetAt().AsTime())
	}) {
		t.Errorf("order %d: events out of order: %v", o.ID, s.GetEvents())
	}
}

func TestBatchKeepsTheOrderOfTheRequestAndLeavesOutWhatIsMissing(t *testing.T) {
	t.Parallel()
	w := newWarehouse(t, shop.Options{})
	response, err := w.shipping.BatchGetShipments(t.Context(),
		&shippingpb.BatchGetShipmentsRequest{OrderIds: []int64{1003, 1, 1002, 1003, -1, 1 << 62}})
	if err != nil {
		t.Fatal(err)
	}
	var got []int64
	for _, s := range response.GetShipments() {
		got = append(got, s.GetOrderId())
	}
	if diff := cmp.Diff([]int64{1003, 1002}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	stock, err := w.inventory.BatchGetStock(t.Context(), &shippingpb.BatchGetStockRequest{Skus: []string{"HOM-001", "NO-1", "COF-002", "HOM-001"}})
	if err != nil {
		t.Fatal(err)
	}
	var skus []string
	for _, s := range stock.GetStock() {
		skus = append(skus, s.GetSku())
	}
	if diff := cmp.Diff([]string{"HOM-001", "COF-002"}, skus); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSingleShipmentIsThatOfTheBatch(t *testing.T) {
	t.Parallel()
	w := newWarehouse(t, shop.Options{})
	single, err := w.shipping.GetShipment(t.Context(), &shippingpb.GetShipmentRequest{OrderId: 1002})
	if err != nil {
		t.Fatal(err)
	}
	batch, err := w.shipping.BatchGetShipments(t.Context(), &shippingpb.BatchGetShipmentsRequest{OrderIds: []int64{1002}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(batch.GetShipments()[0].GetShipment(), single.GetShipment(), protocmp.Transform()); diff != "" {
		t.Errorf("(-batch +single):\n%s", diff)
	}
}

func TestStockAddsUpAndAgreesWithTheCatalogue(t *testing.T) {
	t.Parallel()
	w := newWarehouse(t, shop.Options{})
	onHand := map[string]int64{}
	request := &shippingpb.BatchGetStockRequest{}
	for _, p := range read[[]struct {
		SKU   string
		Stock int64
	}](w.client, "/products") {
		onHand[p.SKU] = p.Stock
		request.Skus = append(request.Skus, p.SKU)
	}
	response, err := w.inventory.BatchGetStock(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	if len(response.GetStock()) != len(onHand) {
		t.Errorf("%d of %d products", len(response.GetStock()), len(onHand))
	}
	scarce, reserved := 0, 0
	for _, s := range response.GetStock() {
		if s.GetOnHand() != onHand[s.GetSku()] || s.GetAvailable() != s.GetOnHand()-s.GetReserved() || s.GetAvailable() < 0 || s.GetWarehouse() == "" {
			t.Errorf("%v", s)
		}
		if (s.GetRestock() != nil) != (s.GetAvailable() < 5) {
			t.Errorf("restock of %v", s)
		}
		if s.GetRestock() != nil {
			scarce++
		}
		if s.GetReserved() > 0 {
			reserved++
		}
	}
	if scarce == 0 || reserved == 0 || scarce == len(onHand) {
		t.Errorf("%d products are scarce, %d reserved: the demo shows nothing", scarce, reserved)
	}
}

func TestReservedStockIsSeenByLaterCalls(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	w := newWarehouse(t, shop.Options{Now: func() time.Time { return noon }})
	before := w.stock(t, "COF-003")
	response, err := w.inventory.ReserveStock(t.Context(), &shippingpb.ReserveStockRequest{
		Sku: "COF-003", Quantity: 2, Owner: &shippingpb.ReserveStockRequest_OrderId{OrderId: 1296},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := &shippingpb.Reservation{
		Id: "R-1", Sku: "COF-003", Quantity: 2, ExpiresAt: timestamppb.New(noon.Add(48 * time.Hour)),
	}
	if diff := cmp.Diff(want, response.GetReservation(), protocmp.Transform()); diff != "" {
		t.Errorf("reservation (-want +got):\n%s", diff)
	}
	after := w.stock(t, "COF-003")
	if after.GetAvailable() != before.GetAvailable()-2 || after.GetReserved() != before.GetReserved()+2 {
		t.Errorf("before %v, after %v", before, after)
	}
	if diff := cmp.Diff(after, response.GetStock(), protocmp.Transform()); diff != "" {
		t.Errorf("stock of the answer (-later +answer):\n%s", diff)
	}
}

func (w warehouse) stock(t *testing.T, sku string) *shippingpb.Stock {
	t.Helper()
	response, err := w.inventory.BatchGetStock(t.Context(), &shippingpb.BatchGetStockRequest{Skus: []string{sku}})
	if err != nil || len(response.GetStock()) != 1 {
		t.Fatalf("%v, %v", response, err)
	}
	return response.GetStock()[0]
}

func TestRefusedCallsSayWhyInTheirDetails(t *testing.T) {
	t.Parallel()
	w := newWarehouse(t, shop.Options{})
	reserve := func(r *shippingpb.ReserveStockRequest) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := w.inventory.ReserveStock(ctx, r)
			return err
		}
	}
	info := func(reason string, metadata map[string]string) []any {
		return []any{&errdetails.ErrorInfo{Reason: reason, Domain: "shop.example", Metadata: metadata}}
	}
	violation := func(field, text string) []any {
		return append(info("INVALID_REQUEST", nil), &errdetails.BadRequest{
			FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: field, Description: text}},
		})
	}
	available := fmt.Sprint(w.stock(t, "OFF-008").GetAvailable())
	for name, tt := range map[string]struct {
		call    func(context.Context) error
		code    codes.Code
		message string
		details []any
	}{
		"no shipment": {
			func(ctx context.Context) error {
				_, err := w.shipping.GetShipment(ctx, &shippingpb.GetShipmentRequest{OrderId: 7})
				return err
			},
			codes.NotFound, "order 7 has no shipment", info("NO_SHIPMENT", nil),
		},
		"too many orders": {
			func(ctx context.Context) error {
				_, err := w.shipping.BatchGetShipments(ctx, &shippingpb.BatchGetShipmentsRequest{OrderIds: make([]int64, 1001)})
				return err
			},
			codes.InvalidArgument, "order_ids: expected at most 1000 but got 1001",
			violation("order_ids", "expected at most 1000 but got 1001"),
		},
		"too many products": {
			func(ctx context.Context) error {
				_, err := w.inventory.BatchGetStock(ctx, &shippingpb.BatchGetStockRequest{Skus: make([]string, 1001)})
				return err
			},
			codes.InvalidArgument, "skus: expected at most 1000 but got 1001",
			violation("skus", "expected at most 1000 but got 1001"),
		},
		"no product named": {
			reserve(&shippingpb.ReserveStockRequest{Quantity: 1}),
			codes.InvalidArgument, "sku: expected a product", violation("sku", "expected a product"),
		},
		"nothing of it": {
			reserve(&shippingpb.ReserveStockRequest{Sku: "COF-002"}),
			codes.InvalidArgument, "quantity: expected a number from 1 to 1000 but got 0",
			violation("quantity", "expected a number from 1 to 1000 but got 0"),
		},
		"basket without a name": {
			reserve(&shippingpb.ReserveStockRequest{Sku: "COF-002", Quantity: 1, Owner: &shippingpb.ReserveStockRequest_BasketId{}}),
			codes.InvalidArgument, "basket_id: expected a name", violation("basket_id", "expected a name"),
		},
		"unknown order": {
			reserve(&shippingpb.ReserveStockRequest{Sku: "COF-002", Quantity: 1, Owner: &shippingpb.ReserveStockRequest_OrderId{OrderId: 5}}),
			codes.NotFound, "there is no order 5", info("NO_ORDER", nil),
		},
		"unknown product": {
			reserve(&shippingpb.ReserveStockRequest{Sku: "COF-999", Quantity: 1}),
			codes.NotFound, `there is no product "COF-999"`, info("NO_PRODUCT", nil),
		},
		"more than there is": {
			reserve(&shippingpb.ReserveStockRequest{Sku: "OFF-008", Quantity: 900}),
			codes.FailedPrecondition, "only " + available + " of OFF-008 are available, not 900",
			info("OUT_OF_STOCK", map[string]string{"sku": "OFF-008", "wanted": "900", "available": available}),
		},
	} {
		t.Run(name, func(t *testing.T) {
			failed := status.Convert(tt.call(t.Context()))
			if failed.Code() != tt.code || failed.Message() != tt.message {
				t.Errorf("%s: %s", failed.Code(), failed.Message())
			}
			if diff := cmp.Diff(tt.details, failed.Details(), protocmp.Transform()); diff != "" {
				t.Errorf("details (-want +got):\n%s", diff)
			}
		})
	}
}

func TestServerReflectsItselfInBothVersionsAndIsHealthy(t *testing.T) {
	t.Parallel()
	w := newWarehouse(t, shop.Options{})
	want := []string{
		"grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection",
		"shipping.v1.Inventory", "shipping.v1.Shipping",
	}
	stream, err := reflectionpb.NewServerReflectionClient(w.conn).ServerReflectionInfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Send(&reflectionpb.ServerReflectionRequest{
		MessageRequest: &reflectionpb.ServerReflectionRequest_ListServices{},
	}); err != nil {
		t.Fatal(err)
	}
	list, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range list.GetListServicesResponse().GetService() {
		got = append(got, s.GetName())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("v1 (-want +got):\n%s", diff)
	}
	checkAlphaReflection(t, w.conn)
	health, err := healthpb.NewHealthClient(w.conn).Check(t.Context(), &healthpb.HealthCheckRequest{})
	if err != nil || health.GetStatus() != healthpb.HealthCheckResponse_SERVING {
		t.Errorf("%v, %v", health, err)
	}
	if calls := w.running.Calls(); len(calls) != 0 {
		t.Errorf("looking around was logged: %+v", calls)
	}
}

// checkAlphaReflection asks for a file as clients did before reflection was stable.
//
//nolint:staticcheck // deprecated for new clients; old ones still speak it
func checkAlphaReflection(t *testing.T, conn *grpc.ClientConn) {
	t.Helper()
	stream, err := reflectionalpha.NewServerReflectionClient(conn).ServerReflectionInfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Send(&reflectionalpha.ServerReflectionRequest{
		MessageRequest: &reflectionalpha.ServerReflectionRequest_FileContainingSymbol{FileContainingSymbol: "shipping.v1.Shipping"},
	}); err != nil {
		t.Fatal(err)
	}
	file, err := stream.Recv()
	if err != nil || len(file.GetFileDescriptorResponse().GetFileDescriptorProto()) == 0 {
		t.Errorf("v1alpha: %v, %v", file, err)
	}
}

func TestCallLogHoldsCallsByGRPC(t *testing.T) {
	t.Parallel()
	w := newWarehouse(t, shop.Options{})
	_, _ = w.shipping.BatchGetShipments(t.Context(), &shippingpb.BatchGetShipmentsRequest{OrderIds: []int64{1002, 5}})
	_, _ = w.shipping.GetShipment(t.Context(), &shippingpb.GetShipmentRequest{OrderId: 5})
	_, _ = w.inventory.BatchGetStock(t.Context(), &shippingpb.BatchGetStockRequest{Skus: []string{"COF-002"}})
	_, _ = w.inventory.ReserveStock(t.Context(), &shippingpb.ReserveStockRequest{Sku: "COF-002"})
	err := w.conn.Invoke(t.Context(), "/shipping.v1.Shipping/Cancel", &shippingpb.GetShipmentRequest{}, &shippingpb.GetShipmentResponse{})
	if status.Code(err) != codes.Unimplemented {
		t.Errorf("unknown method: %v", err)
	}
	call := func(service, method, code string, keys ...string) shop.Call {
		return shop.Call{
			Backend: shop.Shipping, Method: method, Path: "/shipping.v1." + service + "/" + method,
			Keys: keys, Status: 200, Code: code,
		}
	}
	want := []shop.Call{
		call("Shipping", "BatchGetShipments", "OK", "1002", "5"),
		call("Shipping", "GetShipment", "NOT_FOUND", "5"),
		call("Inventory", "BatchGetStock", "OK", "COF-002"),
		call("Inventory", "ReserveStock", "INVALID_ARGUMENT", "COF-002"),
		call("Shipping", "Cancel", "UNIMPLEMENTED"),
	}
	if diff := cmp.Diff(want, w.running.Calls(), cmpopts.IgnoreFields(shop.Call{}, "Start", "Duration")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func shipmentOf(orderID int64) *shippingpb.GetShipmentRequest {
	return &shippingpb.GetShipmentRequest{OrderId: orderID}
}
