package main_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// folder is where a test has its files, and runs weft.
type folder string

func (f folder) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(string(f), name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// weft runs a command to its end and returns what it prints on standard output.
func (f folder) weft(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "weft", args...)
	cmd.Dir = string(f)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("weft %s: %v\n%s", strings.Join(args, " "), err, &stderr)
	}
	return strings.TrimSpace(string(out))
}

// keyedServer is a process that serves.
type keyedServer struct {
	cmd      *exec.Cmd
	endpoint string
	// admin is the host and port of the console, if there is one.
	admin  string
	client *http.Client
	// isOver is closed when the process has ended.
	isOver chan struct{}
}

// serveKeys starts a server in a folder, which is killed at the end of the test if it is still there.
func (f folder) serveKeys(t *testing.T, flags ...string) *keyedServer {
	t.Helper()
	args := append([]string{"serve", "--config", "weft.yaml", "graph.graphql"}, flags...)
	s := &keyedServer{cmd: exec.Command("weft", args...), isOver: make(chan struct{})}
	s.cmd.Dir = string(f)
	var stderr bytes.Buffer
	s.cmd.Stderr = &stderr
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	if slices.Contains(flags, "--admin") {
		console, _ := lines.ReadString('\n')
		_, s.admin, _ = strings.Cut(strings.Trim(console, "/\n"), "http://")
	}
	go func() {
		_ = s.cmd.Wait() // tests end it in more than one way
		close(s.isOver)
	}()
	t.Cleanup(func() { s.end(t, syscall.SIGKILL) })
	var isListening bool
	if s.endpoint, isListening = strings.CutPrefix(strings.TrimSpace(line), "listening on "); !isListening {
		<-s.isOver
		t.Fatalf("%v: %q\n%s", err, line, &stderr)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	s.client = &http.Client{Transport: transport}
	return s
}

// end ends the process by a signal, and returns when it is over.
func (s *keyedServer) end(t *testing.T, by os.Signal) {
	t.Helper()
	_ = s.cmd.Process.Signal(by) // it may be over
	<-s.isOver
}

// keyedAnswer is what a client gets.
type keyedAnswer struct {
	status int
	header http.Header
	body   string
}

func (a keyedAnswer) code(t *testing.T) string {
	t.Helper()
	var parsed struct {
		Errors []clientError `json:"errors"`
	}
	if err := json.Unmarshal([]byte(a.body), &parsed); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
	if len(parsed.Errors) == 0 {
		return ""
	}
	return parsed.Errors[0].code()
}

// ask sends a body with a key.
func (s *keyedServer) ask(t *testing.T, key, body string) keyedAnswer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.endpoint, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if key != "" {
		req.Header.Set("X-Api-Key", key)
	}
	resp, err := s.client.Do(req)
	if err != nil {
		t.Error(err)
		return keyedAnswer{}
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Error(err)
	}
	return keyedAnswer{resp.StatusCode, resp.Header, string(text)}
}

const (
	whoGraph = `extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@connect"])
type Query { owner: String @connect(selection: "$($context.caller.owner)") constant: Int @connect(selection: "$(1)") }
`
	whoQuery      = `{"query":"{ owner }"}`
	constantQuery = `{"query":"{ constant }"}`
	keyedConfig   = `supergraph: { listen: "127.0.0.1:0" }
authentication: { api_keys: { file: keys.jsonl } }
batching: { enabled: true }
`
)

// keyed is a folder with a graph that says who asks, and settings with API keys.
func keyed(t *testing.T) folder {
	t.Helper()
	f := folder(t.TempDir())
	f.write(t, "graph.graphql", whoGraph)
	f.write(t, "weft.yaml", keyedConfig)
	f.write(t, "keys.jsonl", "")
	return f
}

func idOf(key string) string { return strings.Split(key, "_")[1] }

// While keys are rotated, nobody who has the old key or the new one is refused; once they are revoked, everybody is.
func TestKeysAreRotatedAndRevokedWhileTheyAreUsed(t *testing.T) {
	t.Parallel()
	f := keyed(t)
	key := f.weft(t, "keys", "create", "--config", "weft.yaml", "--owner", "billing")
	s := f.serveKeys(t)
	if got := s.ask(t, key, whoQuery); got.body != `{"data":{"owner":"billing"}}` {
		t.Fatal(got)
	}
	var current atomic.Pointer[string]
	current.Store(&key)
	stop := make(chan struct{})
	var asking sync.WaitGroup
	var answered atomic.Int64
	for range 3 {
		asking.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if got := s.ask(t, *current.Load(), whoQuery); got.status != http.StatusOK {
					t.Errorf("%d %s", got.status, got.body)
					return
				}
				answered.Add(1)
			}
		})
	}
	for range 5 {
		next := f.weft(t, "keys", "rotate", "--config", "weft.yaml", idOf(key), "--overlap", "1h")
		current.Store(&next)
	}
	close(stop)
	asking.Wait()
	if answered.Load() == 0 {
		t.Error("nobody asked")
	}
	f.weft(t, "keys", "revoke", "--config", "weft.yaml", idOf(key))
	deadline := time.Now().Add(time.Minute)
	for s.ask(t, *current.Load(), whoQuery).status == http.StatusOK {
		if time.Now().After(deadline) {
			t.Fatal("a revoked key is taken")
		}
	}
	if got := s.ask(t, key, whoQuery); got.status != http.StatusUnauthorized || got.code(t) != "UNAUTHENTICATED" ||
		got.header.Get("WWW-Authenticate") != `ApiKey header="x-api-key"` {
		t.Error(got)
	}
}

// longTest is more than a test of quotas takes.
const longTest = time.Minute

// withinADay waits for another day, if this one, by which processes count, might end before the test does.
func withinADay(t *testing.T) {
	t.Helper()
	if left := time.Until(time.Now().UTC().Truncate(24 * time.Hour).Add(24 * time.Hour)); left < longTest {
		<-time.After(left)
	}
}

// A quota holds whatever becomes of the process, for operations of all kinds.
func TestQuotasSurviveKilledProcesses(t *testing.T) {
	t.Parallel()
	withinADay(t)
	f := keyed(t)
	key := f.weft(t, "keys", "create", "--config", "weft.yaml", "--owner", "billing", "--quota-day", "20")
	s := f.serveKeys(t)
	count := func(n int, body string) {
		t.Helper()
		for range n {
			if got := s.ask(t, key, body); got.status != http.StatusOK || got.code(t) != "" {
				t.Fatal(got)
			}
		}
	}
	count(4, whoQuery)
	count(3, constantQuery) // whose answer is known
	batch := "[" + whoQuery + "," + constantQuery + "]"
	if got := s.ask(t, key, batch); got.status != http.StatusOK || strings.Contains(got.body, "errors") {
		t.Fatal(got)
	}
	// What is not executed does not count.
	for _, body := range []string{`{"query":"{ nothing }"}`, `{"query":`, `{"query":"subscription { a }"}`} {
		if got := s.ask(t, key, body); got.code(t) == "" {
			t.Error(got)
		}
	}
	if got := s.ask(t, key, whoQuery); got.header.Get("Ratelimit") == "" || !strings.Contains(got.header.Get("Ratelimit"), `"quota-day";r=10`) {
		t.Errorf("RateLimit is %q", got.header.Get("Ratelimit"))
	}
	for range 2 {
		s.end(t, syscall.SIGKILL)
		s = f.serveKeys(t)
		count(3, whoQuery)
	}
	s.end(t, syscall.SIGTERM)
	s = f.serveKeys(t)
	count(4, whoQuery) // 20 in all: near the end of a quota nothing is granted in advance, so that nothing was lost
	for _, body := range []string{whoQuery, constantQuery} {
		got := s.ask(t, key, body)
		if got.status != http.StatusTooManyRequests || got.code(t) != "RATE_LIMITED" || got.header.Get("Retry-After") == "" {
			t.Error(got)
		}
	}
	if got := s.ask(t, key, batch); got.status != http.StatusTooManyRequests && strings.Count(got.body, "RATE_LIMITED") != 2 {
		t.Error(got)
	}
	if other := f.weft(t, "keys", "create", "--config", "weft.yaml", "--owner", "b"); s.ask(t, other, whoQuery).status != http.StatusOK {
		t.Error("another key has the quota of the first")
	}
	s.end(t, syscall.SIGTERM)
	usage := f.weft(t, "keys", "usage", "--config", "weft.yaml", idOf(key))
	if !strings.Contains(usage, "20 of 20") {
		t.Error(usage)
	}
}

// A server that is running is asked what keys have used, so that nothing is missing of what it has answered before; without one, or if
// something else answers there, the file is read, and that is said.
func TestUsageIsThatOfTheServerThatIsRunning(t *testing.T) {
	t.Parallel()
	withinADay(t)
	f := keyed(t)
	key := f.weft(t, "keys", "create", "--config", "weft.yaml", "--owner", "billing")
	s := f.serveKeys(t, "--admin", "127.0.0.1:0")
	usage := func(flags ...string) (told, note string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "weft", append([]string{"keys", "usage", "--config", "weft.yaml", idOf(key)}, flags...)...)
		cmd.Dir = string(f)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v\n%s", err, &stderr)
		}
		return strings.Join(strings.Fields(string(out)), " "), stderr.String()
	}
	const head = "ID OWNER TODAY THIS MONTH IN ALL LAST USED "
	for n := range 5 {
		if got := s.ask(t, key, whoQuery); got.status != http.StatusOK {
			t.Fatal(got)
		}
		// Each figure is that of this moment: the file would be up to seconds behind.
		used := strconv.Itoa(n + 1)
		if got, note := usage("--admin", s.admin); !strings.HasPrefix(got, head+idOf(key)+" billing "+used+" "+used+" "+used+" 20") || note != "" {
			t.Fatalf("after %s: %s\n%s", used, got, note)
		}
	}
	if _, note := usage(); !strings.HasSuffix(note, "keys.jsonl.usage, which is up to 5 s behind a server that is running; --admin HOST:PORT asks the server\n") {
		t.Error(note)
	}
	public, _, _ := strings.Cut(strings.TrimPrefix(s.endpoint, "http://"), "/")
	if _, note := usage("--admin", public); !strings.Contains(note, "no server at "+public+" tells its figures (it is no admin listener of this version of Weft)") {
		t.Error(note)
	}
	s.end(t, syscall.SIGTERM)
	f.write(t, "weft.yaml", keyedConfig+`admin: { listen: "`+s.admin+`" }`+"\n")
	got, note := usage() // what the server has written when it ended
	if !strings.HasPrefix(got, head+idOf(key)+" billing 5 5 5 20") || !strings.Contains(note, "no server at "+s.admin+" tells its figures (") {
		t.Errorf("%s\n%s", got, note)
	}
}
