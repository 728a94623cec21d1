package certificate

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server/identity"
)

// Whatever an authority has signed, a certificate makes somebody known by what it has of the parts that may name a caller, or nobody, and what it
// says is JSON that says the same when it is read again.
func FuzzCertificate(f *testing.F) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	for _, c := range []x509.Certificate{
		{Subject: pkix.Name{CommonName: "common", Organization: []string{"Shop, \"Inc\""}}},
		{URIs: []*url.URL{{Scheme: "spiffe", Host: "shop.test", Path: "/ns/prod"}}, DNSNames: []string{"a.test", "*.b.test"}},
		{EmailAddresses: []string{"a@b.test"}, IPAddresses: []net.IP{net.IPv4(192, 0, 2, 1), net.IPv6loopback}},
		{URIs: []*url.URL{{Scheme: "urn", Opaque: "%ff"}}, Subject: pkix.Name{CommonName: "ünï→😀"}},
	} {
		c.SerialNumber, c.NotAfter = big.NewInt(7), time.Unix(2000, 0)
		der, err := x509.CreateCertificate(rand.Reader, &c, &c, &key.PublicKey, key)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(der)
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		leaf, err := x509.ParseCertificate(der)
		if err != nil {
			return // TLS would not have taken it
		}
		i, err := New(Settings{Scopes: []Grant{{Subject: "*", Scopes: []string{"s"}}}}, func() time.Time { return time.Unix(1000, 0) })
		if err != nil {
			t.Fatal(err)
		}
		who, refused := i.Identify(t.Context(), identity.Credentials{TLS: &tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{{leaf, leaf}}}})
		if (who == nil) != (refused != nil) {
			t.Fatalf("the caller %v, and the refusal %v", who, refused)
		}
		if who == nil {
			return
		}
		is := who.Identity()
		if is.Subject == "" || !utf8.ValidString(is.Subject) || !utf8.ValidString(is.Issuer) || !is.Expires.Equal(leaf.NotAfter) {
			t.Errorf("the caller is %+v", is)
		}
		if (len(is.Scopes) == 1) == strings.Contains(is.Subject, "/") {
			t.Errorf("%q has the scopes %q", is.Subject, is.Scopes)
		}
		text := is.Claims.AppendJSON(nil)
		if read, err := value.Parse(text); err != nil || !bytes.Equal(read.AppendJSON(nil), text) || !utf8.Valid(text) {
			t.Errorf("the claims are %q: %v", text, err)
		}
	})
}

// Patterns mean what regular expressions mean in which each `*` is [^/]*.
func FuzzPattern(f *testing.F) {
	f.Add("spiffe://shop.test/ns/*/sa/*", "spiffe://shop.test/ns/prod/sa/web")
	f.Add("*a*b*", "xxaybaab")
	f.Add("*a/*b", "xa/ya/zb")
	f.Add("**", "")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if !utf8.ValidString(pattern) || !utf8.ValidString(text) || len(pattern)+len(text) > 200 {
			return
		}
		expression := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, `[^/]*`)
		if want := regexp.MustCompile(`\A(?s:` + expression + `)\z`).MatchString(text); matches(pattern, text) != want {
			t.Errorf("%q and %q: want %t", pattern, text, want)
		}
	})
}
