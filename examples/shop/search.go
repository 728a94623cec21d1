package shop

import (
	"net/http"
	"strings"
)

// hit is one search result; kind says which of the other members are present.
type hit struct {
	Kind  string `json:"kind"` // "user" or "product"
	ID    int    `json:"id,omitempty"`
	SKU   string `json:"sku,omitempty"`
	Name  string `json:"name"`
	Price *Cents `json:"price,omitempty"`
}

// search looks for a text in the names of products and users, ignoring case,
// products first.
func (s *Service) search(r *http.Request) reply {
	query := r.URL.Query()
	wanted := strings.ToLower(strings.TrimSpace(query.Get("q")))
	if wanted == "" {
		return failure(http.StatusBadRequest, codeBadRequest, "expected a text to search for in %q", "q")
	}
	limit, err := natural(query, "limit", 10)
	if err != nil {
		return badRequest(err)
	}
	hits := make([]hit, 0)
	matches := func(name string) bool {
		return len(hits) < limit && strings.Contains(strings.ToLower(name), wanted)
	}
	for _, product := range s.store.allProducts() {
		if matches(product.Name) {
			hits = append(hits, hit{Kind: "product", SKU: product.SKU, Name: product.Name, Price: &product.Price})
		}
	}
	for _, user := range s.store.users {
		if matches(user.Name) {
			hits = append(hits, hit{Kind: "user", ID: user.ID, Name: user.Name})
		}
	}
	return answer(http.StatusOK, struct {
		Results []hit `json:"results"`
	}{hits})
}
