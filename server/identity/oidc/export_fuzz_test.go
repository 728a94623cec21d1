package oidc

import "net/http"

// ParseKeys returns how many keys of a set are taken, and how many are left out.
func ParseKeys(text []byte) (taken, left int, err error) {
	keys, out, err := parseKeys(text)
	return len(keys), len(out), err
}

// FitsSome tells of each key that is taken from a set whether it can check signatures of any algorithm that is known.
func FitsSome(text []byte) []bool {
	keys, _, _ := parseKeys(text)
	out := make([]bool, len(keys))
	for i := range keys {
		for _, a := range Algorithms() {
			out[i] = out[i] || fits(keys[i].key, a)
		}
	}
	return out
}

// Shown returns the token that a request shows at one source.
func Shown(s Source, header http.Header) (token string, ok bool) {
	t := &Tokens{sources: normal([]Source{s})}
	token, why := t.shown(header)
	return token, why == nil
}
