package shop_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/weftgraph/weft/examples/shop"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// client talks to one service over real HTTP.
type client struct {
	*testing.T

	shop *shop.Service
	http *http.Client
	base string
}

func newClient(t *testing.T, o shop.Options) client {
	t.Helper()
	service := shop.New(o)
	server := httptest.NewServer(service.Handler())
	t.Cleanup(func() {
		service.Close()
		server.Close()
	})
	return client{T: t, shop: service, http: server.Client(), base: server.URL}
}

// got is a whole response.
type got struct {
	status int
	header http.Header
	body   []byte
	err    error // of reading the body
}

// send makes a request; only the test's own mistakes and a request without any
// response are errors.
func (c client) send(ctx context.Context, method, target, contentType, body string) (got, error) {
	request, err := http.NewRequestWithContext(ctx, method, c.base+target, strings.NewReader(body))
	if err != nil {
		return got{}, err
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return got{}, err
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	return got{status: response.StatusCode, header: response.Header, body: read, err: err}, nil
}

func (c client) must(method, target, contentType, body string) got {
	c.Helper()
	response, err := c.send(c.Context(), method, target, contentType, body)
	if err != nil {
		c.Fatal(err)
	}
	return response
}

func (c client) get(target string) got {
	c.Helper()
	return c.must(http.MethodGet, target, "", "")
}

func (c client) post(target, body string) got {
	c.Helper()
	return c.must(http.MethodPost, target, "application/json", body)
}

func (c client) form(target string, fields url.Values) got {
	c.Helper()
	return c.must(http.MethodPost, target, "application/x-www-form-urlencoded", fields.Encode())
}

// read decodes a 200 answer.
func read[T any](c client, target string) T {
	c.Helper()
	response := c.get(target)
	if response.status != http.StatusOK {
		c.Fatalf("GET %s: status %d: %s", target, response.status, response.body)
	}
	return decode[T](c.T, response.body)
}

func decode[T any](t *testing.T, body []byte) T {
	t.Helper()
	var value T
	if err := json.Unmarshal(body, &value); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return value
}

// errorBody is what every failed request is answered with.
type errorBody struct {
	Error struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}

// row has the members of all kinds of rows that the tests look at.
type row struct {
	ID            int         `json:"id"`
	SKU           string      `json:"sku"`
	UserID        int         `json:"userId"`
	AuthorID      int         `json:"authorId"`
	ProductSKU    string      `json:"productSku"`
	Status        string      `json:"status"`
	Rating        int         `json:"rating"`
	Email         *string     `json:"email"`
	Price         json.Number `json:"price"`
	Total         json.Number `json:"total"`
	AverageRating *float64    `json:"averageRating"`
	ReviewCount   int         `json:"reviewCount"`
	Body          *string     `json:"body"`
	CreatedAt     string      `json:"createdAt"`
	Lines         []struct {
		SKU       string      `json:"sku"`
		Quantity  int         `json:"quantity"`
		UnitPrice json.Number `json:"unitPrice"`
	} `json:"lines"`
}

func ids(rows []row) []int {
	out := make([]int, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.ID)
	}
	return out
}

// serve runs one GET without a network, so that it can happen in a bubble with
// a fake clock.
func serve(ctx context.Context, handler http.Handler, target string) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequestWithContext(ctx, http.MethodGet, target, http.NoBody))
	return recorder
}
