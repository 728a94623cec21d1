package config

import "github.com/weftgraph/weft/datasources"

func encryption() form[draft] {
	return object[draft]{keys: append([]key[draft]{
		{name: "connector", form: forSources(tlsKeys()), doc: "Connections to sources: `https`, `grpcs`."},
		{
			name: "supergraph", form: at((*draft).encrypt, serverTLS()), isOptIn: true,
			example: `{ certificate: "${file.server.pem}", key: "${file.server.key}" }`,
			doc:     "the certificate of the public listener, which is `https` with it",
		},
	}, lack[draft]("subgraph")...)}
}

func tlsKeys() []key[Source] {
	return []key[Source]{
		{
			name: "certificate_authorities",
			form: at(func(s *Source) **datasources.Authorities { return &s.Transport.TLS.Authorities },
				via(certificates(), datasources.ParseAuthorities)),
			example: `"${file.ca.pem}"`, doc: "certificates in PEM format that are trusted instead of the system's",
		},
		{
			name: "client_authentication",
			form: at(func(s *Source) **datasources.ClientCertificate { return &s.Transport.TLS.Client },
				via(clientPair(), parsePair)),
			example: `{ certificate_chain: "${file.client.pem}", key: "${file.client.key}" }`,
			doc:     "who Weft is, for servers that demand a certificate",
		},
		{
			name: "server_name", form: at(func(s *Source) *string { return &s.Transport.TLS.ServerName }, serverName()),
			example: "billing.internal", doc: "the name that servers' certificates have to be for, if it is not the host of the address",
		},
	}
}

// pair are the texts of a client's certificate.
type pair struct{ chain, key string }

func parsePair(p pair) (*datasources.ClientCertificate, error) {
	return datasources.ParseClientCertificate(p.chain, p.key)
}

func clientPair() form[pair] {
	return object[pair]{required: []string{"certificate_chain", "key"}, keys: []key[pair]{
		{
			name: "certificate_chain", form: at(func(p *pair) *string { return &p.chain }, certificates()),
			example: `"${file.client.pem}"`, doc: "Weft's certificate in PEM format, and after it those that lead to an authority",
		},
		{
			name: "key", form: at(func(p *pair) *string { return &p.key }, privateKey("${file.client.key}")),
			example: `"${file.client.key}"`, doc: "its private key in PEM format, not encrypted",
		},
	}}
}

// certificates are certificates in PEM format, in the file or from another: a path alone is a usual mistake.
func certificates() form[string] {
	return text{
		wanted: `certificates in PEM format, such as "${file.ca.pem}"`, all: []string{"-----BEGIN CERTIFICATE-----"},
		isSensible: datasources.CheckChain,
	}
}

// serverName is a name as certificates have it.
func serverName() form[string] {
	return text{wanted: `a name such as "billing.internal"`, all: []string{`^[^/: ]+$`}}
}

// privateKey is a private key in PEM format.
func privateKey(example string) form[string] {
	return text{
		wanted: `a private key in PEM format, such as "` + example + `"`, all: []string{"-----BEGIN [A-Z ]*PRIVATE KEY-----"},
		isSecret: true, isSensible: datasources.CheckKey,
	}
}
