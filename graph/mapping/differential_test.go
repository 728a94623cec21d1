package mapping

import (
	"cmp"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/value"
)

// TestRandomMappingsGiveWhatTheOracleGives evaluates mappings that nobody wrote.
// WEFT_SEED repeats a run.
func TestRandomMappingsGiveWhatTheOracleGives(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	if text := os.Getenv("WEFT_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("WEFT_SEED=%d", seed)
	in, parsed := fuzzInput(t), 0
	for i := range 6_000 {
		w := writer{r: rand.New(rand.NewPCG(seed, uint64(i)))}
		mode := Mode(i) % (V04 + 1)
		w.mode = mode
		w.entries(3)
		m, err := Parse(w.b.String(), mode)
		if err != nil {
			continue
		}
		parsed++
		compareWithOracle(t, m, in)
		if t.Failed() {
			return
		}
	}
	if parsed < 1_500 {
		t.Errorf("only %d texts parsed", parsed)
	}
}

// compareWithOracle demands equal results, problems and counts.
func compareWithOracle(t *testing.T, m *Mapping, in value.Value) {
	t.Helper()
	env := &Env{Problems: &Problems{}}
	env.Vars[Args] = in
	got := m.Eval(in, env)
	want, problems, ok := runOracle(m, in, map[string]value.Value{"$args": in})
	if !ok || got.SizeUpTo(1<<16) == 1<<16 || want.SizeUpTo(1<<16) == 1<<16 || len(problems) == maxProblems {
		return
	}
	if got.String() != want.String() {
		t.Errorf("%s (%s)\n got %s\nwant %s", m, m.mode, got, want)
	}
	if diff := gocmp.Diff(sorted(problems), sorted(env.Problems.List())); diff != "" {
		t.Errorf("%s (%s): problems (-want +got):\n%s", m, m.mode, diff)
	}
	env.Problems = nil
	if again := m.Eval(in, env); again.String() != got.String() {
		t.Errorf("%s: without recording problems %s, with %s", m, again, got)
	}
}

// sorted orders problems, because merging may meet two of them either way round.
func sorted(problems []Problem) []Problem {
	return slices.SortedFunc(slices.Values(problems), func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.Message, b.Message), strings.Compare(a.Path, b.Path))
	})
}

// writer writes random texts that are mappings more often than not.
type writer struct {
	b    strings.Builder
	r    *rand.Rand
	mode Mode
}

func (w *writer) pick(from ...string) { w.b.WriteString(from[w.r.IntN(len(from))]) }

func (w *writer) key() {
	w.pick("id", "name", "org", "tags", "addr", "a", "rows", "m", "b", "s", "k", "v", "x", "z", "nope", `"k"`)
}

func (w *writer) entries(depth int) {
	for range 1 + w.r.IntN(3) {
		w.entry(depth)
		w.b.WriteByte(' ')
	}
}

func (w *writer) entry(depth int) {
	switch kind := w.r.IntN(10); {
	case kind < 4:
		w.key()
		w.group(depth)
	case kind < 5 && w.mode == V04:
		w.b.WriteString("...")
		w.expr(depth)
	case kind < 6:
		w.start(depth)
		w.steps(depth)
		w.b.WriteString(" { ")
		w.entries(depth - 1)
		w.b.WriteString("}")
	default:
		w.key()
		w.b.WriteString(": ")
		if w.mode == V04 {
			w.expr(depth)
		} else {
			w.path(depth)
		}
	}
}

func (w *writer) group(depth int) {
	if depth <= 0 || w.r.IntN(3) > 0 {
		return
	}
	w.b.WriteString(" { ")
	w.entries(depth - 1)
	w.b.WriteString("}")
}

func (w *writer) path(depth int) {
	w.start(depth)
	w.steps(depth)
	w.group(depth)
}

func (w *writer) start(depth int) {
	switch kind := w.r.IntN(10); {
	case kind < 3:
		w.pick("$.", "@.")
		w.key()
	case kind < 5 && depth > 0:
		w.b.WriteString("$(")
		w.expr(depth - 1)
		w.b.WriteString(")")
	case kind < 7:
		w.pick("$", "@", "$args", "$v", "$w", "$nope")
	default:
		w.key()
		if w.mode == V02 {
			w.b.WriteByte('.')
			w.key()
		}
	}
}

func (w *writer) steps(depth int) {
	for w.r.IntN(3) > 0 {
		switch kind := w.r.IntN(10); {
		case kind < 5:
			w.b.WriteByte('.')
			w.key()
		case kind < 6 && w.mode > V02:
			w.b.WriteString("?")
		default:
			w.method(depth)
		}
	}
}

func (w *writer) method(depth int) {
	if w.r.IntN(3) == 0 || depth <= 0 {
		w.pick("->first", "->last", "->size", "->entries", "->not", "->nope", "->jsonStringify", "->toString()", "->as($v)", "->slice(1)")
		return
	}
	name := []string{
		"echo", "map", "filter", "find", "match", "get", "eq", "ne", "gt", "and", "or", "add", "joinNotNull", "contains", "in", "as", "slice",
	}[w.r.IntN(17)]
	w.b.WriteString("->" + name + "(")
	switch name {
	case "match":
		w.b.WriteString("[")
		w.expr(depth - 1)
		w.b.WriteString(", ")
		w.expr(depth - 1)
		w.b.WriteString("], [@, ")
		w.expr(depth - 1)
		w.b.WriteString("]")
	case "as":
		w.pick("$v, ", "$w, ")
		w.expr(depth - 1)
	case "filter", "find":
		w.pick("@->eq(", "@.id->eq(")
		w.expr(depth - 1)
		w.b.WriteString(")")
	default:
		w.expr(depth - 1)
	}
	w.b.WriteString(")")
}

func (w *writer) expr(depth int) {
	switch kind := w.r.IntN(12); {
	case kind < 2:
		w.pick("1", "2.5", `"x"`, "null", "true", "false", "-1", `"a"`, "{}", "[]")
	case kind < 3 && depth > 0:
		w.b.WriteString("[")
		w.expr(depth - 1)
		w.b.WriteString(", ")
		w.expr(depth - 1)
		w.b.WriteString("]")
	case kind < 5 && depth > 0:
		w.b.WriteString("{ ")
		if w.mode == V04 {
			w.entries(depth - 1)
		} else {
			w.key()
			w.b.WriteString(": ")
			w.expr(depth - 1)
		}
		w.b.WriteString("}")
	case kind < 6 && depth > 0 && w.mode > V02:
		w.path(depth - 1)
		w.pick(" ?? ", " ?! ")
		w.path(depth - 1)
	default:
		w.path(depth)
	}
}
