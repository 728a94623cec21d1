package certificate

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net/url"
	"testing"
	"time"

	"github.com/weftgraph/weft/server/identity"
)

// issued is a certificate as TLS gives it.
func issued(change func(*x509.Certificate)) *x509.Certificate {
	c := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "common"}, NotAfter: time.Unix(2000, 0), Raw: []byte("raw"),
	}
	change(c)
	return c
}

func TestTheFirstPartThatACertificateHasNamesTheCaller(t *testing.T) {
	t.Parallel()
	id := &url.URL{Scheme: "spiffe", Host: "shop.test", Path: "/a"}
	all := func(c *x509.Certificate) {
		c.URIs, c.DNSNames, c.EmailAddresses = []*url.URL{id}, []string{"a.test", "b.test"}, []string{"a@b.test"}
	}
	for _, c := range []struct {
		subject []Part
		change  func(*x509.Certificate)
		want    string
	}{
		{nil, all, "spiffe://shop.test/a"},
		{nil, func(c *x509.Certificate) { all(c); c.URIs = nil }, "a.test"},
		{nil, func(c *x509.Certificate) { all(c); c.URIs, c.DNSNames = nil, nil }, "a@b.test"},
		{nil, func(*x509.Certificate) {}, "common"},
		{[]Part{Email, URI}, all, "a@b.test"},
		{[]Part{URI}, func(*x509.Certificate) {}, ""},
		{nil, func(c *x509.Certificate) { c.Subject.CommonName = "" }, ""},
	} {
		i, err := New(Settings{Subject: c.subject}, func() time.Time { return time.Unix(1000, 0) })
		if err != nil {
			t.Fatal(err)
		}
		authority := &x509.Certificate{Subject: pkix.Name{CommonName: "ca", Organization: []string{"Shop"}}}
		leaf := issued(c.change)
		shown := identity.Credentials{TLS: &tls.ConnectionState{
			PeerCertificates: []*x509.Certificate{leaf}, VerifiedChains: [][]*x509.Certificate{{leaf, authority}},
		}}
		for range 2 { // it is remembered
			who, err := i.Identify(t.Context(), shown)
			if got := who.Identity().Subject; got != c.want || (err != nil) != (c.want == "") {
				t.Errorf("%v: %q, %v, want %q", c.subject, got, err, c.want)
			}
			if c.want != "" && (who.Identity().Issuer != "CN=ca,O=Shop" || !who.Identity().Expires.Equal(leaf.NotAfter)) {
				t.Errorf("the caller is %+v", who.Identity())
			}
		}
	}
}

// A connection may outlive the certificate that it was made with.
func TestCertificatesExpireOnOpenConnections(t *testing.T) {
	t.Parallel()
	now := time.Unix(2000, 0)
	i, err := New(Settings{}, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	leaf := issued(func(*x509.Certificate) {})
	shown := identity.Credentials{TLS: &tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{{leaf}}}}
	if who, err := i.Identify(t.Context(), shown); who == nil || err != nil {
		t.Fatal(who, err)
	}
	now = now.Add(time.Second)
	refused := &identity.Refused{}
	if who, err := i.Identify(t.Context(), shown); who != nil || !errors.As(err, &refused) {
		t.Error(who, err)
	}
}

func TestCertificatesThatWereNotCheckedAreNotLookedAt(t *testing.T) {
	t.Parallel()
	i, err := New(Settings{}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for _, state := range []*tls.ConnectionState{nil, {}, {PeerCertificates: []*x509.Certificate{issued(func(*x509.Certificate) {})}}} {
		if who, err := i.Identify(t.Context(), identity.Credentials{TLS: state}); who != nil || err != nil {
			t.Error(who, err)
		}
	}
}

func TestPatternsOfSubjects(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"a", "a", true},
		{"a", "ab", false},
		{"*", "", true},
		{"*", "a.b", true},
		{"*", "a/b", false},
		{"*/b", "a/b", true},
		{"*/b", "a/c/b", false},
		{"*.test", "a.b.test", true},
		{"*.test", "a.test.evil", false},
		{"*a*b*", "xxaybaab", true},
		{"*a/*b", "xa/ya/zb", false},
		{"spiffe://shop.test/*", "spiffe://shop.test/", true},
		{"spiffe://shop.test/*", "spiffe://shop.test.evil/a", false},
		{"spiffe://shop.test/ns/*/sa/web", "spiffe://shop.test/ns/prod/sa/web", true},
		{"[a]?", "[a]?", true},
	} {
		if got := matches(c.pattern, c.text); got != c.want {
			t.Errorf("%q and %q: %t", c.pattern, c.text, got)
		}
	}
}
