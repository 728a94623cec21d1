package issuer

// Account is somebody who can sign in at the demo's issuer.
type Account struct {
	// Name is what the account is called, and the claim `sub`.
	Name string
	// About says who that is, for a person who chooses.
	About string
	// Customer is the number of the customer in the shop, the claim `customer`.
	Customer string
	// Role is the claim `role`.
	Role string
	// Scope is the claim `scope`: what tokens of the account allow, with blanks between (RFC 8693, section 4.2).
	Scope string
}

// Accounts are all that there are. The last may do everything.
func Accounts() []Account {
	return []Account{
		{Name: "wanda", About: "a customer who may see invoices", Customer: "48", Role: "customer", Scope: "orders:read invoices:read"},
		{Name: "rosa", About: "a customer who may not", Customer: "18", Role: "customer", Scope: "orders:read"},
		{Name: "ada", About: "the shop's staff", Customer: "1", Role: "admin", Scope: "orders:read invoices:read invoices:pay"},
	}
}
