package config

import (
	"slices"

	"github.com/weftgraph/weft/server/identity/oidc"
)

// authentication is how callers show who they are. Each kind of credentials has a file of its own.
func authentication() form[draft] {
	return object[draft]{tolerates: true, keys: slices.Concat([]key[draft]{
		{
			name: "jwt", form: at(config, at(func(c *Config) *oidc.Settings { return &c.Tokens }, jwt())),
			doc: "Signed tokens. Weft's own.",
		},
		{
			name: "introspection", form: at(config, at(func(c *Config) *[]oidc.Introspection { return &c.Tokens.Introspection },
				list[oidc.Introspection]{located[oidc.Introspection]{introspection(), endpointPlaces}, "a list of endpoints"})),
			standard: "[]", example: `[{ issuer: "https://id.example.org", client_id: weft, client_secret: "${env.SECRET:-none}" }]`,
			doc: "who is asked about tokens that are not signed by one of `jwt.issuers` (RFC 7662). Weft's own",
		},
		{
			name: "expired_subscriptions", form: at(config, at(func(c *Config) *bool { return &c.KeepsExpired },
				choice[bool]{{name: "end"}, {name: "continue", value: true}})),
			standard: "end", example: "continue",
			doc: "what becomes of subscriptions when the credentials of their caller end. Weft's own",
		},
		{name: "router", doc: "What the public router has for that.", form: object[draft]{keys: []key[draft]{
			{name: "jwt", form: at((*draft).fromRouter, routerJWT()), isOptIn: true, doc: "Signed tokens, by key sets."},
		}}},
		{name: "api_keys", form: apiKeys(), isOptIn: true, example: "{ file: ./keys.jsonl }", doc: "Keys that this server has given out. Weft's own."},
		{name: "client_certificates", form: clientCertificates(), doc: "What the certificates of clients tell of them. Weft's own."},
	}, lack[draft]("connector", "subgraph"))}
}

// authenticates tells that there is a way for callers to show who they are.
func (c *Config) authenticates() bool {
	return !c.Tokens.IsZero() || !c.APIKeys.IsZero() || c.AsksForCertificates()
}

// authorization is what callers have to be to get an answer.
func authorization() form[draft] {
	return object[draft]{tolerates: true, keys: slices.Concat([]key[draft]{
		{
			name: "require_authentication", form: at(config, at(func(c *Config) *bool { return &c.RequireAuthentication }, flag{})),
			standard: "false", example: "true",
			doc: "whether callers that show no credentials are refused, with status 401. Bad credentials are refused in any case",
		},
		authorizationDirectives(),
		authorizationPolicies(),
		authorizationIntrospection(),
	})}
}
