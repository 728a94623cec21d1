package config

import (
	"github.com/weftgraph/weft/server/identity/certificate"
)

// clientCertificates say what the certificates of clients tell of them.
func clientCertificates() form[draft] {
	part := choice[certificate.Part]{}
	for _, p := range certificate.DefaultSubject() {
		part = append(part, option[certificate.Part]{name: string(p), value: p})
	}
	return at(config, at(func(c *Config) *certificate.Settings { return &c.ClientCertificates }, object[certificate.Settings]{keys: []key[certificate.Settings]{
		{
			name: "subject", form: at(func(s *certificate.Settings) *[]certificate.Part { return &s.Subject }, list[certificate.Part]{part, "a list of parts of a certificate"}),
			standard: "[uri, dns, email, common_name]", example: "[uri]",
			doc: "what names the caller: the first of these that its certificate has. `uri`, `dns` and `email` are the first of that kind " +
				"of the subject's alternative names (a SPIFFE ID is a `uri`). A certificate that has none of them is refused",
		},
		{
			name: "issuer", form: at(func(s *certificate.Settings) *string { return &s.Issuer }, text{wanted: `a name such as "internal-ca"`, all: []string{"."}}),
			example: "internal-ca", doc: "what the caller's issuer is called. Without it, the subject of the authority",
		},
		{
			name: "scopes", form: at(func(s *certificate.Settings) *[]certificate.Grant { return &s.Scopes }, list[certificate.Grant]{certificateGrant(), "a list of scopes for subjects"}),
			standard: "[]", example: `[{ subject: "spiffe://example.org/billing/*", scopes: ["invoices:read"] }]`,
			doc: "what callers may do. All entries that match add up",
		},
	}}))
}

func certificateGrant() form[certificate.Grant] {
	return object[certificate.Grant]{required: []string{"subject", "scopes"}, keys: []key[certificate.Grant]{
		{
			name: "subject", form: at(func(g *certificate.Grant) *string { return &g.Subject }, text{wanted: `a subject such as "spiffe://example.org/billing/*"`, all: []string{"."}}),
			example: `"spiffe://example.org/billing/*"`, doc: "what names the caller. Each `*` stands for any text without a `/`",
		},
		{
			name: "scopes", form: at(func(g *certificate.Grant) *[]string { return &g.Scopes }, list[string]{text{
				wanted: `a scope such as "invoices:read"`, all: []string{`^[!#-\[\]-~]+$`},
			}, "a list of scopes"}),
			example: `["invoices:read"]`, doc: "its scopes",
		},
	}}
}
