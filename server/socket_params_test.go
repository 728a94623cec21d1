package server //nolint:testpackage // which headers an operation has shows only to back ends that ask for each

import (
	"net/http"
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
