package server //nolint:testpackage // which headers an operation has shows only to back ends that ask for each

import (
	"net/http"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/value"
)

func TestConnectionParamsSetTheHeadersThatTheyMay(t *testing.T) {
	t.Parallel()
	handshake := http.Header{
		"Authorization": {"Basic old"}, "Cookie": {"a=b"}, "Origin": {"http://x"}, "Connection": {"Upgrade"}, "Upgrade": {"websocket"},
		"Sec-Websocket-Key": {"k"}, "Sec-Websocket-Version": {"13"},
	}
	params := newConnectionParams([]string{"authorization", "x-TENANT"})
	for _, tt := range []struct {
		payload string
		want    http.Header
	}{
		{`{}`, http.Header{"Authorization": {"Basic old"}}},
		{`{"authorization":"Bearer 1"}`, http.Header{"Authorization": {"Bearer 1"}}},
		{`{"headers":{"Authorization":"Bearer 2","X-Tenant":"t"}}`, http.Header{"Authorization": {"Bearer 2"}, "X-Tenant": {"t"}}},
		{`{"weft-explain":"plan"}`, http.Header{"Authorization": {"Basic old"}, "Weft-Explain": {"plan"}}},
		{`{"cookie":"c=d","host":"h","origin":"o","x-other":"x"}`, http.Header{"Authorization": {"Basic old"}}},
		{`{"authorization":1,"x-tenant":"a\r\nhost: b","headers":["authorization"]}`, http.Header{"Authorization": {"Basic old"}}},
		{`null`, http.Header{"Authorization": {"Basic old"}}},
	} {
		payload, err := value.Parse([]byte(tt.payload))
		if err != nil {
			t.Fatal(err)
		}
		tt.want["Cookie"], tt.want["Origin"] = handshake["Cookie"], handshake["Origin"]
		if diff := cmp.Diff(tt.want, params.header(handshake, payload)); diff != "" {
			t.Errorf("%s: %s", tt.payload, diff)
		}
	}
	if handshake.Get("Authorization") != "Basic old" || len(handshake) != 7 {
		t.Error("the handshake's header has changed")
	}
}

// Whoever has a network of IPv6 has all of its addresses: it is one client, as for connections.
func TestWebSocketsAreCountedByNetwork(t *testing.T) {
	t.Parallel()
	client := func(address string) netip.Addr { return remoteClient(&http.Request{RemoteAddr: address}) }
	if client("[2001:db8::1]:1") != client("[2001:db8::2:3:4:5]:2") || client("192.0.2.1:1") != client("[::ffff:192.0.2.1]:2") {
		t.Error("one client counts as two")
	}
	if client("[2001:db8::1]:1") == client("[2001:db8:0:1::1]:1") || client("192.0.2.1:1") == client("192.0.2.2:1") {
		t.Error("two clients count as one")
	}
	if client("@") != (netip.Addr{}) {
		t.Error("a socket of the machine has an address")
	}
}
