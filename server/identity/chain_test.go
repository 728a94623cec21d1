package identity_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/server/identity"
)

// byHeader takes a header for credentials: it names the caller, and "bad" is refused.
type byHeader string

func (h byHeader) Identify(_ context.Context, c identity.Credentials) (*caller.Caller, error) {
	switch shown := c.Header.Get(string(h)); shown {
	case "":
		return nil, nil //nolint:nilnil // the contract of Identifier: anonymous
	case "bad":
		return nil, &identity.Refused{Message: "bad " + string(h)}
	default:
		return caller.New(caller.Identity{Method: caller.APIKey, Subject: shown}), nil
	}
}

// asking can say how to show its credentials.
type asking struct{ byHeader }

func (asking) Challenge() string { return `Asking realm="x"` }

func identify(t *testing.T, c identity.Chain, shown map[string]string) (string, *identity.Refused) {
	t.Helper()
	header := http.Header{}
	for name, v := range shown {
		header.Set(name, v)
	}
	who, err := c.Identify(t.Context(), identity.Credentials{Header: header})
	if err == nil {
		return who.Identity().Subject, nil
	}
	refused := &identity.Refused{}
	if !errors.As(err, &refused) {
		t.Fatal(err)
	}
	return "", refused
}

func TestFirstCredentialsSayWhoAsksAndAllHaveToBeGood(t *testing.T) {
	t.Parallel()
	chain := identity.Chain{Identifiers: []identity.Identifier{byHeader("A"), byHeader("B")}}
	for _, c := range []struct {
		shown       map[string]string
		who, refuse string
	}{
		{map[string]string{}, "", ""},
		{map[string]string{"A": "ann"}, "ann", ""},
		{map[string]string{"B": "bob"}, "bob", ""},
		{map[string]string{"A": "ann", "B": "bob"}, "ann", ""},
		{map[string]string{"A": "bad", "B": "bob"}, "", "bad A"},
		{map[string]string{"A": "ann", "B": "bad"}, "", "bad B"},
	} {
		who, refused := identify(t, chain, c.shown)
		if who != c.who || refused == nil != (c.refuse == "") || refused != nil && refused.Message != c.refuse {
			t.Errorf("%v: %q, %v", c.shown, who, refused)
		}
	}
}

func TestWhoShowsNothingIsToldWhatToShow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		identifiers []identity.Identifier
		challenge   string
	}{
		{nil, "Bearer"},
		{[]identity.Identifier{byHeader("A")}, "Bearer"},
		{[]identity.Identifier{byHeader("A"), asking{"B"}}, `Asking realm="x"`},
		{[]identity.Identifier{asking{"A"}, asking{"B"}}, `Asking realm="x", Asking realm="x"`},
	} {
		_, refused := identify(t, identity.Chain{Identifiers: c.identifiers, Required: true}, nil)
		if refused == nil || refused.Unavailable || refused.Challenge != c.challenge {
			t.Errorf("%v, want the challenge %s", refused, c.challenge)
		}
	}
	if who, refused := identify(t, identity.Chain{Identifiers: []identity.Identifier{byHeader("A")}, Required: true}, map[string]string{"A": "ann"}); who != "ann" || refused != nil {
		t.Error(who, refused)
	}
}
