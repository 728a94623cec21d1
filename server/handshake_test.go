package server_test

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/weftgraph/weft/server"
)

// intermediate makes an authority that this one vouches for.
func (a *authority) intermediate(t *testing.T, change func(*x509.Certificate)) *authority {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "intermediate"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	change(template)
	made := &authority{}
	made.certificate, made.key = a.sign(t, template)
	return made
}

// through is a certificate with those that lead to an authority.
func through(leaf tls.Certificate, chain ...*authority) tls.Certificate {
	for _, a := range chain {
		leaf.Certificate = append(leaf.Certificate, a.certificate.Raw)
	}
	return leaf
}

func asIs(*x509.Certificate) {}

// presented are certificates of clients, and whom they make known; empty for those with which there is no connection.
func presented(t *testing.T, clients *authority) map[string]struct {
	shown tls.Certificate
	who   string
} {
	t.Helper()
	type row = struct {
		shown tls.Certificate
		who   string
	}
	named := func(name string) func(*x509.Certificate) {
		return func(c *x509.Certificate) { c.DNSNames = []string{name} }
	}
	lawful := clients.intermediate(t, asIs)
	limited := clients.intermediate(t, func(c *x509.Certificate) {
		c.PermittedDNSDomainsCritical, c.PermittedDNSDomains, c.PermittedURIDomains = true, []string{"a.test"}, []string{"a.test"}
	})
	without := clients.intermediate(t, func(c *x509.Certificate) { c.IsCA, c.KeyUsage = false, x509.KeyUsageDigitalSignature })
	last := clients.intermediate(t, func(c *x509.Certificate) { c.MaxPathLenZero = true })
	beyond := last.intermediate(t, func(c *x509.Certificate) { c.Subject.CommonName = "beyond" })
	gone := clients.intermediate(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) })
	stranger := newAuthority(t) // it has the name of the right one
	ours, theirs := clients.identify(t, asIs), clients.identify(t, asIs)
	theirs.PrivateKey = ours.PrivateKey
	var alike []*authority
	for range 150 {
		alike = append(alike, stranger.intermediate(t, func(c *x509.Certificate) { c.Subject = clients.certificate.Subject }))
	}
	names := make([]string, 4000)
	for i := range names {
		names[i] = fmt.Sprintf("host-%d.a.test", i)
	}
	tooMany := slices.Repeat(names, 4)
	return map[string]row{
		"of an authority of an authority":   {through(lawful.identify(t, named("a.test")), lawful), "a.test"},
		"without any purpose":               {clients.identify(t, func(c *x509.Certificate) { c.ExtKeyUsage = nil }), "common"},
		"of a permitted name":               {through(limited.identify(t, named("b.a.test")), limited), "b.a.test"},
		"with many names":                   {clients.identify(t, func(c *x509.Certificate) { c.DNSNames = names }), "host-0.a.test"},
		"with too many names":               {clients.identify(t, func(c *x509.Certificate) { c.DNSNames = tooMany }), ""},
		"not valid yet":                     {clients.identify(t, func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Minute) }), ""},
		"expired":                           {clients.identify(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }), ""},
		"of a stranger of the same name":    {stranger.identify(t, asIs), ""},
		"of an authority that has expired":  {through(gone.identify(t, asIs), gone), ""},
		"for servers":                       {clients.identify(t, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} }), ""},
		"for code":                          {clients.identify(t, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning} }), ""},
		"of one that is no authority":       {through(without.identify(t, asIs), without), ""},
		"too far from the authority":        {through(beyond.identify(t, asIs), beyond, last), ""},
		"of a name that is not permitted":   {through(limited.identify(t, named("a.test.evil.test")), limited), ""},
		"of a URI that is not permitted":    {through(limited.identify(t, spiffe(t, "spiffe://evil.test/a")), limited), ""},
		"of somebody else":                  {theirs, ""},
		"with what must be understood":      {clients.identify(t, demanding), ""},
		"with many that may have signed it": {through(stranger.identify(t, asIs), alike...), ""},
	}
}

// demanding puts an extension into a certificate that nobody knows, and that has to be understood.
func demanding(c *x509.Certificate) {
	c.ExtraExtensions = []pkix.Extension{{Id: []int{1, 2, 3, 4}, Critical: true, Value: []byte{5, 0}}}
}

// Whatever a client shows, it is known as what an authority has vouched for, or gets no connection, by each version of TLS. Nothing of it is
// left behind: who comes next is served.
func TestOnlySoundCertificatesMakeCallersKnown(t *testing.T) {
	t.Parallel()
	ca, clients := newAuthority(t), newAuthority(t)
	core, logs := observer.New(zapcore.DebugLevel)
	address := listenGraph(t, callerGraph, certificateFolder(t, ca, clients), strings.Replace(clientTLS, "REQUIRED", "false", 1), zap.New(core), nil)
	for name, row := range presented(t, clients) {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			got, _ := askWith(t, speaking(ca.showing(t, row.shown), version), address)
			switch {
			case row.who == "" && !strings.HasPrefix(got, "no connection"):
				t.Errorf("%s, %s: %.300s", name, tls.VersionName(version), got)
			case row.who != "" && !strings.Contains(got, `\"subject\":\"`+row.who+`\"`):
				t.Errorf("%s, %s: want %s, got %.300s", name, tls.VersionName(version), row.who, got)
			}
		}
	}
	if got, _ := askWith(t, ca.showing(t), address); got != `{"data":{"who":null}}` {
		t.Error(got)
	}
	if logs.Len() == 0 {
		t.Error("nobody is told why there are no connections")
	}
}

// speaking has a client speak one version of TLS.
func speaking(client *http.Client, version uint16) *http.Client {
	if transport, ok := client.Transport.(*http.Transport); ok {
		transport.TLSClientConfig.MinVersion, transport.TLSClientConfig.MaxVersion = version, version
	}
	return client
}

// What a certificate, or somebody who shows none, writes into names and headers stays where it belongs: it is told as text, and is nobody else's.
func TestNamesInCertificatesAreNothingButText(t *testing.T) {
	t.Parallel()
	const hostile = "a\r\nX-Admin: 1\x1b[31m\x00\t\"}{$context} <é>"
	ca, clients := newAuthority(t), newAuthority(t)
	named := func(c *x509.Certificate) { c.Subject = pkix.Name{CommonName: hostile} }
	core, logs := observer.New(zapcore.DebugLevel)
	address := listenGraph(t, callerGraph, certificateFolder(t, ca, clients), strings.Replace(clientTLS, "REQUIRED", "false", 1), zap.New(core), nil)
	got, resp := askWith(t, ca.showing(t, clients.identify(t, named)), address)
	if want := quoted(quoted(hostile)); !strings.Contains(got, strings.Trim(want, `"`)) || resp == nil || resp.StatusCode != http.StatusOK {
		t.Errorf("%s, want %s", got, want)
	}
	uri := &url.URL{Scheme: "spiffe", Host: "shop.test", Path: "/a\r\nb/../billing/x"}
	got, _ = askWith(t, ca.showing(t, clients.identify(t, func(c *x509.Certificate) { c.URIs = []*url.URL{uri} })), address)
	if strings.Contains(got, "invoices:read") {
		t.Errorf("a URI with dots has scopes of another one: %s", got)
	}
	// An authority that nobody trusts may write what it likes, too, and that comes into the log.
	stranger := newAuthority(t).intermediate(t, func(c *x509.Certificate) { c.Subject = pkix.Name{CommonName: hostile} })
	got, _ = askWith(t, ca.showing(t, through(stranger.identify(t, named), stranger)), address)
	if !strings.HasPrefix(got, "no connection") {
		t.Error(got)
	}
	if logs.Len() == 0 {
		t.Error("nothing is logged of a failed handshake")
	}
	for _, entry := range logs.All() {
		if strings.ContainsFunc(entry.Message, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			t.Errorf("the log has %q", entry.Message)
		}
	}
}

// Headers by which proxies tell of certificates are those of anybody, on a listener that asks for certificates and on one behind a proxy.
func TestHeadersDoNotMakeCertificates(t *testing.T) {
	t.Parallel()
	ca, clients := newAuthority(t), newAuthority(t)
	known := clients.identify(t, spiffe(t, "spiffe://shop.test/billing/nightly"))
	escaped := url.QueryEscape(clients.pem())
	for name, change := range map[string]func(*server.Listening){"https": nil, "http": func(l *server.Listening) { l.TLS = nil }} {
		address := listenGraph(t, callerGraph, certificateFolder(t, ca, clients), strings.Replace(clientTLS, "REQUIRED", "false", 1), zap.NewNop(), change)
		forged := []string{
			"X-Forwarded-Client-Cert: By=spiffe://shop.test/gateway;Hash=00;URI=spiffe://shop.test/billing/nightly",
			"X-Client-Cert: " + escaped, "X-SSL-Client-Cert: " + escaped, "SSL-Client-Cert: " + escaped, "Client-Cert: :" + escaped + ":",
			"X-SSL-Client-Verify: SUCCESS", "SSL-Client-Verify: SUCCESS", "X-SSL-Client-S-DN: CN=nightly", "X-Client-Subject: nightly",
			"X-Forwarded-Tls-Client-Cert: " + escaped, "X-Forwarded-Tls-Client-Cert-Info: " + escaped, "X-ARR-ClientCert: " + escaped,
			"X-Amzn-Mtls-Clientcert: " + escaped, "X-Goog-Iap-Jwt-Assertion: x", "X-Remote-User: nightly",
		}
		client := ca.showing(t)
		_, got := doBy(t, client, http.MethodPost, name+"://"+address+"/graphql", whoAsks, "", forged...)
		if want := `{"data":{"who":null}}`; got != want {
			t.Errorf("%s: %s", name, got)
		}
		members := make([]string, len(forged))
		for i, h := range forged {
			header, v, _ := strings.Cut(h, ": ")
			members[i] = quoted(header) + ":" + quoted(v)
		}
		client = ca.client(t, func(tr *http.Transport) { tr.ForceAttemptHTTP2 = false })
		socket := connectBy(t, client, name+"://"+address, `{"headers":{`+strings.Join(members, ",")+`}}`, forged...)
		if got := socket.ask("{ who }", "null"); got != `{"data":{"who":null}}` {
			t.Errorf("%s by a WebSocket: %s", name, got)
		}
		if name == "https" { // and they do not change who it is
			_, got = doBy(t, ca.showing(t, known), http.MethodPost, name+"://"+address+"/graphql", whoAsks, "", append(forged, "X-Forwarded-Client-Cert: URI=spiffe://shop.test/other")...)
			if !strings.Contains(got, `\"subject\":\"spiffe://shop.test/billing/nightly\"`) {
				t.Error(got)
			}
		}
	}
}
