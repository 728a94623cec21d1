package shop

import (
	"fmt"

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
	stops, arrival := journey(order, buyer)
	for _, s := range stops {
		parcel.Status = s.status
		parcel.Events = append(parcel.Events, &shippingpb.ShipmentEvent{
			At: timestamppb.New(s.at), Place: s.place, Text: s.text, Status: s.status, OrderId: int64(order.ID),
		})
	}
	if parcel.GetStatus() != shippingpb.Shipment_PREPARING {
		carrier := carrierTo(buyer.Address.Country)
		tracking := fmt.Sprintf("%s%d%010d", carrier.name[:2], order.ID, pick(order.ID, "tracking", 1e10))
		parcel.Carrier, parcel.TrackingNumber = &carrier.name, &tracking
	}
	if parcel.GetStatus() == shippingpb.Shipment_DELIVERED {
		parcel.DeliveredAt = timestamppb.New(arrival)
	} else {
		parcel.Eta = timestamppb.New(arrival)
	}
}

// carrier is who brings a parcel, and where it sorts them.
type carrier struct{ name, hub string }

func carrierTo(country string) carrier {
	switch country {
	case "DE", "AT", "CH":
		return carrier{"DHL", "Leipzig"}
	case "NL", "BE":
		return carrier{"PostNL", "Nieuwegein"}
	case "DK", "SE", "NO", "FI":
		return carrier{"PostNord", "Malmö"}
	default:
		return carrier{"GLS", "Neuenstein"}
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
