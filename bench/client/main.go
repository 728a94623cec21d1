package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	// atOnce is how many calls are in flight, as under load.
	atOnce = 16
	// callTimeout is far from what any call takes; it is there as calls of sources have one.
	callTimeout = 10 * time.Second
)

// figure is what one call costs.
type figure struct {
	cpu    time.Duration
	allocs float64
}

func main() {
	isServer := flag.Bool(serverArgument[1:], false, "be the server")
	rounds := flag.Int("rounds", 15, "how often each cell is measured; the least counts")
	lasting := flag.Duration("time", 200*time.Millisecond, "how long a cell is measured")
	flag.Parse()
	run := func() error { return compare(context.Background(), *rounds, *lasting) }
	if *isServer {
		run = serve
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// compare measures every way with every reply, and prints a table.
func compare(ctx context.Context, rounds int, lasting time.Duration) error {
	address, stop, err := startServer(ctx)
	if err != nil {
		return err
	}
	defer stop()
	runtime.GOMAXPROCS(1) // on more cores the time that they look for work would count
	replies := []struct {
		name, path string
		size       int
	}{
		{"300 B", "/300", 300},
		{"5 KB", "/5000", 5000},
		{"27 KB", "/27000", 27000},
		{"27 KB, chunked", "/27000?chunked", 27000},
		{"300 KB", "/300000", 300000},
		{"300 KB, chunked", "/300000?chunked", 300000},
	}
	all := ways()
	clients := make([]client, len(all))
	fmt.Fprint(os.Stdout, "| reply |")
	for i, w := range all {
		clients[i] = w.open(atOnce)
		fmt.Fprintf(os.Stdout, " %s |", w.name)
	}
	fmt.Fprintln(os.Stdout, "\n|---|"+"---:|---:|---:|---:|")
	for _, r := range replies {
		best := make([]figure, len(all))
		for range rounds {
			for i, c := range clients {
				f, err := measure(ctx, c, "http://"+address+r.path, r.size, lasting)
				if err != nil {
					return fmt.Errorf("%s: %w", all[i].name, err)
				}
				if best[i].cpu == 0 || f.cpu < best[i].cpu {
					best[i] = f
				}
			}
		}
		fmt.Fprintf(os.Stdout, "| %s |", r.name)
		for _, f := range best {
			fmt.Fprintf(os.Stdout, " %.1f µs, %.0f |", float64(f.cpu)/float64(time.Microsecond), f.allocs)
		}
		fmt.Fprintln(os.Stdout)
	}
	return nil
}

var errReply = errors.New("the reply is not what the server sends")

// measure makes calls for some time, and says what one of them costs this process.
func measure(ctx context.Context, c client, url string, size int, lasting time.Duration) (figure, error) {
	if _, err := load(ctx, c, url, size, lasting/10); err != nil { // connections, and buffers
		return figure{}, err
	}
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu := usedCPU()
	n, err := load(ctx, c, url, size, lasting)
	if err != nil {
		return figure{}, err
	}
	cpu = usedCPU() - cpu
	runtime.ReadMemStats(&after)
	return figure{cpu: cpu / time.Duration(n), allocs: float64(after.Mallocs-before.Mallocs) / float64(n)}, nil
}

// load makes calls, and returns how many.
func load(ctx context.Context, c client, url string, size int, lasting time.Duration) (int64, error) {
	var (
		all  sync.WaitGroup
		n    atomic.Int64
		once sync.Once
		bad  error
	)
	end := time.Now().Add(lasting)
	for range atOnce {
		all.Go(func() {
			for time.Now().Before(end) {
				if err := one(ctx, c, url, size); err != nil {
					once.Do(func() { bad = err })
					return
				}
				n.Add(1)
			}
		})
	}
	all.Wait()
	return max(n.Load(), 1), bad
}

// one makes a call.
func one(ctx context.Context, c client, url string, size int) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	reply, err := c.call(ctx, url)
	if err != nil {
		return err
	}
	if len(reply.Body) != size || reply.Header.Get("X-Request-Id") == "" {
		return errReply
	}
	reply.Memory.Release() // as the gateway does when it has written its answer
	return nil
}

// usedCPU is the time that this process has used, in user mode and in the kernel.
func usedCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
