package config

import (
	"cmp"
	"net/http"
	"time"

	"github.com/weftgraph/weft/server/identity/oidc"
)

// routerTokens is what the public router says of signed tokens.
type routerTokens struct {
	isGiven bool
	// sets are key sets.
	sets []oidc.Issuer
	// header is the first place that may have a token, sources are others.
	header                   oidc.Source
	sources                  []oidc.Source
	ignoresOthers, isLenient bool
}

// routerPollInterval is how old keys may become there.
const routerPollInterval = time.Minute

// fromRouter makes the part.
func (d *draft) fromRouter() *routerTokens {
	d.router = routerTokens{isGiven: true, header: oidc.Source{Name: "authorization", Prefix: "Bearer"}}
	return &d.router
}

// finishTokens adds what the public router's keys say to what ours do.
func (d *draft) finishTokens() {
	if !d.router.isGiven {
		return
	}
	t := &d.config.Tokens
	for _, set := range d.router.sets {
		set.PollInterval = cmp.Or(set.PollInterval, routerPollInterval)
		t.Issuers = append(t.Issuers, set)
	}
	if len(t.Sources) == 0 {
		t.Sources = append([]oidc.Source{d.router.header}, d.router.sources...)
	}
	t.IgnoreOtherPrefixes = t.IgnoreOtherPrefixes || d.router.ignoresOthers
	t.Lenient = d.router.isLenient
}

// routerJWT is what the public router has instead.
func routerJWT() form[routerTokens] {
	return object[routerTokens]{keys: []key[routerTokens]{
		{
			name: "jwks", form: at(func(t *routerTokens) *[]oidc.Issuer { return &t.sets }, list[oidc.Issuer]{located[oidc.Issuer]{routerKeys(), setPlaces}, "a list of key sets"}),
			example: `[{ url: "https://id.example.org/keys", issuers: ["https://id.example.org"] }]`,
			doc:     "key sets whose tokens are taken",
		},
		{
			name: "header_name", form: at(func(t *routerTokens) *string { return &t.header.Name }, headerName()),
			example: "x-token", doc: "the header that has the token, instead of `authorization`",
		},
		{
			name: "header_value_prefix", form: at(func(t *routerTokens) *string { return &t.header.Prefix }, headerValue()),
			example: "Token", doc: "what stands before it, instead of `Bearer`",
		},
		{
			name: "sources", form: at(func(t *routerTokens) *[]oidc.Source { return &t.sources }, list[oidc.Source]{tokenSource(), "a list of sources"}),
			example: "[{ type: cookie, name: session }]", doc: "more places that may have a token",
		},
		{
			name: "ignore_other_prefixes", form: at(func(t *routerTokens) *bool { return &t.ignoresOthers }, flag{}),
			example: "true", doc: "whether a header with another prefix has no token, rather than a bad one",
		},
		{
			name: "on_error", form: at(func(t *routerTokens) *bool { return &t.isLenient }, choice[bool]{{name: "Error"}, {name: "Continue", value: true}}),
			example: "Continue", doc: "what a bad token leads to: status 401, without the key, or an anonymous caller",
		},
	}}
}

// routerKeys is one key set of the public router.
func routerKeys() form[oidc.Issuer] {
	type issuer = oidc.Issuer
	return object[issuer]{required: []string{"url"}, apart: [][2]string{{"issuer", "issuers"}}, keys: []key[issuer]{
		{name: "url", form: keysURL(), example: "https://id.example.org/keys", doc: "where it is: `https`, `http` or `file:`"},
		{
			name: "issuers", form: at(func(i *issuer) *[]string { return &i.Names }, words()), example: `["https://id.example.org"]`,
			doc: "what the claim `iss` may be. Without it, whatever no other set has",
		},
		{
			name: "issuer", form: at(func(i *issuer) *[]string { return &i.Names }, via(notEmpty(), single)), example: "https://id.example.org",
			doc: "the same, for one",
		},
		{name: "audiences", form: at(func(i *issuer) *[]string { return &i.Audiences }, words()), example: "[shop]", doc: "what the claim `aud` has to have one of"},
		{name: "algorithms", form: at(func(i *issuer) *[]string { return &i.Algorithms }, algorithms()), example: "[RS256]", doc: "by which signatures are made"},
		{
			name: "poll_interval", form: at(func(i *issuer) *time.Duration { return &i.PollInterval }, duration()),
			example: "5m", doc: "how old the keys may become, 60 s without it",
		},
		{
			name: "headers", form: at(func(i *issuer) *http.Header { return &i.Connection.Header }, via(list[sentHeader]{sentHeaderForm(), "a list of headers"}, headerOf)),
			example: "[{ name: x-key, value: \"${env.KEY}\" }]", doc: "what is sent with the request for it",
		},
		{
			name: "allow_missing_exp", form: at(func(i *issuer) *bool { return &i.TakesEndless }, flag{}), example: "true",
			doc: "whether tokens are taken that do not expire",
		},
	}}
}

// sentHeader is a header as the public router writes it.
type sentHeader struct{ name, value string }

func sentHeaderForm() form[sentHeader] {
	return object[sentHeader]{required: []string{"name", "value"}, keys: []key[sentHeader]{
		{name: "name", form: at(func(h *sentHeader) *string { return &h.name }, headerName()), example: "x-key", doc: "its name"},
		{name: "value", form: at(func(h *sentHeader) *string { return &h.value }, headerValue()), example: `"${env.KEY}"`, doc: "its value"},
	}}
}

func headerOf(given []sentHeader) (http.Header, error) {
	h := http.Header{}
	for _, s := range given {
		h.Add(s.name, s.value)
	}
	return h, nil
}
