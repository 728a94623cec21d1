package server_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/identity"
	"github.com/weftgraph/weft/server/identity/oidc"
	"github.com/weftgraph/weft/server/identity/oidc/oidctest"
)

// tokenIssuer is an issuer with one key.
type tokenIssuer struct {
	*oidctest.Issuer

	key oidctest.Key
}

func startIssuer(tb testing.TB) tokenIssuer {
	tb.Helper()
	key := oidctest.NewKey(tb, "k1", "ES256")
	return tokenIssuer{oidctest.Start(tb, key), key}
}

// token is one of the issuer that ends after some time.
func (i tokenIssuer) token(tb testing.TB, ends time.Duration) string {
	tb.Helper()
	return i.key.Sign(tb, i.Claims(map[string]any{"exp": float64(time.Now().Add(ends).UnixMilli()) / 1000}), nil)
}

// settings take its tokens.
func (i tokenIssuer) settings() *config.Config {
	return &config.Config{Tokens: oidc.Settings{Issuers: []oidc.Issuer{{
		Names: []string{i.URL}, Audiences: []string{"shop"}, ClockSkew: time.Millisecond,
	}}}}
}

// do sends a request with a token, or none if it is empty.
func do(tb testing.TB, method, url, body, token string, headers ...string) (*http.Response, string) {
	tb.Helper()
	return doBy(tb, http.DefaultClient, method, url, body, token, headers...)
}

// doBy is do by some client.
func doBy(tb testing.TB, client *http.Client, method, url, body, token string, headers ...string) (*http.Response, string) {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), method, url, strings.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for _, h := range headers {
		name, v, _ := strings.Cut(h, ": ")
		r.Header.Set(name, v)
	}
	resp, err := client.Do(r)
	if err != nil {
		tb.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		tb.Fatal(err)
	}
	return resp, string(text)
}

func TestBadTokensAreStatus401AlsoWhereAnybodyMayAsk(t *testing.T) {
	t.Parallel()
	i := startIssuer(t)
	for _, required := range []bool{false, true} {
		settings := i.settings()
		settings.RequireAuthentication = required
		s := serveTicks(t, settings, nil)
		anonymous, challenge := http.StatusOK, ""
		if required {
			anonymous, challenge = http.StatusUnauthorized, `Bearer realm="weft"`
		}
		for name, c := range map[string]struct {
			token     string
			status    int
			challenge string
		}{
			"good":    {i.token(t, time.Hour), http.StatusOK, ""},
			"none":    {"", anonymous, challenge},
			"expired": {i.token(t, -time.Hour), http.StatusUnauthorized, `Bearer realm="weft", error="invalid_token", error_description="The token has expired."`},
			"bad":     {"x.y.z", http.StatusUnauthorized, `Bearer realm="weft", error="invalid_token", error_description="The token is not valid."`},
		} {
			for _, accept := range []string{"application/json", "application/graphql-response+json", "text/event-stream", `multipart/mixed;subscriptionSpec="1.0"`} {
				resp, body := do(t, http.MethodPost, s.base+"/graphql", `{"query":"{ a }"}`, c.token, "Accept: "+accept)
				if resp.StatusCode != c.status || resp.Header.Get("WWW-Authenticate") != c.challenge ||
					(c.status != http.StatusOK) != strings.Contains(body, `"code":"UNAUTHENTICATED"`) {
					t.Errorf("required %t, %s, %s: %d %s %q", required, name, accept, resp.StatusCode, body, resp.Header.Get("WWW-Authenticate"))
				}
			}
		}
		for _, open := range []string{"GET /", "GET /health", "OPTIONS /graphql"} {
			method, path, _ := strings.Cut(open, " ")
			if resp, _ := do(t, method, s.base+path, "", "", "Origin: https://x.test", "Access-Control-Request-Method: POST"); resp.StatusCode == http.StatusUnauthorized {
				t.Errorf("%s needs credentials", open)
			}
		}
		resp, _ := do(t, http.MethodGet, s.base+"/graphql?query=%7Ba%7D", "", "x.y.z", "Apollo-Require-Preflight: 1")
		if resp.StatusCode != http.StatusUnauthorized {
			t.Errorf("GET: %d", resp.StatusCode)
		}
	}
}

func TestTokensThatCannotBeCheckedAreStatus503(t *testing.T) {
	t.Parallel()
	i := startIssuer(t)
	i.SetDown(true)
	s := serveTicks(t, i.settings(), nil)
	resp, body := do(t, http.MethodPost, s.base+"/graphql", `{"query":"{ a }"}`, i.token(t, time.Hour))
	if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" || resp.Header.Get("WWW-Authenticate") != "" ||
		!strings.Contains(body, `"code":"AUTHENTICATION_UNAVAILABLE"`) || strings.Contains(body, i.URL) {
		t.Errorf("%d %s %v", resp.StatusCode, body, resp.Header)
	}
	if resp, body := do(t, http.MethodPost, s.base+"/graphql", `{"query":"{ a }"}`, ""); resp.StatusCode != http.StatusOK {
		t.Errorf("anonymous: %d %s", resp.StatusCode, body)
	}
	ws, _ := dial(t, s.base)
	ws.send(`{"type":"connection_init","payload":{"authorization":"Bearer ` + i.token(t, time.Hour) + `"}}`)
	if code, reason := ws.closure(); code != websocket.StatusTryAgainLater || !strings.HasPrefix(reason, "The token cannot be checked") {
		t.Error(code, reason)
	}
}

func TestWebSocketsWithBadTokensAreClosedWithTheReason(t *testing.T) {
	t.Parallel()
	i := startIssuer(t)
	s := serveTicks(t, i.settings(), nil)
	ws, _ := dial(t, s.base)
	ws.send(`{"type":"connection_init","payload":{"headers":{"Authorization":"Bearer ` + i.token(t, -time.Minute) + `"}}}`)
	if code, reason := ws.closure(); code != 4403 || reason != "The token has expired." {
		t.Error(code, reason)
	}

	// An operation that begins when the token has ended ends the connection, so that the client can show another.
	ws = connect(t, s.base, `{"authorization":"Bearer `+i.token(t, time.Second)+`"}`)
	if got := ws.ask("{ a }", "{}"); got != `{"data":{"a":1}}` {
		t.Error(got)
	}
	<-time.After(1100 * time.Millisecond)
	ws.subscribe("2", "{ a }", "{}")
	if code, reason := ws.closure(); code != 4403 || reason != "The token has expired." {
		t.Error(code, reason)
	}
}

func TestSubscriptionsEndWithTheTokenThatTheyBeganWith(t *testing.T) {
	t.Parallel()
	i := startIssuer(t)
	s := serveTicks(t, i.settings(), nil)
	const expired = `{"message":"The credentials of the subscription have expired. Subscribe again with others.","extensions":{"code":"UNAUTHENTICATED"}}`

	ws := connect(t, s.base, `{"authorization":"Bearer `+i.token(t, 2*time.Second)+`"}`)
	ws.subscribe("1", ticks(-1), "{}")
	ws.expect(next("1", tick(1)))
	if code, reason := ws.closure(); code != 4403 || reason != "The credentials of the subscription have expired. Subscribe again with others." {
		t.Error(code, reason)
	}
	s.waitForEnd(t)

	body := fmt.Sprintf(`{"query":%q}`, ticks(-1))
	_, text := do(t, http.MethodPost, s.base+"/graphql", body, i.token(t, 2*time.Second), "Accept: text/event-stream")
	if !strings.Contains(text, tick(1)) || !strings.HasSuffix(text, "event: next\ndata: {\"errors\":["+expired+"]}\n\nevent: complete\ndata:\n\n") {
		t.Errorf("%q", text)
	}
	s.waitForEnd(t)

	_, text = do(t, http.MethodPost, s.base+"/graphql", body, i.token(t, 2*time.Second), `Accept: multipart/mixed;subscriptionSpec="1.0"`)
	if !strings.Contains(text, tick(1)) || !strings.Contains(text, `{"payload":null,"errors":[`+expired+`]}`) || !strings.HasSuffix(text, "--\r\n") {
		t.Errorf("%q", text)
	}
	s.waitForEnd(t)

	settings := i.settings()
	settings.KeepsExpired = true
	s = serveTicks(t, settings, nil)
	ws = connect(t, s.base, `{"authorization":"Bearer `+i.token(t, time.Second)+`"}`)
	ws.subscribe("1", ticks(-1), "{}")
	ws.expect(next("1", tick(1)))
	<-time.After(1200 * time.Millisecond)
	ws.send(`{"type":"ping"}`)
	ws.expect(`{"type":"pong"}`)
}

// withdrawn are credentials that are good when they are shown for the first times only: a key that is revoked, for example.
type withdrawn struct{ left atomic.Int64 }

func (w *withdrawn) Identify(context.Context, identity.Credentials) (*caller.Caller, error) {
	if w.left.Add(-1) < 0 {
		return nil, &identity.Refused{Message: "The API key is revoked."}
	}
	return caller.New(caller.Identity{Method: caller.APIKey, Subject: "k"}), nil
}

func TestNoEventIsSentToWhoseCredentialsWereWithdrawn(t *testing.T) {
	t.Parallel()
	keys := &withdrawn{}
	keys.left.Store(4) // the connection, the operation, and two events
	s := serveTicks(t, &config.Config{}, func(o *server.Options) { o.Identifier = keys })
	ws := connect(t, s.base, "null")
	ws.subscribe("1", ticks(10), "{}")
	ws.expect(next("1", tick(1)), next("1", tick(2)))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, text, err := ws.conn.Read(ctx)
	if closed := (websocket.CloseError{}); !errors.As(err, &closed) || closed.Code != 4403 {
		t.Errorf("%s, %v", text, err)
	}
	s.waitForEnd(t)

	kept := &withdrawn{}
	kept.left.Store(2)
	s = serveTicks(t, &config.Config{}, func(o *server.Options) { o.Identifier, o.KeepsExpired = kept, true })
	ws = connect(t, s.base, "null")
	ws.subscribe("1", ticks(3), "{}")
	ws.expect(next("1", tick(1)), next("1", tick(2)), next("1", tick(3)), `{"id":"1","type":"complete"}`)
	s.waitForEnd(t)
}

func TestLogsHaveNoTokens(t *testing.T) {
	t.Parallel()
	i := startIssuer(t)
	s := serveTicks(t, i.settings(), nil)
	core, logs := observer.New(zap.DebugLevel)
	handler := s.gateway.Handler(zap.New(core), server.Exposure{})
	good := i.token(t, time.Hour)
	parts := strings.Split(good, ".")
	for _, token := range []string{good, i.token(t, -time.Hour), "opaque-secret-token", parts[0] + "." + parts[1] + ".AAAA", "x.y.z-secret"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(`{"query":"{ a }"}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+token)
		handler.ServeHTTP(&answered{header: http.Header{}}, r)
		for _, e := range logs.All() {
			for part := range strings.SplitSeq(token, ".") {
				if len(part) > 3 && strings.Contains(fmt.Sprint(e.Message, e.ContextMap()), part) {
					t.Errorf("the log has a part of the token: %v %v", e.Message, e.ContextMap())
				}
			}
		}
	}
	if logs.FilterMessage("credentials refused").Len() != 4 {
		t.Errorf("%v", logs.All())
	}
}

// endingSoon is a caller whose credentials end in a while.
type endingSoon struct{ in time.Duration }

func (e endingSoon) Identify(context.Context, identity.Credentials) (*caller.Caller, error) {
	return caller.New(caller.Identity{Method: caller.APIKey, Subject: "k", Expires: time.Now().Add(e.in)}), nil
}

func TestTheAuditLogTellsStreamsThatOutliveTheirCredentials(t *testing.T) {
	t.Parallel()
	overEvents := func(t *testing.T, s ticking) {
		t.Helper()
		if got := heard(t, s.base, ticks(-1), "Accept: text/event-stream").body; !strings.Contains(got, "UNAUTHENTICATED") {
			t.Errorf("%q", got)
		}
	}
	overParts := func(t *testing.T, s ticking) {
		t.Helper()
		if got := heard(t, s.base, ticks(-1), `Accept: multipart/mixed;subscriptionSpec="1.0"`).body; !strings.Contains(got, "UNAUTHENTICATED") {
			t.Errorf("%q", got)
		}
	}
	overSocket := func(t *testing.T, s ticking) {
		t.Helper()
		ws := connect(t, s.base, "null")
		ws.subscribe("1", ticks(-1), "{}")
		ws.expect(next("1", tick(1)))
		if code, reason := ws.closure(); code != 4403 || !strings.Contains(reason, "credentials of the subscription") {
			t.Error(code, reason)
		}
	}
	for transport, listen := range map[string]func(*testing.T, ticking){"sse": overEvents, "multipart": overParts, "websocket": overSocket} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			a := newAuditing(t, nil)
			s := serveTicks(t, &config.Config{}, func(o *server.Options) { o.Identifier, o.Audit = endingSoon{time.Second}, a.log })
			listen(t, s)
			lines := a.lines(t)
			if last := lines[len(lines)-1]; len(lines) != 2 || last.Event != "subscription_end" || last.Transport != transport || last.End != "expired" || last.Events != 1 {
				t.Errorf("%q", texts(lines))
			}
		})
	}
	for transport, listen := range map[string]func(*testing.T, ticking){
		"sse": func(t *testing.T, s ticking) {
			t.Helper()
			if got := heard(t, s.base, ticks(10), "Accept: text/event-stream").body; !strings.Contains(got, "not valid any more") {
				t.Errorf("%q", got)
			}
		},
		"websocket": func(t *testing.T, s ticking) {
			t.Helper()
			ws := connect(t, s.base, "null")
			ws.subscribe("1", ticks(10), "{}")
			ws.expect(next("1", tick(1)))
			if code, reason := ws.closure(); code != 4403 || !strings.Contains(reason, "not valid any more") {
				t.Error(code, reason)
			}
		},
	} {
		t.Run("withdrawn "+transport, func(t *testing.T) {
			t.Parallel()
			a, keys := newAuditing(t, nil), &withdrawn{}
			keys.left.Store(2) // the operation, and an event
			if transport == "websocket" {
				keys.left.Add(1) // the connection
			}
			s := serveTicks(t, &config.Config{}, func(o *server.Options) { o.Identifier, o.Audit = keys, a.log })
			listen(t, s)
			lines := a.lines(t)
			if last := lines[len(lines)-1]; len(lines) != 2 || last.Event != "subscription_end" || last.End != "withdrawn" || last.Events != 1 {
				t.Errorf("%q", texts(lines))
			}
		})
	}
}
