// Command byhand is the rival on the account page of the shop: an endpoint for exactly
// that page, with no GraphQL in it. It reads the customer's id from the variables of the
// request, since that is what the load sends, and does not look at the query.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/weftgraph/weft/bench/account"
)

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve() error {
	service, err := account.New(account.Addresses{
		REST: os.Getenv("SHOP_REST"), Shipping: os.Getenv("SHOP_SHIPPING"), Billing: os.Getenv("SHOP_BILLING"),
	})
	if err != nil {
		return err
	}
	const headerTimeout = 5 * time.Second
	s := &http.Server{Addr: "127.0.0.1:" + os.Getenv("PORT"), ReadHeaderTimeout: headerTimeout, Handler: handler(service)}
	return s.ListenAndServe()
}

func handler(service *account.Service) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request struct {
			Variables struct {
				ID int `json:"id"`
			} `json:"variables"`
		}
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		page, err := service.Page(r.Context(), request.Variables.ID)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		answer, err := json.Marshal(struct {
			Data account.Page `json:"data"`
		}{page})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(answer) // a client that has gone misses nothing
	})
}
