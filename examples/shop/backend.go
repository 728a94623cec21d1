package shop

// Backend names one of the shop's services as the graph's documents name their
// sources.
type Backend string

// The back ends.
const (
	// REST answers for users, orders, products and reviews in JSON.
	REST Backend = "shop"
	// Shipping answers for shipments and stock by gRPC.
	Shipping Backend = "shipping"
	// Billing answers for invoices by SOAP.
	Billing Backend = "billing"
)

// Backends lists the back ends in the order of their documentation.
func Backends() []Backend { return []Backend{REST, Shipping, Billing} }
