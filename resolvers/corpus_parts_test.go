package resolvers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/execute"
)

// partTexts are the expectations of an answer in parts, which stand one below the other.
func partTexts(ctx context.Context, t *testing.T, run *graph.Run, b *backend) map[string]string {
	t.Helper()
	p := run.Prepared().Plan
	var parts strings.Builder
	hasErrors := false
	for {
		part, err := run.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		parts.WriteString(corpusPartText(t, part, &hasErrors))
	}
	checkOrder(t, p, b.seen())
	checkPrediction(t, p, b.seen(), hasErrors)
	return map[string]string{
		"plan.txt":    string(p.AppendText(nil)),
		"calls.txt":   callsText(p, b.seen()),
		"answer.json": parts.String(),
	}
}

// corpusPart is one part as the corpus shows it. Path and SubPath lead to what is added to, and Failed are fragments that are never answered.
type corpusPart struct {
	Data     json.RawMessage  `json:"data,omitempty"`
	Errors   gqlerror.List    `json:"errors,omitempty"`
	Pending  []corpusFragment `json:"pending,omitempty"`
	Patches  []corpusPatch    `json:"patches,omitempty"`
	Done     []int            `json:"completed,omitempty"`
	Failures []corpusFailure  `json:"failed,omitempty"`
	HasNext  bool             `json:"hasNext"`
}

type corpusFragment struct {
	ID    int      `json:"id"`
	Label string   `json:"label,omitempty"`
	Path  ast.Path `json:"path"`
}

type corpusPatch struct {
	ID      int             `json:"id"`
	SubPath ast.Path        `json:"subPath,omitempty"`
	Data    json.RawMessage `json:"data"`
	Errors  gqlerror.List   `json:"errors,omitempty"`
}

type corpusFailure struct {
	ID     int           `json:"id"`
	Errors gqlerror.List `json:"errors"`
}

func corpusPartText(t *testing.T, part *execute.Part, hasErrors *bool) string {
	t.Helper()
	out := corpusPart{Data: part.Data, Errors: part.Errors, HasNext: part.HasNext}
	*hasErrors = *hasErrors || len(part.Errors) > 0
	for _, p := range part.Pending {
		out.Pending = append(out.Pending, corpusFragment{p.ID, p.Label, append(ast.Path{}, p.Path...)})
	}
	for _, p := range part.Patches {
		out.Patches = append(out.Patches, corpusPatch{p.ID, p.SubPath, p.Data, p.Errors})
		*hasErrors = *hasErrors || len(p.Errors) > 0
	}
	for _, c := range part.Completed {
		if c.HasFailed {
			out.Failures = append(out.Failures, corpusFailure{c.ID, c.Errors})
			*hasErrors = true
			continue
		}
		out.Done = append(out.Done, c.ID)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(out); err != nil {
		t.Fatal(err)
	}
	return folded(b.Bytes(), "") + "\n"
}
