package oidc

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"slices"

	"github.com/go-jose/go-jose/v4"
)

// Algorithms are those that signatures may have: the asymmetric ones. With `none` or a shared secret (HS256 …) everybody who can check a
// token could make one.
func Algorithms() []string {
	return []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
}

// asymmetric are those of some algorithms that may be used, all if there are none.
func asymmetric(algorithms []string) []string {
	if len(algorithms) == 0 {
		return Algorithms()
	}
	return slices.DeleteFunc(slices.Clone(algorithms), func(a string) bool { return !slices.Contains(Algorithms(), a) })
}

// minRSA is how long an RSA key has to be at least (bits; RFC 7518, section 3.3).
const minRSA = 2048

// maxRSA bounds the work of a signature.
const maxRSA = 8192

// fits tells whether a public key is for an algorithm. A key with a curve is for the one algorithm of this curve (RFC 7518, section 3.4).
func fits(public any, algorithm string) bool {
	switch k := public.(type) {
	case *rsa.PublicKey:
		return len(algorithm) == 5 && (algorithm[:2] == "RS" || algorithm[:2] == "PS")
	case *ecdsa.PublicKey:
		return algorithm == map[int]string{256: "ES256", 384: "ES384", 521: "ES512"}[k.Curve.Params().BitSize]
	case ed25519.PublicKey:
		return algorithm == string(jose.EdDSA)
	default:
		return false
	}
}
