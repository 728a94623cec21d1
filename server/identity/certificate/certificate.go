// Package certificate knows callers by the client certificates of their connections. TLS has checked these when it made the connection: that an
// authority of ours has signed them, that they had not expired, and that the client has the private key. What a header says of a certificate,
// such as X-Forwarded-Client-Cert, is never looked at: anybody can write that.
package certificate

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"strings"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server/identity"
)

// Settings say what a certificate tells of its caller (`authentication.client_certificates`). Zero fields mean the defaults.
type Settings struct {
	// Subject are the parts that may name the caller, the first that a certificate has does; nil is DefaultSubject.
	Subject []Part
	// Issuer is the caller's issuer; empty is the subject of the authority.
	Issuer string
	// Scopes are what callers may do. All that match add up.
	Scopes []Grant
}

// IsZero tells that nothing is set.
func (s Settings) IsZero() bool { return s.Subject == nil && s.Issuer == "" && s.Scopes == nil }

// Part is a part of a certificate that may name a caller.
type Part string

// The parts.
const (
	// URI is the first URI of the subject's alternative names, such as a SPIFFE ID, DNS the first DNS name and Email the first address there.
	URI   Part = "uri"
	DNS   Part = "dns"
	Email Part = "email"
	// CommonName is the common name of the subject.
	CommonName Part = "common_name"
)

// DefaultSubject is the order in which parts name the caller.
func DefaultSubject() []Part { return []Part{URI, DNS, Email, CommonName} }

// Grant gives scopes to those whose subject matches a pattern.
type Grant struct {
	// Subject is the subject, in which each `*` stands for any text without a slash.
	Subject string
	Scopes  []string
}

// maxKnown is how many certificates are remembered with the callers that they make known.
const maxKnown = 10_000

// Identifier knows callers by client certificates. It is immutable but for what it remembers, and safe for concurrent use.
type Identifier struct {
	settings Settings
	now      func() time.Time
	// known has callers by certificates, which are the same ones as long as a connection lasts.
	known *otter.Cache[*x509.Certificate, *caller.Caller]
}

var _ identity.Identifier = (*Identifier)(nil)

// New returns an identifier. now is the clock.
func New(s Settings, now func() time.Time) (*Identifier, error) {
	if len(s.Subject) == 0 {
		s.Subject = DefaultSubject()
	}
	known, err := otter.New(&otter.Options[*x509.Certificate, *caller.Caller]{MaximumSize: maxKnown})
	if err != nil {
		return nil, err
	}
	return &Identifier{s, now, known}, nil
}

// Identify implements identity.Identifier. A connection without a certificate that was checked is anonymous.
func (i *Identifier) Identify(_ context.Context, c identity.Credentials) (*caller.Caller, error) {
	if c.TLS == nil || len(c.TLS.VerifiedChains) == 0 {
		return nil, nil //nolint:nilnil // the contract of Identifier: anonymous
	}
	chain := c.TLS.VerifiedChains[0]
	leaf := chain[0]
	// It held when the connection was made, which may be long ago.
	if i.now().After(leaf.NotAfter) {
		return nil, &identity.Refused{Message: "The client certificate has expired."}
	}
	if c.IsWithdrawn {
		return nil, &identity.Refused{Message: "The authority of the client certificate is not trusted any more."}
	}
	who, isKnown := i.known.GetIfPresent(leaf)
	if !isKnown {
		if who = i.caller(chain); who == nil {
			return nil, &identity.Refused{Message: "The client certificate does not name anybody: it has none of " + i.wanted() + "."}
		}
		i.known.Set(leaf, who)
	}
	return who, nil
}

// caller is whom a chain of certificates makes known; nil if it names nobody.
func (i *Identifier) caller(chain []*x509.Certificate) *caller.Caller {
	leaf := chain[0]
	subject := ""
	for _, part := range i.settings.Subject {
		if subject = part.of(leaf); subject != "" {
			break
		}
	}
	if subject == "" {
		return nil
	}
	issuer := i.settings.Issuer
	if issuer == "" {
		issuer = chain[len(chain)-1].Subject.String()
	}
	return caller.New(caller.Identity{
		Method: caller.Certificate, Issuer: issuer, Subject: subject, Scopes: i.scopes(subject), Claims: claims(leaf), Expires: leaf.NotAfter,
	})
}

// of returns the part of a certificate, empty if it has none.
func (p Part) of(c *x509.Certificate) string {
	switch {
	case p == URI && len(c.URIs) > 0:
		return c.URIs[0].String()
	case p == DNS && len(c.DNSNames) > 0:
		return c.DNSNames[0]
	case p == Email && len(c.EmailAddresses) > 0:
		return c.EmailAddresses[0]
	case p == CommonName:
		return c.Subject.CommonName
	default:
		return ""
	}
}

// wanted lists the parts that may name a caller.
func (i *Identifier) wanted() string {
	words := make([]string, len(i.settings.Subject))
	for n, p := range i.settings.Subject {
		words[n] = string(p)
	}
	return strings.Join(words, ", ")
}

// scopes are what a subject may do.
func (i *Identifier) scopes(subject string) (scopes []string) {
	for _, g := range i.settings.Scopes {
		if matches(g.Subject, subject) {
			scopes = append(scopes, g.Scopes...)
		}
	}
	return scopes
}

// matches tells whether a text is what a pattern says. It takes the shortest text for each `*` that lets the rest follow, which is right
// since none stands for a slash, and never goes back further than to the last `*`.
func matches(pattern, text string) bool {
	p, t := 0, 0
	star, from := -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, t
			p++
		case p < len(pattern) && pattern[p] == text[t]:
			p++
			t++
		case star >= 0 && text[from] != '/':
			from++
			p, t = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// claims are what a certificate says, for mappings and policies.
func claims(c *x509.Certificate) value.Value {
	uris := make([]string, len(c.URIs))
	for i, u := range c.URIs {
		uris[i] = u.String()
	}
	addresses := make([]string, len(c.IPAddresses))
	for i, ip := range c.IPAddresses {
		addresses[i] = ip.String()
	}
	fingerprint := sha256.Sum256(c.Raw)
	return value.Object([]value.Field{
		{Name: "subject", Value: value.String(c.Subject.String())},
		{Name: "issuer", Value: value.String(c.Issuer.String())},
		{Name: "serial", Value: value.String(c.SerialNumber.Text(16))},
		{Name: "fingerprint", Value: value.String(hex.EncodeToString(fingerprint[:]))},
		{Name: "not_before", Value: value.Int(c.NotBefore.Unix())},
		{Name: "not_after", Value: value.Int(c.NotAfter.Unix())},
		{Name: "uris", Value: texts(uris)},
		{Name: "dns_names", Value: texts(c.DNSNames)},
		{Name: "emails", Value: texts(c.EmailAddresses)},
		{Name: "ip_addresses", Value: texts(addresses)},
	})
}

func texts(list []string) value.Value {
	out := make([]value.Value, len(list))
	for i, text := range list {
		out[i] = value.String(text)
	}
	return value.Array(out)
}
