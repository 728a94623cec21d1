package oidc

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"
)

// maxKeys bounds the keys of a set.
const maxKeys = 100

// keySet are the keys that an issuer had at a moment. It is immutable.
type keySet struct {
	keys []publicKey
	// algorithms are those that signatures of the issuer may have.
	algorithms []string
	// loaded is when they were; until fresh nothing newer is looked for.
	loaded, fresh time.Time
}

// thumbprint is the same for equal keys, and for no others (RFC 7638).
type thumbprint [sha256.Size]byte

// publicKey is a key for checking signatures.
type publicKey struct {
	id string
	// algorithm is the only one that the key is for, if the issuer says that.
	algorithm string
	key       any
	mark      thumbprint
}

// for returns the keys that may have made a signature: those with the name, all if it has none.
func (s *keySet) named(id string) []*publicKey {
	var found []*publicKey
	for i := range s.keys {
		if k := &s.keys[i]; id == "" || k.id == id {
			found = append(found, k)
		}
	}
	return found
}

// has tells whether a key is still there.
func (s *keySet) has(mark thumbprint) bool {
	for i := range s.keys {
		if s.keys[i].mark == mark {
			return true
		}
	}
	return false
}

// verifies tells whether a signature is the key's.
func (k *publicKey) verifies(signed *jose.JSONWebSignature, algorithm string) bool {
	if k.algorithm != "" && k.algorithm != algorithm || !fits(k.key, algorithm) {
		return false
	}
	_, err := signed.Verify(k.key)
	return err == nil
}

var errNoKeys = errors.New(`the reply is JSON and no key set: it has no list "keys"`)

// parseKeys reads a key set (RFC 7517, section 5). Keys that are not for checking signatures, or of a kind that is not known, are left out;
// left tells why.
func parseKeys(text []byte) (keys []publicKey, left []error, err error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(text, &set); err != nil {
		return nil, nil, fmt.Errorf("the reply is no JSON: %w", err)
	}
	if set.Keys == nil {
		return nil, nil, errNoKeys
	}
	if len(set.Keys) > maxKeys {
		return nil, nil, fmt.Errorf("the key set has %d keys, the limit is %d", len(set.Keys), maxKeys)
	}
	for i, raw := range set.Keys {
		key, err := parseKey(raw)
		if err != nil {
			left = append(left, fmt.Errorf("key %d: %w", i, err))
			continue
		}
		keys = append(keys, key)
	}
	return keys, left, nil
}

// parseKey reads one key.
func parseKey(raw []byte) (publicKey, error) {
	var about struct {
		Operations []string `json:"key_ops"`
	}
	var parsed jose.JSONWebKey
	if err := json.Unmarshal(raw, &parsed); err != nil {
		return publicKey{}, err
	}
	if err := json.Unmarshal(raw, &about); err != nil {
		return publicKey{}, err
	}
	switch rsaKey, isRSA := parsed.Key.(*rsa.PublicKey); {
	case !parsed.IsPublic():
		return publicKey{}, errors.New("it is no public key: whoever has seen it can make tokens")
	case parsed.Use != "" && parsed.Use != "sig":
		return publicKey{}, fmt.Errorf("it is for the use %q", shortened(parsed.Use, maxQuoted))
	case about.Operations != nil && !slices.Contains(about.Operations, "verify"):
		return publicKey{}, errors.New("its operations are others than to verify")
	case isRSA && (rsaKey.N.BitLen() < minRSA || rsaKey.N.BitLen() > maxRSA):
		return publicKey{}, fmt.Errorf("it has %d bits, an RSA key has %d to %d", rsaKey.N.BitLen(), minRSA, maxRSA)
	case len(parsed.KeyID) > maxKeyID:
		return publicKey{}, fmt.Errorf("its name has %d bytes, the limit is %d", len(parsed.KeyID), maxKeyID)
	case !slices.ContainsFunc(Algorithms(), func(a string) bool {
		return fits(parsed.Key, a) && (parsed.Algorithm == "" || parsed.Algorithm == a)
	}):
		return publicKey{}, fmt.Errorf("its algorithm %q is not known for such keys", shortened(parsed.Algorithm, maxQuoted))
	}
	mark, err := parsed.Thumbprint(crypto.SHA256)
	if err != nil {
		return publicKey{}, err
	}
	return publicKey{id: parsed.KeyID, algorithm: parsed.Algorithm, key: parsed.Key, mark: thumbprint(mark)}, nil
}
