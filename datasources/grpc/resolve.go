package grpc

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"time"

	"google.golang.org/grpc/attributes"
	"google.golang.org/grpc/resolver"
)

// resolverScheme begins the targets of our connections, which never leave this package.
const resolverScheme = "weft"

// numberSeparator stands between an address and the number of a subchannel to it, from the second one on: the library makes one connection for each
// text.
const numberSeparator = "#"

// Times of looking names up. They are looked up again while they are used, and when a connection is lost, since a server may have moved.
const (
	lookEvery   = 30 * time.Second
	lookAtMost  = time.Second
	lookTimeout = 10 * time.Second
)

// builder makes the resolver of a connection.
type builder struct{ connection *connection }

var _ resolver.Builder = builder{}

// Scheme implements resolver.Builder.
func (builder) Scheme() string { return resolverScheme }

// Build implements resolver.Builder.
func (b builder) Build(_ resolver.Target, cc resolver.ClientConn, _ resolver.BuildOptions) (resolver.Resolver, error) {
	ctx, cancel := context.WithCancel(context.Background())
	f := &follower{
		connection: b.connection, cc: cc, cancel: cancel,
		found: make([][]netip.Addr, len(b.connection.hosts)), findings: make(chan []finding, 1), again: make(chan struct{}, 1),
	}
	b.connection.subchannels.count.Store(1) // nothing is in flight: this is the first use, or the first after a while
	f.publish()
	f.tasks.Go(func() { f.run(ctx) })
	return f, nil
}

// follower tells the library the addresses of a back end, as they change, with as many subchannels to each as are needed.
type follower struct {
	connection *connection
	cc         resolver.ClientConn
	cancel     context.CancelFunc
	tasks      sync.WaitGroup
	// found are the addresses of each host that is a name; those that were found last, if they are not found any more.
	found [][]netip.Addr
	// findings are those of one lookup of all names; again asks for one.
	findings chan []finding
	again    chan struct{}
	// isLooking tells that an lookup is on its way; looked is when the last lookup began.
	isLooking bool
	looked    time.Time
	soon      *time.Timer
	// told are the keys that the library was told last.
	told []string
}

var _ resolver.Resolver = (*follower)(nil)

// finding is what was found for one host.
type finding struct {
	host  int
	addrs []netip.Addr
	err   error
}

// ResolveNow implements resolver.Resolver: a connection was lost.
func (f *follower) ResolveNow(resolver.ResolveNowOptions) {
	select {
	case f.again <- struct{}{}:
	default:
	}
}

// Close implements resolver.Resolver.
func (f *follower) Close() {
	f.cancel()
	f.tasks.Wait()
}

func (f *follower) run(ctx context.Context) {
	tick := time.NewTicker(f.connection.every)
	defer tick.Stop()
	f.soon = time.NewTimer(0)
	defer f.soon.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-f.soon.C:
			f.look(ctx)
		case <-f.again:
			f.lookSoon()
		case findings := <-f.findings:
			f.take(findings)
		case <-f.connection.subchannels.more:
			if f.connection.subchannels.grow() {
				f.publish()
			}
		case <-tick.C:
			f.look(ctx)
			if f.connection.subchannels.shrink(len(f.endpoints())) {
				f.publish()
			}
		}
	}
}

// lookSoon looks all names up, but not sooner than a while after the last time.
func (f *follower) lookSoon() {
	if !f.isLooking {
		f.soon.Reset(max(0, lookAtMost-time.Since(f.looked)))
	}
}

// look looks all names up, aside.
func (f *follower) look(ctx context.Context) {
	var names []int
	for i := range f.connection.hosts {
		if f.isName(i) {
			names = append(names, i)
		}
	}
	if f.isLooking || len(names) == 0 {
		return
	}
	f.isLooking, f.looked = true, time.Now()
	f.tasks.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, lookTimeout)
		defer cancel()
		findings := make([]finding, len(names))
		var all sync.WaitGroup
		for i, n := range names {
			all.Go(func() {
				addrs, err := f.connection.lookup(ctx, f.connection.network, f.connection.hosts[n].Name)
				findings[i] = finding{n, addrs, err}
			})
		}
		all.Wait()
		f.findings <- findings // there is room: one is on its way at a time
	})
}

// isName tells that a host has to be looked up.
func (f *follower) isName(i int) bool {
	_, isIP := f.connection.hosts[i].IP()
	return !isIP && f.connection.lookup != nil
}

// take keeps what was found.
func (f *follower) take(findings []finding) {
	f.isLooking = false
	var errs []error
	for _, a := range findings {
		if a.err == nil && len(a.addrs) == 0 {
			a.err = &net.DNSError{Err: "no address", Name: f.connection.hosts[a.host].Name, IsNotFound: true}
		}
		if a.err != nil {
			f.connection.lose(dialTrouble(a.err), a.err)
			errs = append(errs, a.err)
			continue
		}
		f.found[a.host] = a.addrs
	}
	f.publish()
	if len(f.told) == 0 {
		f.cc.ReportError(fmt.Errorf("%s%w", noConnection, errors.Join(errs...)))
		f.lookSoon()
	}
}

// publish tells the library the addresses if they have changed.
func (f *follower) publish() {
	var (
		all   = f.connection.subchannels
		state = resolver.State{Attributes: attributes.New(subchannelsKey{}, all)}
		keys  []string
		kept  = map[string]bool{}
	)
	endpoints := f.endpoints()
	for number := range int(all.count.Load()) {
		for _, e := range endpoints {
			key := numbered(e[0].Addr, number)
			if kept[key] {
				continue
			}
			kept[key] = true
			l := all.of(key, number)
			var endpoint resolver.Endpoint
			for _, a := range e {
				a.Addr, a.Attributes = numbered(a.Addr, number), attributes.New(subchannelKey{}, l)
				endpoint.Addresses = append(endpoint.Addresses, a)
				keys = append(keys, a.Addr)
			}
			state.Endpoints = append(state.Endpoints, endpoint)
		}
	}
	if len(keys) == 0 || slices.Equal(keys, f.told) {
		return
	}
	f.told = keys
	all.keep(kept)
	// The library looks again for itself if it does not like the state, and calls ResolveNow.
	_ = f.cc.UpdateState(state)
}

func numbered(address string, number int) string {
	if number == 0 {
		return address
	}
	return address + numberSeparator + strconv.Itoa(number)
}
