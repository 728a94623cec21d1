package abuse_test

import (
	"bufio"
	"fmt"
	"hash/crc32"
	"io"
	"math/big"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/identity/apikey"
	"github.com/weftgraph/weft/server/identity/oidc"
	"github.com/weftgraph/weft/server/identity/oidc/oidctest"
	"github.com/weftgraph/weft/server/ratelimit"
)

// keyPause is the time between two loads of keys.
const keyPause = 100 * time.Millisecond

// guarded is a server that lets nobody in without credentials: tokens of one issuer, tokens that another one knows, and API keys.
type guarded struct {
	address string
	// signing is the issuer whose keys are known, asked the one that is asked about other tokens, and evil one that nobody has named.
	signing, asked, evil *oidctest.Issuer
	// own has signed the tokens of signing, other those of nobody.
	own, other oidctest.Key
	// token, opaque and key are good.
	token, opaque, key string
	// fetched counts what the back end is asked for by those who are not to be let in.
	fetched atomic.Int64
	log     *told
	tb      testing.TB
}

func guardedServer(t *testing.T, rules ...ratelimit.Rule) *guarded {
	t.Helper()
	g := &guarded{own: oidctest.NewKey(t, "k1", "ES256"), other: oidctest.NewKey(t, "hostile-key", "ES256"), opaque: "a-good-opaque-token", log: &told{}, tb: t}
	g.signing, g.evil = oidctest.Start(t, g.own), oidctest.Start(t, g.other)
	g.asked = oidctest.Start(t)
	g.token = g.own.Sign(t, g.signing.Claims(nil), nil)
	g.asked.Activate(g.opaque, map[string]any{"sub": "bob"})
	file := filepath.Join(t.TempDir(), "keys.jsonl")
	_, key, err := apikey.Create(t.Context(), file, apikey.Draft{Owner: "honest"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	g.key, g.log.marks = key, append(marks(), key[len(key)-30:], strings.Split(g.token, ".")[2], g.opaque)
	encoder := zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig())
	g.address = listenAbused(t, &config.Config{
		RequireAuthentication: true,
		Tokens: oidc.Settings{
			Issuers:       []oidc.Issuer{{Names: []string{g.signing.URL}, Audiences: []string{"shop"}, Cooldown: keyPause}},
			Introspection: []oidc.Introspection{{Endpoint: g.asked.URL + "/introspect", ClientID: "weft", ClientSecret: "secret"}},
		},
		APIKeys:    apikey.Settings{File: file, UsageFile: file + ".usage", Header: apikey.DefaultHeader, Bearer: true},
		WebSocket:  config.WebSocket{ConnectionParams: []string{"Authorization", "X-Api-Key"}},
		RateLimits: ratelimit.Settings{Rules: rules},
	}, http.HandlerFunc(g.back), zap.New(zapcore.NewCore(encoder, g.log, zap.DebugLevel)))
	return g
}

// back is a back end whose user 666 is nobody's to see.
func (g *guarded) back(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/666") {
		g.fetched.Add(1)
	}
	abusiveReplies(w, r)
}

// mark is in whatever attackers have made up, in one spelling or another: it is in no answer, and in no log where it stands for a secret.
const mark = "hostile"

// claimsMark begins the claims of tokens that attackers make up.
const claimsMark = `{"hostile":"secret-secret-secret",`

// marks are the spellings that no log has.
func marks() []string { return []string{"hostileSecret", encoded(claimsMark)[:40]} }

// told is a log that keeps nothing but what must not be in it.
type told struct {
	marks []string

	mu           sync.Mutex
	lines, infos int
	leaks        []string
}

// Write implements io.Writer, a line at a time.
func (l *told) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines++
	text := string(line)
	if !strings.HasPrefix(text, `{"level":"debug"`) {
		l.infos++
	}
	for _, m := range l.marks {
		if strings.Contains(text, m) && len(l.leaks) < 10 {
			l.leaks = append(l.leaks, text)
		}
	}
	return len(line), nil
}

// Sync implements zapcore.WriteSyncer.
func (l *told) Sync() error { return nil }

// intruding asks for what nobody may see, with a header.
func intruding(header ...string) sending {
	return request("POST /graphql", `{"query":"{ user(id: 666) { name } }"}`, append([]string{contentJSON, acceptGraphQL}, header...)...)
}

// quiet is a sending whose answer tells nothing of the inside.
func (g *guarded) quiet(send sending) sending {
	return func(t *testing.T, address string) *reply {
		t.Helper()
		got := send(t, address)
		g.expectQuiet(t, got)
		return got
	}
}

func (g *guarded) expectQuiet(t *testing.T, got *reply) {
	t.Helper()
	if got == nil {
		return
	}
	header := got.header.Clone()
	header.Del("Date")
	text := strings.ToLower(fmt.Sprint(header) + got.body)
	host := func(i *oidctest.Issuer) string { return strings.TrimPrefix(i.URL, "http://") }
	for _, secret := range []string{mark, host(g.signing), host(g.asked), host(g.evil), "signature", "issuer", "active", "crit", "claim", "expired", "this service"} {
		if strings.Contains(text, secret) {
			t.Errorf("the answer tells %q: %.600s", secret, text)
		}
	}
}

// flood sends requests over several connections at the same time, and returns the first answer that is not like the others. Meanwhile honest
// clients are answered.
func (g *guarded) flood(n int, header func(i int) []string) sending {
	const connections = 100
	return func(t *testing.T, address string) *reply {
		t.Helper()
		var senders, honest sync.WaitGroup
		var odd, usual atomic.Pointer[reply]
		for c := range connections {
			senders.Go(func() {
				for _, got := range pipeline(t, address, c, n, connections, header) {
					g.expectQuiet(t, got)
					if !usual.CompareAndSwap(nil, got) && usual.Load().status != got.status {
						odd.CompareAndSwap(nil, got)
					}
				}
			})
		}
		over := make(chan struct{})
		honest.Go(func() {
			for {
				for _, send := range g.honest() {
					if got := send(t, address); got == nil || got.body != goodAnswer {
						t.Errorf("an honest client got %+v", got)
						return
					}
				}
				select {
				case <-over:
					return
				default:
				}
			}
		})
		senders.Wait()
		close(over)
		honest.Wait()
		if got := odd.Load(); got != nil {
			return got
		}
		return usual.Load()
	}
}

// asking bounds how often somebody is asked while requests are answered, by how long that takes.
func asking(send sending, asked func() int, most func(time.Duration) int) sending {
	return func(t *testing.T, address string) *reply {
		t.Helper()
		before, began := asked(), time.Now()
		got := send(t, address)
		if n, most := asked()-before, most(time.Since(began)); n > most {
			t.Errorf("asked %d times, the most is %d", n, most)
		}
		return got
	}
}

// pipeline sends each of so many requests whose number is c, modulo the number of connections, over one of them.
func pipeline(t *testing.T, address string, c, n, connections int, header func(i int) []string) (replies []*reply) {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Error(err)
		return nil
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(3 * abuseDeadline)); err != nil {
		t.Error(err)
		return nil
	}
	const body = `{"query":"{ user(id: 666) { name } }"}`
	in := bufio.NewReader(conn)
	for i := c; i < n; i += connections {
		text := fmt.Sprintf("POST /graphql HTTP/1.1\r\nHost: localhost\r\n%s\r\n%s\r\nContent-Length: %d\r\n%s\r\n\r\n%s",
			contentJSON, acceptGraphQL, len(body), strings.Join(header(i), "\r\n"), body)
		if _, err := io.WriteString(conn, text); err != nil {
			t.Error(err)
			return replies
		}
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Errorf("request %d: %v", i, err)
			return replies
		}
		got, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil {
			t.Error(err)
		}
		replies = append(replies, &reply{resp.StatusCode, string(got), resp.Header})
	}
	return replies
}

// honest are requests of those who may ask.
func (g *guarded) honest() []sending {
	ask := func(header string) sending {
		return request("POST /graphql", `{"query":"`+goodQuery+`"}`, contentJSON, acceptGraphQL, header)
	}
	return []sending{ask("Authorization: Bearer " + g.token), ask("Authorization: Bearer " + g.opaque), ask("X-Api-Key: " + g.key)}
}

// keyOf spells an API key as `weft keys` does, with a check sum that is right.
func keyOf(id, secret string) string {
	text := "weft_" + id + "_" + secret
	sum := new(big.Int).SetUint64(uint64(crc32.ChecksumIEEE([]byte(text)))).Text(62)
	// Its digits have the small letters before the capitals, a key's the other way round.
	sum = strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z':
			return r - 'a' + 'A'
		case 'A' <= r && r <= 'Z':
			return r - 'A' + 'a'
		}
		return r
	}, sum)
	return text + strings.Repeat("0", 6-len(sum)) + sum
}
