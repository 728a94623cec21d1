package server_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"
	"weak"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/server"
)

// isCollected tells whether nothing refers to a generation any more, soon.
func isCollected(g weak.Pointer[graph.Generation]) bool {
	for range 50 {
		runtime.GC()
		if g.Value() == nil {
			return true
		}
		<-time.After(20 * time.Millisecond)
	}
	return false
}

// A client may keep its connection for days, while the graph is replaced again and again.
func TestOpenConnectionsKeepNoReplacedGenerationInMemory(t *testing.T) {
	t.Parallel()
	back, _, _ := users(t, released())
	gateway, url := openVersion(t, version(1, back, nil))
	var replaced []weak.Pointer[graph.Generation]
	for n := 2; n < 5; n++ {
		ask(t, url, "{ user { id } }", "") // what is known of its body belongs to the generation
		idle := connect(t, url, "{}")
		if got, want := idle.ask("{ __typename }", "{}"), `{"data":{"__typename":"Query"}}`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		replaced = append(replaced, weak.Make(gateway.Schema().Generation()))
		reload(t, gateway, version(n, back, nil), server.Replaced)
		ask(t, url, fmt.Sprintf("{ v%d }", n), "")
	}
	for i, g := range replaced {
		if !isCollected(g) {
			t.Errorf("generation %d is still in memory", i+1)
		}
	}
}
