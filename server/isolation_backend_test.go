package server_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/weftgraph/weft/graph/value"
)

// tellingBackend says in every reply all that it knows of the caller, by REST, SOAP and gRPC. While it is shut it answers nothing, so that the
// calls of a round are all under way at once.
type tellingBackend struct {
	url, rpc string
	arrived  chan struct{}

	mu    sync.Mutex
	gate  chan struct{}  // nil while it is open
	calls map[string]int // by the path and all that is known of the caller
}

func newTellingBackend(t *testing.T) *tellingBackend {
	t.Helper()
	b := &tellingBackend{arrived: make(chan struct{}, 10_000), calls: map[string]int{}}
	srv := httptest.NewServer(b)
	t.Cleanup(srv.Close)
	b.url, b.rpc = srv.URL, serveCalls(t, b.answerCall)
	return b
}

// shut holds the replies back and forgets the calls.
func (b *tellingBackend) shut() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.gate, b.calls = make(chan struct{}), map[string]int{}
	for len(b.arrived) > 0 {
		<-b.arrived
	}
}

// openWhenQuiet lets everything be answered once no call has come for a moment. Whoever joins a flight does so unseen from outside; that
// enough of them do is counted.
func (b *tellingBackend) openWhenQuiet(over <-chan struct{}) {
	for isQuiet := false; !isQuiet; {
		select {
		case <-b.arrived:
		case <-over:
			isQuiet = true
		case <-time.After(15 * time.Millisecond):
			isQuiet = true
		}
	}
	b.mu.Lock()
	close(b.gate)
	b.gate = nil
	b.mu.Unlock()
}

// callsOf returns how many calls there were to paths that begin so, and how many of them differed in what is known of the caller.
func (b *tellingBackend) callsOf(path string) (calls, different int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for who, n := range b.calls {
		if strings.HasPrefix(who, path) {
			calls += n
			different++
		}
	}
	return calls, different
}

// arrive counts a call, and returns once it may be answered; false if nobody waits for that any more.
func (b *tellingBackend) arrive(ctx context.Context, who string) bool {
	b.mu.Lock()
	gate := b.gate
	b.calls[who]++
	b.mu.Unlock()
	if gate == nil {
		return true
	}
	b.arrived <- struct{}{}
	select {
	case <-gate:
		return true
	case <-ctx.Done():
		return false
	}
}

// ServeHTTP implements http.Handler.
func (b *tellingBackend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // and so has the client
	}
	who := r.URL.String()
	for _, name := range []string{"Authorization", "Cookie", "X-Subject", "X-Claims", "X-User", "X-Desk"} {
		who += fmt.Sprintf(" %q", r.Header[name])
	}
	if len(body) > 0 {
		who += " " + string(body)
	}
	if !b.arrive(r.Context(), who) {
		return
	}
	if action := r.Header.Get("Soapaction"); action != "" {
		answerLetter(w, action, who)
		return
	}
	said := string(value.AppendString(nil, who))
	w.Header().Set("Content-Type", "application/json")
	switch path := r.URL.Path; {
	case strings.HasSuffix(path, "/events"):
		w.Header().Set("Content-Type", "text/event-stream")
		for n := range 2 {
			_, _ = fmt.Fprintf(w, "data: {\"n\":%d,\"said\":%s}\n\n", n+1, said)
		}
	case strings.HasSuffix(path, "/broken"):
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, `{"said":`+said+`}`)
	case strings.HasSuffix(path, "/items"):
		_, _ = io.WriteString(w, `[{"id":"1","said":`+said+`},{"id":"2","said":`+said+`}]`)
	case strings.HasSuffix(path, "/own-items"):
		own := string(value.AppendString(nil, r.Header.Get("X-Subject")))
		_, _ = io.WriteString(w, `[{"id":"1","said":`+said+`},{"id":`+own+`,"said":`+said+`}]`)
	default:
		_, _ = io.WriteString(w, `{"said":`+said+`}`)
	}
}

// answerLetter answers by SOAP.
func answerLetter(w http.ResponseWriter, action, who string) {
	var text strings.Builder
	_ = xml.EscapeText(&text, []byte(who)) // a builder takes everything
	inside := `<t:Said xmlns:t="urn:telling"><said>` + text.String() + `</said></t:Said>`
	if strings.Contains(action, "break") {
		inside = `<e:Fault><faultcode>e:Server</faultcode><faultstring>` + text.String() + `</faultstring></e:Fault>`
	}
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	if strings.Contains(action, "break") {
		w.WriteHeader(http.StatusInternalServerError)
	}
	_, _ = io.WriteString(w, `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>`+inside+`</e:Body></e:Envelope>`)
}
