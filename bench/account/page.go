package account

// Page is what the operation "my-account" of the shop selects.
type Page struct {
	// User is null for a customer who does not exist.
	User *User `json:"user"`
}

// User is the customer.
type User struct {
	Name   string  `json:"name"`
	Email  *string `json:"email"`
	Orders []Order `json:"orders"`
}

// Order is one purchase with all that is known of it.
type Order struct {
	ID       string    `json:"id"`
	PlacedAt string    `json:"placedAt"`
	Status   string    `json:"status"`
	Total    float64   `json:"total"`
	Lines    []Line    `json:"lines"`
	Shipment *Shipment `json:"shipment"` // null for orders that are not paid or were called off
	Invoice  *Invoice  `json:"invoice"`  // null for orders that were called off
}

// Line is one product of an [Order].
type Line struct {
	Quantity  int      `json:"quantity"`
	UnitPrice float64  `json:"unitPrice"`
	Product   *Product `json:"product"`
}

// Product is what was bought.
type Product struct {
	Name      string     `json:"name"`
	Inventory *Inventory `json:"inventory"`
}

// Inventory is how much of a [Product] there is.
type Inventory struct {
	Available int64   `json:"available"`
	RestockAt *string `json:"restockAt"` // null while there is plenty
}

// Shipment is the parcel of an [Order].
type Shipment struct {
	Status         string  `json:"status"`
	Carrier        *string `json:"carrier"`
	TrackingNumber *string `json:"trackingNumber"`
	ETA            *string `json:"eta"`
	DeliveredAt    *string `json:"deliveredAt"`
}

// Invoice is what an [Order] costs, and whether that was paid.
type Invoice struct {
	Number   string  `json:"number"`
	Status   string  `json:"status"`
	Amount   float64 `json:"amount"`
	Currency string  `json:"currency"`
	Due      string  `json:"due"`
	PaidAt   *string `json:"paidAt"` // null until then
}
