package shop

import (
	"time"

	"github.com/weftgraph/weft/examples/shop/shippingpb"
)

// The parcels of the data set stay where they are, so that the data is the same in
// every process. One that is watched moves on: it reaches its next stop each time
// that [Options.Pace] is over, for whoever asks and by whatever protocol. No timer
// runs for it: where it is follows from the clock.

// stop is one stop of a parcel.
type stop struct {
	at          time.Time
	place, text string
	status      shippingpb.Shipment_Status
}

// How many stops there are, and how many of them a parcel has reached that nobody watches.
const (
	allStops     = 5
	stopsPaid    = 1
	stopsShipped = 2
)

// stopsOf returns how many stops belong to a state of an order.
func stopsOf(s Status) int {
	switch s {
	case StatusPaid:
		return stopsPaid
	case StatusShipped:
		return stopsShipped
	case StatusDelivered:
		return allStops
	default:
		return 0
	}
}

// watch is that somebody watches a parcel.
type watch struct {
	since time.Time     // zero if nobody does
	from  int           // how many stops the parcel had reached
	pace  time.Duration // from stop to stop
}

// reached returns how many stops the parcel has reached.
func (w watch) reached(now time.Time) int {
	return min(w.from+max(int(now.Sub(w.since)/w.pace), 0), allStops)
}

// reaches returns when the parcel reaches a stop, counted from 0, that lay before
// it when the watch began.
func (w watch) reaches(stop int) time.Time {
	return w.since.Add(time.Duration(stop+1-w.from) * w.pace)
}

// watch makes the parcel of an order move on from now on, if it has one that has
// not arrived and nobody watched it before.
func (s *store) watch(orderID int64) {
	row, ok := s.orderIDs[int(orderID)]
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	order := &s.orders[row]
	if from := stopsOf(order.Status); from > 0 && from < allStops && order.watch.since.IsZero() {
		order.watch = watch{since: s.now(), from: from, pace: s.pace}
	}
}

// untilStop is how long the parcel of an order takes to a stop, counted from 0. It
// is watched, and the stop is ahead of where it was before.
func (s *store) untilStop(orderID int64, ahead int) time.Duration {
	order, _ := s.order(int(orderID))
	return order.watch.reaches(ahead).Sub(s.now())
}

// at is the order as it is at a time.
func (o Order) at(now time.Time) Order {
	o.stops = stopsOf(o.Status)
	if o.watch.since.IsZero() {
		return o
	}
	switch o.stops = o.watch.reached(now); {
	case o.stops == o.watch.from:
	case o.stops < allStops:
		o.Status = StatusShipped
	default:
		o.Status = StatusDelivered
	}
	return o
}

// journey returns the stops that the parcel of a paid order has reached, and when
// it arrives, or did.
func journey(order Order, buyer User) ([]stop, time.Time) {
	const day = 24 * time.Hour
	packed := order.paidAt.Add(time.Duration(6+pick(order.ID, "packed", 30)) * time.Hour)
	arrival := packed.Add(day + time.Duration(pick(order.ID, "travel", 72))*time.Hour)
	by := carrierTo(buyer.Address.Country)
	stops := []stop{
		{order.paidAt, "Hamburg", "Paid, waits to be packed", shippingpb.Shipment_PREPARING},
		{packed, "Hamburg", "Handed to " + by.name, shippingpb.Shipment_IN_TRANSIT},
		{packed.Add(arrival.Sub(packed) / 2).Truncate(time.Hour), by.hub, "Sorted", shippingpb.Shipment_IN_TRANSIT},
		{arrival.Add(-4 * time.Hour), buyer.Address.City, "Out for delivery", shippingpb.Shipment_IN_TRANSIT},
		{arrival, buyer.Address.City, "Delivered", shippingpb.Shipment_DELIVERED},
	}
	if !order.watch.since.IsZero() {
		for ahead := order.watch.from; ahead < allStops; ahead++ {
			stops[ahead].at = order.watch.reaches(ahead).Truncate(time.Millisecond)
		}
	}
	return stops[:order.stops], stops[allStops-1].at
}
