package issuer_test

import (
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"go.uber.org/goleak"

	"github.com/weftgraph/weft/examples/shop/issuer"
	"github.com/weftgraph/weft/graph/value"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T) *issuer.Issuer {
	t.Helper()
	i, err := issuer.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := i.Close(); err != nil {
			t.Error(err)
		}
		http.DefaultClient.CloseIdleConnections()
	})
	return i
}

// The tokens are checked by a library that knows nothing of the issuer but its address.
func TestTokensOfAllAccountsAreTaken(t *testing.T) {
	i := start(t)
	provider, err := oidc.NewProvider(t.Context(), i.URL())
	if err != nil {
		t.Fatal(err)
	}
	verifier := provider.Verifier(&oidc.Config{ClientID: issuer.Audience})
	for _, a := range issuer.Accounts() {
		token, err := i.Token(a, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		verified, err := verifier.Verify(t.Context(), token)
		if err != nil {
			t.Fatalf("%s: %v", a.Name, err)
		}
		var claims map[string]any
		if err := verified.Claims(&claims); err != nil {
			t.Fatal(err)
		}
		if verified.Subject != a.Name || claims["scope"] != a.Scope || claims["role"] != a.Role {
			t.Errorf("%s has the claims %v", a.Name, claims)
		}
	}
	old, err := i.Token(issuer.Accounts()[0], time.Now().Add(-issuer.TokenLife))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verifier.Verify(t.Context(), old); err == nil {
		t.Error("an old token is taken")
	}
}

func TestTokenEndpointGivesTokensToAccountsAlone(t *testing.T) {
	i := start(t)
	for name, c := range map[string]struct {
		form   url.Values
		status int
		member string
	}{
		"an account":    {url.Values{"grant_type": {"client_credentials"}, "client_id": {"wanda"}}, 200, "access_token"},
		"nobody":        {url.Values{"grant_type": {"client_credentials"}}, 401, "error"},
		"another grant": {url.Values{"grant_type": {"password"}, "client_id": {"wanda"}}, 400, "error"},
	} {
		resp, err := http.PostForm(i.URL()+"/token", c.form)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		v, err := value.Parse(body)
		if err != nil || resp.StatusCode != c.status || v.Get(c.member).Text() == "" {
			t.Errorf("%s: %d %s", name, resp.StatusCode, body)
		}
	}
}
