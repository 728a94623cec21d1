package config

import (
	"time"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/server/identity/oidc"
)

// introspection is who is asked about tokens.
func introspection() form[oidc.Introspection] {
	type endpoint = oidc.Introspection
	span := func(name string, part func(*endpoint) *time.Duration, standard, example, doc string) key[endpoint] {
		return key[endpoint]{name: name, form: at(part, duration()), standard: standard, example: example, doc: doc}
	}
	return object[endpoint]{required: []string{"client_id", "client_secret"}, keys: []key[endpoint]{
		{
			name: "issuer", form: at(func(e *endpoint) *string { return &e.Issuer }, webAddress(`an address such as "https://id.example.org"`)),
			example: "https://id.example.org",
			doc: "who gives the tokens; its discovery says where to ask. Needed if there is no `endpoint`. " +
				"Of signed tokens it is told only those with this `iss`; without it, those of nobody else",
		},
		{
			name: "endpoint", form: at(func(e *endpoint) *string { return &e.Endpoint }, webAddress(`an address such as "https://id.example.org/introspect"`)),
			example: "https://id.example.org/introspect", doc: "where to ask, if discovery does not say it",
		},
		{
			name: "client_id", form: at(func(e *endpoint) *string { return &e.ClientID }, notEmpty()), example: "weft",
			doc: "who Weft is to it",
		},
		{
			name: "client_secret", form: at(func(e *endpoint) *string { return &e.ClientSecret }, text{
				wanted: "a secret that is not empty", all: []string{"."}, isSecret: true,
			}),
			example: `"${env.INTROSPECTION_SECRET}"`, doc: "what proves it",
		},
		{
			name: "client_auth", form: at(func(e *endpoint) *bool { return &e.SecretInBody }, choice[bool]{{name: "basic"}, {name: "post", value: true}}),
			standard: "basic", example: "post", doc: "how: `basic` in the header `Authorization`, `post` in the body",
		},
		{
			name: "audiences", form: at(func(e *endpoint) *[]string { return &e.Audiences }, words()), standard: "[]", example: "[shop]",
			doc: "the answer's `aud` has to have one of these. Without any, the issuer decides",
		},
		span("clock_skew", func(e *endpoint) *time.Duration { return &e.ClockSkew }, "60s", "10s", "how far its clock may be off"),
		{
			name: "scopes_claim", form: at(func(e *endpoint) *string { return &e.ScopesClaim }, notEmpty()), standard: "scope", example: "permissions",
			doc: "the member of the answer that has the scopes, words of a string or a list",
		},
		{
			name: "subject_claim", form: at(func(e *endpoint) *string { return &e.SubjectClaim }, notEmpty()), example: "username",
			doc: "the member that names the caller. Without it, `sub`, then `client_id`",
		},
		span("cache_ttl", func(e *endpoint) *time.Duration { return &e.PositiveTTL }, "60s", "10s",
			"how long it is remembered at most that a token is good: as long may one be used that the issuer has taken back"),
		span("negative_ttl", func(e *endpoint) *time.Duration { return &e.NegativeTTL }, "10s", "2s", "how long it is remembered that one is not"),
		span("timeout", func(e *endpoint) *time.Duration { return &e.Connection.Timeout }, "5s", "2s", "the time for one answer; then status 503"),
		{
			name:    "certificate_authorities",
			form:    at(func(e *endpoint) **datasources.Authorities { return &e.Connection.Authorities }, via(certificates(), datasources.ParseAuthorities)),
			example: `"${file.ca.pem}"`, doc: "certificates in PEM format that are trusted for `https` to it instead of the system's",
		},
	}}
}
