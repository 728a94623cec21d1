package shop

import (
	"math"
	"slices"
	"sync"
	"time"
)

// store is the data base that all back ends share: tables whose rows are fixed
// in number, and reviews that grow. It is safe for concurrent use.
type store struct {
	users    []User
	userIDs  map[int]int    // id → row
	orderIDs map[int]int    // id → row
	skus     map[string]int // SKU → row

	now  func() time.Time
	pace time.Duration // from stop to stop of a parcel that is watched

	mu           sync.RWMutex
	orders       []Order   // guarded for their payment and their parcels
	products     []Product // guarded for their ratings
	stars        []int     // per product row, the sum of its ratings
	reserved     []int     // per product row, what is set aside
	reservations int       // how many were made while the service runs
	reviews      []Review  // append only; row i has id i+1
	placed       news      // a review is new
}

func newStore(data dataSet, now func() time.Time, pace time.Duration) *store {
	s := &store{
		now:      now,
		pace:     pace,
		users:    data.users,
		orders:   data.orders,
		products: data.products,
		stars:    make([]int, len(data.products)),
		reserved: make([]int, len(data.products)),
		userIDs:  make(map[int]int, len(data.users)),
		orderIDs: make(map[int]int, len(data.orders)),
		skus:     make(map[string]int, len(data.products)),
	}
	for row, user := range s.users {
		s.userIDs[user.ID] = row
	}
	for row, order := range s.orders {
		s.orderIDs[order.ID] = row
	}
	for row, product := range s.products {
		s.skus[product.SKU] = row
	}
	for _, review := range data.reviews {
		s.append(review)
	}
	s.reserveWaiting()
	return s
}

func (s *store) hasUser(id int) bool {
	_, ok := s.userIDs[id]
	return ok
}

func (s *store) hasProduct(sku string) bool {
	_, ok := s.skus[sku]
	return ok
}

func (s *store) user(id int) (User, bool) {
	row, ok := s.userIDs[id]
	if !ok {
		return User{}, false
	}
	return s.users[row], true
}

func (s *store) order(id int) (Order, bool) {
	row, ok := s.orderIDs[id]
	if !ok {
		return Order{}, false
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.orders[row].at(s.now()), true
}

func (s *store) product(sku string) (Product, bool) {
	row, ok := s.skus[sku]
	if !ok {
		return Product{}, false
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.products[row], true
}

func (s *store) review(id int) (Review, bool) {
	reviews := s.allReviews()
	if id < 1 || id > len(reviews) {
		return Review{}, false
	}
	return reviews[id-1], true
}

// allOrders returns a copy, since payments and parcels change an order. Lines are
// shared: they never change.
func (s *store) allOrders() []Order {
	s.mu.RLock()
	defer s.mu.RUnlock()
	orders := slices.Clone(s.orders)
	for row := range orders {
		orders[row] = orders[row].at(s.now())
	}
	return orders
}

// allProducts returns a copy, since a new review changes a product's rating.
func (s *store) allProducts() []Product {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.products)
}

// allReviews returns the table as it is now; callers must not change it. Rows
// that exist never change, so sharing the array with later appends is safe.
func (s *store) allReviews() []Review {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.reviews[:len(s.reviews):len(s.reviews)]
}

// place stores a new review of an existing product, gives it the next id, and
// makes it count in the product's rating.
func (s *store) place(review Review, now time.Time) Review {
	defer s.placed.happen()
	s.mu.Lock()
	defer s.mu.Unlock()
	review.ID = len(s.reviews) + 1
	review.CreatedAt = now
	s.append(review)
	return review
}

// append adds a row and its rating; the caller holds mu or is the constructor.
func (s *store) append(review Review) {
	s.reviews = append(s.reviews, review)
	row := s.skus[review.ProductSKU]
	s.stars[row] += review.Rating
	product := &s.products[row]
	product.ReviewCount++
	average := math.Round(100*float64(s.stars[row])/float64(product.ReviewCount)) / 100
	product.AverageRating = &average
}
