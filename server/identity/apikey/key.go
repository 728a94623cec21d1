package apikey

import (
	"slices"
	"time"

	"github.com/weftgraph/weft/server/quota"
)

// Key is what is known of a key. The key itself is not.
type Key struct {
	// ID names the key in commands, logs and `$context.caller.subject`. It is no secret, and stays when the key is rotated.
	ID string
	// Owner is whom it was given to, Label says what for.
	Owner, Label string
	// Scopes are what it may do.
	Scopes []string
	// Created is when it was made. It holds from NotBefore on, if that is not zero, until Expires, if that is not.
	Created, NotBefore, Expires time.Time
	// Revoked is when it was revoked for good, zero if it was not. Disabled keys do not hold until they are enabled again.
	Revoked  time.Time
	Disabled bool
	// Quota is how much it may use.
	Quota quota.Quota
	// Secrets are those by which it is known, the newest last.
	Secrets []Secret
}

// Secret is one secret of a key, of which only the hash is known.
type Secret struct {
	hash hash
	// Created is when it was made. It holds until Until, if that is not zero: then another one has taken its place.
	Created, Until time.Time
}

// State says whether a key holds.
type State string

// The states of a key.
const (
	Active   State = "active"
	Early    State = "not valid yet"
	Expired  State = "expired"
	Disabled State = "disabled"
	Revoked  State = "revoked"
)

// State returns that of a time.
func (k *Key) State(now time.Time) State {
	switch {
	case !k.Revoked.IsZero():
		return Revoked
	case k.Disabled:
		return Disabled
	case isOver(k.Expires, now):
		return Expired
	case now.Before(k.NotBefore):
		return Early
	default:
		return Active
	}
}

// endsSoon is how long before its end a key is said to end soon.
const endsSoon = 14 * 24 * time.Hour

// EndsSoon tells of a key that holds that it will not any more in two weeks, unless that is changed.
func (k *Key) EndsSoon(now time.Time) bool {
	return k.State(now) == Active && isOver(k.Expires, now.Add(endsSoon))
}

// Holding is how many secrets of the key are taken at a time: more than one while it is being exchanged.
func (k *Key) Holding(now time.Time) (secrets int) {
	if k.State(now) != Active {
		return 0
	}
	for _, s := range k.Secrets {
		if !isOver(s.Until, now) {
			secrets++
		}
	}
	return secrets
}

// isOver tells that a time has come, unless it never does.
func isOver(end, now time.Time) bool { return !end.IsZero() && !now.Before(end) }

// earlier returns the first of two ends. A zero one never comes.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// retire has the secrets end at a time, unless they do before, and leaves out those that have ended.
func (k *Key) retire(at, now time.Time) {
	for i := range k.Secrets {
		k.Secrets[i].Until = earlier(k.Secrets[i].Until, at)
	}
	k.Secrets = slices.DeleteFunc(k.Secrets, func(s Secret) bool { return isOver(s.Until, now) })
}
