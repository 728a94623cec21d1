package shop

import (
	"context"
	"fmt"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"

	"github.com/weftgraph/weft/examples/shop/shippingpb"
)

// shipping implements the service of that name.
type shipping struct {
	shippingpb.UnimplementedShippingServer

	service *Service
}

var _ shippingpb.ShippingServer = shipping{}

// maxBatch bounds the keys of one request to any back end.
const maxBatch = 1000

// GetShipment implements shippingpb.ShippingServer.
func (s shipping) GetShipment(_ context.Context, r *shippingpb.GetShipmentRequest) (*shippingpb.GetShipmentResponse, error) {
	found, ok := s.service.store.shipment(r.GetOrderId())
	if !ok {
		return nil, noShipment(r.GetOrderId())
	}
	return &shippingpb.GetShipmentResponse{Shipment: found}, nil
}

// BatchGetShipments implements shippingpb.ShippingServer.
func (s shipping) BatchGetShipments(
	_ context.Context, r *shippingpb.BatchGetShipmentsRequest,
) (*shippingpb.BatchGetShipmentsResponse, error) {
	ids := r.GetOrderIds()
	if len(ids) > maxBatch {
		return nil, invalidArgument("order_ids", "expected at most %d but got %d", maxBatch, len(ids))
	}
	response := &shippingpb.BatchGetShipmentsResponse{}
	for _, id := range distinct(ids) {
		if found, ok := s.service.store.shipment(id); ok {
			response.Shipments = append(response.Shipments, &shippingpb.OrderShipment{OrderId: id, Shipment: found})
		}
	}
	return response, nil
}

// WatchShipment implements shippingpb.ShippingServer.
func (s shipping) WatchShipment(r *shippingpb.WatchShipmentRequest, stream grpc.ServerStreamingServer[shippingpb.ShipmentEvent]) error {
	id := r.GetOrderId()
	cut := s.service.cut.wait()
	for sent := 0; ; {
		s.service.store.watch(id)
		parcel, ok := s.service.store.shipment(id)
		if !ok {
			return noShipment(id)
		}
		for _, event := range parcel.GetEvents()[sent:] {
			if err := stream.Send(event); err != nil {
				return err
			}
			sent++
		}
		if parcel.GetStatus() == shippingpb.Shipment_DELIVERED {
			return nil
		}
		if err := s.service.rest(stream.Context(), cut, s.service.store.untilStop(id, sent)); err != nil {
			return err
		}
	}
}

func noShipment(orderID int64) error {
	return failedCall(codes.NotFound, "NO_SHIPMENT", "order %d has no shipment", orderID)
}

// distinct returns the keys in their order, each once.
func distinct[K comparable](keys []K) []K {
	seen := make(map[K]bool, len(keys))
	kept := make([]K, 0, len(keys))
	for _, key := range keys {
		if !seen[key] {
			seen[key] = true
			kept = append(kept, key)
		}
	}
	return kept
}

// failedCall is an error with a reason that programs can read.
func failedCall(code codes.Code, reason, text string, args ...any) error {
	return withDetails(status.Newf(code, text, args...), errorInfo(reason, nil))
}

// invalidArgument is the error of a request with a wrong field.
func invalidArgument(field, text string, args ...any) error {
	description := fmt.Sprintf(text, args...)
	return withDetails(status.New(codes.InvalidArgument, field+": "+description),
		errorInfo(string(reasonInvalid), nil),
		&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{
			{Field: field, Description: description},
		}},
	)
}

func errorInfo(reason string, metadata map[string]string) *errdetails.ErrorInfo {
	return &errdetails.ErrorInfo{Reason: reason, Domain: "shop.example", Metadata: metadata}
}

func withDetails(s *status.Status, details ...protoadapt.MessageV1) error {
	detailed, err := s.WithDetails(details...)
	if err != nil { // the error matters more than its details
		return s.Err()
	}
	return detailed.Err()
}
