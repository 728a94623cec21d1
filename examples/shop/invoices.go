package shop

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// invoice is what one order costs, and whether that was paid.
type invoice struct {
	number   string
	order    Order
	issued   time.Time // a day
	due      time.Time // a day
	products []string  // per line of the order, the product's name
}

// isPaid reports whether somebody has paid.
func (i invoice) isPaid() bool { return !i.order.paidAt.IsZero() }

const (
	invoicePrefix = "INV-"
	daysToPay     = 14
)

// invoice returns the invoice of an order. An order that was called off has none.
func (s *store) invoice(orderID int) (invoice, bool) {
	order, ok := s.order(orderID)
	if !ok || order.Status == StatusCancelled {
		return invoice{}, false
	}
	return s.invoiceOf(order), true
}

func (s *store) invoiceOf(order Order) invoice {
	made := invoice{
		number: invoicePrefix + strconv.Itoa(order.ID),
		order:  order,
		issued: order.PlacedAt,
		due:    order.PlacedAt.AddDate(0, 0, daysToPay),
	}
	for _, line := range order.Lines {
		product, _ := s.product(line.SKU) // lines name only products that exist
		made.products = append(made.products, product.Name)
	}
	return made
}

// The reasons why an invoice cannot be paid.
var (
	errNoInvoice   = errors.New("there is no such invoice")
	errAlreadyPaid = errors.New("the invoice is already paid")
)

// wrongAmount is the error of a payment that is not what the invoice says.
type wrongAmount struct {
	due      Cents
	currency string
}

// Error implements error.
func (e *wrongAmount) Error() string {
	return fmt.Sprintf("the amount due is %s %s", e.due, e.currency)
}

// pay settles an invoice, which takes its order from PENDING to PAID, and returns
// it as it is then. The error is errNoInvoice, errAlreadyPaid or a *wrongAmount.
func (s *store) pay(number string, amount Cents, currency string, now time.Time) (invoice, error) {
	digits, _ := strings.CutPrefix(number, invoicePrefix)
	id, err := strconv.Atoi(digits)
	if err != nil || number != invoicePrefix+strconv.Itoa(id) {
		return invoice{}, errNoInvoice
	}
	order, err := s.settle(id, amount, currency, now)
	if err != nil {
		return invoice{}, err
	}
	return s.invoiceOf(order), nil
}

func (s *store) settle(id int, amount Cents, currency string, now time.Time) (Order, error) {
	row, ok := s.orderIDs[id]
	if !ok {
		return Order{}, errNoInvoice
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	order := &s.orders[row]
	switch {
	case order.Status == StatusCancelled:
		return Order{}, errNoInvoice
	case !order.paidAt.IsZero():
		return Order{}, errAlreadyPaid
	case amount != order.Total || currency != order.Currency:
		return Order{}, &wrongAmount{due: order.Total, currency: order.Currency}
	}
	order.paidAt, order.Status = now, StatusPaid
	return *order, nil
}
