package datasources

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
)

// TLS says whom encrypted connections trust, and who Weft is on them. The zero TLS trusts the authorities of the system and shows
// no certificate.
type TLS struct {
	Authorities *Authorities
	Client      *ClientCertificate
	// ServerName is the name that a server's certificate has to be for; empty means the host of the address.
	ServerName string
}

// Config returns a fresh configuration for clients. It does not accept versions before TLS 1.2.
func (t TLS) Config() *tls.Config {
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: t.ServerName}
	if t.Authorities != nil {
		config.RootCAs = t.Authorities.pool
	}
	if t.Client != nil {
		config.Certificates = []tls.Certificate{t.Client.certificate}
	}
	return config
}

// IsZero tells that nothing differs from the default.
func (t TLS) IsZero() bool { return t == TLS{} }

// Authorities are certificates that are trusted instead of the system's. They are immutable.
type Authorities struct {
	text string
	pool *x509.CertPool
}

const (
	pemCertificate = "CERTIFICATE"
	pemPrivateKey  = "PRIVATE KEY"
)

var (
	errNoCertificate  = errors.New("there is no certificate in PEM format")
	errNoKey          = errors.New("there is no private key in PEM format")
	errEncryptedKey   = errors.New("the private key is encrypted, which is not supported")
	errBadCertificate = errors.New("a certificate in it cannot be read")
	errBadPair        = errors.New("certificate and private key cannot be used together")
)

// ParseAuthorities reads one or more certificates in PEM format. The error does not repeat the text.
func ParseAuthorities(text string) (*Authorities, error) {
	pool := x509.NewCertPool()
	found := false
	for block, rest := pem.Decode([]byte(text)); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != pemCertificate {
			continue
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, errBadCertificate
		}
		pool.AddCert(certificate)
		found = true
	}
	if !found {
		return nil, errNoCertificate
	}
	return &Authorities{text: text, pool: pool}, nil
}

// Equal tells whether both were read from the same text.
func (a *Authorities) Equal(b *Authorities) bool {
	return a == b || a != nil && b != nil && a.text == b.text
}

// ClientCertificate is a certificate with its key, which servers may demand. It is immutable.
type ClientCertificate struct {
	chain, key  string
	certificate tls.Certificate
}

// ParseClientCertificate reads a chain of certificates, Weft's own first, and its key, both in PEM format. The error does not repeat the
// texts.
func ParseClientCertificate(chain, key string) (*ClientCertificate, error) {
	if err := CheckChain(chain); err != nil {
		return nil, err
	}
	if err := CheckKey(key); err != nil {
		return nil, err
	}
	certificate, err := tls.X509KeyPair([]byte(chain), []byte(key))
	if err != nil {
		return nil, errBadPair // the library's words may quote what it has read
	}
	return &ClientCertificate{chain: chain, key: key, certificate: certificate}, nil
}

// CheckChain tells what is wrong with the first argument of ParseClientCertificate alone.
func CheckChain(chain string) error {
	_, err := ParseAuthorities(chain)
	return err
}

// CheckKey tells what is wrong with the second argument of ParseClientCertificate alone.
func CheckKey(key string) error {
	for block, rest := pem.Decode([]byte(key)); block != nil; block, rest = pem.Decode(rest) {
		switch {
		case block.Type == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != "":
			return errEncryptedKey
		case strings.HasSuffix(block.Type, pemPrivateKey):
			return nil
		}
	}
	return errNoKey
}

// Equal tells whether both were read from the same texts.
func (c *ClientCertificate) Equal(o *ClientCertificate) bool {
	return c == o || c != nil && o != nil && c.chain == o.chain && c.key == o.key
}
