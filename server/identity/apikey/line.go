package apikey

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server/quota"
)

// Bounds of one key.
const (
	maxLineValues = 2000
	maxTextBytes  = 256
	maxScopes     = 100
	// maxSecrets is how many secrets of a key may hold at a time.
	maxSecrets = 8
)

// member is a member of a line, with its place in it, in bytes.
type member struct {
	name       string
	start, end int
	text       json.RawMessage
}

// parseLine reads a line. at is where its id stands.
func parseLine(line string) (key Key, at member, problem *mistake) {
	members, problem := split(line)
	if problem != nil {
		return Key{}, member{}, problem
	}
	places := map[string]member{}
	for _, m := range members {
		if problem := key.read(m); problem != nil {
			return Key{}, m, problem
		}
		places[m.name] = m
	}
	problem = key.check(line, places)
	return key, places["id"], problem
}

// split takes an object apart.
func split(line string) ([]member, *mistake) {
	// The grammar is that of all JSON here; the decoder only finds the places.
	v, err := value.ParseAtMost([]byte(line), maxLineValues)
	var syntax *value.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return nil, &mistake{start: syntax.Offset, end: syntax.Offset, message: "the line is not valid JSON: " + syntax.Message}
	case v.Kind() != value.KindObject:
		return nil, &mistake{end: len(line), message: "a line is a JSON object, one key"}
	}
	d := json.NewDecoder(strings.NewReader(line))
	_, err = d.Token()
	var members []member
	for err == nil && d.More() {
		m := member{start: offset(d, line)}
		var name json.Token
		if name, err = d.Token(); err != nil {
			break
		}
		m.name, _ = name.(string)
		err = d.Decode(&m.text)
		m.end = int(d.InputOffset())
		members = append(members, m)
	}
	if err != nil {
		return nil, &mistake{end: len(line), message: "the line cannot be read"}
	}
	return members, nil
}

// offset is where the next token begins.
func offset(d *json.Decoder, line string) int {
	at := int(d.InputOffset())
	return at + len(line[at:]) - len(strings.TrimLeft(line[at:], " \t\r,"))
}

// record is what a line has of a key.
type record struct {
	ID        string      `json:"id"`
	Owner     string      `json:"owner"`
	Label     string      `json:"label,omitempty"`
	Scopes    []string    `json:"scopes,omitempty"`
	Created   time.Time   `json:"created"`
	NotBefore time.Time   `json:"not_before,omitzero"`
	Expires   time.Time   `json:"expires,omitzero"`
	Disabled  bool        `json:"disabled,omitempty"`
	Revoked   time.Time   `json:"revoked,omitzero"`
	Quota     quota.Quota `json:"quota,omitzero"`
	Secrets   []secret    `json:"secrets"`
}

// secret is what a line has of a secret.
type secret struct {
	SHA256  hash      `json:"sha256"`
	Created time.Time `json:"created"`
	Until   time.Time `json:"until,omitzero"`
}

// read reads a member.
func (k *Key) read(m member) *mistake {
	var secrets []secret
	into := map[string]struct {
		part   any
		wanted string
	}{
		"id":         {&k.ID, "a string"},
		"owner":      {&k.Owner, "a string"},
		"label":      {&k.Label, "a string"},
		"scopes":     {&k.Scopes, "a list of strings"},
		"created":    {&k.Created, wantedTime},
		"not_before": {&k.NotBefore, wantedTime},
		"expires":    {&k.Expires, wantedTime},
		"disabled":   {&k.Disabled, "true or false"},
		"revoked":    {&k.Revoked, wantedTime},
		"quota":      {&k.Quota, `an object such as {"day":{"requests":1000},"month":{"cost":50000}}`},
		"secrets":    {&secrets, `a list of objects such as {"sha256":"…","created":"…"}, the hashes in 64 hexadecimal digits`},
	}
	target, isKnown := into[m.name]
	if !isKnown {
		names := make([]string, 0, len(into))
		for name := range into {
			names = append(names, name)
		}
		problem := wrong(m, "unknown member %q", shortened(m.name))
		problem.nearest = diag.Nearest(m.name, names)
		return problem
	}
	d := json.NewDecoder(bytes.NewReader(m.text))
	d.DisallowUnknownFields()
	if err := d.Decode(target.part); err != nil {
		return wrong(m, "%q must be %s", m.name, target.wanted)
	}
	if secrets != nil {
		k.Secrets = nil // of several members with one name, the last one holds
	}
	for _, s := range secrets {
		k.Secrets = append(k.Secrets, Secret{s.SHA256, s.Created, s.Until})
	}
	return nil
}

const wantedTime = `a time such as "2026-11-30T12:00:00Z"`

// check holds the parts of a key against what they may be.
func (k *Key) check(line string, places map[string]member) *mistake {
	at := func(name string) member {
		if m, ok := places[name]; ok {
			return m
		}
		return member{end: len(line)}
	}
	switch {
	case len(k.ID) != idLength || !isBase62(k.ID):
		return wrong(at("id"), `"id" must have %d letters and digits`, idLength)
	case places["created"].text == nil:
		return wrong(at("created"), `"created" is missing`)
	case len(k.Secrets) == 0 && k.Revoked.IsZero():
		return wrong(at("secrets"), `"secrets" is missing: nothing would be known by this key`)
	case len(k.Secrets) > maxSecrets:
		return wrong(at("secrets"), "a key may have %d secrets", maxSecrets)
	case k.Quota.Day.Requests < 0 || k.Quota.Day.Cost < 0 || k.Quota.Month.Requests < 0 || k.Quota.Month.Cost < 0:
		return wrong(at("quota"), "a quota must not be negative")
	}
	if part, err := k.checkWords(); err != nil {
		return wrong(at(part), "%v", err)
	}
	return nil
}

// checkWords holds what people write against what it may be, and names the part that is wrong.
func (k *Key) checkWords() (part string, err error) {
	if k.Owner == "" {
		return "owner", errors.New(`"owner" is missing: whom was the key given to?`)
	}
	for _, p := range []struct{ name, text string }{{"owner", k.Owner}, {"label", k.Label}} {
		if len(p.text) > maxTextBytes || strings.ContainsFunc(p.text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return p.name, fmt.Errorf("%q must have at most %d bytes, and no control characters", p.name, maxTextBytes)
		}
	}
	if len(k.Scopes) > maxScopes {
		return "scopes", fmt.Errorf("a key may have %d scopes", maxScopes)
	}
	for _, s := range k.Scopes {
		if !isScope(s) {
			return "scopes", fmt.Errorf(`the scope %q must be a word such as "orders:read"`, shortened(s))
		}
	}
	return "", nil
}

// isScope tells that a text is one scope (RFC 6749, section 3.3).
func isScope(text string) bool {
	if text == "" || len(text) > maxTextBytes {
		return false
	}
	for _, c := range []byte(text) {
		if c <= ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// shortened is as much of a text as a message repeats.
func shortened(text string) string {
	const longest = 60
	if len(text) > longest {
		return strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return text
}

// appendLine appends the line of a key.
func (k *Key) appendLine(text []byte) ([]byte, error) {
	r := record{
		ID: k.ID, Owner: k.Owner, Label: k.Label, Scopes: k.Scopes, Created: k.Created, NotBefore: k.NotBefore, Expires: k.Expires,
		Disabled: k.Disabled, Revoked: k.Revoked, Quota: k.Quota, Secrets: []secret{},
	}
	for _, s := range k.Secrets {
		r.Secrets = append(r.Secrets, secret{s.hash, s.Created, s.Until})
	}
	line, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	return append(append(text, line...), '\n'), nil
}
