package server_test

import (
	"context"
	"net/http"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/server"
)

// descriptors counts the open files and sockets of the process; 0 where nobody tells.
func descriptors() int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(entries)
}

// usage is what the process holds when its garbage is gone.
type usage struct {
	heap                    uint64
	goroutines, descriptors int
}

func measure() usage {
	runtime.GC()
	runtime.GC() // what pools kept
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return usage{m.HeapAlloc, runtime.NumGoroutine(), descriptors()}
}

// TestThousandReloadsUnderLoadFailNoRequestAndLeaveNothingBehind is the soak: clients ask without a pause while the graph is replaced.
func TestThousandReloadsUnderLoadFailNoRequestAndLeaveNothingBehind(t *testing.T) {
	const clients = 4
	reloads := 1000
	if hasRaceDetector {
		reloads = 100
	}
	back, connections, _ := users(t, released())
	gateway, diags := server.Open(t.Context(), version(0, back, nil))
	if gateway == nil {
		t.Fatal(diags)
	}
	defer gateway.Close()
	handler := gateway.Handler(zap.NewNop(), server.Exposure{})
	base, stop := listenTo(t, handler, gateway)
	defer func() {
		if _, err := stop(); err != nil {
			t.Error(err)
		}
		http.DefaultClient.CloseIdleConnections()
	}()

	ctx, finish := context.WithCancel(t.Context())
	var answered atomic.Int64
	var load sync.WaitGroup
	for range clients {
		load.Go(func() {
			for ctx.Err() == nil {
				got := ask(t, base, "{ user { id } }", "")
				if got.status != http.StatusOK || got.body != `{"data":{"user":{"id":"1"}}}` {
					t.Errorf("a request failed: %d %s", got.status, got.body)
					return
				}
				answered.Add(1)
			}
		})
	}
	run := func(from, to int) {
		for n := from; n < to && !t.Failed(); n++ {
			reload(t, gateway, version(n, back, nil), server.Replaced)
		}
	}
	run(1, reloads/10) // pools, caches and connections come to their sizes
	before := measure()
	run(reloads/10, reloads)
	after := measure()
	finish()
	load.Wait()

	t.Logf("%d answers during %d reloads; before %+v, after %+v, %d connections to the back end", answered.Load(), reloads, before, after, connections.Load())
	if answered.Load() < int64(reloads/10) {
		t.Errorf("%d answers are no load", answered.Load())
	}
	if n := gateway.Schema().Generation().Number(); n != reloads {
		t.Errorf("generation %d is served, want %d", n, reloads)
	}
	const slack = 20 // goroutines and descriptors of requests that are on their way
	if after.goroutines > before.goroutines+slack || after.descriptors > before.descriptors+slack {
		t.Errorf("goroutines or descriptors grew: %+v, then %+v", before, after)
	}
	if grown := int64(after.heap) - int64(before.heap); grown > 8<<20 {
		t.Errorf("the heap grew by %d bytes: %+v, then %+v", grown, before, after)
	}
	if n := connections.Load(); n > 4*clients {
		t.Errorf("%d connections to the back end for %d clients: they were not kept", n, clients)
	}
}
