package execute_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/rules"
	"go.uber.org/goleak"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// replies are what the fake calls give: the mapped value as JSON by the connector's coordinate, or "!CODE" for a failed call. A
// connector without a reply never answers.
type replies map[string]string

// fakeLoads makes calls that touch nothing: one for all keys of a fetch.
type fakeLoads struct {
	t       testing.TB
	plan    *plan.Plan
	replies replies
	done    chan execute.Loaded
	pending []execute.Loaded
	// delivered are the results that Release gets back.
	delivered []*execute.Result
	// unanswered is called when a connector without a reply is asked; it may be nil.
	unanswered func()
	// log is what was asked: "User(1,2)" per fetch, "|" per flush.
	log []string
	// releases counts the calls of Release.
	releases int
}

var _ execute.Loads = (*fakeLoads)(nil)

func (l *fakeLoads) Load(fetch plan.FetchID, keys *table.Keys) {
	ld := &l.plan.Loaders[l.plan.Fetches[fetch].Loader]
	name := coordinate(ld)
	asked := make([]string, 0, keys.Len())
	for k := range keys.Len() {
		if len(keys.Fields()) > 0 {
			asked = append(asked, string(keys.Raw(k, 0)))
		}
	}
	l.log = append(l.log, name+"("+strings.Join(asked, ",")+")")
	reply, ok := l.replies[name]
	if !ok {
		if l.unanswered != nil {
			l.unanswered()
		}
		return
	}
	l.pending = append(l.pending, execute.Loaded{Fetch: fetch, Result: l.result(ld, keys, reply)})
}

// coordinate is a connector's, without the document: "Query.users" or "User".
func coordinate(l *plan.Loader) string {
	name := strings.TrimPrefix(l.Coordinate, "test:")
	return strings.TrimSuffix(name, "[0]")
}

func (l *fakeLoads) Flush(bool) {
	l.log = append(l.log, "|")
	for _, p := range l.pending {
		l.delivered = append(l.delivered, p.Result)
		l.done <- p
	}
	l.pending = l.pending[:0]
}

// Release spoils what was delivered, so that whatever still refers to it shows.
func (l *fakeLoads) Release() {
	l.releases++
	for _, r := range l.delivered {
		for _, t := range r.Tables {
			for i := range t.Levels {
				clear(t.Levels[i].Cells)
				clear(t.Levels[i].Tags)
			}
			t.Reply = nil
		}
		clear(r.Joins)
	}
}

func (l *fakeLoads) Done() <-chan execute.Loaded { return l.done }

// result joins the keys of a fetch to the table of one call.
func (l *fakeLoads) result(ld *plan.Loader, keys *table.Keys, reply string) *execute.Result {
	r := &execute.Result{Joins: make([]execute.Join, keys.Len())}
	if code, isFailure := strings.CutPrefix(reply, "!"); isFailure {
		r.Failures = []*execute.Failure{{
			Err: &datasources.Error{Code: code, Message: "Request failed"}, Service: "test", Coordinate: ld.Coordinate,
		}}
		for k := range r.Joins {
			r.Joins[k].State = execute.Failed
		}
		return r
	}
	v, err := value.Parse([]byte(reply))
	if err != nil {
		l.t.Fatal(err)
	}
	b := table.NewBuilder(ld.Shape, nil)
	b.Fill(v)
	t := b.Finish()
	r.Tables = []*table.Table{t}
	if ld.Mode == plan.Batch {
		r.Rows = [][]int32{table.NewIndex(keys).Join(t, ld.Shape, 0, keys.Len())}
		for k, row := range r.Rows[0] {
			if row != table.NoRow {
				r.Joins[k] = execute.Join{State: execute.Found, Lo: uint32(k), Hi: uint32(k) + 1}
			}
		}
		return r
	}
	r.Rows = [][]int32{nil}
	for k := range r.Joins {
		switch {
		case t.Root == table.Mismatch:
			r.Joins[k].State = execute.Mismatched
		case !t.Root.IsNull():
			lo, hi := t.Root.Rows()
			r.Joins[k] = execute.Join{State: execute.Found, Lo: lo, Hi: hi}
		}
	}
	return r
}

// answered is an answer as the tests compare it.
type answered struct {
	data string
	// errors are "CODE path", or "CODE path *n" for n positions.
	errors []string
}

func problems(list gqlerror.List) []string {
	var out []string
	for _, e := range list {
		text := fmt.Sprintf("%v %s", e.Extensions["code"], e.Path)
		if n, ok := e.Extensions["positions"]; ok {
			text += fmt.Sprintf(" *%d", n)
		}
		out = append(out, text)
	}
	return out
}

// run answers a query of a graph.
func run(ctx context.Context, tb testing.TB, g *sdl.Graph, query string, r replies) (answered, *fakeLoads) {
	tb.Helper()
	loads := &fakeLoads{t: tb, replies: r}
	return runWith(ctx, tb, g, query, loads), loads
}

func runWith(ctx context.Context, tb testing.TB, g *sdl.Graph, query string, loads *fakeLoads) answered {
	tb.Helper()
	doc, errs := gqlparser.LoadQueryWithRules(g.Schema, query, rules.NewDefaultRules())
	if len(errs) > 0 {
		tb.Fatal(errs)
	}
	p, err := plan.NewPlanner(g).Plan(doc.Operations[0], nil, 0)
	if err != nil {
		tb.Fatal(err)
	}
	loads.plan, loads.done = p, make(chan execute.Loaded, len(p.Fetches))
	parts := execute.Run(ctx, p, execute.Input{Loads: loads})
	defer parts.Close()
	part, err := parts.Next(ctx)
	if err != nil {
		tb.Fatal(err)
	}
	out := answered{data: string(part.Data), errors: problems(part.Errors)}
	if _, err := parts.Next(ctx); !errors.Is(err, io.EOF) {
		tb.Errorf("a second part: %v", err)
	}
	return out
}

func build(tb testing.TB, document string) *sdl.Graph {
	tb.Helper()
	g, diags := sdl.Build([]sdl.Input{{File: "test.graphql", Text: document}}, sdl.Options{})
	if g == nil {
		tb.Fatal(diags)
	}
	return g
}
