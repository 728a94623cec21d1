package caller_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/graph/value"
)

func claims(t *testing.T, json string) value.Value {
	t.Helper()
	v, err := value.Parse([]byte(json))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestContextTellsOfTheCaller(t *testing.T) {
	c := caller.New(caller.Identity{
		Method: caller.JWT, Issuer: "https://id.test", Subject: "ann", Scopes: []string{"write", "read", "read"},
		Claims: claims(t, `{"sub":"ann","n":1.50}`),
	})
	want := `{"caller":{"method":"jwt","issuer":"https://id.test","subject":"ann","scopes":["read","write"],"claims":{"sub":"ann","n":1.50}},` +
		`"apollo::authentication::jwt_claims":{"sub":"ann","n":1.50}}`
	if diff := cmp.Diff(want, c.Context().String()); diff != "" {
		t.Error(diff)
	}
	if !c.HasScope("read") || c.HasScope("rea") {
		t.Error("scopes are not found by their whole name")
	}
	if got := c.Name(); got != "jwt:https://id.test#ann" {
		t.Error(got)
	}
}

func TestAnonymousCallerHasNothing(t *testing.T) {
	var c *caller.Caller
	if got := c.Context().String(); got != "{}" || !c.IsAnonymous() || c.HasScope("") || c.Name() != "" || c.Identity().Subject != "" {
		t.Error(got)
	}
	if caller.From(caller.With(t.Context(), c)) != nil {
		t.Error("there is a caller")
	}
}

func TestDigestTellsCallersApart(t *testing.T) {
	base := caller.Identity{Method: caller.JWT, Issuer: "i", Subject: "s", Scopes: []string{"a", "b"}, Claims: claims(t, `{"x":1}`)}
	digests := map[string]string{string((*caller.Caller)(nil).AppendDigest(nil)): "anonymous"}
	for name, change := range map[string]func(*caller.Identity){
		"base":    func(*caller.Identity) {},
		"method":  func(i *caller.Identity) { i.Method = caller.Introspection },
		"issuer":  func(i *caller.Identity) { i.Issuer = "j" },
		"subject": func(i *caller.Identity) { i.Subject = "t" },
		"owner":   func(i *caller.Identity) { i.Owner = "o" },
		"scopes":  func(i *caller.Identity) { i.Scopes = []string{"a b"} },
		"claims":  func(i *caller.Identity) { i.Claims = value.Missing() },
		"expires": func(i *caller.Identity) { i.Expires = time.Unix(1, 0) },
	} {
		i := base
		change(&i)
		digest := string(caller.New(i).AppendDigest(nil))
		if other, ok := digests[digest]; ok {
			t.Errorf("%s has the digest of %s", name, other)
		}
		digests[digest] = name
	}
	same := base
	same.Scopes = []string{"b", "a", "b"}
	if _, ok := digests[string(caller.New(same).AppendDigest(nil))]; !ok {
		t.Error("the order of scopes matters")
	}
}
