package server_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

// asking is a client that gives its requests to a handler without a network. It uses everything again, so that a request costs it no
// allocation. It is for one goroutine.
type asking struct {
	handler http.Handler
	request *http.Request
	content bytes.Reader
	answer  answered
}

// answered is a response that was written. It is an http.ResponseWriter.
type answered struct {
	header http.Header
	status int
	body   []byte
}

func (a *answered) Header() http.Header    { return a.header }
func (a *answered) WriteHeader(status int) { a.status = status }

func (a *answered) Write(p []byte) (int, error) {
	a.body = append(a.body, p...)
	return len(p), nil
}

// newAsking returns a client of a gateway.
func newAsking(tb testing.TB, gateway *server.Gateway) *asking {
	tb.Helper()
	a := &asking{
		handler: gateway.Handler(zap.NewNop(), server.Exposure{}),
		request: httptest.NewRequestWithContext(tb.Context(), http.MethodPost, "/graphql", http.NoBody),
		answer:  answered{header: http.Header{}},
	}
	a.request.Header.Set("Content-Type", "application/json")
	a.request.Body = io.NopCloser(&a.content)
	return a
}

// send posts a body. The answer is valid until the next one.
func (a *asking) send(body []byte) error {
	a.content.Reset(body)
	a.request.ContentLength = int64(len(body))
	clear(a.answer.header)
	a.answer.status, a.answer.body = 0, a.answer.body[:0]
	a.handler.ServeHTTP(&a.answer, a.request)
	if a.answer.status != http.StatusOK {
		return fmt.Errorf("status %d: %.300s", a.answer.status, a.answer.body)
	}
	return nil
}

// ask posts a body and returns that of the answer, which is valid until the next one.
func (a *asking) ask(tb testing.TB, body []byte) []byte {
	tb.Helper()
	if err := a.send(body); err != nil {
		tb.Fatal(err)
	}
	return a.answer.body
}

// postsGateway serves the graph of the comparison with other gateways over a back end.
func postsGateway(tb testing.TB, back canned) *server.Gateway {
	tb.Helper()
	text, err := os.ReadFile("../bench/peers/weft/posts.graphql")
	if err != nil {
		tb.Fatal(err)
	}
	return openGateway(tb, "posts.graphql", string(text), "posts.mock", back)
}

// openGateway serves a document, whose one source is a back end.
func openGateway(tb testing.TB, file, text, source string, back canned) *server.Gateway {
	tb.Helper()
	gateway, diags := server.Open(tb.Context(), server.Definition{
		Documents: []sdl.Input{{File: file, Text: text}},
		Config:    &config.Config{Sources: map[string]config.Source{source: {OverrideURL: back.serve(tb)}}},
	})
	if gateway == nil {
		tb.Fatal(diags)
	}
	tb.Cleanup(gateway.Close)
	return gateway
}
