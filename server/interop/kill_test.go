package interop_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

const killSettings = `traffic_shaping:
  connector:
    all: { timeout: 1s }
`

// faultySetting is a gateway before a test server that can be stopped and killed.
type faultySetting struct {
	server   *program
	address  string
	endpoint string
}

func startFaulty(t *testing.T) *faultySetting {
	t.Helper()
	f := &faultySetting{}
	f.server, f.address = start(t, `Listening on (\S+)`, nil, "testserver", "-q")
	folder := t.TempDir()
	for name, text := range map[string]string{"schema.graphql": soakSchema, "weft.yaml": killSettings} {
		if err := os.WriteFile(folder+"/"+name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, f.endpoint = start(t, `listening on (\S+)`, []string{"SERVER=" + f.address}, "weft",
		"serve", "--listen", "127.0.0.1:0", "--config", folder+"/weft.yaml", folder+"/schema.graphql")
	if f.endpoint == "" {
		t.Fatal("it does not start")
	}
	return f
}

// echo is the answer to a query.
func (f *faultySetting) echo(t *testing.T) string {
	t.Helper()
	return ask(t, f.endpoint, request{Query: `{ echo(text: "AA==") }`}, nil)
}

// becomes asks until the answer has the text.
func (f *faultySetting) becomes(t *testing.T, text string) {
	t.Helper()
	answer := ""
	for end := time.Now().Add(patience); time.Now().Before(end); <-time.After(20 * time.Millisecond) {
		if answer = f.echo(t); strings.Contains(answer, text) {
			return
		}
	}
	t.Fatalf("the answer never has %s, but is %s", text, answer)
}

const good = `"echo": "AA=="`

func TestServerThatIsKilledIsToldAndFoundAgain(t *testing.T) {
	t.Parallel()
	f := startFaulty(t)
	f.becomes(t, good)
	// A thousand events, one every 60 ms.
	stream := f.open(t, "subscription { chunks(sizes: ["+strings.Repeat("3 ", 1000)+"], pause: 60000) }")
	stream.next(t, `"chunks":4`)
	kill(t, f.server, syscall.SIGKILL)
	<-f.server.ended
	// The stream has the error for its last answer.
	stream.next(t, `"code":"HTTP_CLIENT_ERROR"`)
	stream.ends(t)
	if answer := f.echo(t); !strings.Contains(answer, "HTTP_CLIENT_ERROR") || strings.Contains(answer, f.address) {
		t.Errorf("without a server the answer is %s", answer)
	}
	_, port, _ := strings.Cut(f.address, ":")
	start(t, `Listening on (\S+)`, nil, "testserver", "-q", "-p", port)
	f.becomes(t, good)
}

func TestServerThatHangsCostsItsCallsAndNoMore(t *testing.T) {
	t.Parallel()
	f := startFaulty(t)
	f.becomes(t, good)
	kill(t, f.server, syscall.SIGSTOP)
	started := time.Now()
	if answer := f.echo(t); !strings.Contains(answer, "GATEWAY_TIMEOUT") {
		t.Errorf("the answer is %s", answer)
	}
	if took := time.Since(started); took > patience/2 {
		t.Errorf("it took %s", took)
	}
	kill(t, f.server, syscall.SIGCONT)
	f.becomes(t, good)
}

func kill(t *testing.T, p *program, s syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// eventStream is a subscription that is read event by event.
type eventStream struct {
	lines *bufio.Scanner
}

// open sends a subscription.
func (f *faultySetting) open(t *testing.T, query string) *eventStream {
	t.Helper()
	body, err := json.Marshal(request{Query: query})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, f.endpoint, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	reply, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = reply.Body.Close() })
	return &eventStream{bufio.NewScanner(reply.Body)}
}

// next reads up to an event with the text.
func (s *eventStream) next(t *testing.T, text string) {
	t.Helper()
	for s.lines.Scan() {
		if strings.HasPrefix(s.lines.Text(), "data: ") && strings.Contains(s.lines.Text(), text) {
			return
		}
	}
	t.Fatalf("the stream ends without %s: %v", text, s.lines.Err())
}

// ends reads up to the end, which the protocol tells.
func (s *eventStream) ends(t *testing.T) {
	t.Helper()
	last := ""
	for s.lines.Scan() {
		if name, ok := strings.CutPrefix(s.lines.Text(), "event: "); ok {
			last = name
		}
	}
	if err := s.lines.Err(); last != "complete" || err != nil {
		t.Errorf("the stream ends with %q, %v", last, err)
	}
}
