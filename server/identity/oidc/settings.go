package oidc

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/weftgraph/weft/datasources"
)

// Defaults of Issuer, Introspection and Settings.
const (
	DefaultClockSkew   = time.Minute
	DefaultTimeout     = 5 * time.Second
	DefaultCooldown    = 2 * time.Second
	DefaultMaxStale    = 24 * time.Hour
	DefaultPositiveTTL = time.Minute
	DefaultNegativeTTL = 10 * time.Second
	DefaultRealm       = "weft"
)

// Settings say which tokens are taken. The zero Settings take none.
type Settings struct {
	// Issuers are those of signed tokens.
	Issuers []Issuer
	// Introspection are those who are asked about other tokens.
	Introspection []Introspection
	// Sources are where requests show tokens: the first that is there counts. Empty means the header Authorization with `Bearer`.
	Sources []Source
	// IgnoreOtherPrefixes takes values of sources that have another prefix for no tokens. Otherwise they are refused.
	IgnoreOtherPrefixes bool
	// Lenient takes callers with bad tokens for anonymous ones.
	Lenient bool
	// Realm names what is protected, in challenges; empty means the default.
	Realm string
}

// IsZero tells that no tokens are taken.
func (s *Settings) IsZero() bool { return len(s.Issuers)+len(s.Introspection) == 0 }

// Equal tells whether two settings say the same.
func (s *Settings) Equal(o *Settings) bool {
	return slices.EqualFunc(s.Issuers, o.Issuers, func(a, b Issuer) bool { return a.Equal(&b) }) &&
		slices.EqualFunc(s.Introspection, o.Introspection, func(a, b Introspection) bool { return a.Equal(&b) }) &&
		slices.Equal(s.Sources, o.Sources) &&
		s.IgnoreOtherPrefixes == o.IgnoreOtherPrefixes && s.Lenient == o.Lenient && s.Realm == o.Realm
}

// SourceKind is where a token stands in a request.
type SourceKind uint8

// The kinds of sources.
const (
	FromHeader SourceKind = iota
	FromCookie
)

// Source is a place of a request that may have a token.
type Source struct {
	Kind SourceKind
	// Name is that of the header or cookie.
	Name string
	// Prefix stands before the token, with blanks after it; upper and lower case are the same. Empty means that there is none.
	Prefix string
}

// Connection says how an issuer is reached. Zero fields mean the defaults.
type Connection struct {
	// Header is sent with every request.
	Header http.Header
	// Authorities are trusted instead of the system's.
	Authorities *datasources.Authorities
	// Timeout bounds a request to the issuer, and how long requests of clients wait for one.
	Timeout time.Duration
}

func (c Connection) equal(o Connection) bool {
	return headersEqual(c.Header, o.Header) && c.Authorities.Equal(o.Authorities) && c.Timeout == o.Timeout
}

func headersEqual(a, b http.Header) bool {
	if len(a) != len(b) {
		return false
	}
	for name, values := range a {
		if !slices.Equal(values, b[name]) {
			return false
		}
	}
	return true
}

// Issuer is who signs tokens. Zero fields mean the defaults.
type Issuer struct {
	// Names are the values of the claim `iss` that are the issuer's. The first is that of discovery. Without any, the issuer's tokens may
	// have any that no other issuer has.
	Names []string
	// DiscoveryURL is the address of the discovery document if it is not below the first name.
	DiscoveryURL string
	// KeysURL is the address of the key set, which then is not discovered: `https`, `http` or `file`.
	KeysURL string
	// Audiences are those of which a token has to be for one; without any, tokens for everybody are taken.
	Audiences []string
	// Algorithms are those that signatures may have. Without any they are the asymmetric ones that discovery says, or all.
	Algorithms []string
	// ClockSkew is how far the issuer's clock may be off.
	ClockSkew time.Duration
	// ScopesClaim has the scopes instead of `scope` and `scp`, SubjectClaim the subject instead of `sub`.
	ScopesClaim, SubjectClaim string
	// TakesIDTokens takes ID tokens of OpenID Connect for access tokens.
	TakesIDTokens bool
	// TakesEndless takes tokens without `exp`.
	TakesEndless bool
	// PollInterval is how old keys may become; zero leaves that to the header Cache-Control of the issuer's replies.
	PollInterval time.Duration
	// Cooldown is the least time between two loads.
	Cooldown time.Duration
	// MaxStale is how long keys are used on while the issuer is not to be reached.
	MaxStale time.Duration
	// Connection is how it is reached.
	Connection Connection
}

// Equal tells whether two settings say the same.
func (i *Issuer) Equal(o *Issuer) bool {
	return slices.Equal(i.Names, o.Names) && i.DiscoveryURL == o.DiscoveryURL && i.KeysURL == o.KeysURL &&
		slices.Equal(i.Audiences, o.Audiences) && slices.Equal(i.Algorithms, o.Algorithms) && i.ClockSkew == o.ClockSkew &&
		i.ScopesClaim == o.ScopesClaim && i.SubjectClaim == o.SubjectClaim && i.TakesIDTokens == o.TakesIDTokens &&
		i.TakesEndless == o.TakesEndless && i.PollInterval == o.PollInterval && i.Cooldown == o.Cooldown && i.MaxStale == o.MaxStale &&
		i.Connection.equal(o.Connection)
}

// Name is what the issuer is called in logs and reports.
func (i *Issuer) Name() string {
	if len(i.Names) > 0 {
		return i.Names[0]
	}
	return i.KeysURL
}

func (i *Issuer) withDefaults() Issuer {
	out := *i
	out.setDefaults()
	return out
}

func (i *Issuer) setDefaults() {
	i.ClockSkew = cmp.Or(i.ClockSkew, DefaultClockSkew)
	i.Cooldown = cmp.Or(i.Cooldown, DefaultCooldown)
	i.MaxStale = cmp.Or(i.MaxStale, DefaultMaxStale)
	i.SubjectClaim = cmp.Or(i.SubjectClaim, "sub")
	i.Connection.Timeout = cmp.Or(i.Connection.Timeout, DefaultTimeout)
}

// Introspection is who is asked about tokens (RFC 7662). Zero fields mean the defaults.
type Introspection struct {
	// Issuer is who gives the tokens; its discovery says where to ask if Endpoint is empty.
	Issuer string
	// Endpoint is the address to ask at.
	Endpoint string
	// ClientID and ClientSecret say who asks.
	ClientID, ClientSecret string
	// SecretInBody sends them as parameters rather than by HTTP Basic.
	SecretInBody bool
	// Audiences are those of which a token has to be for one; without any, the endpoint decides.
	Audiences []string
	// ClockSkew is how far the issuer's clock may be off.
	ClockSkew time.Duration
	// ScopesClaim has the scopes instead of `scope`, SubjectClaim the subject instead of `sub`.
	ScopesClaim, SubjectClaim string
	// PositiveTTL is how long it is remembered at most that a token is good, NegativeTTL that it is not.
	PositiveTTL, NegativeTTL time.Duration
	// Connection is how it is reached.
	Connection Connection
}

// Equal tells whether two settings say the same.
func (i *Introspection) Equal(o *Introspection) bool {
	return i.Issuer == o.Issuer && i.Endpoint == o.Endpoint && i.ClientID == o.ClientID && i.ClientSecret == o.ClientSecret &&
		i.SecretInBody == o.SecretInBody && slices.Equal(i.Audiences, o.Audiences) && i.ClockSkew == o.ClockSkew &&
		i.ScopesClaim == o.ScopesClaim && i.SubjectClaim == o.SubjectClaim && i.PositiveTTL == o.PositiveTTL &&
		i.NegativeTTL == o.NegativeTTL && i.Connection.equal(o.Connection)
}

// Name is what it is called in logs and reports.
func (i *Introspection) Name() string { return cmp.Or(i.Issuer, i.Endpoint) }

func (i *Introspection) withDefaults() Introspection {
	out := *i
	out.setDefaults()
	return out
}

func (i *Introspection) setDefaults() {
	i.ClockSkew = cmp.Or(i.ClockSkew, DefaultClockSkew)
	i.SubjectClaim = cmp.Or(i.SubjectClaim, "sub")
	i.PositiveTTL = cmp.Or(i.PositiveTTL, DefaultPositiveTTL)
	i.NegativeTTL = cmp.Or(i.NegativeTTL, DefaultNegativeTTL)
	i.Connection.Timeout = cmp.Or(i.Connection.Timeout, DefaultTimeout)
}
