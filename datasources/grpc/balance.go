package grpc

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"google.golang.org/grpc/balancer"
	"google.golang.org/grpc/balancer/endpointsharding"
	"google.golang.org/grpc/balancer/pickfirst"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/resolver"
)

// policyName is what the library calls our policy. Its own ones choose a connection without knowing how many streams a server allows on it, and
// a call that was given to a full one waits there while others are free.
const policyName = "weft_subchannels"

//nolint:gochecknoinits // the library's registry of policies is filled while the program starts, and names are the only way to choose one
func init() { balancer.Register(policyBuilder{}) }

type policyBuilder struct{}

var _ balancer.Builder = policyBuilder{}

// Name implements balancer.Builder.
func (policyBuilder) Name() string { return policyName }

// Build implements balancer.Builder.
func (policyBuilder) Build(cc balancer.ClientConn, options balancer.BuildOptions) balancer.Balancer {
	p := &policy{ClientConn: cc}
	p.Balancer = endpointsharding.NewBalancer(p, options, balancer.Get(pickfirst.Name).Build, endpointsharding.Options{})
	return p
}

// policy chooses a subchannel for each call. Making, losing and watching connections is left to the library: one of its balancers has each endpoint.
type policy struct {
	balancer.Balancer
	balancer.ClientConn

	mu          sync.Mutex
	subchannels *subchannels
	// last is what the library's balancers have told last.
	last balancer.State
}

var (
	_ balancer.Balancer   = (*policy)(nil)
	_ balancer.ClientConn = (*policy)(nil)
)

// subchannelsKey finds the subchannels in the resolver's state, subchannelKey the subchannel in an address.
type (
	subchannelsKey struct{}
	subchannelKey  struct{}
)

// UpdateClientConnState implements balancer.Balancer.
func (p *policy) UpdateClientConnState(s balancer.ClientConnState) error {
	if all, ok := s.ResolverState.Attributes.Value(subchannelsKey{}).(*subchannels); ok {
		p.mu.Lock()
		p.subchannels = all
		p.mu.Unlock()
		all.policy.Store(p)
	}
	return p.Balancer.UpdateClientConnState(balancer.ClientConnState{
		// What the health service says of a server counts like its connection.
		ResolverState: pickfirst.EnableHealthListener(s.ResolverState),
	})
}

// UpdateState implements balancer.ClientConn: the balancers of the endpoints tell how they are.
func (p *policy) UpdateState(s balancer.State) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = s
	p.publish()
}

// refresh lets the calls that wait choose again.
func (p *policy) refresh() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.last.Picker != nil {
		p.publish()
	}
}

// publish gives the library a picker. The lock is held.
func (p *policy) publish() {
	s := p.last
	if s.ConnectivityState == connectivity.Ready {
		s.Picker = p.picker(endpointsharding.ChildStatesFromPicker(s.Picker))
	} else {
		s.Picker = unready{s.Picker}
	}
	p.ClientConn.UpdateState(s)
}

func (p *policy) picker(children []endpointsharding.ChildState) *picker {
	made := &picker{subchannels: p.subchannels}
	for _, child := range children {
		made.count = max(made.count, int32(subchannelOf(child.Endpoint).number)+1)
	}
	// newest is how many of those that were added last are ready, less those that may become so.
	newest := 0
	for _, child := range children {
		l := subchannelOf(child.Endpoint)
		step := 0
		switch child.State.ConnectivityState {
		case connectivity.Ready:
			made.ready = append(made.ready, readySubchannel{l, child.State.Picker})
			step = 1
		case connectivity.Connecting, connectivity.Idle:
			step = -1
		case connectivity.TransientFailure, connectivity.Shutdown:
		}
		if int32(l.number) == made.count-1 {
			newest += step
		}
	}
	made.isGrowing = newest < 0
	// Neighbours are of different addresses.
	slices.SortFunc(made.ready, func(a, b readySubchannel) int {
		return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.key, b.key))
	})
	return made
}

// subchannelOf returns the subchannel that the resolver has made of an endpoint.
func subchannelOf(e resolver.Endpoint) *subchannel {
	l, _ := e.Addresses[0].Attributes.Value(subchannelKey{}).(*subchannel)
	return l
}

// noConnection begins the errors of calls that no connection was found for.
const noConnection = "no connection: "

// unready is the picker while no subchannel is ready: calls wait as long as one may become so, or fail.
type unready struct{ balancer.Picker }

// Pick implements balancer.Picker.
func (u unready) Pick(info balancer.PickInfo) (balancer.PickResult, error) {
	result, err := u.Picker.Pick(info)
	if err != nil && err != balancer.ErrNoSubConnAvailable { //nolint:errorlint // the library compares it so
		err = fmt.Errorf("%s%w", noConnection, err)
	}
	return result, err
}
