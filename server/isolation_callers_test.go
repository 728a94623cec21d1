package server_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/identity/apikey"
)

// identified is a caller: the headers by which it is known, and the certificate.
type identified struct {
	name        string
	headers     []string
	certificate *tls.Certificate
	// isRefused tells that its credentials are no good.
	isRefused bool
	// like is another caller that has the same answers, since the certificate does not count beside other credentials.
	like string
}

// payload is what a WebSocket of the caller begins with.
func (c identified) payload() string {
	members := make([]string, len(c.headers))
	for i, h := range c.headers {
		name, v, _ := strings.Cut(h, ": ")
		members[i] = quoted(name) + ":" + string(value.AppendString(nil, v))
	}
	return `{"headers":{` + strings.Join(members, ",") + `}}`
}

// isolation is a gateway that a test can have several of, over one back end, which take the same callers.
type isolation struct {
	backend *tellingBackend
	config  string
	callers []identified
	// takesKeys tells that config lacks the file in which one gateway counts what keys use.
	takesKeys bool
	authority *authority
	// clients are by the certificate, and by the version of HTTP that they speak.
	clients map[clientKey]*http.Client
}

// isolationKind is what gateways differ in. Where API keys are taken, they are among the callers.
type isolationKind struct {
	takesKeys     bool
	introspection string
}

// newIsolation makes callers, of whom each has a like that differs in one thing.
func newIsolation(t *testing.T, kind isolationKind) *isolation {
	t.Helper()
	first, second, ca, clients := startIssuer(t), startIssuer(t), newAuthority(t), newAuthority(t)
	others := newAuthority(t)
	backend, keys := newTellingBackend(t), filepath.Join(t.TempDir(), "keys.jsonl")
	ends := time.Now().Add(time.Hour).Unix()
	claims := func(more map[string]any) map[string]any {
		all := map[string]any{"sub": "ann", "exp": ends, "iat": ends - 4000, "scope": "desk", "tenant": "t1"}
		maps.Copy(all, more)
		return all
	}
	signed := func(i tokenIssuer, more map[string]any) []string {
		return []string{"Authorization: Bearer " + i.key.Sign(t, i.Claims(claims(more)), nil)}
	}
	key := func(owner string, scopes ...string) []string {
		_, text, err := apikey.Create(t.Context(), keys, apikey.Draft{Owner: owner, Scopes: scopes}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return []string{"X-Api-Key: " + text}
	}
	certified := func(by *authority, name string, serial int64) *tls.Certificate {
		made := by.identify(t, func(c *x509.Certificate) { c.Subject.CommonName, c.SerialNumber = name, big.NewInt(serial) })
		return &made
	}
	second.Activate("opaque", claims(map[string]any{"iss": second.URL, "aud": "shop"}))
	second.Activate("opaque-too", claims(map[string]any{"iss": second.URL, "aud": "shop", "scope": "other"}))
	machine := certified(clients, "machine", 1)
	ann := signed(first, nil)
	callers := []identified{
		{name: "nobody"},
		{name: "nobody with a cookie", headers: []string{"Cookie: a=b"}},
		{name: "nobody in the office", headers: []string{"X-Desk: office"}},
		{name: "ann", headers: ann},
		{name: "ann with other scopes", headers: signed(first, map[string]any{"scope": "other"})},
		{name: "ann of another tenant", headers: signed(first, map[string]any{"tenant": "t2"})},
		{name: "ann for longer", headers: signed(first, map[string]any{"exp": ends + 1000})},
		{name: "ann of another issuer", headers: signed(second, nil)},
		{name: "bob", headers: signed(first, map[string]any{"sub": "bob"})},
		{name: "opaque ann", headers: []string{"Authorization: Bearer opaque"}},
		{name: "opaque ann with other scopes", headers: []string{"Authorization: Bearer opaque-too"}},
		{name: "machine", certificate: machine},
		{name: "machine, certified again", certificate: certified(clients, "machine", 2)},
		{name: "machine of another authority", certificate: certified(others, "machine", 1)},
		{name: "another machine", certificate: certified(clients, "other", 1)},
		{name: "ann at the machine", headers: ann, certificate: machine, like: "ann"},
		{name: "somebody with a forged token", headers: []string{ann[0][:len(ann[0])-8] + "AAAAAAAA"}, isRefused: true},
		{name: "somebody with a token that nobody knows, at the machine", headers: []string{"Authorization: Bearer opaque-not"}, certificate: machine, isRefused: true},
	}
	setting := ""
	if kind.takesKeys {
		setting = fmt.Sprintf("api_keys: { file: %q, usage_file: %%q }", keys)
		callers = append(callers, identified{name: "key", headers: key("acme", "desk")},
			identified{name: "key of the same owner", headers: key("acme", "desk")},
			identified{name: "key with other scopes", headers: key("acme", "other"), certificate: machine})
	}
	dir := certificateFolder(t, ca, clients)
	for name, text := range map[string]string{"clients.pem": clients.pem() + others.pem(), "manifest.json": isolationManifest} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return &isolation{
		backend: backend, config: fmt.Sprintf(isolationConfig, dir, first.URL, second.URL, setting, backend.url, backend.rpc, isolationRules, kind.introspection),
		callers: callers, takesKeys: kind.takesKeys, authority: ca, clients: map[clientKey]*http.Client{},
	}
}

// serve returns the address of one more gateway.
func (i *isolation) serve(t *testing.T) string {
	t.Helper()
	settings := i.config
	if i.takesKeys {
		settings = fmt.Sprintf(settings, filepath.Join(t.TempDir(), "usage"))
	}
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{
			File: "isolation.graphql", Text: isolationDocument,
			Files: datasources.FolderOf(fstest.MapFS{"telling.proto": {Data: []byte(tellingProto)}, "telling.wsdl": {Data: []byte(tellingWSDL)}}, "."),
		}},
		Config: readConfig(t, settings),
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	return "https://" + listenGateway(t, gateway, zap.NewNop(), nil)
}

// clientKey is what clients differ in. Callers without a certificate, and those who show another credential besides, have their connections
// in common with others.
type clientKey struct {
	certificate *tls.Certificate
	isOld       bool
}

// client is one for a caller. WebSockets need an old one, that speaks HTTP/1.1.
func (i *isolation) client(t *testing.T, c identified, isOld bool) *http.Client {
	t.Helper()
	key := clientKey{c.certificate, isOld}
	if i.clients[key] == nil {
		i.clients[key] = i.authority.client(t, func(tr *http.Transport) {
			tr.ForceAttemptHTTP2, tr.TLSClientConfig.ClientSessionCache = !isOld, tls.NewLRUClientSessionCache(0)
			if c.certificate != nil {
				tr.TLSClientConfig.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return c.certificate, nil }
			}
		})
	}
	return i.clients[key]
}
