package oidc_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/weftgraph/weft/server/identity"
	"github.com/weftgraph/weft/server/identity/oidc"
	"github.com/weftgraph/weft/server/identity/oidc/oidctest"
)

func TestKeysAreExchangedUnderLoadWithoutAFailure(t *testing.T) {
	t.Parallel()
	old := oidctest.NewKey(t, "k0", "ES256")
	i := oidctest.Start(t, old)
	s := of(i)
	s.Issuers[0].Cooldown = 20 * time.Millisecond
	tokens, began := open(t, s), time.Now()
	var current atomic.Pointer[oidctest.Key]
	current.Store(&old)
	var inUse sync.RWMutex // tokens are good until they have been answered
	stop := make(chan struct{})
	var clients sync.WaitGroup
	var asked atomic.Int64
	for c := range 8 {
		clients.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				inUse.RLock()
				token := current.Load().Sign(t, i.Claims(map[string]any{"jti": fmt.Sprint(c, n)}), nil)
				_, refused := identify(t, tokens, bearer(token))
				inUse.RUnlock()
				asked.Add(1)
				if refused != nil {
					t.Error(refused.Cause)
				}
				// Beside those who mean well somebody shows keys that nobody has.
				if c == 0 {
					stranger := oidctest.Key{ID: fmt.Sprint("x", n), Algorithm: "ES256", Private: old.Private}
					if _, refused := identify(t, tokens, bearer(stranger.Sign(t, i.Claims(nil), nil))); refused == nil {
						t.Error("a stranger is taken")
					}
				}
			}
		})
	}
	for n := range 10 {
		next := oidctest.NewKey(t, fmt.Sprint("k", n+1), []string{"ES256", "RS256", "PS256", "EdDSA"}[n%4])
		// As issuers do: both are there until the tokens of the old one have ended. Tokens with the new one come at once.
		i.SetKeys(*current.Load(), next)
		current.Store(&next)
		<-time.After(40 * time.Millisecond)
		inUse.Lock()
		i.SetKeys(next)
		inUse.Unlock()
	}
	close(stop)
	clients.Wait()
	if asked.Load() < 100 {
		t.Errorf("only %d requests", asked.Load())
	}
	if loads, most := i.Asked("keys"), int(time.Since(began)/(20*time.Millisecond))+2; loads > most {
		t.Errorf("%d loads, with the pause there are %d", loads, most)
	}
}

func TestUnknownKeysDoNotMakeARequestEach(t *testing.T) {
	t.Parallel()
	key := oidctest.NewKey(t, "k1", "ES256")
	i := oidctest.Start(t, key)
	s := of(i)
	s.Issuers[0].Cooldown = 100 * time.Millisecond
	tokens := open(t, s)
	var strangers sync.WaitGroup
	for n := range 200 {
		strangers.Go(func() {
			stranger := oidctest.Key{ID: "x" + strconv.Itoa(n%50), Algorithm: "ES256", Private: key.Private}
			expectRefused(t, tokens, bearer(stranger.Sign(t, i.Claims(nil), nil)), "The token is not valid.", "has no key")
		})
	}
	strangers.Wait()
	// One load for the first of them, and another for those who came while it was going on.
	if loads := i.Asked("keys"); loads > 4 {
		t.Errorf("%d loads", loads)
	}
	before := i.Asked("keys")
	for range 20 {
		stranger := oidctest.Key{ID: "x1", Algorithm: "ES256", Private: key.Private}
		expectRefused(t, tokens, bearer(stranger.Sign(t, i.Claims(nil), nil)), "The token is not valid.", "has no key")
	}
	if loads := i.Asked("keys"); loads != before {
		t.Errorf("%d loads more for a key that is known not to be there", loads-before)
	}
}

func TestIssuerThatIsDownAtStartHoldsUpNobody(t *testing.T) {
	t.Parallel()
	key := oidctest.NewKey(t, "k1", "ES256")
	up, down := oidctest.Start(t, key), oidctest.Start(t, key)
	down.SetDown(true)
	s := of(up)
	s.Issuers = append(s.Issuers, of(down).Issuers...)
	s.Issuers[1].Cooldown = 20 * time.Millisecond
	core, logs := observer.New(zap.InfoLevel)
	tokens := open(t, s)
	tokens.Start(zap.New(core))
	if _, refused := identify(t, tokens, bearer(key.Sign(t, up.Claims(nil), nil))); refused != nil {
		t.Error(refused.Cause)
	}
	token := key.Sign(t, down.Claims(nil), nil)
	_, refused := identify(t, tokens, bearer(token))
	if refused == nil || !refused.Unavailable || refused.Challenge != "" {
		t.Fatal(refused)
	}
	if strings.Contains(refused.Message, down.URL) {
		t.Errorf("clients are told the address: %s", refused.Message)
	}
	down.SetDown(false)
	for deadline := time.Now().Add(time.Minute); ; {
		if _, refused = identify(t, tokens, bearer(token)); refused == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal(refused.Cause)
		}
		<-time.After(10 * time.Millisecond)
	}
	var warned, told int
	for _, e := range logs.All() {
		switch e.Message {
		case "the keys of an issuer cannot be loaded":
			warned++
		case "the keys of an issuer are there again":
			told++
		}
	}
	if warned != 1 || told != 1 {
		t.Errorf("%d warnings, %d notices", warned, told)
	}
}

// bubbled returns an identifier for the tokens of an issuer in a bubble of synctest, in which there is no network.
func bubbled(t *testing.T, i *oidctest.Issuer, change func(*oidc.Settings)) *oidc.Tokens {
	t.Helper()
	i.URL = "http://issuer.test"
	tasks := oidc.TasksOver(i)
	t.Cleanup(tasks.Close)
	s := of(i)
	if change != nil {
		change(&s)
	}
	tokens, err := oidc.New(&s, tasks, nil)
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

// cancelled is a context that can be cancelled.
func cancelled(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithCancel(t.Context())
}

func shown(token string) identity.Credentials { return identity.Credentials{Header: bearer(token)} }

func TestLastGoodKeysAreUsedOnForAsLongAsIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		key := oidctest.NewKey(t, "k1", "ES256")
		i := oidctest.New(key)
		tokens := bubbled(t, i, func(s *oidc.Settings) { s.Issuers[0].PollInterval, s.Issuers[0].MaxStale = time.Minute, time.Hour })
		claims := i.Claims(map[string]any{"exp": time.Now().Add(5 * time.Hour).Unix()})
		token := key.Sign(t, claims, nil)
		taken := func() bool {
			_, refused := identify(t, tokens, bearer(token))
			if refused != nil && !refused.Unavailable {
				t.Error(refused.Cause)
			}
			return refused == nil
		}
		if !taken() {
			t.Fatal("not taken")
		}
		i.SetDown(true)
		for range 58 {
			<-time.After(time.Minute)
			began := time.Now()
			if !taken() {
				t.Fatal("not taken while keys may be used on")
			}
			if waited := time.Since(began); waited > 0 {
				t.Fatalf("waited %s for an issuer that is down", waited)
			}
		}
		<-time.After(3 * time.Minute)
		if taken() {
			t.Error("taken although the keys are too old")
		}
		if asked := i.Asked("keys") + i.Asked("discovery"); asked > 200 {
			t.Errorf("asked %d times", asked)
		}
		i.SetDown(false)
		<-time.After(time.Minute)
		if !taken() {
			t.Error("not taken although the issuer is there again")
		}
	})
}

func TestKeysThatWereTakenOutDoNotCountAnyMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		key, other := oidctest.NewKey(t, "k1", "ES256"), oidctest.NewKey(t, "k2", "ES256")
		i := oidctest.New(key, other)
		tokens := bubbled(t, i, func(s *oidc.Settings) { s.Issuers[0].PollInterval = time.Minute })
		claims := i.Claims(map[string]any{"exp": time.Now().Add(100 * time.Hour).Unix()})
		token, another := key.Sign(t, claims, nil), other.Sign(t, claims, nil)
		for range 3 {
			if _, refused := identify(t, tokens, bearer(token)); refused != nil {
				t.Fatal(refused.Cause)
			}
		}
		i.SetKeys(other)
		<-time.After(61 * time.Second)
		// Somebody finds out that they are old.
		if _, refused := identify(t, tokens, bearer(another)); refused != nil {
			t.Fatal(refused.Cause)
		}
		synctest.Wait()
		expectRefused(t, tokens, bearer(token), "The token is not valid.", "has no key")

		// After a night without requests nobody may use what was taken out since then, not even the first.
		i.SetKeys(key)
		<-time.After(8 * time.Hour)
		expectRefused(t, tokens, bearer(another), "The token is not valid.", "has no key")
	})
}

func TestTokensEndWhileTheyAreRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		key := oidctest.NewKey(t, "k1", "ES256")
		i := oidctest.New(key)
		tokens := bubbled(t, i, nil)
		token := key.Sign(t, i.Claims(map[string]any{"exp": time.Now().Add(10 * time.Minute).Unix()}), nil)
		if _, refused := identify(t, tokens, bearer(token)); refused != nil {
			t.Fatal(refused.Cause)
		}
		<-time.After(10*time.Minute + 59*time.Second) // a minute is the skew
		if _, refused := identify(t, tokens, bearer(token)); refused != nil {
			t.Fatal(refused.Cause)
		}
		<-time.After(time.Second)
		expectRefused(t, tokens, bearer(token), "The token has expired.", "has expired at")
	})
}

func TestHowOldKeysBecomeIsWhatTheIssuerSaysWithinBounds(t *testing.T) {
	for header, want := range map[string]time.Duration{
		"":                        5 * time.Minute,
		"max-age=600":             10 * time.Minute,
		"public, max-age=600, x":  10 * time.Minute,
		"max-age=1":               time.Minute,
		"max-age=99999999":        time.Hour,
		"max-age=600, no-store":   time.Minute,
		"no-cache":                time.Minute,
		"max-age=many":            5 * time.Minute,
		"s-maxage=3":              5 * time.Minute,
		"max-age=999999999999999": 5 * time.Minute,
	} {
		t.Run(header, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				key := oidctest.NewKey(t, "k1", "ES256")
				i := oidctest.New(key)
				i.CacheControl = header
				tokens := bubbled(t, i, nil)
				token := key.Sign(t, i.Claims(map[string]any{"exp": time.Now().Add(100 * time.Hour).Unix()}), nil)
				asked := func() int {
					if _, refused := identify(t, tokens, bearer(token)); refused != nil {
						t.Error(refused.Cause)
					}
					synctest.Wait()
					return i.Asked("keys")
				}
				asked()
				<-time.After(want - time.Second)
				if n := asked(); n != 1 {
					t.Errorf("%d loads before", n)
				}
				<-time.After(time.Second)
				if n := asked(); n != 2 {
					t.Errorf("%d loads after", n)
				}
			})
		})
	}
}

func TestWhoGivesUpWhileWaitingLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	key := oidctest.NewKey(t, "k1", "ES256")
	i := oidctest.Start(t, key)
	hold, came := make(chan struct{}), make(chan struct{}, 10)
	i.Change = func(string, http.ResponseWriter, *http.Request) bool {
		came <- struct{}{}
		<-hold
		return false
	}
	tokens := open(t, of(i))
	token := key.Sign(t, i.Claims(nil), nil)
	waiting, cancel := cancelled(t)
	done := make(chan error, 1)
	go func() {
		_, err := tokens.Identify(waiting, shown(token))
		done <- err
	}()
	<-came
	cancel()
	if err := <-done; err == nil {
		t.Error("no error")
	}
	close(hold) // TestMain finds what is left; others go on
	if _, refused := identify(t, tokens, bearer(token)); refused != nil {
		t.Error(refused.Cause)
	}
}
