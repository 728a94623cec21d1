package server_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/auditlog"
	"github.com/weftgraph/weft/server/config"
)

// hangingAudit is an audit log in a pipe, which takes nothing once it is full.
type hangingAudit struct {
	*auditing

	pipe *os.File
	mu   sync.Mutex
	text bytes.Buffer
}

func newHangingAudit(t *testing.T) *hangingAudit {
	t.Helper()
	file := filepath.Join(t.TempDir(), "audit.pipe")
	if err := syscall.Mkfifo(file, 0o600); err != nil {
		t.Skip(err)
	}
	pipe, err := os.OpenFile(file, os.O_RDWR|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	h := &hangingAudit{pipe: pipe}
	t.Cleanup(func() { // after the log, which has a last line
		_ = pipe.Close()
	})
	h.auditing = newAuditing(t, func(s *auditlog.Settings) { s.File, s.WriteTimeout = file, 500*time.Millisecond })
	t.Cleanup(h.drain)
	return h
}

// fill has the log hang from the next line on.
func (h *hangingAudit) fill(t *testing.T) {
	t.Helper()
	for size := 4096; size > 0; {
		if err := h.pipe.SetWriteDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		_, err := h.pipe.Write(bytes.Repeat([]byte("\n"), size))
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			size /= 64
		case err != nil:
			t.Fatal(err)
		}
	}
}

// drain lets the log go on, and reads all that it writes.
func (h *hangingAudit) drain() {
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := h.pipe.Read(buf)
			h.mu.Lock()
			h.text.Write(buf[:n])
			h.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
}

// has waits until something is in the log, and returns all of it.
func (h *hangingAudit) has(t *testing.T, what string) string {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; <-time.After(5 * time.Millisecond) {
		h.mu.Lock()
		text := strings.Trim(h.text.String(), "\n")
		h.mu.Unlock()
		if strings.Contains(text, what) {
			return text
		}
		if time.Now().After(deadline) {
			t.Fatalf("the log has no %s: %s", what, text)
		}
	}
}

// naming is a server whose back end counts the calls, and does something at each.
func naming(t *testing.T, a *auditing, called func()) (url string, calls *atomic.Int64) {
	t.Helper()
	calls = &atomic.Int64{}
	back := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		if called != nil {
			called()
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"id":1,"name":"SECRET"}`)
	}))
	t.Cleanup(back.Close)
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "test.graphql", Text: document}}, Now: time.Unix(1, 0),
		Config: &config.Config{Sources: map[string]config.Source{"test.api": {OverrideURL: back.URL}}},
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	return serveOptions(t, server.Options{
		Schema: gateway.Schema(), Audit: a.log, Identifier: byToken{}, Batching: config.Batching{Enabled: true},
	}), calls
}

const (
	userQuery      = "{ user(id: 1) { name } }"
	renameMutation = `mutation { rename(id: 1, name: "x") { name } }`
)

// The log hangs when the answer is there, or before; then the answer does not leave, whatever it is sent by.
func TestNoAnswerLeavesWithoutItsLine(t *testing.T) {
	t.Parallel()
	const asJSON = "Content-Type: application/json"
	socketAsks := func(query string) func(*testing.T, string) string {
		return func(t *testing.T, url string) string {
			t.Helper()
			return connect(t, url, "{}").ask(query, "{}")
		}
	}
	for _, tt := range []struct {
		name string
		// isLate tells that the log hangs when the back end is called, and not before.
		isLate bool
		ask    func(t *testing.T, url string) string
		want   string
		calls  int64
	}{
		{"a query", false, func(t *testing.T, url string) string {
			t.Helper()
			got := ask(t, url, userQuery, "")
			if got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") != "1" {
				t.Errorf("%d %v", got.status, got.header)
			}
			return got.body
		}, `"code":"OVERLOADED"`, 1},
		{"what cannot be read", false, func(t *testing.T, url string) string {
			t.Helper()
			return ask(t, url, "{", "").body
		}, `"code":"OVERLOADED"`, 0},
		{"what is refused at the door", false, func(t *testing.T, url string) string {
			t.Helper()
			return send(t, "POST", url+"/graphql", "query=a", "Content-Type: application/x-www-form-urlencoded").body
		}, `"code":"OVERLOADED"`, 0},
		{"a mutation", false, func(t *testing.T, url string) string {
			t.Helper()
			return ask(t, url, renameMutation, "").body
		}, `"code":"OVERLOADED"`, 0},
		{"a mutation that was executed", true, func(t *testing.T, url string) string {
			t.Helper()
			got := ask(t, url, renameMutation, "")
			if got.status != http.StatusInternalServerError || got.header.Get("Retry-After") != "" {
				t.Errorf("%d %v", got.status, got.header)
			}
			return got.body
		}, `"code":"ANSWER_WITHHELD"`, 1},
		{"a batch", false, func(t *testing.T, url string) string {
			t.Helper()
			body := send(t, "POST", url+"/graphql", `[{"query":"`+userQuery+`"},{"query":"{ echo(text: \"SECRET\") }"}]`, asJSON).body
			if strings.Count(body, `"limit":"audit_log"`) != 2 {
				t.Error(body)
			}
			return body
		}, `"code":"OVERLOADED"`, 1},
		{"a mutation of a batch", true, func(t *testing.T, url string) string {
			t.Helper()
			return send(t, "POST", url+"/graphql", `[{"query":"mutation { rename(id: 1, name: \"x\") { name } }"}]`, asJSON).body
		}, `"code":"ANSWER_WITHHELD"`, 1},
		{"an event stream", false, func(t *testing.T, url string) string {
			t.Helper()
			return heard(t, url, userQuery, "Accept: text/event-stream").body
		}, `"code":"OVERLOADED"`, 1},
		{"a mutation by an event stream", true, func(t *testing.T, url string) string {
			t.Helper()
			return heard(t, url, renameMutation, "Accept: text/event-stream").body
		}, `"code":"ANSWER_WITHHELD"`, 1},
		{"a WebSocket", true, socketAsks(userQuery), `"code":"OVERLOADED"`, 1},
		{"a mutation over a WebSocket", false, socketAsks(renameMutation), `"code":"OVERLOADED"`, 0},
		{"an invalid operation over a WebSocket", false, socketAsks("{ nobody }"), `"code":"OVERLOADED"`, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := newHangingAudit(t)
			var called func()
			if tt.isLate {
				called = func() { h.fill(t) }
			}
			url, calls := naming(t, h.auditing, called)
			if !tt.isLate {
				h.fill(t)
			}
			got := tt.ask(t, url)
			if !strings.Contains(got, tt.want) || !strings.Contains(got, `"limit":"audit_log"`) || strings.Contains(got, "SECRET") {
				t.Errorf("the answer is %s", got)
			}
			if n := calls.Load(); n != tt.calls {
				t.Errorf("the back end was called %d times, want %d", n, tt.calls)
			}
			h.drain()
			h.has(t, `"event":"operation",`) // nothing is lost
			if text := h.text.String(); strings.Contains(text, `"event":"withheld"`) != (tt.calls > 0 || !strings.Contains(tt.name, "mutation")) {
				h.has(t, `"event":"withheld"`)
			}
			for !h.log.Admits() {
				<-time.After(5 * time.Millisecond)
			}
			if got := ask(t, url, `{ echo(text: "again") }`, ""); got.status != http.StatusOK {
				t.Errorf("afterwards: %d %s", got.status, got.body)
			}
		})
	}
}

func TestPartsWithoutTheirLineHaveNoEnd(t *testing.T) {
	t.Parallel()
	h := newHangingAudit(t)
	b := newLateBackend(t)
	url, _ := deferringServer(t, b, func(_ *config.Config, o *server.Options) { o.Audit = h.log })
	p := askForParts(t.Context(), t, url, lateQuery, acceptV02)
	p.until(t, "Ann")
	<-b.asked
	h.fill(t)
	b.open()
	if rest, _ := io.ReadAll(p.body); strings.Contains(string(rest), `"text":"late"`) || strings.Contains(string(rest), "-----") {
		t.Errorf("the rest is %q", rest)
	}
	h.drain()
	h.has(t, `"event":"withheld"`)
	got := askForParts(t.Context(), t, url, lateQuery, acceptV02)
	if text := got.all(t); !strings.Contains(text, `"text":"late"`) {
		t.Errorf("afterwards: %s", text)
	}
}

func TestAStreamWithoutItsLineDoesNotBegin(t *testing.T) {
	t.Parallel()
	h := newHangingAudit(t)
	s := serveTicks(t, &config.Config{}, func(o *server.Options) { o.Audit = h.log })
	h.fill(t)
	got := heard(t, s.base, ticks(3), "Accept: text/event-stream").body
	if !strings.Contains(got, "audit_log") || strings.Contains(got, tick(1)) {
		t.Error(got)
	}
	h.drain()
	h.has(t, `"event":"subscription_begin"`)
}

// Whoever is refused while the log hangs takes no memory: neither those who would run something nor those who would be refused anyway.
func TestNothingIsKeptOfThoseWhoAreRefusedWhileTheLogHangs(t *testing.T) {
	t.Parallel()
	h := newHangingAudit(t)
	url, calls := naming(t, h.auditing, nil)
	h.fill(t)
	_ = ask(t, url, "{ echo }", "") // from now on it is known
	before := calls.Load()
	const each = 50
	for range each {
		for _, got := range []reply{
			ask(t, url, userQuery, ""),
			ask(t, url, userQuery, "", "Authorization: Bearer bad"),
			ask(t, url, "{", ""),
			send(t, "PATCH", url+"/graphql", "", "Content-Type: application/json"),
			send(t, "GET", url+"/graphql", "", "Upgrade: websocket", "Connection: Upgrade", "Origin: https://evil.example"),
		} {
			if got.status < 400 {
				t.Errorf("%d %s", got.status, got.body)
			}
		}
	}
	if calls.Load() != before {
		t.Error("something was executed")
	}
	h.drain()
	text := h.has(t, `"event":"lost"`)
	if !strings.Contains(text, `"refused":250}`) || strings.Count(text, `"event":"operation"`) != 1 {
		t.Errorf("the log has %s", text)
	}
}
