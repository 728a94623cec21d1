package httpcall

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/weftgraph/weft/datasources"
)

// pipe is a connection without a socket that tells whether it is closed.
type pipe struct {
	net.Conn
	closed atomic.Bool
	// uses belongs to whoever has the connection, so that the race detector sees when these are two.
	uses int
}

func (p *pipe) Close() error {
	p.closed.Store(true)
	return nil
}

func (p *pipe) isClosed() bool { return p.closed.Load() }

// fakePool is a pool, and a function that makes connections for it.
func fakePool(size int, timeout time.Duration) (p *pool, open func(address string) (*conn, *pipe)) {
	return &pool{size: size, timeout: timeout}, func(address string) (*conn, *pipe) {
		c := &pipe{}
		return newConn(c, address), c
	}
}

func TestConnectionUsedLastIsUsedFirst(t *testing.T) {
	t.Parallel()
	p, open := fakePool(3, time.Hour)
	t.Cleanup(p.closeIdle)
	a, _ := open("a")
	b, _ := open("b")
	c, _ := open("a")
	for _, x := range []*conn{a, b, c} {
		p.put(x)
	}
	for _, want := range []*conn{c, a, nil} {
		if got := p.take("a"); got != want {
			t.Errorf("got %p, want %p", got, want)
		}
	}
	if got := p.take("b"); got != b {
		t.Error("the connection to another address is not there")
	}
}

func TestNoMoreConnectionsThanThePoolHoldsStayIdle(t *testing.T) {
	t.Parallel()
	p, open := fakePool(2, time.Hour)
	t.Cleanup(p.closeIdle)
	a, wireA := open("a")
	b, wireB := open("b")
	c, wireC := open("c")
	for _, x := range []*conn{a, b, c} {
		p.put(x)
	}
	if !wireA.isClosed() || wireB.isClosed() || wireC.isClosed() || p.take("a") != nil {
		t.Error("the one that is idle for the longest time has to go")
	}
}

func TestIdleConnectionsAreClosedWhenTheirTimeIsOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, open := fakePool(5, time.Minute)
		a, wireA := open("a")
		b, wireB := open("a")
		p.put(a)
		time.Sleep(40 * time.Second) //nolint:forbidigo // the time of the bubble
		p.put(b)
		time.Sleep(19 * time.Second) //nolint:forbidigo // as above
		if wireA.isClosed() {
			t.Error("it is closed too early")
		}
		time.Sleep(2 * time.Second) //nolint:forbidigo // as above
		if !wireA.isClosed() || wireB.isClosed() {
			t.Error("the first has to be closed, and the second not yet")
		}
		time.Sleep(40 * time.Second) //nolint:forbidigo // as above
		if !wireB.isClosed() || p.isTimed {
			t.Error("the second has to be closed, and nothing is to be waited for")
		}
		// The timer is set again for the next one.
		c, wireC := open("a")
		p.put(c)
		if p.take("a") != c {
			t.Error("it has to be there")
		}
		time.Sleep(time.Hour) //nolint:forbidigo // as above
		if wireC.isClosed() {
			t.Error("one that is in use is closed")
		}
		p.put(c)
		time.Sleep(time.Hour) //nolint:forbidigo // as above
		if !wireC.isClosed() {
			t.Error("it has to be closed")
		}
	})
}

func TestClosedPoolKeepsNothingUntilItIsUsedAgain(t *testing.T) {
	t.Parallel()
	p, open := fakePool(5, time.Hour)
	a, wireA := open("a")
	b, wireB := open("a")
	p.put(a)
	p.closeIdle()
	p.put(b)
	if !wireA.isClosed() || !wireB.isClosed() || p.isTimed {
		t.Error("connections stay open")
	}
	c, wireC := open("a")
	if p.take("a") != nil {
		t.Error("a closed connection is given away")
	}
	p.put(c)
	if wireC.isClosed() {
		t.Error("a pool that is used keeps no connection")
	}
	p.closeIdle()
}

func TestPoolIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	p, open := fakePool(4, time.Millisecond)
	t.Cleanup(p.closeIdle)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 500 {
				c := p.take("a")
				if c == nil {
					c, _ = open("a")
				}
				c.Conn.(*pipe).uses++
				p.put(c)
				if i == 0 {
					p.closeIdle()
				}
			}
		})
	}
	all.Wait()
}

// The server closes the connection, or says something, while it is idle.
func TestConnectionThatIsNotQuietIsNotUsed(t *testing.T) {
	t.Parallel()
	for name, disturb := range map[string]func(*net.TCPConn){
		"closed": func(c *net.TCPConn) { _ = c.Close() },
		"reset":  reset,
		"half closed": func(c *net.TCPConn) {
			_ = c.CloseWrite()
			_, _ = c.Read(make([]byte, 1))
		},
		"unasked reply": func(c *net.TCPConn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
			_, _ = c.Read(make([]byte, 1))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			goOn := make(chan struct{})
			base := script(t, func(n int, c *net.TCPConn) {
				r := bufio.NewReader(c)
				for readHeadOf(r) != "" {
					_, _ = io.WriteString(c, ok)
					if n == 1 {
						<-goOn
						disturb(c)
						return
					}
				}
			})
			client := newClient(t, datasources.Settings{})
			p := client.Transport.(*Transport).plain
			if _, err := client.Do(t.Context(), get(base)); err != nil {
				t.Fatal(err)
			}
			idle := p.idle[0]
			close(goOn)
			for deadline := time.Now().Add(time.Minute); idle.isQuiet(); {
				if time.Now().After(deadline) {
					t.Fatal("nothing is noticed")
				}
			}
			r := bodyOf(http.MethodPost, base, "{}") // which is not sent twice
			reply, err := client.Do(t.Context(), r)
			if err != nil || string(reply.Body) != "{}" {
				t.Fatalf("got %v, %v", reply, err)
			}
		})
	}
}

func TestBurstDialsOnceForEachCall(t *testing.T) {
	t.Parallel()
	const calls = 16
	var (
		mu    sync.Mutex
		peers = map[string]bool{}
		meet  sync.WaitGroup
	)
	base := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		peers[r.RemoteAddr] = true
		mu.Unlock()
		meet.Done()
		meet.Wait() // all of them are in flight
	})
	client := newClient(t, datasources.Settings{MaxConcurrent: calls})
	for range 3 {
		meet.Add(calls)
		var all sync.WaitGroup
		for range calls {
			all.Go(func() {
				if _, err := client.Do(t.Context(), get(base)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	if len(peers) != calls {
		t.Errorf("%d connections for %d calls at a time", len(peers), calls)
	}
}

// Not parallel: it counts what the process has open.
func TestNoDescriptorStaysOpen(t *testing.T) {
	count := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Skip("this system does not show descriptors")
		}
		return len(entries)
	}
	base := script(t, func(n int, c *net.TCPConn) {
		r := bufio.NewReader(c)
		for readHeadOf(r) != "" {
			switch n % 5 {
			case 0:
				_, _ = io.WriteString(c, "garbage\r\n\r\n")
			case 1:
				_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{}")
				return
			case 2:
				reset(c)
				return
			case 3:
				_, _ = io.WriteString(c, ok+ok)
			default:
				_, _ = io.WriteString(c, ok)
			}
		}
	})
	// The first connection of all makes the poller's descriptors.
	client := newClient(t, datasources.Settings{})
	_, _ = client.Do(t.Context(), get(base))
	client.Transport.(*Transport).CloseIdleConnections()
	before := count()
	for range 100 {
		_, _ = client.Do(t.Context(), get(base))
	}
	client.Transport.(*Transport).CloseIdleConnections()
	if p := client.Transport.(*Transport).plain; len(p.idle) > 0 || p.isTimed {
		t.Error("the pool still has connections")
	}
	// The server's ends are closed when its goroutines get to it.
	for deadline := time.Now().Add(time.Minute); count() > before; {
		if time.Now().After(deadline) {
			t.Fatalf("%d descriptors, %d before", count(), before)
		}
	}
}
