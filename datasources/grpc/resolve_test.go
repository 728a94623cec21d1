package grpc

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/weftgraph/weft/datasources"
)

// nameServer is a server of names on loopback, whose answers can change.
type nameServer struct {
	mu    sync.Mutex
	names map[string][]string
	conn  net.PacketConn
}

func runNames(tb testing.TB, names map[string][]string) *nameServer {
	tb.Helper()
	conn, err := (&net.ListenConfig{}).ListenPacket(tb.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	s := &nameServer{names: names, conn: conn}
	var over sync.WaitGroup
	over.Go(func() {
		buffer := make([]byte, 512)
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			if reply, err := s.reply(buffer[:n]); err == nil {
				_, _ = conn.WriteTo(reply, from)
			}
		}
	})
	tb.Cleanup(func() { _ = conn.Close(); over.Wait() })
	return s
}

// set changes the addresses of a name; none make it unknown.
func (s *nameServer) set(name string, addresses ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names[name] = addresses
}

func (s *nameServer) reply(question []byte) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(question); err != nil {
		return nil, err
	}
	m.Response, m.Additionals = true, nil
	q := m.Questions[0]
	s.mu.Lock()
	addresses := s.names[strings.TrimSuffix(q.Name.String(), ".")]
	s.mu.Unlock()
	if len(addresses) == 0 {
		m.RCode = dnsmessage.RCodeNameError
	}
	for _, text := range addresses {
		header := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
		switch a := netip.MustParseAddr(text); {
		case a.Is4() && q.Type == dnsmessage.TypeA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AResource{A: a.As4()}})
		case a.Is6() && q.Type == dnsmessage.TypeAAAA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}})
		}
	}
	return m.Pack()
}

// lookup asks the server of names, by the resolver that Go has.
func (s *nameServer) lookup() func(context.Context, string, string) ([]netip.Addr, error) {
	r := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", s.conn.LocalAddr().String())
	}}
	return r.LookupNetIP
}

// runBeside runs a back end at another address of this machine with the same port as another.
func runBeside(tb testing.TB, b *backEnd, ip string) *backEnd {
	tb.Helper()
	_, port, err := net.SplitHostPort(b.address)
	if err != nil {
		tb.Fatal(err)
	}
	return run(tb, net.JoinHostPort(ip, port))
}

func TestAllAddressesOfANameAreUsedAndFollowed(t *testing.T) {
	t.Parallel()
	for _, scheme := range []string{"grpc://", "dns:///"} {
		t.Run(scheme, func(t *testing.T) {
			t.Parallel()
			one := run(t, "127.0.0.1:0")
			two, three := runBeside(t, one, "127.0.0.2"), runBeside(t, one, "127.0.0.3")
			all := []*backEnd{one, two, three}
			names := runNames(t, map[string][]string{"shipping.test": {"127.0.0.1", "127.0.0.2"}})
			_, port, _ := net.SplitHostPort(one.address)
			c := callerOf(t, scheme+"shipping.test:"+port, datasources.Transport{}, Options{Lookup: names.lookup(), LookEvery: 50 * time.Millisecond})
			areCalled := func(want ...bool) func() bool {
				return func() bool {
					for _, b := range all {
						b.calls.Store(0)
					}
					c.many(t, 12)
					var got []bool
					for _, b := range all {
						got = append(got, b.calls.Load() > 0)
					}
					return slices.Equal(got, want)
				}
			}
			until(t, "the two are called", areCalled(true, true, false))
			names.set("shipping.test", "127.0.0.2", "127.0.0.3")
			until(t, "one is left, and another is called", areCalled(false, true, true))
			names.set("shipping.test")
			<-time.After(120 * time.Millisecond)
			until(t, "what was found last is used while nothing is found", areCalled(false, true, true))
		})
	}
}

func TestServerThatMovesIsFoundWhenItsConnectionIsLost(t *testing.T) {
	t.Parallel()
	one := run(t, "127.0.0.1:0")
	two := runBeside(t, one, "127.0.0.2")
	names := runNames(t, map[string][]string{"shipping.test": {"127.0.0.1"}})
	_, port, _ := net.SplitHostPort(one.address)
	c := callerOf(t, "grpc://shipping.test:"+port, datasources.Transport{}, Options{Lookup: names.lookup(), LookEvery: time.Hour})
	c.many(t, 1)
	names.set("shipping.test", "127.0.0.2")
	one.kill()
	until(t, "it is found", func() bool { return c.call(t.Context(), t) == nil && two.calls.Load() > 0 })
}

func TestNameThatIsNotThereIsSaidAndFoundLater(t *testing.T) {
	t.Parallel()
	b := run(t, "127.0.0.1:0")
	_, port, _ := net.SplitHostPort(b.address)
	names := runNames(t, map[string][]string{})
	c := callerOf(t, "grpc://nowhere.test:"+port, datasources.Transport{}, Options{Lookup: names.lookup()})
	e := failed(t, c.call(t.Context(), t), datasources.CodeHTTPClient, "Connector error: host not found")
	if !strings.Contains(e.Error(), "nowhere.test") {
		t.Errorf("the operator is not told the name: %v", e)
	}
	names.set("nowhere.test", "127.0.0.1")
	until(t, "it is found", func() bool { return c.call(t.Context(), t) == nil })
}

func TestNameOfThisMachineIsFoundByEitherFamily(t *testing.T) {
	t.Parallel()
	b := run(t, "127.0.0.1:0")
	_, port, _ := net.SplitHostPort(b.address)
	c := callerOf(t, "grpc://localhost:"+port, datasources.Transport{}, Options{})
	c.many(t, 10)
	lookup := func(context.Context, string, string) ([]netip.Addr, error) {
		return []netip.Addr{netip.IPv6Loopback(), netip.MustParseAddr("127.0.0.1")}, nil
	}
	c = callerOf(t, "grpc://both.test:"+port, datasources.Transport{}, Options{Lookup: lookup})
	c.many(t, 10)
	c = callerOf(t, "grpc://both.test:"+port, datasources.Transport{Addresses: datasources.IPv6Only}, Options{Lookup: lookup})
	if err := c.call(t.Context(), t); err == nil {
		t.Error("an IPv4 address was used")
	}
}

func TestFamilyOfTheFirstAddressIsBalanced(t *testing.T) {
	t.Parallel()
	addrs := func(texts ...string) []netip.Addr {
		var all []netip.Addr
		for _, text := range texts {
			all = append(all, netip.MustParseAddr(text))
		}
		return all
	}
	for name, c := range map[string]struct {
		found []netip.Addr
		want  [][]netip.Addr
	}{
		"nothing":     {nil, [][]netip.Addr{}},
		"one family":  {addrs("10.0.0.2", "10.0.0.1"), [][]netip.Addr{addrs("10.0.0.1"), addrs("10.0.0.2")}},
		"written out": {addrs("::ffff:10.0.0.1", "10.0.0.2"), [][]netip.Addr{addrs("10.0.0.1"), addrs("10.0.0.2")}},
		"both": {
			addrs("10.0.0.2", "fd00::2", "fd00::1", "10.0.0.1"),
			[][]netip.Addr{addrs("10.0.0.1", "fd00::1", "fd00::2"), addrs("10.0.0.2", "fd00::2", "fd00::1")},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, machines(c.found), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestServersOfANameAreBounded(t *testing.T) {
	t.Parallel()
	c := &connection{
		hosts:  []datasources.GRPCHost{{Name: "many.test", Port: "1"}, {Name: "127.0.0.1", Port: "2"}},
		lookup: net.DefaultResolver.LookupNetIP, subchannels: newSubchannels(datasources.GRPCTransport{}),
	}
	f := &follower{connection: c, found: make([][]netip.Addr, 2)}
	for i := range 1000 {
		f.found[0] = append(f.found[0], netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}))
	}
	if n := len(f.endpoints()); n != maxServers {
		t.Errorf("%d servers", n)
	}
}

func TestLookupThatFailsIsNoPanic(t *testing.T) {
	t.Parallel()
	c := callerOf(t, "grpc://odd.test:1", datasources.Transport{}, Options{Lookup: func(context.Context, string, string) ([]netip.Addr, error) {
		return nil, errors.New("odd")
	}})
	failed(t, c.call(t.Context(), t), datasources.CodeHTTPClient, "Connector error: no connection")
	c = callerOf(t, "grpc://none.test:1", datasources.Transport{}, Options{Lookup: func(context.Context, string, string) ([]netip.Addr, error) {
		return nil, nil
	}})
	failed(t, c.call(t.Context(), t), datasources.CodeHTTPClient, "Connector error: host not found")
}
