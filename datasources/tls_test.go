package datasources

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"
)

// certificatePair makes a certificate and its key, both in PEM format.
func certificatePair(tb testing.TB) (chain, key string) {
	tb.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		tb.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		tb.Fatal(err)
	}
	return pemText("CERTIFICATE", certificate), pemText("PRIVATE KEY", encoded)
}

func pemText(kind string, content []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}))
}

func TestCertificatesThatCannotBeUsedAreRefusedWithoutRepeatingThem(t *testing.T) {
	t.Parallel()
	chain, key := certificatePair(t)
	other, _ := certificatePair(t)
	for _, tt := range []struct{ name, chain, key, want string }{
		{"a pair", chain, key, ""},
		{"a chain", chain + other, key, ""},
		{"key and certificate in one text", key + chain, chain + key, ""},
		{"nothing", "", "", "there is no certificate in PEM format"},
		{"a path", "ca.pem", key, "there is no certificate in PEM format"},
		{"no key", chain, chain, "there is no private key in PEM format"},
		{"swapped", key, chain, "there is no certificate in PEM format"},
		{"damaged", pemText("CERTIFICATE", []byte("x")), key, "a certificate in it cannot be read"},
		{"of another", other, key, "certificate and private key cannot be used together"},
		{"encrypted", chain, pemText("ENCRYPTED PRIVATE KEY", []byte("x")), "the private key is encrypted, which is not supported"},
		{"damaged key", chain, pemText("PRIVATE KEY", []byte("secret")), "certificate and private key cannot be used together"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseClientCertificate(tt.chain, tt.key)
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAuthoritiesAreEqualByTheirText(t *testing.T) {
	t.Parallel()
	chain, key := certificatePair(t)
	a, err := ParseAuthorities(chain)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := ParseAuthorities(chain)
	c, _ := ParseAuthorities(chain + chain)
	if !a.Equal(b) || a.Equal(c) || a.Equal(nil) || (*Authorities)(nil).Equal(a) || !(*Authorities)(nil).Equal(nil) {
		t.Error("authorities are compared wrongly")
	}
	d, _ := ParseClientCertificate(chain, key)
	same, _ := ParseClientCertificate(chain, key)
	e, _ := ParseClientCertificate(chain, key+"\n")
	if !d.Equal(same) || d.Equal(e) || d.Equal(nil) {
		t.Error("certificates are compared wrongly")
	}
	if config := (TLS{Authorities: a, Client: d}).Config(); config.RootCAs == nil || len(config.Certificates) != 1 {
		t.Error("the configuration lacks what was given")
	}
	if !(TLS{}).IsZero() || (TLS{Authorities: a}).IsZero() || !strings.Contains(a.text, "CERTIFICATE") {
		t.Error("the zero TLS is the one without anything")
	}
}
