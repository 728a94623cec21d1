package suite

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

// Runner runs tests against the connectors of one graph. It makes no calls. It is used by one goroutine at a time.
type Runner struct {
	graph *sdl.Graph
	open  map[datasources.Kind]datasources.Open
	seen  map[sdl.ConnectorID]*seen
}

// NewRunner returns a runner that opens sources with the functions given by kind.
func NewRunner(g *sdl.Graph, open map[datasources.Kind]datasources.Open) *Runner {
	return &Runner{graph: g, open: open, seen: map[sdl.ConnectorID]*seen{}}
}

// Result is what a test gave.
type Result struct {
	Test *Test
	// Differences are what is not as expected, one line each; empty for a test that passes.
	Differences []string

	actual actual
}

// actual is what came out of a test.
type actual struct {
	request *ExpectedRequest
	// response is the mapped value where there is one, failure the error that clients would get.
	response, failure value.Value
	problems          []mapping.Problem
}

// Run runs one test. An error tells that the test itself is wrong, such as that it names no connector.
func (r *Runner) Run(ctx context.Context, t *Test) (*Result, error) {
	c, err := find(r.graph, t.Target)
	if err != nil {
		return nil, err
	}
	env, config, err := environment(t)
	if err != nil {
		return nil, err
	}
	settings := r.graph.Sources[c.Source].Settings
	settings.Config = config
	if e := t.Variables["$env"]; e.Kind() == value.KindObject {
		settings.Env = e
	}
	if c.Call.Kind() == datasources.Virtual {
		settings.Kind = datasources.Virtual
	}
	fetcher, release, err := r.fetcher(ctx, settings, c)
	if err != nil {
		return nil, err
	}
	defer release()

	result := &Result{Test: t}
	result.actual, err = play(fetcher, env, t, c)
	if err != nil {
		return nil, err
	}
	r.note(c, result.actual.response)
	result.Differences = compare(t.Expect, result.actual)
	return result, nil
}

// fetcher opens a connector's source and prepares its call for the whole mapped value.
func (r *Runner) fetcher(ctx context.Context, settings datasources.Settings, c *sdl.Connector) (datasources.Fetcher, func(), error) {
	open := r.open[settings.Kind]
	if open == nil {
		return nil, nil, fmt.Errorf("%s connectors cannot be tested", settings.Kind)
	}
	source, err := open(ctx, settings)
	if err != nil {
		return nil, nil, fmt.Errorf("source %s cannot be opened: %w", settings.Name, err)
	}
	release := func() { _ = source.Close() } // it made no connection
	binding, found := source.Bind(c.Call)
	if problems := diag.List(found); binding == nil || problems.HasErrors() {
		release()
		return nil, nil, fmt.Errorf("connector %s: %w", c.Call.Coordinate, problems.Err())
	}
	fetcher, err := binding.Prepare(wholeValue())
	if err != nil {
		release()
		return nil, nil, fmt.Errorf("connector %s: %w", c.Call.Coordinate, err)
	}
	return fetcher, release, nil
}

// wholeValue is the shape of a mapped value that is taken as it is: nothing is pruned and nothing is coerced.
func wholeValue() *table.Shape {
	return &table.Shape{Levels: []table.Level{{
		Kind: table.Leaf, Types: []string{""}, Members: []table.Member{{Type: &table.Type{Leaf: table.Raw}}},
	}}}
}

// play makes the request, and maps the reply.
func play(fetcher datasources.Fetcher, env mapping.Env, t *Test, c *sdl.Connector) (actual, error) {
	var out actual
	req, err := fetcher.Request(&env)
	if err != nil {
		err = out.fail(err)
		return out, err
	}
	if c.Call.Kind() != datasources.Virtual {
		if out.request, err = requestOf(fetcher, req); err != nil {
			return out, err
		}
	}
	env.Problems = &mapping.Problems{} // of the reply alone: those of the request are another matter
	reply, err := replyOf(fetcher, &t.Reply)
	if err != nil {
		return out, err
	}
	builder := table.NewBuilder(wholeValue(), reply.Body)
	outcome, err := fetcher.Decode(reply, &env, builder)
	out.problems = outcome.Problems
	if err != nil {
		err = out.fail(err)
		return out, err
	}
	out.response, err = cell(builder.Finish())
	return out, err
}

// cell reads the only value of a table of the shape wholeValue.
func cell(t *table.Table) (value.Value, error) {
	if t.Root.IsNull() || t.Levels[0].Len() == 0 {
		return value.Null(), nil
	}
	span := t.Levels[0].Cell(0, 0)
	if span.IsNull() {
		return value.Null(), nil
	}
	v, err := value.Parse(t.Bytes(span))
	if err != nil {
		return value.Missing(), fmt.Errorf("read the mapped value: %w", err)
	}
	return v, nil
}

// fail notes what clients would be told.
func (a *actual) fail(err error) error {
	var failed *datasources.Error
	if !errors.As(err, &failed) {
		return err
	}
	extensions := []value.Field{{Name: "code", Value: value.String(failed.Code)}}
	extensions = append(extensions, failed.Extensions.Fields()...)
	a.failure = value.Object([]value.Field{
		{Name: "message", Value: value.String(failed.Message)},
		{Name: "extensions", Value: value.Object(extensions)},
	})
	return nil
}

// rehearser is a fetcher whose messages are not texts: it shows requests, and makes up replies, as JSON. It makes no call.
type rehearser interface {
	// RequestValue is the message of a request.
	RequestValue(r *datasources.Request) (value.Value, error)
	// ReplyBody is the body of a reply with a status.
	ReplyBody(status int, v value.Value) ([]byte, error)
}

// replyOf is the reply that a back end is taken to give.
func replyOf(fetcher datasources.Fetcher, r *Reply) (*datasources.Reply, error) {
	reply := &datasources.Reply{Status: r.Status, Header: r.Header.Clone(), Body: []byte(r.Body)}
	wire, ok := fetcher.(rehearser)
	if !ok {
		reply.Status = cmp.Or(r.Status, http.StatusOK)
		return reply, nil
	}
	v := value.Missing()
	if r.Body != "" {
		var err error
		if v, err = value.Parse(reply.Body); err != nil {
			return nil, fmt.Errorf("apiResponseBody: %w", err)
		}
	}
	var err error
	if reply.Body, err = wire.ReplyBody(r.Status, v); err != nil {
		return nil, fmt.Errorf("apiResponseBody: %w", err)
	}
	return reply, nil
}

func requestOf(fetcher datasources.Fetcher, r *datasources.Request) (*ExpectedRequest, error) {
	out := &ExpectedRequest{Method: r.Method, URL: r.URL, Headers: map[string][]string{}}
	for name, values := range r.Header {
		out.Headers[strings.ToLower(name)] = values
	}
	var err error
	if wire, ok := fetcher.(rehearser); ok {
		if out.Body, err = wire.RequestValue(r); err != nil {
			return nil, fmt.Errorf("read the request: %w", err)
		}
		return out, nil
	}
	if len(r.Body) > 0 {
		if out.Body, err = value.Parse(r.Body); err != nil {
			out.Body = value.String(string(r.Body)) // such as a form, or an envelope
		}
	}
	return out, nil
}

// environment binds the test's variables; `$config` belongs to the source.
func environment(t *Test) (env mapping.Env, config value.Value, err error) {
	config = value.Object(nil)
	env.Vars[mapping.Request] = value.Object([]value.Field{{Name: "headers", Value: value.Object(nil)}})
	env.Vars[mapping.Context], env.Vars[mapping.Args] = value.Object(nil), value.Object(nil)
	for name, v := range t.Variables {
		known := false
		for i := range mapping.NumVars {
			if i.Name() == name {
				env.Vars[i], known = v, true
			}
		}
		switch {
		case !known:
			return env, config, fmt.Errorf("there is no variable %s", name)
		case name == mapping.Status.Name() || name == mapping.Response.Name():
			return env, config, fmt.Errorf("%s comes from the reply: set apiResponseStatus and apiResponseHeaders", name)
		case name == mapping.Config.Name():
			config = v
		}
	}
	return env, config, nil
}
