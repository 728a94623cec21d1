package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
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
)

const auditedGraph = `extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "%s" })
type Query { constant: Int @connect(selection: "$(1)") thing(id: String!): String @connect(source: "api", http: { GET: "/{$args.id}" }, selection: "$.id") }
type Mutation { set(id: String!): String @connect(source: "api", http: { POST: "/{$args.id}" }, selection: "$.id") }
`

// witness are clients and a back end, which remember what they have seen.
type witness struct {
	mu sync.Mutex
	// answered are the names of operations that clients have the answer to, changed those of mutations that the back end has executed.
	answered, changed map[string]bool
	count             atomic.Int64
}

func (w *witness) note(into map[string]bool, names ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, name := range names {
		into[name] = true
	}
}

// backEnd answers with the id that it is asked for.
func (w *witness) backEnd(t *testing.T) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		id := strings.TrimPrefix(r.URL.Path, "/")
		if r.Method == http.MethodPost {
			w.note(w.changed, id)
		}
		rw.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(rw, `{"id":"`+id+`"}`)
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// ask asks until the server is gone.
func (w *witness) ask(t *testing.T, s *keyedServer, client string) {
	t.Helper()
	for i := 0; ; i++ {
		name := fmt.Sprintf("%s_%d", client, i)
		names, accept := []string{name}, "application/json"
		body := `{"query":"query ` + name + ` { constant }"}`
		switch i % 5 {
		case 1:
			body = `{"query":"query ` + name + ` { thing(id: \"` + name + `\") }"}`
		case 2:
			body = `{"query":"mutation ` + name + ` { set(id: \"` + name + `\") }"}`
		case 3:
			names = append(names, name+"b")
			body = `[{"query":"query ` + name + ` { constant }"},{"query":"mutation ` + name + `b { set(id: \"` + name + `b\") }"}]`
		case 4:
			accept = "text/event-stream"
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.endpoint, strings.NewReader(body))
		if err != nil {
			t.Error(err)
			return
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Accept", accept)
		resp, err := s.client.Do(req)
		if err != nil {
			return
		}
		text, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil && accept != "text/event-stream" {
			return
		}
		if resp.StatusCode != http.StatusOK || strings.Contains(string(text), "errors") {
			t.Errorf("%s: %d %s", body, resp.StatusCode, text)
			return
		}
		if !bytes.Contains(text, []byte(`"data"`)) {
			return // a stream that was cut
		}
		w.note(w.answered, names...)
		w.count.Add(1)
	}
}

// auditNames are the names of operations in the log, by event, and the lines that are none.
func auditNames(t *testing.T, file string) (names map[string]map[string]int, broken []string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	names = map[string]map[string]int{}
	for line := range strings.Lines(string(text)) {
		var l struct {
			Event     string `json:"event"`
			Operation struct {
				Name string `json:"name"`
			} `json:"operation"`
		}
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			broken = append(broken, line)
			continue
		}
		if names[l.Event] == nil {
			names[l.Event] = map[string]int{}
		}
		names[l.Event][l.Operation.Name]++
	}
	return names, broken
}

// Whatever a client has the answer to is in the log, and whatever a mutation has changed, wherever the process is killed.
func TestNoOperationIsAnsweredThatTheAuditLogDoesNotHaveAfterAKill(t *testing.T) {
	t.Parallel()
	for _, extra := range []string{"", ", sync: true"} {
		t.Run(extra, func(t *testing.T) {
			t.Parallel()
			w := &witness{answered: map[string]bool{}, changed: map[string]bool{}}
			f := folder(t.TempDir())
			f.write(t, "graph.graphql", fmt.Sprintf(auditedGraph, w.backEnd(t)))
			f.write(t, "weft.yaml", `supergraph: { listen: "127.0.0.1:0" }
batching: { enabled: true }
audit: { enabled: true, file: audit.jsonl`+extra+` }
`)
			file := filepath.Join(string(f), "audit.jsonl")
			const rounds = 4
			for round := range rounds {
				s := f.serveKeys(t)
				var asking sync.WaitGroup
				for client := range 6 {
					asking.Go(func() { w.ask(t, s, fmt.Sprintf("r%dc%d", round, client)) })
				}
				for want := w.count.Load() + 100; w.count.Load() < want && !t.Failed(); {
					<-time.After(time.Millisecond)
				}
				s.end(t, syscall.SIGKILL)
				asking.Wait()
				// A kill in the middle of a line is rare.
				torn, err := os.OpenFile(file, os.O_WRONLY|os.O_APPEND, 0)
				if err != nil {
					t.Fatal(err)
				}
				_, err = torn.WriteString(`{"v":1,"time":"2026-11-`)
				if err := torn.Close(); err != nil {
					t.Error(err)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			f.serveKeys(t).end(t, syscall.SIGTERM)
			names, broken := auditNames(t, file)
			for name := range w.answered {
				if n := names["operation"][name]; n != 1 {
					t.Errorf("%s was answered, and has %d lines", name, n)
				}
			}
			for name := range w.changed {
				if n := names["operation_begin"][name]; n != 1 {
					t.Errorf("%s was executed, and has %d lines about its begin", name, n)
				}
			}
			if len(broken) < rounds || len(broken) > 2*rounds { // a kill may leave one, too
				t.Errorf("broken lines: %q", broken)
			}
			if names["start"][""] != rounds+1 || names["stop"][""] != 1 {
				t.Errorf("there are %d starts and %d stops", names["start"][""], names["stop"][""])
			}
			t.Logf("%d operations answered, %d mutations executed", len(w.answered), len(w.changed))
		})
	}
}
