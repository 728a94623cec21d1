package server_test

import (
	"cmp"
	"flag"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

var roundsFlag = flag.Int("rounds", 27, "callers: how many operations they race for")

// TestCallersThatAskTheSameAtTheSameTimeGetTheirOwnAnswers: whatever is shared, known, planned or joined, each caller gets what it gets alone.
//
// A read of a source is shared between callers only if it is byte for byte the same on the wire, headers included: then the back end
// cannot tell them apart, so its reply is the same for both of them, also when each had asked alone. What mappings make of the reply, errors
// among that, is each caller's own. Whole operations are never shared between callers.
func TestCallersThatAskTheSameAtTheSameTimeGetTheirOwnAnswers(t *testing.T) {
	t.Parallel()
	// With API keys no answers are known, since quotas are counted. What callers do not see is null for them, or it is not there at all.
	for name, kind := range map[string]isolationKind{
		"with API keys": {takesKeys: true, introspection: "all"},
		"without":       {introspection: "all"},
		"without sight": {introspection: "visible"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raceAll(t, newIsolation(t, kind))
		})
	}
}

func raceAll(t *testing.T, all *isolation) {
	t.Helper()
	const clients, again = 2, 5 // of each caller, so that something is shared; and operations that are asked once more
	rounds := *roundsFlag
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 1))
	base := all.serve(t)
	var racing []*racer
	asking, heard := map[string]int{}, 0 // what is asked for may be of so many kinds of callers, and of so many clients
	for _, c := range all.callers {
		alone := newRacer(t, all, all.serve(t), c, 0)
		for n := range clients {
			r := newRacer(t, all, base, c, n)
			r.alone, racing = alone, append(racing, r)
		}
		if !c.isRefused {
			asking[cmp.Or(c.like, c.name)] += clients
			heard += clients
		}
	}
	want := map[[4]string]string{}
	queries, stays := racedQueries(random, rounds/4)
	shared := map[string]int{}
	for round := range rounds {
		q := queries[random.IntN(len(queries))]
		if round < stays+again { // what is known then has been asked before
			q = queries[round%stays]
		}
		transports := make([]string, len(racing))
		for i, r := range racing {
			transports[i] = q.transports[random.IntN(len(q.transports))]
			if key := [4]string{r.caller.name, q.text, q.variables, transports[i]}; want[key] == "" {
				want[key] = r.alone.ask(t, q, transports[i])
			}
		}
		got := race(t, all.backend, racing, q, transports)
		for i, r := range racing {
			key := [4]string{r.caller.name, q.text, q.variables, transports[i]}
			if diff := gocmp.Diff(want[key], got[i]); diff != "" {
				t.Fatalf("seed %d, round %d: %s asks %s by %s, and gets not what it gets alone: %s", seed, round, r.caller.name, q.text, transports[i], diff)
			}
		}
		of, isCounted := counted[q.text]
		if !isCounted {
			continue
		}
		calls, different := all.backend.callsOf(of.path)
		shared[q.text] += heard - calls
		if of.alike > 0 && different < len(asking)+1-of.alike {
			t.Errorf("seed %d: of %d callers the back end knows %d by %s", seed, len(asking), different, q.text)
		}
	}
	for text := range counted {
		if shared[text] <= 0 {
			t.Errorf("seed %d: nothing was shared of %s, so nothing is shown", seed, text)
		}
	}
}

// counted are the operations of one call of which it is looked at what back ends see: where they are, and how many callers are alike to them,
// of those who are anonymous; 0 if all are.
var counted = map[string]struct {
	path  string
	alike int
}{
	"{ plain }":    {"/public/plain", 0},
	"{ seen }":     {"/mine/seen", 2},
	"{ callMine }": {"/telling.Telling/Say", 2},
	"{ letter }":   {"/letters", 3}, // which are told of no cookies
}

// race has all ask at once. None is answered before all have asked.
func race(t *testing.T, b *tellingBackend, racing []*racer, q racedQuery, transports []string) []string {
	t.Helper()
	b.shut()
	got := make([]string, len(racing))
	var asking sync.WaitGroup
	start, over := make(chan struct{}), make(chan struct{})
	for i, r := range racing {
		asking.Go(func() {
			<-start
			got[i] = r.ask(t, q, transports[i])
		})
	}
	close(start)
	go func() { asking.Wait(); close(over) }()
	b.openWhenQuiet(over)
	<-over
	return got
}
