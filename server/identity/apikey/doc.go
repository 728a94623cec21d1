// Package apikey knows callers by keys that this server has given out. The keys are in a file, which `weft keys` writes and a running server
// looks at: what is created, rotated or revoked holds a moment later.
//
// The file has a hash of each key and not the key. One SHA-256 is the right hash: a secret is 32 random bytes, so that whoever has the
// file has nothing to guess from, however fast guesses are. Slow hashes (argon2, bcrypt) are for passwords, which people choose; here they
// would let anybody make the server work hard by sending keys that are none.
//
// A key looks like this, with the letters and digits of ASCII (base 62) after the prefix:
//
//	weft_<id: 12>_<secret: 43><checksum: 6>
//
// The checksum is the CRC-32 of all before it. With it, a key that was cut off or mistyped is known for that without looking it up, and what
// looks for secrets in repositories can tell a key from what only looks like one.
package apikey

// Settings say where the keys are, and how clients show them (`authentication.api_keys`). Zero fields mean the defaults.
type Settings struct {
	// File has the keys.
	File string
	// UsageFile is where usage is counted.
	UsageFile string
	// Header is the name of the header that clients show their key in.
	Header string
	// Bearer takes keys from `Authorization: Bearer …`, too.
	Bearer bool
}

// DefaultHeader is the header that clients show their key in.
const DefaultHeader = "x-api-key"

// IsZero tells that there are no keys.
func (s Settings) IsZero() bool { return s.File == "" }

// Usage returns the file where usage is counted: beside the keys, unless the settings name it.
func (s Settings) Usage() string {
	if s.UsageFile != "" {
		return s.UsageFile
	}
	return s.File + ".usage"
}
