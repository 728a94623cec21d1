package apikey

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"io"
	"math/big"
	"strings"
)

// Parts of a key, in bytes of its text.
const (
	prefix         = "weft_"
	idLength       = 12
	secretLength   = 43 // 62^43 > 2^256
	checksumLength = 6  // 62^6 > 2^32
	tokenLength    = len(prefix) + idLength + 1 + secretLength + checksumLength
)

// secretBytes is how many random bytes a secret has.
const secretBytes = 32

// token is what a client shows.
type token struct{ id, secret string }

// newToken makes up a key for an id, with random bytes.
func newToken(id string, random io.Reader) (token, error) {
	secret, err := randomText(random, secretBytes, secretLength)
	return token{id, secret}, err
}

// newID makes up an id.
func newID(random io.Reader) (string, error) { return randomText(random, 9, idLength) }

func randomText(random io.Reader, bytes, length int) (string, error) {
	b := make([]byte, bytes)
	if _, err := io.ReadFull(random, b); err != nil {
		return "", err
	}
	return base62(new(big.Int).SetBytes(b), length), nil
}

// base62 spells a number in so many digits.
func base62(n *big.Int, length int) string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	text := make([]byte, length)
	base, digit := big.NewInt(int64(len(digits))), new(big.Int)
	for i := length - 1; i >= 0; i-- {
		n.DivMod(n, base, digit)
		text[i] = digits[digit.Int64()]
	}
	return string(text)
}

// String returns the text of a key, which is secret.
func (t token) String() string {
	text := prefix + t.id + "_" + t.secret
	return text + checksum(text)
}

func checksum(text string) string {
	return base62(new(big.Int).SetUint64(uint64(crc32.ChecksumIEEE([]byte(text)))), checksumLength)
}

// isToken tells that a text calls itself a key of ours, whether it is one or not.
func isToken(text string) bool { return strings.HasPrefix(text, prefix) }

// parseToken takes a text apart. It is not ok if it never was a key.
func parseToken(text string) (token, bool) {
	if len(text) != tokenLength || !isToken(text) {
		return token{}, false
	}
	body, sum := text[:tokenLength-checksumLength], text[tokenLength-checksumLength:]
	id, secret, _ := strings.Cut(body[len(prefix):], "_")
	if len(id) != idLength || !isBase62(id) || !isBase62(secret) || checksum(body) != sum {
		return token{}, false
	}
	return token{id, secret}, true
}

func isBase62(text string) bool {
	for _, c := range []byte(text) {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

// hash is what is kept of a key.
type hash [sha256.Size]byte

// hash hashes the secret together with the id, so that a hash is worth nothing on the line of another key.
func (t token) hash() hash {
	return sha256.Sum256([]byte("weft api key\x00" + t.id + "\x00" + t.secret))
}

// equals compares in a time that says nothing of where the hashes differ.
func (h hash) equals(o hash) bool { return subtle.ConstantTimeCompare(h[:], o[:]) == 1 }

var errNoHash = errors.New("expected the 64 hexadecimal digits of a hash")

// MarshalText implements encoding.TextMarshaler.
func (h hash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText implements encoding.TextUnmarshaler. The error does not repeat the text: somebody may have written the secret itself.
func (h *hash) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(h)) {
		return errNoHash
	}
	if _, err := hex.Decode(h[:], text); err != nil {
		return errNoHash
	}
	return nil
}
