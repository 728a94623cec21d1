package shop

import (
	"errors"
	"fmt"
	"time"
)

// stock is how much there is of one product.
type stock struct {
	sku       string
	onHand    int
	reserved  int
	warehouse string
	restock   time.Time // zero while there is plenty
}

func (s stock) available() int { return s.onHand - s.reserved }

// scarce is how little must be available for more to be ordered.
const scarce = 5

// stockOf returns the stock of a product.
func (s *store) stockOf(sku string) (stock, bool) {
	row, ok := s.skus[sku]
	if !ok {
		return stock{}, false
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.stockAt(row), true
}

// stockAt reads the stock of a row; the caller holds mu.
func (s *store) stockAt(row int) stock {
	warehouses := [...]string{"Hamburg", "Lyon", "Brno"}
	found := stock{
		sku:       s.products[row].SKU,
		onHand:    s.products[row].Stock,
		reserved:  s.reserved[row],
		warehouse: warehouses[pick(row, "warehouse", len(warehouses))],
	}
	if found.available() < scarce {
		found.restock = closing().Add(time.Duration(1+pick(row, "restock", 40)) * 24 * time.Hour)
	}
	return found
}

// errNoProduct says that nothing has the SKU.
var errNoProduct = errors.New("there is no such product")

// shortage is the error of a reservation that asks for more than there is.
type shortage struct {
	sku                string
	wanted, obtainable int
}

// Error implements error.
func (e *shortage) Error() string {
	return fmt.Sprintf("only %d of %s are available, not %d", e.obtainable, e.sku, e.wanted)
}

// reserve sets some of a product aside and returns the reservation's number and
// the stock that is left. The error is errNoProduct or a *shortage.
func (s *store) reserve(sku string, quantity int) (int, stock, error) {
	row, ok := s.skus[sku]
	if !ok {
		return 0, stock{}, errNoProduct
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if available := s.stockAt(row).available(); quantity > available {
		return 0, stock{}, &shortage{sku: sku, wanted: quantity, obtainable: available}
	}
	s.reserved[row] += quantity
	s.reservations++
	return s.reservations, s.stockAt(row), nil
}

// reserveWaiting sets aside what orders wait for that are not packed yet, as far
// as it goes. The caller is the constructor.
func (s *store) reserveWaiting() {
	for _, order := range s.orders {
		if order.Status != StatusPending && order.Status != StatusPaid {
			continue
		}
		for _, line := range order.Lines {
			row := s.skus[line.SKU]
			s.reserved[row] = min(s.reserved[row]+line.Quantity, s.products[row].Stock)
		}
	}
}
