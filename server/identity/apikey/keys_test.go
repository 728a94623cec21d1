package apikey_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/server/identity"
	"github.com/weftgraph/weft/server/identity/apikey"
	"github.com/weftgraph/weft/server/quota"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// keyFile is a file of keys in a folder of its own.
type keyFile struct {
	path string
	now  time.Time
}

func newKeyFile(t *testing.T) *keyFile {
	t.Helper()
	return &keyFile{filepath.Join(t.TempDir(), "keys.jsonl"), time.Now()}
}

func (f *keyFile) create(t *testing.T, d apikey.Draft) (apikey.Key, string) {
	t.Helper()
	if d.Owner == "" {
		d.Owner = "billing"
	}
	k, text, err := apikey.Create(t.Context(), f.path, d, f.now)
	if err != nil {
		t.Fatal(err)
	}
	return k, text
}

// open opens the keys on the file's clock.
func (f *keyFile) open(t *testing.T, s apikey.Settings, log *zap.Logger) *apikey.Keys {
	t.Helper()
	s.File = f.path
	keys, diags := apikey.Open(apikey.Params{Settings: s, Now: func() time.Time { return f.now }, Log: log})
	if keys == nil {
		t.Fatal(diags)
	}
	t.Cleanup(keys.Close)
	return keys
}

// shows is a header with one field.
func shows(name, value string) http.Header { return http.Header{name: {value}} }

func identify(t *testing.T, keys *apikey.Keys, header http.Header) (*caller.Caller, *identity.Refused) {
	t.Helper()
	who, err := keys.Identify(t.Context(), identity.Credentials{Header: header})
	if err == nil {
		return who, nil
	}
	refused := &identity.Refused{}
	if !errors.As(err, &refused) {
		t.Fatal(err)
	}
	return nil, refused
}

func TestAKeyMakesItsCallerKnown(t *testing.T) {
	t.Parallel()
	f := newKeyFile(t)
	expires := f.now.Add(time.Hour).UTC().Truncate(time.Second)
	k, text := f.create(t, apikey.Draft{Owner: "billing", Scopes: []string{"b", "a"}, Expires: expires, Quota: quota.Quota{Day: quota.Amount{Requests: 5}}})
	if !regexp.MustCompile(`^weft_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$`).MatchString(text) {
		t.Errorf("the key is %q", text)
	}
	keys := f.open(t, apikey.Settings{}, zap.NewNop())
	who, refused := identify(t, keys, shows("X-Api-Key", text))
	if refused != nil {
		t.Fatal(refused)
	}
	i := who.Identity()
	if i.Method != caller.APIKey || i.Subject != k.ID || i.Owner != "billing" || !who.HasScope("a") || !i.Expires.Equal(expires) {
		t.Errorf("the caller is %+v", i)
	}
	if keys.Quota(k.ID).Day.Requests != 5 || !keys.Quota("nobody").IsZero() {
		t.Error("the quota is another one")
	}
	written, err := os.ReadFile(f.path)
	if err != nil || strings.Contains(string(written), text[len("weft_")+13:][:43]) {
		t.Errorf("%v: the file has the secret: %s", err, written)
	}
}

func TestOnlyKeysThatHoldAreTaken(t *testing.T) {
	t.Parallel()
	f := newKeyFile(t)
	_, good := f.create(t, apikey.Draft{})
	_, expired := f.create(t, apikey.Draft{Expires: f.now.Add(-time.Second)})
	_, early := f.create(t, apikey.Draft{NotBefore: f.now.Add(time.Hour)})
	revokedKey, revoked := f.create(t, apikey.Draft{})
	disabledKey, disabled := f.create(t, apikey.Draft{})
	if _, err := apikey.Revoke(t.Context(), f.path, revokedKey.ID, f.now); err != nil {
		t.Fatal(err)
	}
	if _, err := apikey.Disable(t.Context(), f.path, disabledKey.ID, true); err != nil {
		t.Fatal(err)
	}
	stranger := newKeyFile(t)
	_, unknown := stranger.create(t, apikey.Draft{})
	const notKnown, malformed = "The API key is not known.", "The API key is malformed: it has been cut off or mistyped."
	keys := f.open(t, apikey.Settings{}, zap.NewNop())
	for name, c := range map[string]struct{ shown, message string }{
		"good":                   {good, ""},
		"good, with blanks":      {" " + good + "\t", ""},
		"unknown":                {unknown, notKnown},
		"wrong secret":           {apikey.WithSecretOf(good, unknown), notKnown},
		"secret of another key":  {apikey.WithSecretOf(good, revoked), notKnown},
		"revoked, wrong secret":  {apikey.WithSecretOf(revoked, good), notKnown},
		"revoked":                {revoked, "The API key is revoked."},
		"expired":                {expired, "The API key is expired."},
		"not valid yet":          {early, "The API key is not valid yet."},
		"disabled":               {disabled, "The API key is disabled."},
		"mistyped":               {good[:40] + "0" + good[41:], malformed},
		"cut off":                {good[:len(good)-1], malformed},
		"empty":                  {"", malformed},
		"another kind of secret": {"Bearer abc", malformed},
		"huge":                   {strings.Repeat("weft_", 10_000), malformed},
		"two in one":             {good + ", " + good, malformed},
	} {
		if name == "mistyped" && c.shown == good {
			continue
		}
		who, refused := identify(t, keys, shows("X-Api-Key", c.shown))
		message := ""
		if refused != nil {
			message = refused.Message
			if refused.Challenge != `ApiKey header="x-api-key"` || refused.Unavailable || refused.Cause != nil {
				t.Errorf("%s: %+v", name, refused)
			}
		}
		if message != c.message || (who == nil) != (message != "") {
			t.Errorf("%s: %q, want %q", name, message, c.message)
		}
	}
}

func TestWhereAKeyIsShown(t *testing.T) {
	t.Parallel()
	f := newKeyFile(t)
	k, text := f.create(t, apikey.Draft{})
	standard := f.open(t, apikey.Settings{}, zap.NewNop())
	bearer := f.open(t, apikey.Settings{Header: "x-shop-key", Bearer: true}, zap.NewNop())
	for name, c := range map[string]struct {
		keys      *apikey.Keys
		header    http.Header
		isKnown   bool
		challenge string
	}{
		"nothing":                   {standard, http.Header{}, false, ""},
		"bearer, when not allowed":  {standard, shows("Authorization", "Bearer "+text), false, ""},
		"bearer":                    {bearer, shows("Authorization", "bearer  "+text), true, ""},
		"the token of somebody":     {bearer, shows("Authorization", "Bearer eyJhbGciOi"), false, ""},
		"bearer that is none":       {bearer, shows("Authorization", "Bearer weft_abc"), false, `Bearer error="invalid_token"`},
		"another scheme":            {bearer, shows("Authorization", "Basic "+text), false, ""},
		"own header":                {bearer, shows("X-Shop-Key", text), true, ""},
		"the header that it is not": {bearer, shows("X-Api-Key", text), false, ""},
		"two":                       {standard, http.Header{"X-Api-Key": {text, text}}, false, `ApiKey header="x-api-key"`},
		"bearer beside another":     {bearer, http.Header{"Authorization": {"Bearer eyJhbGciOi", "Bearer " + text}}, false, `Bearer error="invalid_request"`},
		"another beside bearer":     {bearer, http.Header{"Authorization": {"Bearer " + text, "Basic YTpi"}}, false, `Bearer error="invalid_request"`},
		"both":                      {bearer, http.Header{"X-Shop-Key": {text}, "Authorization": {"Bearer " + text}}, false, `ApiKey header="x-shop-key"`},
	} {
		who, refused := identify(t, c.keys, c.header)
		challenge := ""
		if refused != nil {
			challenge = refused.Challenge
			if isSeveral := strings.Contains(name, "two") || strings.Contains(name, "beside") || name == "both"; refused.Malformed != isSeveral {
				t.Errorf("%s: %+v", name, refused)
			}
		}
		if (who.Identity().Subject == k.ID) != c.isKnown || challenge != c.challenge {
			t.Errorf("%s: known is %t, the challenge %q", name, who != nil, challenge)
		}
	}
}

// A key that was just made or rotated is taken at once, without waiting for the next look at the file.
func TestNewKeysHoldAtOnce(t *testing.T) {
	t.Parallel()
	f := newKeyFile(t)
	k, old := f.create(t, apikey.Draft{})
	keys := f.open(t, apikey.Settings{}, zap.NewNop())
	_, created := f.create(t, apikey.Draft{})
	if _, refused := identify(t, keys, shows("X-Api-Key", created)); refused != nil {
		t.Error(refused)
	}
	_, rotated, err := apikey.Rotate(t.Context(), f.path, k.ID, time.Hour, f.now)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"new": rotated, "old": old} {
		if who, refused := identify(t, keys, shows("X-Api-Key", text)); refused != nil || who.Identity().Subject != k.ID {
			t.Errorf("%s: %v", name, refused)
		}
	}
	f.now = f.now.Add(time.Hour)
	if _, refused := identify(t, keys, shows("X-Api-Key", old)); refused == nil || refused.Message != "The API key has been replaced by a newer one." {
		t.Errorf("after the overlap: %v", refused)
	}
	if _, refused := identify(t, keys, shows("X-Api-Key", rotated)); refused != nil {
		t.Error(refused)
	}
}

func TestRotatingWithoutOverlapEndsTheOldSecret(t *testing.T) {
	t.Parallel()
	f := newKeyFile(t)
	k, old := f.create(t, apikey.Draft{})
	_, text, err := apikey.Rotate(t.Context(), f.path, k.ID, 0, f.now)
	if err != nil {
		t.Fatal(err)
	}
	keys := f.open(t, apikey.Settings{}, zap.NewNop())
	if _, refused := identify(t, keys, shows("X-Api-Key", old)); refused == nil {
		t.Error("the old one is taken")
	}
	if _, refused := identify(t, keys, shows("X-Api-Key", text)); refused != nil {
		t.Error(refused)
	}
}

// await waits until a condition holds.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.After(time.Minute)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-deadline:
			t.Fatal(what)
		case <-tick.C:
		}
	}
}

// Keys that hold are never refused while others are made, rotated and revoked, or while the file is broken or gone.
func TestChangesNeverDropAKeyThatHolds(t *testing.T) {
	t.Parallel()
	f := newKeyFile(t)
	_, text := f.create(t, apikey.Draft{})
	core, told := observer.New(zapcore.InfoLevel)
	keys := f.open(t, apikey.Settings{}, zap.New(core))
	asking, stop := context.WithCancel(t.Context())
	var askers sync.WaitGroup
	for range 2 {
		askers.Go(func() {
			for asking.Err() == nil {
				if _, refused := identify(t, keys, shows("X-Api-Key", text)); refused != nil {
					t.Error(refused)
					return
				}
			}
		})
	}
	defer askers.Wait()
	defer stop()

	victim, gone := f.create(t, apikey.Draft{})
	for range 5 {
		if _, _, err := apikey.Rotate(t.Context(), f.path, victim.ID, time.Hour, f.now); err != nil {
			t.Fatal(err)
		}
	}
	await(t, "a key that was made is not taken", func() bool {
		_, refused := identify(t, keys, shows("X-Api-Key", gone))
		return refused == nil
	})
	if _, err := apikey.Revoke(t.Context(), f.path, victim.ID, f.now); err != nil {
		t.Fatal(err)
	}
	await(t, "a key that was revoked is taken", func() bool {
		_, refused := identify(t, keys, shows("X-Api-Key", gone))
		return refused != nil
	})

	whole, err := os.ReadFile(f.path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.path, append(whole, `{"id":"x","ownr":"b"}`...), 0o600); err != nil {
		t.Fatal(err)
	}
	problem := f.path + `:3:11: error[WEFT_API_KEYS]: unknown member "ownr"; did you mean "owner"?`
	await(t, "a broken file is not told of", func() bool {
		for _, entry := range told.FilterLevelExact(zapcore.ErrorLevel).All() {
			if problems, _ := entry.ContextMap()["problems"].(string); problems == problem {
				return true
			}
		}
		return false
	})
	if err := os.Remove(f.path); err != nil {
		t.Fatal(err)
	}
	await(t, "a file that is gone is not told of", func() bool { return told.FilterLevelExact(zapcore.ErrorLevel).Len() >= 2 })
	if err := os.WriteFile(f.path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	changes := told.FilterLevelExact(zapcore.InfoLevel).Len()
	await(t, "a file that is whole again is not taken", func() bool { return told.FilterLevelExact(zapcore.InfoLevel).Len() > changes })
}
