package config

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/server/identity/oidc"
)

// jwt is the section of signed tokens.
func jwt() form[oidc.Settings] {
	return object[oidc.Settings]{keys: []key[oidc.Settings]{
		{
			name: "issuers", form: at(func(s *oidc.Settings) *[]oidc.Issuer { return &s.Issuers }, list[oidc.Issuer]{located[oidc.Issuer]{jwtIssuer(), issuerPlaces}, "a list of issuers"}),
			standard: "[]", example: `[{ issuer: "https://id.example.org", audiences: [shop] }]`,
			doc: "those whose tokens are taken. A token is checked by the keys of the issuer that its claim `iss` names",
		},
		{
			name: "realm", form: at(func(s *oidc.Settings) *string { return &s.Realm }, text{
				wanted: "a name without quotes", all: []string{`^[ !#-\[\]-~]+$`},
			}),
			standard: oidc.DefaultRealm, example: "shop", doc: "what `WWW-Authenticate` calls what is protected",
		},
		{
			name: "sources", form: at(func(s *oidc.Settings) *[]oidc.Source { return &s.Sources }, list[oidc.Source]{tokenSource(), "a list of sources"}),
			example: "[{ type: cookie, name: session }]",
			doc:     "where requests show their token; the first that is there counts. Without it, the header `authorization` with `Bearer` before the token",
		},
		{
			name: "ignore_other_prefixes", form: at(func(s *oidc.Settings) *bool { return &s.IgnoreOtherPrefixes }, flag{}),
			standard: "false", example: "true",
			doc: "whether a value with another prefix (`Basic …`) is no token, rather than a bad one",
		},
	}}
}

func tokenSource() form[oidc.Source] {
	return object[oidc.Source]{required: []string{"type", "name"}, keys: []key[oidc.Source]{
		{
			name: "type", form: at(func(s *oidc.Source) *oidc.SourceKind { return &s.Kind }, choice[oidc.SourceKind]{
				{name: "header", value: oidc.FromHeader}, {name: "cookie", value: oidc.FromCookie},
			}),
			example: "cookie", doc: "`header` or `cookie`",
		},
		{
			name: "name", form: at(func(s *oidc.Source) *string { return &s.Name }, headerName()),
			example: "session", doc: "the name of the header or cookie",
		},
		{
			name: "value_prefix", form: at(func(s *oidc.Source) *string { return &s.Prefix }, headerValue()),
			example: "Bearer", doc: "what stands before the token, with a blank after it; without it, nothing does",
		},
	}}
}

func jwtIssuer() form[oidc.Issuer] {
	type issuer = oidc.Issuer
	word := func(name string, part func(*issuer) *string, standard, example, doc string) key[issuer] {
		return key[issuer]{name: name, form: at(part, notEmpty()), standard: standard, example: example, doc: doc}
	}
	span := func(name string, part func(*issuer) *time.Duration, standard, example, doc string) key[issuer] {
		return key[issuer]{name: name, form: at(part, duration()), standard: standard, example: example, doc: doc}
	}
	return object[issuer]{required: []string{"issuer"}, apart: [][2]string{{"discovery_url", "jwks_url"}}, keys: []key[issuer]{
		{
			name: "issuer", form: at(func(i *issuer) *[]string { return &i.Names }, via(notEmpty(), single)),
			example: "https://id.example.org", doc: "its name, to the letter as the claim `iss` of its tokens has it, and where its discovery document is",
		},
		{
			name: "audiences", form: at(func(i *issuer) *[]string { return &i.Audiences }, words()), standard: "[]", example: "[shop]",
			doc: "the claim `aud` has to have one of these. Without any, tokens of the issuer for whatever service are taken",
		},
		{
			name: "algorithms", form: at(func(i *issuer) *[]string { return &i.Algorithms }, algorithms()), example: "[RS256]",
			doc: "by which signatures are made. Without it, those that discovery says. `none` and shared secrets (`HS256`) are never taken",
		},
		{
			name: "discovery_url", form: at(func(i *issuer) *string { return &i.DiscoveryURL }, discoveryURL()),
			example: `"http://keycloak:8080/realms/shop/.well-known/openid-configuration"`,
			doc:     "where its discovery document is, if not below `issuer`",
		},
		{
			name: "jwks_url", form: keysURL(), example: "https://id.example.org/keys",
			doc: "where its keys are, if it has no discovery: `https`, `http`, or `file:`, relative to the folder of this file",
		},
		span("clock_skew", func(i *issuer) *time.Duration { return &i.ClockSkew }, "60s", "10s", "how far its clock may be off"),
		word("scopes_claim", func(i *issuer) *string { return &i.ScopesClaim }, "", "permissions",
			"the claim that has the scopes, words of a string or a list. Without it, `scope`, then `scp`"),
		word("subject_claim", func(i *issuer) *string { return &i.SubjectClaim }, "sub", "email", "the claim that names the caller"),
		{
			name: "id_tokens", form: at(func(i *issuer) *bool { return &i.TakesIDTokens }, flag{}), standard: "false", example: "true",
			doc: "whether ID tokens are taken, which are meant for the client, besides access tokens",
		},
		span("poll_interval", func(i *issuer) *time.Duration { return &i.PollInterval }, "", "60s",
			"how old its keys may become. Without it, what its header `Cache-Control` says, between 1 minute and 1 hour, or 5 minutes"),
		span("cooldown", func(i *issuer) *time.Duration { return &i.Cooldown }, "2s", "10s",
			"the least time between two requests for its keys, whatever tokens come; those with unknown keys wait"),
		span("max_stale", func(i *issuer) *time.Duration { return &i.MaxStale }, "24h", "1h",
			"how long its keys are used on while it is not to be reached; then its tokens get status 503"),
		span("timeout", func(i *issuer) *time.Duration { return &i.Connection.Timeout }, "5s", "2s",
			"the time for one request to it, and how long requests of clients wait for one"),
		{
			name:    "certificate_authorities",
			form:    at(func(i *issuer) **datasources.Authorities { return &i.Connection.Authorities }, via(certificates(), datasources.ParseAuthorities)),
			example: `"${file.ca.pem}"`, doc: "certificates in PEM format that are trusted for `https` to it instead of the system's",
		},
	}}
}

func single(s string) ([]string, error) { return []string{s}, nil }

func words() form[[]string] { return list[string]{notEmpty(), "a list of strings"} }

// algorithms are those of signatures. Those that are known and never taken are told apart from mistakes.
func algorithms() form[[]string] {
	options := choice[string]{}
	for _, a := range oidc.Algorithms() {
		options = append(options, option[string]{name: a, value: a})
	}
	return list[string]{options, "a list of algorithms"}
}

// webAddress is an address of a document.
func webAddress(words string) text {
	return text{wanted: words, all: []string{`^https?://[^/?#@ ]+(/[^# ]*)?$`}, isSensible: func(s string) error {
		if _, err := url.Parse(s); err != nil {
			return fmt.Errorf("expected %s", words)
		}
		return nil
	}}
}

func discoveryURL() form[string] {
	f := webAddress(`an address such as "https://id.example.org/.well-known/openid-configuration"`)
	f.all = append(f.all, `/\.well-known/openid-configuration$`)
	return f
}

// keysURL is the address of a key set.
func keysURL() form[oidc.Issuer] { return keysForm{} }

// keysForm reads an address, that of a file relative to the configuration.
type keysForm struct{}

func (keysForm) text() text {
	return text{wanted: `an address such as "https://id.example.org/keys" or "file:keys.json"`, all: []string{`^(https?://[^/?#@ ]+(/[^# ]*)?|file:.+)$`}}
}

// Read implements form.
func (f keysForm) Read(r *reader, n *node, into *oidc.Issuer) {
	f.text().Read(r, n, &into.KeysURL)
	path, isFile := strings.CutPrefix(into.KeysURL, "file:")
	if !isFile {
		return
	}
	path = strings.TrimPrefix(path, "//") // file:///keys.json
	into.KeysURL = (&url.URL{Scheme: "file", Path: filepath.ToSlash(r.beside(path))}).String()
}

// Shape implements form.
func (f keysForm) Shape() *shape { return f.text().Shape() }
