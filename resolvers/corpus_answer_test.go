package resolvers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"testing"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/grpc"
	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/datasources/rest"
	"github.com/weftgraph/weft/datasources/soap"
	"github.com/weftgraph/weft/datasources/virtual"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/permit"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/resolvers"
	"github.com/weftgraph/weft/resolvers/system"
)

// build makes the graph of the case's documents, and renders what is wrong with them.
func (c *corpusCase) build() (*sdl.Graph, string) {
	g, found := sdl.Build(c.documents, sdl.Options{Env: func(name string) (string, bool) {
		v, ok := c.config.Env[name]
		return v, ok
	}})
	return g, c.render(found)
}

func (c *corpusCase) render(found diag.List) string {
	texts := map[string]string{}
	for _, d := range c.documents {
		texts[d.File] = d.Text
	}
	for name, f := range c.contracts.folder {
		texts[name] = string(f.Data)
	}
	var b bytes.Buffer
	_ = diag.Render(&b, found, texts, false) // a bytes.Buffer takes everything
	return b.String()
}

// answer answers one request on a generation of its own and returns the request's expectations.
func (c *corpusCase) answer(
	ctx context.Context, t *testing.T, g *sdl.Graph, r *corpusRequest, b *backend, mode response.Mode,
) map[string]string {
	t.Helper()
	labels := &labels{}
	pool := datasources.NewPool(map[datasources.Kind]datasources.Open{
		datasources.HTTP:    labels.open(rest.Opener(rest.Options{Transport: b, Mode: mode})),
		datasources.GRPC:    labels.open(grpc.Opener(grpc.Options{Dial: b.dialRPC, Mode: mode})),
		datasources.SOAP:    labels.open(soap.Opener(soap.Options{Transport: b, Mode: mode})),
		datasources.Virtual: labels.open(virtual.Open),
	})
	defer func() {
		if err := pool.Close(); err != nil {
			t.Error(err)
		}
	}()
	config := resolvers.Config{Default: c.config.All.read(t), Sources: map[string]resolvers.SourceConfig{}}
	for name, s := range c.config.Sources {
		config.Sources[name] = s.read(t)
	}
	sources, found := resolvers.Open(ctx, g, pool, config)
	if sources == nil {
		return map[string]string{"diagnostics.txt": c.render(found)}
	}
	defer sources.Close()
	rules, found := permit.Compile(g, c.config.Authorization.Policies)
	if found.HasErrors() {
		return map[string]string{"diagnostics.txt": c.render(found)}
	}
	generation, err := graph.NewGeneration(graph.Params{
		Number: 1, Graph: g, Bind: sources.Bind, System: system.Introspection,
		Draw: func() float64 { return c.config.Draw }, Rules: rules, Authorization: c.config.Authorization.settings(),
	})
	if err != nil {
		t.Fatal(err)
	}
	run, errs := generation.Begin(graph.Query{
		Text: r.text, Operation: r.operation, Variables: r.variables, Header: r.header, Caller: r.caller,
		TakesParts: c.config.TakesParts,
	})
	if len(errs) > 0 {
		return map[string]string{"answer.json": answerText(t, nil, errs, nil)}
	}
	defer run.Close()
	if c.config.RequestTimeout != "" {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, duration(t, c.config.RequestTimeout))
		defer cancel()
	}
	if run.IsSubscription() {
		return streamTexts(ctx, t, run, b)
	}
	if run.HasParts() {
		return partTexts(ctx, t, run, b)
	}
	part, err := run.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	p := run.Prepared().Plan
	checkOrder(t, p, b.seen())
	checkPrediction(t, p, b.seen(), len(part.Errors) > 0)
	return map[string]string{
		"plan.txt":    string(p.AppendText(nil)),
		"calls.txt":   callsText(p, b.seen()),
		"answer.json": answerText(t, part.Data, part.Errors, run.Explanation(part)),
	}
}

// streamTexts are the expectations of a subscription: its answers stand one below the other. Calls are those of all events.
func streamTexts(ctx context.Context, t *testing.T, run *graph.Run, b *backend) map[string]string {
	t.Helper()
	p := run.Prepared().Plan
	var answers string
	events, errs := run.Subscribe(ctx)
	if len(errs) > 0 {
		answers = answerText(t, nil, errs, nil)
	} else {
		defer events.Close()
		for {
			answer, err := events.Next(ctx)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			answers += answerText(t, answer.Data, answer.Errors, answer.Extensions)
		}
	}
	return map[string]string{
		"plan.txt":    string(p.AppendText(nil)),
		"calls.txt":   callsText(p, b.seen()),
		"answer.json": answers,
	}
}

// answerText is the GraphQL response for people; without data for a request error.
func answerText(t *testing.T, data []byte, errs gqlerror.List, extensions map[string]any) string {
	t.Helper()
	if data != nil && !json.Valid(data) {
		t.Fatalf("the answer's data is no JSON: %s", data)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(struct {
		Data   json.RawMessage `json:"data,omitempty"`
		Errors gqlerror.List   `json:"errors,omitempty"`

		Extensions map[string]any `json:"extensions,omitempty"`
	}{data, errs, extensions}); err != nil {
		t.Fatal(err)
	}
	return folded(b.Bytes(), "") + "\n"
}
