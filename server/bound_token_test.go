package server_test

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/weftgraph/weft/server/identity/oidc/oidctest"
)

// boundTLS is a weft.yaml that takes certificates and the tokens of ISSUER. Who has a certificate without a name has to show a token.
const boundTLS = `
tls: { supergraph: { certificate: '${file.server.pem}', key: '${file.server.key}',
  client_authentication: { certificate_authorities: '${file.clients.pem}', required: false } } }
authentication:
  jwt: { issuers: [{ issuer: "ISSUER", audiences: [shop] }] }
  introspection: [{ issuer: "ISSUER", client_id: weft, client_secret: secret }]
`

func thumbprint(c tls.Certificate) map[string]any {
	sum := sha256.Sum256(c.Leaf.Raw)
	return map[string]any{"x5t#S256": base64.RawURLEncoding.EncodeToString(sum[:])}
}

// A token that is bound to a certificate is good on the connections of this certificate, whoever else has come to know it.
func TestTokensThatAreBoundToACertificateComeWithIt(t *testing.T) {
	t.Parallel()
	ca, clients := newAuthority(t), newAuthority(t)
	named := func(name string) tls.Certificate {
		return clients.identify(t, func(c *x509.Certificate) { c.Subject = pkix.Name{CommonName: name} })
	}
	owner, thief := named("owner"), named("thief")
	key := oidctest.NewKey(t, "k1", "ES256")
	i := oidctest.Start(t, key)
	core, logs := observer.New(zap.DebugLevel)
	address := listenGraph(t, callerGraph, certificateFolder(t, ca, clients), strings.ReplaceAll(boundTLS, "ISSUER", i.URL), zap.New(core), nil)

	signed := key.Sign(t, i.Claims(map[string]any{"cnf": thumbprint(owner)}), nil)
	i.Activate("opaque-and-bound", map[string]any{"sub": "ann", "cnf": thumbprint(owner)})
	for token, method := range map[string]string{signed: "jwt", "opaque-and-bound": "introspection"} {
		for range 2 { // the second time the token is remembered
			for name, c := range map[string]struct {
				client *http.Client
				isGood bool
			}{"the owner": {ca.showing(t, owner), true}, "a thief": {ca.showing(t, thief), false}, "nobody": {ca.showing(t), false}} {
				got, resp := askWith(t, c.client, address, "Authorization: Bearer "+token)
				if resp == nil {
					t.Fatal(got)
				}
				const challenge = `Bearer realm="weft", error="invalid_token", ` +
					`error_description="The token is bound to a client certificate, which this connection does not have."`
				switch {
				case c.isGood && !strings.Contains(got, `\"method\":\"`+method+`\"`):
					t.Errorf("%s, %s: %s", method, name, got)
				case !c.isGood && (resp.StatusCode != http.StatusUnauthorized || resp.Header.Get("WWW-Authenticate") != challenge || strings.Contains(got, "data")):
					t.Errorf("%s, %s: %d %s %v", method, name, resp.StatusCode, got, resp.Header)
				}
			}
		}
	}
	if told := logs.FilterMessage("credentials refused").FilterFieldKey("error").All(); len(told) == 0 {
		t.Error("nobody is told why")
	}
	overOneSocket(t, ca, address, signed, owner, thief)
}

// overOneSocket shows a token that is bound to the first certificate in the payload of connection_init, over connections with others.
func overOneSocket(t *testing.T, ca *authority, address, token string, certificates ...tls.Certificate) {
	t.Helper()
	for n, c := range certificates {
		client := ca.client(t, func(tr *http.Transport) {
			tr.ForceAttemptHTTP2, tr.TLSClientConfig.Certificates = false, []tls.Certificate{c}
		})
		conn, resp, err := websocket.Dial(t.Context(), "https://"+address+"/graphql", &websocket.DialOptions{
			Subprotocols: []string{"graphql-transport-ws"}, HTTPClient: client,
		})
		if resp != nil && resp.Body != nil {
			t.Cleanup(func() { _ = resp.Body.Close() })
		}
		if err != nil {
			t.Fatal(err)
		}
		s := &socket{t, conn}
		t.Cleanup(func() { _ = conn.CloseNow() })
		s.send(`{"type":"connection_init","payload":{"authorization":"Bearer ` + token + `"}}`)
		if n == 0 {
			if got := s.read(); got != `{"type":"connection_ack"}` {
				t.Fatal(got)
			}
			if got := s.ask("{ who }", "{}"); !strings.Contains(got, `\"method\":\"jwt\"`) {
				t.Error(got)
			}
			continue
		}
		if code, reason := s.closure(); code != 4403 || !strings.HasPrefix(reason, "The token is bound to a client certificate") {
			t.Error(code, reason)
		}
	}
}

// How a request is told that shows several tokens: nothing was checked, and it is the request that is no good.
func TestSeveralTokensAreNoGoodRequest(t *testing.T) {
	t.Parallel()
	i := startIssuer(t)
	s := serveTicks(t, i.settings(), nil)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.base+"/graphql", strings.NewReader(`{"query":"{ a }"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer " + i.token(t, time.Hour), "Bearer " + i.token(t, time.Hour)}}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	const challenge = `Bearer realm="weft", error="invalid_request", error_description="The request shows more than one token."`
	if resp.StatusCode != http.StatusBadRequest || resp.Header.Get("WWW-Authenticate") != challenge {
		t.Errorf("%d %v", resp.StatusCode, resp.Header)
	}
}
