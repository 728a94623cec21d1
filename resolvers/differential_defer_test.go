package resolvers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/value"
)

// TestPartsMakeUpTheWholeAnswer runs random operations with @defer at random fragments for a client that takes parts, puts the parts together
// as a client does that trusts nobody, and compares that with what the slow executor, which knows of no parts, answers. Both are the same, but
// for fragments that have failed: what they would have added may be missing, and the null that they have failed by is not seen.
// Every other graph demands things of its callers.
func TestPartsMakeUpTheWholeAnswer(t *testing.T) {
	t.Parallel()
	graphs := uint64(max(1, *opsFlag/opsPerGraph/4))
	var several, failures atomic.Int64
	t.Cleanup(func() {
		t.Logf("of %d answers %d had several parts; %d fragments failed", graphs*opsPerGraph, several.Load(), failures.Load())
		if graphs > 10 && (several.Load() < int64(graphs*opsPerGraph/10) || failures.Load() == 0) {
			t.Error("that is too few to know anything")
		}
	})
	for seed := *seedFlag; seed < *seedFlag+graphs; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			runDeferringGraph(t, seed, &several, &failures, seed%2 == 0)
		})
	}
}

func runDeferringGraph(t *testing.T, seed uint64, several, failures *atomic.Int64, isRestricted bool) {
	t.Helper()
	model := makeModel(seed)
	if isRestricted {
		restrict(model)
	}
	callers := newRand(seed, 5)
	slow, weft := &backEnd{g: model}, serveModel(t, model, response.Auto)
	for op := range uint64(opsPerGraph) {
		text, variables := makeDeferringQuery(model, op)
		doc, errs := weft.generation.Prepare(text)
		if len(errs) > 0 {
			t.Fatalf("seed %d, operation %d is not valid: %v\n%s\n%s", seed, op, errs, text, model.sdl())
		}
		x, asked := newSlowExecutor(model, slow, variables), doc.Query().Operations[0]
		if isRestricted {
			who := pick(callers, modelCallers()...)
			x.who, x.voids = &who, !slices.Contains(plan.Conditions(asked), plan.TakesParts)
			weft.caller = who.caller()
		}
		data := x.execute(asked)
		calls := slow.take()
		w, m, err := weft.answerInParts(t.Context(), text, variables)
		if err == nil {
			_, err = compareDenied(m.errors, x.denied, len(m.failed))
			w.errors, _ = compareDenied(w.errors, x.denied, len(m.failed))
		}
		if err == nil {
			err = compareMerged(w, m, data, x)
		}
		if err != nil {
			t.Fatal(report(failed{model, op, "parts", text, variables, w, data, x, calls}, err))
		}
		if failures.Add(int64(len(m.failed))); m.parts > 1 {
			several.Add(1)
		}
	}
}

// answerInParts runs one operation and puts its parts together.
func (s *served) answerInParts(
	ctx context.Context, text string, variables map[string]any,
) (answered, *merged, error) {
	run, errs := s.generation.Begin(graph.Query{
		Text: text, Variables: value.From(variables), Explain: graph.Explain{Calls: true}, TakesParts: true, Caller: s.caller,
	})
	if len(errs) > 0 {
		return answered{}, nil, errs
	}
	defer run.Close()
	w := answered{plan: run.Prepared().Plan}
	m, err := mergeParts(ctx, run.Next)
	s.back.take()
	// Calls that only fragments wait for which are not there any more are under way at the end, and are not told of.
	w.waterfall, w.calls = m.calls, make([]string, m.calls)
	if err != nil {
		w.data = fmt.Append(nil, m.log)
		return w, m, err
	}
	w.data, err = json.Marshal(m.data)
	w.errors = distinct(slices.Clone(m.errors))
	return w, m, err
}

// merged are the parts of an answer, put together.
type merged struct {
	data    any
	errors  gqlerror.List
	pending map[int]execute.Pending
	// failed are the paths of the fragments that have failed.
	failed []string
	parts  int
	calls  int
	log    []string
}

// mergeParts puts the parts of an answer together, and is strict about them: fragments are announced before they are answered, once; every
// patch is for an object that is there, and has only members that it has not.
func mergeParts(ctx context.Context, next func(context.Context) (*execute.Part, error)) (*merged, error) {
	m := &merged{pending: map[int]execute.Pending{}}
	for hasNext := true; hasNext; {
		part, err := next(ctx)
		if err != nil {
			return m, err
		}
		m.log = append(m.log, partText(part))
		if err := m.add(part); err != nil {
			return m, err
		}
		if hasNext = part.HasNext; hasNext != (len(m.pending) > 0) {
			return m, fmt.Errorf("%d fragments are pending, and hasNext is %t", len(m.pending), hasNext)
		}
	}
	if _, err := next(ctx); !errors.Is(err, io.EOF) {
		return m, fmt.Errorf("after the last part: %w", err)
	}
	return m, nil
}

func (m *merged) add(part *execute.Part) (err error) {
	m.parts++
	m.calls = len(part.Calls)
	if m.parts == 1 {
		if m.data, err = parsed(part.Data); err != nil {
			return err
		}
	} else if part.Data != nil || len(part.Completed) == 0 {
		return errors.New("a part tells nothing, or has data")
	}
	m.errors = append(m.errors, part.Errors...)
	for _, p := range part.Pending {
		m.pending[p.ID] = p
	}
	for _, p := range part.Patches {
		if err := m.patch(p); err != nil {
			return err
		}
	}
	for _, c := range part.Completed {
		p, ok := m.pending[c.ID]
		if !ok {
			return fmt.Errorf("fragment %d is not pending", c.ID)
		}
		delete(m.pending, c.ID)
		if c.HasFailed != (len(c.Errors) > 0) {
			return fmt.Errorf("fragment %d has failed for no reason", c.ID)
		}
		if c.HasFailed {
			m.errors = append(m.errors, c.Errors...)
			m.failed = append(m.failed, pathOf(&gqlerror.Error{Path: p.Path}))
		}
	}
	return nil
}

func (m *merged) patch(p execute.Patch) error {
	pending, ok := m.pending[p.ID]
	if !ok {
		return fmt.Errorf("a patch for fragment %d, which is not pending", p.ID)
	}
	m.errors = append(m.errors, p.Errors...)
	at := m.data
	for _, step := range slices.Concat(pending.Path, p.SubPath) {
		switch step := step.(type) {
		case ast.PathName:
			object, _ := at.(map[string]any)
			at = object[string(step)]
		case ast.PathIndex:
			list, _ := at.([]any)
			if int(step) >= len(list) {
				return fmt.Errorf("a patch at %v %v, where nothing is", pending.Path, p.SubPath)
			}
			at = list[step]
		}
	}
	object, isObject := at.(map[string]any)
	data, err := parsed(p.Data)
	added, hasMembers := data.(map[string]any)
	if err != nil || !isObject || !hasMembers || len(added) == 0 {
		return fmt.Errorf("a patch at %v %v: %s %w", pending.Path, p.SubPath, p.Data, err)
	}
	for name, v := range added {
		if _, isThere := object[name]; isThere {
			return fmt.Errorf("%q at %v %v is answered twice", name, pending.Path, p.SubPath)
		}
		object[name] = v
	}
	return nil
}

func parsed(text []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	err = d.Decode(&v)
	return v, err
}

func partText(p *execute.Part) string {
	var b strings.Builder
	fmt.Fprintf(&b, "data %s\n", p.Data)
	for _, x := range p.Pending {
		fmt.Fprintf(&b, "  pending %d %q %s\n", x.ID, x.Label, x.Path)
	}
	for _, x := range p.Patches {
		fmt.Fprintf(&b, "  patch %d %s %s\n", x.ID, x.SubPath, x.Data)
	}
	for _, x := range p.Completed {
		fmt.Fprintf(&b, "  completed %d %v\n", x.ID, x.Errors)
	}
	return b.String()
}

// distinct leaves out errors that two fragments tell of: both have failed by it.
func distinct(errs gqlerror.List) gqlerror.List {
	seen := map[string]bool{}
	return slices.DeleteFunc(errs, func(e *gqlerror.Error) bool {
		key := codeOf(e) + pathOf(e)
		was := seen[key]
		seen[key] = true
		return was
	})
}

// compareMerged is compare, for an answer that was put together.
func compareMerged(w answered, m *merged, data []byte, x *slowExecutor) error {
	want, err := parsed(data)
	if err != nil {
		return err
	}
	if err := m.compare(m.data, want, nil); err != nil {
		return err
	}
	told := slices.Clone(x.errors)
	for i := range told {
		// Fragments in null objects, and in fragments that have failed, are not answered any more.
		told[i].optional = told[i].optional || isBelowNull(want, told[i].path) || m.isInFailed(told[i].path)
		// A fragment that has failed tells of what is wrong in it, and counts its positions, though others have or tell it, too.
		for range m.failedAround(told[i].path) {
			told = append(told, slowError{path: told[i].path, code: told[i].code, optional: true})
		}
	}
	return errors.Join(compareErrors(w.errors, told), compareCalls(w, x))
}

// isBelowNull tells whether a value above a path is null.
func isBelowNull(v any, path string) bool {
	steps := strings.Split(strings.TrimPrefix(path, "."), ".")
	for _, step := range steps[:len(steps)-1] {
		switch at := v.(type) {
		case map[string]any:
			v = at[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(at) {
				return true
			}
			v = at[i]
		}
		if v == nil {
			return true
		}
	}
	return v == nil
}

// compare compares a value of the answer with what it should be.
func (m *merged) compare(have, want any, path []any) error {
	switch {
	case want == nil && have != nil && m.isNearFailed(path):
		return nil
	case have == nil || want == nil:
		if have != want {
			return fmt.Errorf("at %s: %v, not %v", pathText(path), have, want)
		}
		return nil
	}
	switch want := want.(type) {
	case map[string]any:
		object, _ := have.(map[string]any)
		for name := range object {
			if _, ok := want[name]; !ok {
				return fmt.Errorf("at %s: %q should not be there", pathText(path), name)
			}
		}
		for name, v := range want {
			below := slices.Concat(path, []any{name})
			got, ok := object[name]
			if !ok {
				if m.isInFailed(pathText(path)) {
					continue
				}
				return fmt.Errorf("%s is missing", pathText(below))
			}
			if err := m.compare(got, v, below); err != nil {
				return err
			}
		}
	case []any:
		list, _ := have.([]any)
		if len(list) != len(want) {
			return fmt.Errorf("%s has %d elements, not %d", pathText(path), len(list), len(want))
		}
		for i, v := range want {
			if err := m.compare(list[i], v, slices.Concat(path, []any{i})); err != nil {
				return err
			}
		}
	default:
		if have != want {
			return fmt.Errorf("at %s: %v, not %v", pathText(path), have, want)
		}
	}
	return nil
}

// isInFailed tells whether an object is one of a fragment that has failed, or below one.
func (m *merged) isInFailed(path string) bool { return m.failedAround(path) > 0 }

// failedAround counts the fragments that have failed whose object a path is in.
func (m *merged) failedAround(path string) int {
	n := 0
	for _, f := range m.failed {
		if strings.HasPrefix(path+".", f+".") {
			n++
		}
	}
	return n
}

// isNearFailed tells whether a fragment that has failed is around a value, or in it.
func (m *merged) isNearFailed(path []any) bool {
	at := pathText(path) + "."
	return m.isInFailed(pathText(path)) || slices.ContainsFunc(m.failed, func(f string) bool { return strings.HasPrefix(f+".", at) })
}
