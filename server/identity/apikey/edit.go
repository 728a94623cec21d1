package apikey

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/server/durable"
	"github.com/weftgraph/weft/server/quota"
)

// editTimeout is how long one writer waits for another.
const editTimeout = 10 * time.Second

// edit changes the keys of a file. Two writers wait for each other, and who reads meanwhile finds the old keys or the new ones. A file that
// is not there has no keys; one with errors is not written.
func edit(ctx context.Context, file string, change func([]Key) ([]Key, error)) error {
	ctx, cancel := context.WithTimeout(ctx, editTimeout)
	defer cancel()
	lock, err := durable.WaitLock(ctx, file+".lock")
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	defer func() { _ = lock.Unlock() }() // nothing was written by it
	keys, err := loadForEdit(file)
	if err != nil {
		return err
	}
	if keys, err = change(keys); err != nil {
		return err
	}
	var text []byte
	for i := range keys {
		if text, err = keys[i].appendLine(text); err != nil {
			return err
		}
	}
	// What this writes it also reads: a mistake here would lock everybody out.
	if _, diags := Parse(file, string(text)); diags.HasErrors() {
		return diags
	}
	if err := durable.Replace(file, text); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

func loadForEdit(file string) ([]Key, error) {
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	keys, diags := Load(file)
	if diags.HasErrors() {
		return nil, diags
	}
	return keys, nil
}

// Draft is what a new key is made from.
type Draft struct {
	Owner, Label       string
	Scopes             []string
	NotBefore, Expires time.Time
	Quota              quota.Quota
}

// Create makes a key and writes it to a file. The text that it returns is the key itself, which nobody can find out later.
func Create(ctx context.Context, file string, d Draft, now time.Time) (k Key, text string, err error) {
	k = Key{
		Owner: d.Owner, Label: d.Label, Scopes: slices.Clone(d.Scopes), Created: now.UTC().Truncate(time.Second),
		NotBefore: d.NotBefore, Expires: d.Expires, Quota: d.Quota,
	}
	if part, err := k.checkWords(); err != nil {
		return Key{}, "", fmt.Errorf("%s: %w", part, err)
	}
	err = edit(ctx, file, func(keys []Key) ([]Key, error) {
		for isTaken := true; isTaken; {
			if k.ID, err = newID(rand.Reader); err != nil {
				return nil, err
			}
			isTaken = find(keys, k.ID) != nil
		}
		if text, err = k.addSecret(now); err != nil {
			return nil, err
		}
		return append(keys, k), nil
	})
	if err != nil {
		return Key{}, "", err
	}
	return k, text, nil
}

// addSecret makes up a secret and returns the text of the key with it.
func (k *Key) addSecret(now time.Time) (string, error) {
	t, err := newToken(k.ID, rand.Reader)
	if err != nil {
		return "", err
	}
	k.Secrets = append(k.Secrets, Secret{hash: t.hash(), Created: now.UTC().Truncate(time.Second)})
	return t.String(), nil
}

// Rotate gives a key a new secret, and returns the text of the key with it. What was known of the key until now holds for the overlap, which may
// be zero. Scopes, quota and figures stay.
func Rotate(ctx context.Context, file, id string, overlap time.Duration, now time.Time) (k Key, text string, err error) {
	k, err = Change(ctx, file, id, func(k *Key) error {
		if state := k.State(now); state == Revoked || state == Expired {
			return fmt.Errorf("the key %s is %s: create another one", id, state)
		}
		k.retire(now.Add(overlap).UTC().Truncate(time.Second), now)
		if len(k.Secrets) == maxSecrets {
			return fmt.Errorf("the key %s has %d secrets that still hold: wait until the overlap of one is over, or rotate without one", id, maxSecrets)
		}
		text, err = k.addSecret(now)
		return err
	})
	return k, text, err
}

// Revoke has a key hold no more. It stays in the file, so that it can be looked up who had it.
func Revoke(ctx context.Context, file, id string, now time.Time) (Key, error) {
	return Change(ctx, file, id, func(k *Key) error {
		if k.Revoked.IsZero() {
			k.Revoked = now.UTC().Truncate(time.Second)
		}
		return nil
	})
}

// Disable has a key not hold until it is enabled again.
func Disable(ctx context.Context, file, id string, isDisabled bool) (Key, error) {
	return Change(ctx, file, id, func(k *Key) error {
		k.Disabled = isDisabled
		return nil
	})
}

// Change changes one key of a file, and returns it as it is then.
func Change(ctx context.Context, file, id string, change func(*Key) error) (changed Key, err error) {
	err = edit(ctx, file, func(keys []Key) ([]Key, error) {
		k, err := Find(keys, id)
		if err != nil {
			return nil, err
		}
		if err := change(k); err != nil {
			return nil, err
		}
		changed = *k
		return keys, nil
	})
	return changed, err
}

// Find returns the key with an id.
func Find(keys []Key, id string) (*Key, error) {
	if isToken(id) {
		return nil, errIsSecret
	}
	if k := find(keys, id); k != nil {
		return k, nil
	}
	ids := make([]string, len(keys))
	for i := range keys {
		ids[i] = keys[i].ID
	}
	if near := diag.Nearest(id, ids); near != "" {
		return nil, fmt.Errorf("there is no key with the id %q, did you mean %q?", id, near)
	}
	return nil, fmt.Errorf("there is no key with the id %q", id)
}

// errIsSecret does not repeat what was given.
var errIsSecret = errors.New("give the id of the key, the part between the first two underscores, and not the key itself, which is secret")

func find(keys []Key, id string) *Key {
	if i := slices.IndexFunc(keys, func(k Key) bool { return k.ID == id }); i >= 0 {
		return &keys[i]
	}
	return nil
}
