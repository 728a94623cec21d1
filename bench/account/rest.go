package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// errNotFound is a 404.
var errNotFound = errors.New("there is no such thing")

// rest is the REST service: customers, orders and products.
type rest struct {
	client *http.Client
	base   string
}

type user struct {
	Name  string  `json:"name"`
	Email *string `json:"email"`
}

type order struct {
	ID       int64   `json:"id"`
	Status   string  `json:"status"`
	PlacedAt string  `json:"placedAt"`
	Total    float64 `json:"total"`
	Lines    []struct {
		SKU       string  `json:"sku"`
		Quantity  int     `json:"quantity"`
		UnitPrice float64 `json:"unitPrice"`
	} `json:"lines"`
}

func (r rest) user(ctx context.Context, id int) (*user, error) {
	u := &user{}
	return u, r.get(ctx, "/users/"+strconv.Itoa(id), u)
}

func (r rest) orders(ctx context.Context, userID int) ([]order, error) {
	var orders []order
	err := r.get(ctx, "/orders?userId="+strconv.Itoa(userID), &orders)
	return orders, err
}

func (r rest) productNames(ctx context.Context, skus []string) (map[string]string, error) {
	var products []struct {
		SKU  string `json:"sku"`
		Name string `json:"name"`
	}
	if err := r.get(ctx, "/products?"+url.Values{"sku": skus}.Encode(), &products); err != nil {
		return nil, err
	}
	names := make(map[string]string, len(products))
	for _, p := range products {
		names[p.SKU] = p.Name
	}
	return names, nil
}

func (r rest) get(ctx context.Context, target string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.base+target, http.NoBody)
	if err != nil {
		return err
	}
	resp, err := r.client.Do(request)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound:
		return fmt.Errorf("GET %s: %w", target, errNotFound)
	default:
		return fmt.Errorf("GET %s: %s", target, resp.Status)
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		return fmt.Errorf("reading GET %s: %w", target, err)
	}
	return nil
}
