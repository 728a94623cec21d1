package server_test

import (
	"flag"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var roundsFlag = flag.Int("rounds", 34, "callers: how many operations they race for")

// TestCallersThatAskTheSameAtTheSameTimeGetTheirOwnAnswers: whatever is shared, known, planned or joined, each caller gets what it gets alone.
//
// A read of a source is shared between callers only if it is byte for byte the same on the wire, headers included: then the back end
// cannot tell them apart, so its reply is the same for both of them, also when each had asked alone. What mappings make of the reply, errors
// among that, is each caller's own. Whole operations are never shared between callers.
func TestCallersThatAskTheSameAtTheSameTimeGetTheirOwnAnswers(t *testing.T) {
	t.Parallel()
	// With API keys no answers are known, since quotas are counted.
	for name, takesKeys := range map[string]bool{"with API keys": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raceAll(t, newIsolation(t, takesKeys))
		})
	}
}

func raceAll(t *testing.T, all *isolation) {
	t.Helper()
	const clients = 2 // of each caller, so that something is shared
	rounds := *roundsFlag
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 1))
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	base := all.serve(t)
	var racing, alone []*racer
	for _, c := range all.callers {
		alone = append(alone, newRacer(t, all.serve(t), c))
		for range clients {
			racing = append(racing, newRacer(t, base, c))
		}
	}
	want := map[[4]string]string{}
	queries, stays := racedQueries(random, rounds/4)
	var sharedByOne, sharedByAll int
	for round := range rounds {
		q := queries[random.IntN(len(queries))]
		if round < 2*stays { // what is known then has been asked before
			q = queries[round%stays]
		}
		transports := make([]string, len(racing))
		for i := range racing {
			transports[i] = q.transports[random.IntN(len(q.transports))]
			if key := [4]string{racing[i].caller.name, q.text, q.variables, transports[i]}; want[key] == "" {
				want[key] = alone[i/clients].ask(t, q, transports[i])
			}
		}
		got := race(t, all.backend, racing, q, transports)
		for i := range racing {
			key := [4]string{racing[i].caller.name, q.text, q.variables, transports[i]}
			if diff := cmp.Diff(want[key], got[i]); diff != "" {
				t.Fatalf("seed %d, round %d: %s asks %s by %s, and gets not what it gets alone: %s", seed, round, racing[i].caller.name, q.text, transports[i], diff)
			}
		}
		switch calls, different := all.backend.callsOf("/"); q.text {
		case "{ seen }":
			sharedByOne += clients*len(all.callers) - calls
			// Those whom only their scopes or their issuer tell apart are told apart by their tokens.
			if different < len(all.callers)-1 {
				t.Errorf("seed %d: the back end knows %d callers of %d", seed, different, len(all.callers))
			}
		case "{ plain }":
			sharedByAll += len(all.callers) - calls
		}
	}
	if sharedByOne <= 0 || sharedByAll <= 0 {
		t.Errorf("seed %d: nothing was shared, so nothing is shown: %d reads by clients of one caller, %d by callers", seed, sharedByOne, sharedByAll)
	}
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
