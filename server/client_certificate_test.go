package server_test

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/weftgraph/weft/server"
)

// callerGraph says who asks.
const callerGraph = `extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@connect"])
type Query { who: String @connect(selection: "$($context.caller->jsonStringify)") }`

const whoAsks = `{"query":"{ who }"}`

// clientTLS is a weft.yaml that asks clients for certificates of what is in clients.pem.
const clientTLS = `
tls: { supergraph: { certificate: '${file.server.pem}', key: '${file.server.key}',
  client_authentication: { certificate_authorities: '${file.clients.pem}', required: REQUIRED } } }
authentication: { client_certificates: { issuer: clients, scopes: [
  { subject: "spiffe://shop.test/billing/*", scopes: ["invoices:read"] }, { subject: "spiffe://shop.test/*/nightly", scopes: ["orders:read"] },
  { subject: "spiffe://shop.test/*", scopes: ["admin"] } ] } }
`

// certificateFolder has what a server with an authority needs, and one authority for clients.
func certificateFolder(t *testing.T, ca, clients *authority) string {
	t.Helper()
	dir := t.TempDir()
	certificate, key := ca.pair(t, 1, time.Now().Add(time.Hour))
	for name, text := range map[string]string{"server.pem": certificate, "server.key": key, "clients.pem": clients.pem()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// pem is the certificate of the authority.
func (a *authority) pem() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.certificate.Raw}))
}

// identify makes a certificate for a client.
func (a *authority) identify(t *testing.T, change func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(0xABC), Subject: pkix.Name{CommonName: "common"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	change(template)
	made, key := a.sign(t, template)
	return tls.Certificate{Certificate: [][]byte{made.Raw}, PrivateKey: key, Leaf: made}
}

// showing is a client that shows certificates, whoever signed them.
func (a *authority) showing(t *testing.T, certificates ...tls.Certificate) *http.Client {
	t.Helper()
	return a.client(t, func(tr *http.Transport) {
		tr.DisableKeepAlives = true
		tr.TLSClientConfig.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			if len(certificates) == 0 {
				return &tls.Certificate{}, nil
			}
			return &certificates[0], nil
		}
	})
}

// askWith posts the query and returns the answer, or the reason why there is no connection.
func askWith(t *testing.T, client *http.Client, address string, header ...string) (string, *http.Response) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+address+"/graphql", strings.NewReader(whoAsks))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for _, h := range header {
		name, v, _ := strings.Cut(h, ": ")
		req.Header.Set(name, v)
	}
	resp, err := client.Do(req)
	if err != nil {
		return "no connection: " + err.Error(), nil
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Error(err)
	}
	return string(body), resp
}

func spiffe(t *testing.T, id string) func(*x509.Certificate) {
	t.Helper()
	u, err := url.Parse(id)
	if err != nil {
		t.Fatal(err)
	}
	return func(c *x509.Certificate) { c.URIs, c.DNSNames = []*url.URL{u}, []string{"nightly.shop.test"} }
}

func TestClientCertificatesSayWhoAsks(t *testing.T) {
	t.Parallel()
	ca, clients, strangers := newAuthority(t), newAuthority(t), newAuthority(t)
	nightly := clients.identify(t, spiffe(t, "spiffe://shop.test/billing/nightly"))
	expired := clients.identify(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) })
	foreign := strangers.identify(t, spiffe(t, "spiffe://shop.test/billing/nightly"))
	forServers := clients.identify(t, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} })
	nobody := clients.identify(t, func(c *x509.Certificate) { c.Subject = pkix.Name{} })
	forwarded := "X-Forwarded-Client-Cert: URI=spiffe://shop.test/billing/nightly"
	for _, required := range []string{"true", "false"} {
		address := listenGraph(t, callerGraph, certificateFolder(t, ca, clients), strings.Replace(clientTLS, "REQUIRED", required, 1), zap.NewNop(), nil)
		got, resp := askWith(t, ca.showing(t, nightly), address)
		for _, want := range []string{
			`\"method\":\"certificate\"`, `\"issuer\":\"clients\"`, `\"subject\":\"spiffe://shop.test/billing/nightly\"`,
			`\"scopes\":[\"invoices:read\",\"orders:read\"]`, `\"serial\":\"abc\"`, `\"dns_names\":[\"nightly.shop.test\"]`, `\"fingerprint\":\"`,
		} {
			if !strings.Contains(got, want) {
				t.Errorf("%s is not in %s", want, got)
			}
		}
		if resp == nil || resp.ProtoMajor != 2 {
			t.Errorf("required %s: %v is not HTTP/2", required, resp)
		}
		for name, bad := range map[string]tls.Certificate{"expired": expired, "foreign": foreign, "for servers": forServers} {
			if got, _ := askWith(t, ca.showing(t, bad), address); !strings.HasPrefix(got, "no connection") {
				t.Errorf("required %s, %s: %s", required, name, got)
			}
		}
		if got, resp := askWith(t, ca.showing(t, nobody), address); resp == nil || resp.StatusCode != http.StatusUnauthorized || !strings.Contains(got, "does not name anybody") {
			t.Errorf("a certificate without a name: %s", got)
		}
		got, _ = askWith(t, ca.showing(t), address, forwarded)
		if want := `{"data":{"who":null}}`; required == "false" && got != want {
			t.Errorf("without a certificate: %s", got)
		} else if required == "true" && !strings.HasPrefix(got, "no connection") {
			t.Errorf("without a certificate that is required: %s", got)
		}
	}
}

// Authorities of clients are exchanged as certificates of servers are: what holds for new connections is what the file says.
func TestAuthoritiesOfClientsAreExchanged(t *testing.T) {
	t.Parallel()
	ca, first, second := newAuthority(t), newAuthority(t), newAuthority(t)
	dir := certificateFolder(t, ca, first)
	core, logs := observer.New(zapcore.InfoLevel)
	address := listenGraph(t, callerGraph, dir, strings.Replace(clientTLS, "REQUIRED", "true", 1), zap.New(core),
		func(l *server.Listening) { l.CertificatePeriod = 5 * time.Millisecond })
	old := ca.showing(t, first.identify(t, spiffe(t, "spiffe://shop.test/a")))
	fresh := ca.showing(t, second.identify(t, spiffe(t, "spiffe://shop.test/b")))
	isIn := func(client *http.Client) bool {
		got, _ := askWith(t, client, address)
		return strings.Contains(got, "spiffe://shop.test/")
	}
	put := func(text, told string) {
		t.Helper()
		before := logs.FilterMessage(told).Len()
		if err := os.WriteFile(filepath.Join(dir, "clients.pem"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(time.Minute); logs.FilterMessage(told).Len() == before; <-time.After(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%q is not told: %v", told, logs.All())
			}
		}
	}
	const taken = "the listener has new authorities of client certificates"
	if !isIn(old) || isIn(fresh) {
		t.Error("at the start")
	}
	put(first.pem()+second.pem(), taken)
	if !isIn(old) || !isIn(fresh) {
		t.Error("with both authorities")
	}
	put("garbage", "the listener keeps its certificate, the new one cannot be used")
	if !isIn(old) || !isIn(fresh) {
		t.Error("with a broken file")
	}
	put(second.pem(), taken)
	if isIn(old) || !isIn(fresh) {
		t.Error("without the first authority")
	}
	if n := logs.FilterMessage("the listener has a new certificate").Len(); n != 0 {
		t.Errorf("a new certificate was told of %d times", n)
	}
}
