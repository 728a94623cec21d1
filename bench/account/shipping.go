package account

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/weftgraph/weft/examples/shop/shippingpb"
)

// shipments returns the parcels of orders, by order.
func (s *Service) shipments(ctx context.Context, orders []int64) (map[int64]*Shipment, error) {
	reply, err := s.parcels.BatchGetShipments(ctx, &shippingpb.BatchGetShipmentsRequest{OrderIds: orders})
	if err != nil {
		return nil, fmt.Errorf("asking for shipments: %w", err)
	}
	out := make(map[int64]*Shipment, len(reply.GetShipments()))
	for _, row := range reply.GetShipments() {
		parcel := row.GetShipment()
		out[row.GetOrderId()] = &Shipment{
			Status:         parcel.GetStatus().String(),
			Carrier:        parcel.Carrier,
			TrackingNumber: parcel.TrackingNumber,
			ETA:            instant(parcel.GetEta()),
			DeliveredAt:    instant(parcel.GetDeliveredAt()),
		}
	}
	return out, nil
}

// inventories returns the stock of products, by SKU.
func (s *Service) inventories(ctx context.Context, skus []string) (map[string]*Inventory, error) {
	reply, err := s.stock.BatchGetStock(ctx, &shippingpb.BatchGetStockRequest{Skus: skus})
	if err != nil {
		return nil, fmt.Errorf("asking for stock: %w", err)
	}
	out := make(map[string]*Inventory, len(reply.GetStock()))
	for _, row := range reply.GetStock() {
		out[row.GetSku()] = &Inventory{Available: row.GetAvailable(), RestockAt: instant(row.GetRestock())}
	}
	return out, nil
}

// instant is null where there is no timestamp.
func instant(t *timestamppb.Timestamp) *string {
	if t == nil {
		return nil
	}
	text := t.AsTime().Format(time.RFC3339)
	return &text
}
