package apikey

// WithSecretOf is a key, well formed, with the id of one and the secret of another.
func WithSecretOf(id, secret string) string {
	t, _ := parseToken(id)
	o, _ := parseToken(secret)
	return token{t.id, o.secret}.String()
}

// Format is what a file of keys says.
func Format(keys []Key) (text []byte, err error) {
	for i := range keys {
		if text, err = keys[i].appendLine(text); err != nil {
			return nil, err
		}
	}
	return text, nil
}
