package oidc_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/weftgraph/weft/server/identity"
	"github.com/weftgraph/weft/server/identity/oidc"
	"github.com/weftgraph/weft/server/identity/oidc/oidctest"
)

// outcomes count what has become of many tokens.
type outcomes struct {
	together                sync.WaitGroup
	taken, bad, unavailable atomic.Int64
}

// show shows a token from an address.
func (o *outcomes) show(ctx context.Context, tokens *oidc.Tokens, token string, client netip.Addr) {
	o.together.Go(func() {
		_, err := tokens.Identify(ctx, identity.Credentials{Header: bearer(token), Client: client})
		refused := &identity.Refused{}
		switch {
		case err == nil:
			o.taken.Add(1)
		case errors.As(err, &refused) && refused.Unavailable:
			o.unavailable.Add(1)
		default:
			o.bad.Add(1)
		}
	})
}

// holding makes an issuer hold its answers of introspection until the channel is closed.
func holding(i *oidctest.Issuer) chan struct{} {
	hold := make(chan struct{})
	i.Change = func(what string, _ http.ResponseWriter, _ *http.Request) bool {
		if what == "introspection" {
			<-hold
		}
		return false
	}
	return hold
}

func address(n int) netip.Addr { return netip.AddrFrom4([4]byte{192, 0, 2, byte(n)}) }

// However many tokens are made up, an issuer is asked about some at a time, and those beyond a limit are told at once to come again.
func TestIssuersAreNotAskedAboutMoreTokensThanTheyCanAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := oidctest.New()
		hold := holding(i)
		tokens := bubbled(t, i, func(s *oidc.Settings) { *s = asking(i) })
		var all outcomes
		for n := range 1200 {
			all.show(t.Context(), tokens, fmt.Sprintf("made-up-%d", n), address(n%10))
		}
		synctest.Wait()
		if asked, told := i.Asked("introspection"), all.unavailable.Load(); asked != 64 || told != 200 {
			t.Errorf("the issuer is asked %d times at once, %d are told to come again", asked, told)
		}
		close(hold)
		all.together.Wait()
		if all.bad.Load() != 1000 || all.unavailable.Load() != 200 {
			t.Errorf("%d are refused, %d unavailable", all.bad.Load(), all.unavailable.Load())
		}
	})
}

// Whoever makes up tokens takes an eighth of the places, and the rest is there for others.
func TestOneClientLeavesPlacesToOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := oidctest.New()
		hold := holding(i)
		tokens := bubbled(t, i, func(s *oidc.Settings) { *s = asking(i) })
		i.Activate("good", map[string]any{"sub": "ann"})
		ctx, cancel := cancelled(t)
		var flood, honest outcomes
		for n := range 2000 {
			flood.show(ctx, tokens, fmt.Sprintf("made-up-%d", n), address(1))
		}
		synctest.Wait()
		if n := flood.unavailable.Load(); n != 2000-125 {
			t.Errorf("%d are told to come again", n)
		}
		cancel() // a client that is gone has its places for as long as its questions are being asked
		flood.together.Wait()
		flood.show(t.Context(), tokens, "one-more", address(1))
		honest.show(t.Context(), tokens, "good", address(2))
		synctest.Wait()
		flood.show(t.Context(), tokens, "good", address(1)) // what is being asked anyway takes no place
		synctest.Wait()
		if n := flood.unavailable.Load(); n != 2001 {
			t.Errorf("%d are told to come again", n)
		}
		close(hold)
		flood.together.Wait()
		honest.together.Wait()
		if honest.taken.Load() != 1 || flood.taken.Load() != 1 {
			t.Errorf("%d and %d are taken", honest.taken.Load(), flood.taken.Load())
		}
		synctest.Wait() // the questions of those who are gone are answered, too
		// The places are free again, all of them.
		for n := range 125 {
			flood.show(t.Context(), tokens, fmt.Sprintf("new-%d", n), address(1))
		}
		flood.together.Wait()
		if n := flood.bad.Load(); n != 125 {
			t.Errorf("%d are asked about", n)
		}
	})
}

// Between a look into what is known and the question the answer may come, to somebody else's question. Then there is no other one.
func TestTokensWhoseAnswerHasJustComeAreNotAskedAboutAgain(t *testing.T) {
	t.Parallel()
	first, second := oidctest.Start(t), oidctest.Start(t)
	s := asking(first)
	s.Introspection = append(s.Introspection, asking(second).Introspection...)
	tokens := open(t, s)
	second.Activate("good", map[string]any{"sub": "ann"})
	if who, refused := identify(t, tokens, bearer("good")); refused != nil || who.Identity().Subject != "ann" {
		t.Fatal(refused)
	}
	if who, err := tokens.CheckUnknown(t.Context(), "good"); err != nil || who.Identity().Subject != "ann" {
		t.Error(err)
	}
	expectRefused(t, tokens, bearer("unknown"), notValid, "is not active")
	if _, err := tokens.CheckUnknown(t.Context(), "unknown"); err == nil {
		t.Error("taken")
	}
	if one, two := first.Asked("introspection"), second.Asked("introspection"); one != 2 || two != 2 {
		t.Errorf("about two tokens one is asked %d times, the other %d times", one, two)
	}
}

// While one issuer after the other is asked, all who show the token wait for the end of that.
func TestTokensAreAskedAboutOnceWhoeverIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := oidctest.New()
		about := map[string]*atomic.Int64{"one": {}, "two": {}}
		hold := make(chan struct{})
		i.Change = func(_ string, w http.ResponseWriter, r *http.Request) bool {
			about[r.URL.RawQuery].Add(1)
			if r.URL.RawQuery == "two" {
				<-hold
			}
			_, _ = fmt.Fprintf(w, `{"active":%t,"sub":"ann"}`, r.URL.RawQuery == "two")
			return true
		}
		tokens := bubbled(t, i, func(s *oidc.Settings) {
			*s = oidc.Settings{Introspection: []oidc.Introspection{{Endpoint: "http://issuer.test/introspect?one"}, {Endpoint: "http://issuer.test/introspect?two"}}}
		})
		var all outcomes
		for n := range 3 { // the later ones come when the first issuer has answered
			all.show(t.Context(), tokens, "good", address(n))
			synctest.Wait()
		}
		close(hold)
		all.together.Wait()
		if one, two := about["one"].Load(), about["two"].Load(); one != 1 || two != 1 || all.taken.Load() != 3 {
			t.Errorf("one is asked %d times, the other %d times, %d are taken", one, two, all.taken.Load())
		}
	})
}
