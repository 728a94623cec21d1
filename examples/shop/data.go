package shop

import (
	"fmt"
	"time"
)

// Sizes of the data set. The last two users never order and the last two
// products are never sold or reviewed, so that empty lists occur.
const (
	orderCount    = 300
	reviewCount   = 500
	firstOrderID  = 1001
	quietUsers    = 2
	quietProducts = 2
)

// dataSet is what a service starts with, every table in the order of its ids.
type dataSet struct {
	users    []User
	products []Product // without ratings, which depend on the reviews
	orders   []Order
	reviews  []Review
}

// newDataSet computes the tables. Equal in every process: all variation comes
// from [pick].
func newDataSet() dataSet {
	users := newUsers()
	products := newProducts()
	return dataSet{
		users:    users,
		products: products,
		orders:   newOrders(len(users)-quietUsers, products[:len(products)-quietProducts]),
		reviews:  newReviews(len(users)-quietUsers, products[:len(products)-quietProducts]),
	}
}

// opening is the day on which the shop's history begins.
func opening() time.Time { return time.Date(2025, time.January, 7, 8, 30, 0, 0, time.UTC) }

// closing is a day on which all orders of the data set have been placed.
func closing() time.Time { return opening().AddDate(1, 0, 0) }

func newUsers() []User {
	folk := people()
	users := make([]User, 0, len(folk))
	for i, p := range folk {
		user := User{
			ID:       i + 1,
			Name:     p.name,
			Address:  Address{City: p.city, Country: p.country},
			JoinedAt: opening().Add(-time.Duration(1+pick(i, "joined", 900)) * 24 * time.Hour),
		}
		if p.mailbox != "" {
			email := p.mailbox + "@example.com"
			user.Email = &email
		}
		users = append(users, user)
	}
	return users
}

func newProducts() []Product {
	var products []Product
	for _, s := range catalogue() {
		for i, g := range s.goods {
			products = append(products, Product{
				SKU:         fmt.Sprintf("%s-%03d", s.prefix, i+1),
				Name:        g.name,
				Description: fmt.Sprintf("%s, from our %s shelf. Sent within two working days.", g.name, s.category.Name),
				Category:    s.category,
				Price:       g.price,
				Stock:       pick(len(products), "stock", 60),
			})
		}
	}
	return products
}

func newOrders(buyers int, goods []Product) []Order {
	orders := make([]Order, 0, orderCount)
	for i := range orderCount {
		order := Order{
			ID:       firstOrderID + i,
			UserID:   1 + pick(i, "buyer", buyers),
			Status:   statusOf(i),
			PlacedAt: opening().Add(time.Duration(i)*29*time.Hour + time.Duration(pick(i, "minute", 600))*time.Minute),
			Currency: "EUR",
		}
		// A fixed stride through the catalogue cannot meet a product twice
		// within four lines.
		first, stride := pick(i, "goods", len(goods)), 1+pick(i, "stride", 24)
		for n := range 1 + pick(i, "lines", 4) {
			product := goods[(first+n*stride)%len(goods)]
			line := Line{SKU: product.SKU, Quantity: 1 + pick(i*4+n, "quantity", 3), UnitPrice: product.Price}
			order.Lines = append(order.Lines, line)
			order.Total += Cents(line.Quantity) * line.UnitPrice
		}
		if order.Status.isPaid() {
			order.paidAt = order.PlacedAt.Add(time.Duration(1+pick(i, "paid", 900)) * time.Minute)
		}
		orders = append(orders, order)
	}
	return orders
}

// statusOf lets old orders be finished and young ones be under way.
func statusOf(i int) Status {
	if pick(i, "cancelled", 20) == 0 {
		return StatusCancelled
	}
	switch young := orderCount - i; {
	case young <= 8:
		return StatusPending
	case young <= 20:
		return StatusPaid
	case young <= 45:
		return StatusShipped
	default:
		return StatusDelivered
	}
}

func newReviews(authors int, goods []Product) []Review {
	opinions := newOpinions()
	reviews := make([]Review, 0, reviewCount)
	for i := range reviewCount {
		said := opinions[pick(i, "opinion", len(opinions))]
		review := Review{
			ID:         i + 1,
			ProductSKU: goods[pick(i, "subject", len(goods))].SKU,
			AuthorID:   1 + pick(i, "author", authors),
			Rating:     said.rating,
			Title:      said.title,
			CreatedAt:  opening().Add(time.Duration(i)*17*time.Hour + time.Duration(pick(i, "second", 3600))*time.Second),
		}
		if said.body != "" {
			review.Body = &said.body
		}
		reviews = append(reviews, review)
	}
	return reviews
}

// opinion is one thing that people say about things; "" is no body.
type opinion struct {
	rating      int
	title, body string
}

func newOpinions() []opinion {
	return []opinion{
		{5, "Exactly right", "Does what it says, and looks good doing it. I would buy it again."},
		{5, "A present that stayed", "Meant as a gift; after one evening I ordered a second one for myself."},
		{5, "Built to last", "Solid, no play anywhere. My old one lasted twelve years and this one feels better."},
		{5, "Lovely", ""},
		{4, "Very good, small flaw", "Well made. One star less because the packaging was too big by half."},
		{4, "Good value", "Not the cheapest, but you see where the money went."},
		{4, "Does its job", ""},
		{4, "Better than expected", "The photograph does not do it justice – the colour is much warmer."},
		{3, "It is fine", "Nothing wrong with it, nothing special either."},
		{3, "Mixed feelings", "Good material, but the instructions are a riddle in five languages."},
		{2, "Not for me", "Smaller than I thought. My fault for not reading \"dimensions\" to the end."},
		{1, "Arrived broken", "Support was friendly and sent a new one, but it took three weeks."},
	}
}

// pick returns a number in [0, n) that depends on nothing but i and what it is
// for. It is FNV-1a with a final mix: math/rand would promise its sequence only
// per source, and the data must never change under a test.
func pick(i int, purpose string, n int) int {
	const offset, prime = 14695981039346656037, 1099511628211
	hash := uint64(offset)
	for _, b := range []byte(purpose) {
		hash = (hash ^ uint64(b)) * prime
	}
	hash = (hash ^ uint64(i)) * prime
	hash ^= hash >> 33
	hash *= 0xff51afd7ed558ccd
	hash ^= hash >> 33
	return int(hash % uint64(n))
}
