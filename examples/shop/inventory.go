package shop

import (
	"context"
	"errors"
	"strconv"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/weftgraph/weft/examples/shop/shippingpb"
)

// inventory implements the service of that name.
type inventory struct {
	shippingpb.UnimplementedInventoryServer

	store *store
	now   func() time.Time
}

var _ shippingpb.InventoryServer = inventory{}

// reservedFor is how long a reservation is kept. The demo ends before it does.
const reservedFor = 48 * time.Hour

// BatchGetStock implements shippingpb.InventoryServer.
func (i inventory) BatchGetStock(_ context.Context, r *shippingpb.BatchGetStockRequest) (*shippingpb.BatchGetStockResponse, error) {
	skus := r.GetSkus()
	if len(skus) > maxBatch {
		return nil, invalidArgument("skus", "expected at most %d but got %d", maxBatch, len(skus))
	}
	response := &shippingpb.BatchGetStockResponse{}
	for _, sku := range distinct(skus) {
		if found, ok := i.store.stockOf(sku); ok {
			response.Stock = append(response.Stock, stockMessage(found))
		}
	}
	return response, nil
}

// ReserveStock implements shippingpb.InventoryServer.
func (i inventory) ReserveStock(_ context.Context, r *shippingpb.ReserveStockRequest) (*shippingpb.ReserveStockResponse, error) {
	if err := i.check(r); err != nil {
		return nil, err
	}
	number, left, err := i.store.reserve(r.GetSku(), int(r.GetQuantity()))
	if err != nil {
		return nil, refusedReservation(r.GetSku(), err)
	}
	return &shippingpb.ReserveStockResponse{
		Reservation: &shippingpb.Reservation{
			Id:        "R-" + strconv.Itoa(number),
			Sku:       r.GetSku(),
			Quantity:  r.GetQuantity(),
			ExpiresAt: timestamppb.New(i.now().Add(reservedFor).Truncate(time.Second)),
		},
		Stock: stockMessage(left),
	}, nil
}

// check refuses what cannot be meant.
func (i inventory) check(r *shippingpb.ReserveStockRequest) error {
	const most = 1000
	switch owner := r.GetOwner().(type) {
	case *shippingpb.ReserveStockRequest_OrderId:
		if _, ok := i.store.order(int(owner.OrderId)); !ok {
			return failedCall(codes.NotFound, "NO_ORDER", "there is no order %d", owner.OrderId)
		}
	case *shippingpb.ReserveStockRequest_BasketId:
		if owner.BasketId == "" {
			return invalidArgument("basket_id", "expected a name")
		}
	}
	switch {
	case r.GetSku() == "":
		return invalidArgument("sku", "expected a product")
	case r.GetQuantity() < 1 || r.GetQuantity() > most:
		return invalidArgument("quantity", "expected a number from 1 to %d but got %d", most, r.GetQuantity())
	}
	return nil
}

// refusedReservation makes the answer of what the store said.
func refusedReservation(sku string, err error) error {
	var short *shortage
	if errors.As(err, &short) {
		return withDetails(status.New(codes.FailedPrecondition, short.Error()), errorInfo("OUT_OF_STOCK", map[string]string{
			"sku": sku, "wanted": strconv.Itoa(short.wanted), "available": strconv.Itoa(short.obtainable),
		}))
	}
	return failedCall(codes.NotFound, "NO_PRODUCT", "there is no product %q", sku)
}

func stockMessage(s stock) *shippingpb.Stock {
	message := &shippingpb.Stock{
		Sku:       s.sku,
		OnHand:    int64(s.onHand),
		Reserved:  int64(s.reserved),
		Available: int64(s.available()),
		Warehouse: s.warehouse,
	}
	if !s.restock.IsZero() {
		message.Restock = timestamppb.New(s.restock)
	}
	return message
}
