package server_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"sync"
	"testing"

	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/identity/oidc"
	"github.com/weftgraph/weft/server/identity/oidc/oidctest"
)

// Who has a place among the tokens that are asked about is told by the client's address, as rate limits know it: a flood of made-up tokens
// holds up nobody else, whatever addresses it claims to come from.
func TestMadeUpTokensOfOneAddressLeavePlacesToOthers(t *testing.T) {
	t.Parallel()
	const places = 125
	for name, c := range map[string]struct {
		trusted string
		// client is the address in the header of a request of the flood.
		client func(n int) string
	}{
		"a network of IPv6 behind a trusted proxy": {"127.0.0.0/8", func(n int) string { return fmt.Sprintf("2001:db8::%x", n) }},
		"an address that says it is a proxy":       {"10.0.0.0/8", func(n int) string { return fmt.Sprintf("192.0.2.%d", n) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := oidctest.Start(t)
			hold := make(chan struct{})
			i.Change = func(what string, _ http.ResponseWriter, _ *http.Request) bool {
				if what == "introspection" {
					<-hold
				}
				return false
			}
			i.Activate("good", map[string]any{"sub": "ann"})
			s := serveTicks(t, &config.Config{
				Tokens:        oidc.Settings{Introspection: []oidc.Introspection{{Endpoint: i.URL + "/introspect", ClientID: "weft", ClientSecret: "secret"}}},
				ClientAddress: config.ClientAddress{TrustedProxies: []netip.Prefix{netip.MustParsePrefix(c.trusted)}},
			}, nil)
			show := func(token, client string) int {
				resp, _ := do(t, http.MethodPost, s.base+"/graphql", `{"query":"{ a }"}`, token, "X-Forwarded-For: "+client)
				return resp.StatusCode
			}
			got := make(chan int)
			var flood sync.WaitGroup
			for n := range places + 1 {
				flood.Go(func() { got <- show(fmt.Sprintf("made-up-%d", n), c.client(n)) })
			}
			if status := <-got; status != http.StatusServiceUnavailable { // all others are held
				t.Errorf("one too many: status %d", status)
			}
			if c.trusted == "127.0.0.0/8" {
				flood.Go(func() { got <- show("good", "2001:db8:0:1::1") })
			}
			close(hold)
			statuses := map[int]int{}
			go func() {
				flood.Wait()
				close(got)
			}()
			for status := range got {
				statuses[status]++
			}
			if statuses[http.StatusUnauthorized] != places || c.trusted == "127.0.0.0/8" && statuses[http.StatusOK] != 1 || len(statuses) > 2 {
				t.Errorf("%v", statuses)
			}
		})
	}
}
