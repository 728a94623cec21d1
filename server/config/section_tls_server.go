package config

import (
	"bytes"
	"cmp"
	"crypto/tls"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/weftgraph/weft/datasources"
)

// ServerTLS is what a listener is encrypted with.
type ServerTLS struct {
	// Certificate is the server's, Chain those that lead to an authority, if they are not in Certificate, too, and Key its private key.
	Certificate, Chain, Key PEM
	// Clients says which certificates clients have to show; nil asks for none.
	Clients *ClientAuthentication
	// StrictTransport is the header Strict-Transport-Security of answers; empty for none.
	StrictTransport string
}

// ClientAuthentication says which certificates clients have to show.
type ClientAuthentication struct {
	// Authorities are those that have signed them, Optional takes clients without one, too.
	Authorities PEM
	Optional    bool
}

// IsReplaceableBy tells whether a listener with these settings, which may be nil, comes to have the others by looking at its files.
func (t *ServerTLS) IsReplaceableBy(o *ServerTLS) bool {
	if t == nil || o == nil {
		return t == o
	}
	return t.Certificate.isSame(o.Certificate) && t.Chain.isSame(o.Chain) && t.Key.isSame(o.Key) && t.Clients.isReplaceableBy(o.Clients)
}

func (c *ClientAuthentication) isReplaceableBy(o *ClientAuthentication) bool {
	if c == nil || o == nil {
		return c == o
	}
	return c.Authorities.isSame(o.Authorities) && c.Optional == o.Optional
}

// isSame tells whether both come from one file, or are the same text.
func (p PEM) isSame(o PEM) bool { return p.File == o.File && (p.File != "" || p.Text == o.Text) }

// PEM is a text in PEM format.
type PEM struct {
	Text string
	// File is where all of it comes from, and where a newer one may be; empty if it stands in the configuration.
	File string
}

// StrictTransport returns the header Strict-Transport-Security of answers, empty for none.
func (c *Config) StrictTransport() string {
	if c.TLS == nil {
		return ""
	}
	return c.TLS.StrictTransport
}

// AsksForCertificates tells that clients are asked for certificates.
func (c *Config) AsksForCertificates() bool { return c.TLS != nil && c.TLS.Clients != nil }

// encrypt makes the section.
func (d *draft) encrypt() *ServerTLS {
	d.config.TLS = new(ServerTLS)
	return d.config.TLS
}

func serverTLS() form[ServerTLS] {
	return encryptedForm{object[ServerTLS]{required: []string{"certificate", "key"}, keys: []key[ServerTLS]{
		{
			name: "certificate", form: at(func(t *ServerTLS) *PEM { return &t.Certificate }, pemForm{certificates()}),
			example: `"${file.server.pem}"`, doc: "the server's certificate in PEM format; those that lead to an authority may follow",
		},
		{
			name: "certificate_chain", form: at(func(t *ServerTLS) *PEM { return &t.Chain }, pemForm{certificates()}),
			example: `"${file.chain.pem}"`, doc: "those that lead to an authority",
		},
		{
			name: "key", form: at(func(t *ServerTLS) *PEM { return &t.Key }, pemForm{privateKey("${file.server.key}")}),
			example: `"${file.server.key}"`, doc: "the certificate's private key in PEM format, not encrypted",
		},
		{
			name: "strict_transport_security", form: at(func(t *ServerTLS) *string { return &t.StrictTransport }, text{
				wanted: `a header such as "max-age=31536000; includeSubDomains"`,
				all:    []string{"^max-age=[0-9]+(; includeSubDomains)?(; preload)?$"},
			}),
			example: `"max-age=31536000; includeSubDomains"`,
			doc:     "the header that tells browsers to come by `https` alone from now on; it is not sent without this",
		},
		{
			name: "client_authentication", form: at(clientsOf, clientAuthentication()), isOptIn: true,
			example: `{ certificate_authorities: "${file.clients.pem}" }`, doc: "which certificates clients have to show. Weft's own",
		},
	}}}
}

func clientsOf(t *ServerTLS) *ClientAuthentication {
	t.Clients = new(ClientAuthentication)
	return t.Clients
}

func clientAuthentication() form[ClientAuthentication] {
	return object[ClientAuthentication]{required: []string{"certificate_authorities"}, keys: []key[ClientAuthentication]{
		{
			name: "certificate_authorities", form: at(func(c *ClientAuthentication) *PEM { return &c.Authorities }, pemForm{certificates()}),
			example: `"${file.clients.pem}"`, doc: "those that have signed them, in PEM format",
		},
		{
			name: "required", form: at(func(c *ClientAuthentication) *bool { return &c.Optional }, opposite()), standard: "true", example: "false",
			doc: "whether clients without a certificate get no connection; otherwise they are as anonymous as their other credentials leave them. " +
				"A certificate that is no good gets no connection in any case",
		},
	}}
}

// pemForm is a text that may be all of a file, which is then known by its name, too.
type pemForm struct{ form[string] }

// Read implements form.
func (f pemForm) Read(r *reader, n *node, into *PEM) {
	f.form.Read(r, n, &into.Text)
	if path, ok := wholeFile(n.raw); ok {
		into.File = r.beside(path)
		r.leaveOut(into.File) // the listener exchanges certificates, which is no reason for another generation
	}
}

// wholeFile returns the path of a text that is `${file.PATH}` and nothing else.
func wholeFile(raw string) (string, bool) {
	path, isFile := strings.CutPrefix(raw, "${file.")
	path, isClosed := strings.CutSuffix(path, "}")
	return path, isFile && isClosed && !strings.Contains(path, "}")
}

// beside is a path that is relative to the folder of the configuration.
func (r *reader) beside(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(r.file), path)
}

// encryptedForm reads the section, and holds its parts against each other.
type encryptedForm struct{ form[ServerTLS] }

// Read implements form.
func (f encryptedForm) Read(r *reader, n *node, into *ServerTLS) {
	before := len(r.diags)
	f.form.Read(r, n, into)
	if len(r.diags) > before {
		return // what was complained of needs no second complaint
	}
	if _, err := ParseServerCertificate(into.Certificate.Text, into.Chain.Text, into.Key.Text); err != nil {
		r.errorf(n.span, "%v", err)
	}
}

var errBadPair = errors.New("certificate and private key cannot be used together")

// ParseServerCertificate reads a server's certificate, those that lead to an authority, which may be none or begin with the server's, and
// the private key, all in PEM format. The error does not repeat the texts.
func ParseServerCertificate(certificate, chain, key string) (*tls.Certificate, error) {
	for _, text := range []string{certificate, cmp.Or(chain, certificate)} {
		if err := datasources.CheckChain(text); err != nil {
			return nil, err
		}
	}
	if err := datasources.CheckKey(key); err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair([]byte(certificate+"\n"+chain), []byte(key))
	if err != nil {
		return nil, errBadPair // the library's words may quote what it has read
	}
	if len(pair.Certificate) > 1 {
		// Tools write the server's certificate into the chain, too.
		rest := slices.DeleteFunc(pair.Certificate[1:], func(c []byte) bool { return bytes.Equal(c, pair.Certificate[0]) })
		pair.Certificate = pair.Certificate[:1+len(rest)]
	}
	return &pair, nil
}
