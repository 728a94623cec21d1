package interop_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	soakRequests = 10_000
	soakClients  = 32
)

const soakSchema = `extend schema
  @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@connect", "@source"])
  @source(name: "test", grpc: { address: "grpc://{$env.SERVER}", metadata: [{ name: "fail-early", from: "fail" }] })
type Query {
  echo(text: ID!): ID
    @connect(source: "test", grpc: { method: "testing.TestService/UnaryCall", message: "payload: { body: $args.text }" }, selection: "$.payload.body")
}
type Subscription {
  chunks(sizes: [Int!]!, pause: Int!): Int
    @connect(
      source: "test"
      grpc: {
        method: "testing.TestService/StreamingOutputCall"
        message: "response_parameters: $args.sizes->map({ size: @ interval_us: $args.pause })"
      }
      selection: "$.payload.body->size"
    )
}
`

const soakSettings = `headers: { connector: { all: { request: [{ propagate: { named: fail } }] } } }
`

// soakRequest is a request, after which the client may lose patience.
type soakRequest struct {
	body     request
	fail     string
	patience time.Duration
	want     string
}

// soakRequestOf chooses what the request of a number is.
func soakRequestOf(n int) soakRequest {
	random := rand.New(rand.NewPCG(uint64(n), 1))
	patience := time.Duration(random.IntN(3000)) * time.Microsecond
	text := fmt.Sprintf("%08d", n)
	echo := request{Query: "query($t: ID!) { echo(text: $t) }", Variables: json.RawMessage(`{"t":"` + text + `"}`)}
	switch kind := random.IntN(100); {
	case kind < 60:
		return soakRequest{body: echo, want: text}
	case kind < 75:
		return soakRequest{body: echo, patience: patience}
	case kind < 85:
		return soakRequest{body: echo, fail: "7", want: "PERMISSION_DENIED"}
	case kind < 92:
		return soakRequest{body: request{Query: "subscription { chunks(sizes: [1, 2, 3], pause: 1) }"}, want: "complete"}
	case kind < 99: // a stream that would go on
		return soakRequest{body: request{Query: "subscription { chunks(sizes: [1, 2, 3, 4, 5, 6, 7, 8, 9], pause: 1000) }"}, patience: patience}
	default:
		return soakRequest{body: request{Query: "subscription { chunks(sizes: [1, 17000000], pause: 1) }"}, want: "CONNECTOR_RESPONSE_INVALID"}
	}
}

// send makes a request.
func (r soakRequest) send(ctx context.Context, client *http.Client, endpoint string) error {
	body, err := json.Marshal(r.body)
	if err != nil {
		return err
	}
	if r.patience > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.patience)
		defer cancel()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/graphql-response+json, text/event-stream;q=0.5")
	if r.fail != "" {
		req.Header.Set("Fail", r.fail)
	}
	reply, err := client.Do(req)
	if err == nil {
		var text []byte
		text, err = io.ReadAll(reply.Body)
		_ = reply.Body.Close()
		if err == nil && !strings.Contains(string(text), r.want) {
			return fmt.Errorf("%s: got %s, want %s", r.body.Query, text, r.want)
		}
	}
	if errors.Is(err, context.DeadlineExceeded) && r.patience > 0 {
		return nil
	}
	return err
}

// TestGatewayKeepsNothingOfTenThousandRequests sends requests that succeed, fail and are given up, and streams that are closed early, to the
// program. Then it has as many files open as after the first of them, and not much more memory.
func TestGatewayKeepsNothingOfTenThousandRequests(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("it reads /proc")
	}
	folder := t.TempDir()
	for name, text := range map[string]string{"schema.graphql": soakSchema, "weft.yaml": soakSettings} {
		if err := os.WriteFile(folder+"/"+name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	weft, endpoint := start(t, `listening on (\S+)`, []string{"SERVER=" + startTestServer(t)}, "weft",
		"serve", "--listen", "127.0.0.1:0", "--config", folder+"/weft.yaml", folder+"/schema.graphql")
	if endpoint == "" {
		t.Fatal("it does not start")
	}
	soak(t, endpoint, soakRequests/10)
	files, memory := idle(t, weft)
	soak(t, endpoint, soakRequests)
	for end := time.Now().Add(patience); ; <-time.After(50 * time.Millisecond) {
		filesNow, memoryNow := idle(t, weft)
		if filesNow <= files && memoryNow <= memory+64<<10 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("files: %d before, %d afterwards; memory: %d kB before, %d kB afterwards", files, filesNow, memory, memoryNow)
		}
	}
}

// soak sends so many requests, by clients that then close their connections.
func soak(t *testing.T, endpoint string, requests int) {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: soakClients}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: patience}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range soakClients {
		wg.Go(func() {
			for n := int(next.Add(1)); n <= requests && !t.Failed(); n = int(next.Add(1)) {
				if err := soakRequestOf(n).send(t.Context(), client, endpoint); err != nil {
					t.Errorf("request %d: %v", n, err)
				}
			}
		})
	}
	wg.Wait()
}

// idle is how many files a process has open when they have stopped becoming fewer, and its memory in kB.
func idle(t *testing.T, p *program) (files, memory int) {
	t.Helper()
	files = openFiles(t, p)
	for range 20 {
		<-time.After(10 * time.Millisecond)
		files = min(files, openFiles(t, p))
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	if _, err := fmt.Sscan(rest, &memory); err != nil {
		t.Fatal(err)
	}
	return files, memory
}

func openFiles(t *testing.T, p *program) int {
	t.Helper()
	entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}
