package shop

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/weftgraph/weft/examples/shop/shippingpb"
)

// shipment returns the shipment of an order. An order that is not paid, or was
// called off, has none.
func (s *store) shipment(orderID int64) (*shippingpb.Shipment, bool) {
	order, ok := s.order(int(orderID))
	if !ok || !order.Status.isPaid() {
		return nil, false
	}
	buyer, _ := s.user(order.UserID) // orders name only users that exist
	return newShipment(order, buyer), true
}

// newShipment computes the parcel of a paid order.
func newShipment(order Order, buyer User) *shippingpb.Shipment {
	parcel := &shippingpb.Shipment{
		Sscc:     sscc(order.ID),
		Status:   shippingpb.Shipment_PREPARING,
		Contents: make(map[string]int32, len(order.Lines)),
	}
	for i, line := range order.Lines {
		parcel.Contents[line.SKU] = int32(line.Quantity)
		parcel.WeightGrams += int32(line.Quantity * (80 + pick(order.ID*4+i, "weight", 2400)))
	}
	if pick(order.ID, "pickup", 4) == 0 {
		parcel.Destination = &shippingpb.Shipment_PickupPoint{PickupPoint: "Parcel shop, " + buyer.Address.City}
	} else {
		parcel.Destination = &shippingpb.Shipment_Address{
			Address: &shippingpb.Address{City: buyer.Address.City, Country: buyer.Address.Country},
		}
	}
	addJourney(parcel, order, buyer)
	return parcel
}

// addJourney says where the parcel is and when it comes.
func addJourney(parcel *shippingpb.Shipment, order Order, buyer User) {
	const day = 24 * time.Hour
	packed := order.paidAt.Add(time.Duration(6+pick(order.ID, "packed", 30)) * time.Hour)
	arrival := packed.Add(day + time.Duration(pick(order.ID, "travel", 72))*time.Hour)
	happened := func(at time.Time, place, text string) {
		parcel.Events = append(parcel.Events, &shippingpb.Event{At: timestamppb.New(at), Place: place, Text: text})
	}
	happened(order.paidAt, "Hamburg", "Paid, waits to be packed")
	if order.Status == StatusPaid {
		parcel.Eta = timestamppb.New(arrival)
		return
	}
	carrier := carrierTo(buyer.Address.Country)
	tracking := fmt.Sprintf("%s%d%010d", carrier[:2], order.ID, pick(order.ID, "tracking", 1e10))
	parcel.Carrier, parcel.TrackingNumber = &carrier, &tracking
	parcel.Status = shippingpb.Shipment_IN_TRANSIT
	happened(packed, "Hamburg", "Handed to "+carrier)
	if order.Status == StatusShipped {
		parcel.Eta = timestamppb.New(arrival)
		return
	}
	parcel.Status = shippingpb.Shipment_DELIVERED
	parcel.DeliveredAt = timestamppb.New(arrival)
	happened(arrival, buyer.Address.City, "Delivered")
}

func carrierTo(country string) string {
	switch country {
	case "DE", "AT", "CH":
		return "DHL"
	case "NL", "BE":
		return "PostNL"
	case "DK", "SE", "NO", "FI":
		return "PostNord"
	default:
		return "GLS"
	}
}

// sscc makes the code on a parcel's label: the extension digit 3, the shop's
// company prefix, the order's number and a check digit, 18 digits in all. It is
// more than a float holds.
func sscc(orderID int) uint64 {
	const prefix = 3_4012345_000_000_000 // nine digits are the number's
	body := prefix + uint64(orderID)
	sum := uint64(0)
	for rest, weight := body, uint64(3); rest > 0; rest, weight = rest/10, 4-weight {
		sum += rest % 10 * weight // GS1 weighs 3, 1, 3, … from the right
	}
	return body*10 + (10-sum%10)%10
}
