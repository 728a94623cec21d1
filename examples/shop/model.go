package shop

import (
	"strconv"
	"time"
)

// User is a customer as the service shows it. Values are immutable.
type User struct {
	ID       int       `json:"id"`
	Name     string    `json:"name"`
	Email    *string   `json:"email"` // null for customers who gave none
	Address  Address   `json:"address"`
	JoinedAt time.Time `json:"joinedAt"`
}

// Address is where a [User] lives.
type Address struct {
	City    string `json:"city"`
	Country string `json:"country"` // ISO 3166-1 alpha-2
}

// Product is something to buy. The rating is computed from the reviews that
// exist when the product is read.
type Product struct {
	SKU           string   `json:"sku"`
	Name          string   `json:"name"`
	Description   string   `json:"description"`
	Category      Category `json:"category"`
	Price         Cents    `json:"price"`
	Stock         int      `json:"stock"`
	AverageRating *float64 `json:"averageRating"` // two decimals; null without reviews
	ReviewCount   int      `json:"reviewCount"`
}

// Category is the shelf that a [Product] stands on.
type Category struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
}

// Order is a purchase of one user. Paying its invoice changes it.
type Order struct {
	ID       int       `json:"id"`
	UserID   int       `json:"userId"`
	Status   Status    `json:"status"`
	PlacedAt time.Time `json:"placedAt"`
	Lines    []Line    `json:"lines"`
	Total    Cents     `json:"total"` // sum of quantity times unit price
	Currency string    `json:"currency"`

	paidAt time.Time // zero while nobody has paid
	watch  watch     // zero while nobody has watched its parcel
	stops  int       // how many its parcel has reached, counted when the order is read
}

// Line is one position of an [Order]; a product occurs at most once per order.
type Line struct {
	SKU       string `json:"sku"`
	Quantity  int    `json:"quantity"`
	UnitPrice Cents  `json:"unitPrice"`
}

// Status says how far an [Order] has come.
type Status string

// The states of an order.
const (
	StatusPending   Status = "PENDING"
	StatusPaid      Status = "PAID"
	StatusShipped   Status = "SHIPPED"
	StatusDelivered Status = "DELIVERED"
	StatusCancelled Status = "CANCELLED"
)

func (s Status) isKnown() bool {
	switch s {
	case StatusPending, StatusPaid, StatusShipped, StatusDelivered, StatusCancelled:
		return true
	}
	return false
}

// isPaid reports whether somebody has paid for an order in this state and still
// wants it.
func (s Status) isPaid() bool {
	return s == StatusPaid || s == StatusShipped || s == StatusDelivered
}

// Review is one user's opinion of one product. Values are immutable.
type Review struct {
	ID         int       `json:"id"`
	ProductSKU string    `json:"productSku"`
	AuthorID   int       `json:"authorId"`
	Rating     int       `json:"rating"` // 1 to 5
	Title      string    `json:"title"`
	Body       *string   `json:"body"` // null when the author left it out
	CreatedAt  time.Time `json:"createdAt"`
}

// Cents is an amount of euros in hundredths. In JSON it is a number with
// exactly two decimals, never rounded through a float.
type Cents int64

// String writes the amount in euros with two decimals, for example "39.90".
func (c Cents) String() string {
	text := make([]byte, 0, 16)
	if c < 0 {
		text = append(text, '-')
		c = -c
	}
	text = strconv.AppendInt(text, int64(c/100), 10)
	return string(append(text, '.', byte('0'+c%100/10), byte('0'+c%10)))
}

// MarshalJSON writes the amount as String does, as a number.
func (c Cents) MarshalJSON() ([]byte, error) { return []byte(c.String()), nil }
