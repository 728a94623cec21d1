package interop_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// request is what a client sends.
type request struct {
	Query     string          `json:"query"`
	Variables json.RawMessage `json:"variables,omitempty"`
}

// ask sends a request to a gateway, and returns its answers one below the other: those of a subscription come as events.
func ask(t *testing.T, endpoint string, r request, header map[string]string) string {
	t.Helper()
	body, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, endpoint, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/graphql-response+json, text/event-stream;q=0.5")
	for name, value := range header {
		req.Header.Set(name, value)
	}
	client := http.Client{Timeout: patience}
	reply, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	if strings.HasPrefix(reply.Header.Get("Content-Type"), "text/event-stream") {
		return events(t, reply.Body)
	}
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	return readable(t, text)
}

// events are the answers of a stream, which has to end as the protocol wants it. Equal answers in a row are there once: a server may
// cut what it streams as it likes.
func events(t *testing.T, body io.Reader) string {
	t.Helper()
	var answers strings.Builder
	var event, last string
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			event = name
		}
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && event == "next" {
			if answer := readable(t, []byte(data)); answer != last {
				last = answer
				answers.WriteString(answer)
			}
		}
	}
	if lines.Err() != nil || event != "complete" {
		t.Errorf("the stream ends with %q, %v, after:\n%s", event, lines.Err(), &answers)
	}
	return answers.String()
}

// width is how long a line of an answer may become.
const width = 120

var (
	// leaf is an object or list without others in it.
	leaf   = regexp.MustCompile(`[{\[]\n[^\[\]{}]*[}\]]`)
	blanks = regexp.MustCompile(`\n *`)
)

var timestamp = regexp.MustCompile(`"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"`)

// readable is an answer for people, in which times that are about now are "now".
func readable(t *testing.T, answer []byte) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, bytes.TrimSpace(answer), "", "  "); err != nil {
		t.Fatalf("%v: %s", err, answer)
	}
	b.WriteByte('\n')
	text := leaf.ReplaceAllStringFunc(b.String(), func(text string) string {
		if folded := blanks.ReplaceAllString(text, " "); len(folded) < width {
			return strings.NewReplacer("{ ", "{", " }", "}", "[ ", "[", " ]", "]").Replace(folded)
		}
		return text
	})
	return timestamp.ReplaceAllStringFunc(text, func(text string) string {
		at, err := time.Parse(`"`+time.RFC3339Nano+`"`, text)
		if err != nil || time.Since(at).Abs() > time.Hour {
			return text
		}
		return `"now"`
	})
}
