package oidc

import (
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"encoding/base64"
	"strings"

	"github.com/weftgraph/weft/graph/value"
)

// confirmation is what a token demands of whoever shows it, besides the token itself (RFC 7800): that of a stolen one is of no use then. The
// zero confirmation demands nothing.
type confirmation struct {
	isDemanded bool
	// certificate is the SHA-256 of the certificate that the client has to have shown on the same connection.
	certificate [sha256.Size]byte
}

// byCertificate is the one way of confirmation that is known here (RFC 8705, section 3.1), byProof that of DPoP (RFC 9449, section 6.1).
const (
	byCertificate = "x5t#S256"
	byProof       = "jkt"
)

// confirmationOf reads the claim `cnf`. What nobody checks here must not be taken for a bearer token: whoever made it bound did not want that
// (RFC 9449, section 7.2).
func confirmationOf(claims value.Value) (confirmation, *reason) {
	// Introspection may say it in a word (RFC 9449, section 6.2).
	if kind := claims.Get("token_type"); kind.Kind() == value.KindString && strings.EqualFold(kind.Text(), schemeProof) {
		return confirmation{}, badBecause(messageProof, "its type is %q", schemeProof)
	}
	given := claims.Get("cnf")
	if given.IsMissing() || given.IsNull() {
		return confirmation{}, nil
	}
	if given.Kind() != value.KindObject || len(given.Fields()) == 0 {
		return confirmation{}, bad(`the claim "cnf" is no object with a member`)
	}
	for _, f := range given.Fields() {
		switch f.Name {
		case byCertificate:
		case byProof:
			return confirmation{}, badBecause(messageProof, `the claim "cnf" has the member %q`, byProof)
		default:
			return confirmation{}, badBecause(messageBound, `the claim "cnf" has the member %q`, shortened(f.Name, maxQuoted))
		}
	}
	digest, err := base64.RawURLEncoding.Strict().DecodeString(given.Get(byCertificate).Text())
	if err != nil || len(digest) != sha256.Size {
		return confirmation{}, bad(`%q of the claim "cnf" is no SHA-256 of a certificate`, byCertificate)
	}
	return confirmation{true, [sha256.Size]byte(digest)}, nil
}

// check tells why a connection, which is nil without encryption, is not that of the token's client. The client has proved to have the private
// key when the connection was made.
func (c confirmation) check(connection *tls.ConnectionState) *reason {
	if !c.isDemanded {
		return nil
	}
	if connection == nil || len(connection.PeerCertificates) == 0 {
		return badBecause(messageHolder, "the token is bound to a certificate, and the client has shown none "+
			"(tls.supergraph.client_authentication asks for it; no certificate comes through a proxy that ends TLS)")
	}
	shown := sha256.Sum256(connection.PeerCertificates[0].Raw)
	if subtle.ConstantTimeCompare(shown[:], c.certificate[:]) != 1 {
		return badBecause(messageHolder, "the token is bound to another certificate than that of the connection")
	}
	return nil
}
