package json_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	tablejson "github.com/weftgraph/weft/graph/table/json"
	"github.com/weftgraph/weft/graph/value"
)

// evaluated is the table that the slow way makes.
func evaluated(t *testing.T, m *mapping.Mapping, shape *table.Shape, reply []byte) string {
	t.Helper()
	v, err := value.Parse(reply)
	if err != nil {
		t.Fatalf("%v\n%s", err, reply)
	}
	b := table.NewBuilder(shape, reply)
	b.Fill(m.Eval(v, nil))
	return b.Finish().Dump(shape)
}

func parse(tb testing.TB, text string) *mapping.Mapping {
	tb.Helper()
	m, err := mapping.Parse(text, mapping.V03)
	if err != nil {
		tb.Fatalf("%v\n%s", err, text)
	}
	return m
}

func TestScanEqualsEvaluation(t *testing.T) {
	t.Parallel()
	scanned, clean, fallbacks, uncompiled := 0, 0, 0, 0
	for seed := range uint64(6000) {
		s := newSketch(seed)
		text, reply := s.whole()
		m := parse(t, text)
		if seed%2 == 0 {
			m = m.Prune(want(s.shape, 0))
		}
		program, ok := tablejson.Compile(m.Picks(), s.shape)
		if !ok {
			uncompiled++
			continue
		}
		for i := range 6 {
			w := writer{Rand: rand.New(rand.NewPCG(seed, uint64(i))), indent: i%2 == 0, odds: []int{0, 30, 8}[i/2]}
			w.value(reply, reply.lists, 0)
			body := []byte(w.String())
			b := table.NewBuilder(s.shape, body)
			switch err := program.Scan(b); {
			case err == nil:
				scanned++
				if w.odds == 0 {
					clean++
				}
				if diff := cmp.Diff(evaluated(t, m, s.shape, body), b.Finish().Dump(s.shape)); diff != "" {
					t.Fatalf("seed %d, reply %d: evaluated (-) and scanned (+) differ:\n%s\n%s\n%s", seed, i, diff, text, body)
				}
			case errors.Is(err, tablejson.ErrFallback):
				if w.odds == 0 && !s.mayTakeBack() {
					t.Fatalf("seed %d: fallback for a clean reply\n%s\n%s", seed, text, body)
				}
				fallbacks++
			default:
				t.Fatalf("seed %d: %v\n%s", seed, err, body)
			}
		}
	}
	t.Logf("%d scanned (%d clean), %d evaluated, %d mappings not compiled", scanned, clean, fallbacks, uncompiled)
	if fallbacks > scanned || uncompiled > 600 {
		t.Errorf("too few replies are scanned: %d, while %d were evaluated and %d mappings not compiled", scanned, fallbacks, uncompiled)
	}
}

// want is what a shape asks of a mapping.
func want(shape *table.Shape, level int) *mapping.Want {
	l := &shape.Levels[level]
	if l.Kind == table.List {
		return want(shape, l.Members[0].Child)
	}
	w := &mapping.Want{}
	if l.Abstract {
		w.Fields = append(w.Fields, mapping.WantField{Name: "__typename"})
	}
	for i := range l.Members {
		m := &l.Members[i]
		var below *mapping.Want
		if m.Child != 0 {
			below = want(shape, m.Child)
		} else if len(m.Path) > 1 {
			continue // the composite field keeps it
		}
		w.Fields = append(w.Fields, mapping.WantField{Name: m.Path[0], Want: below})
	}
	return w
}
