package grpc

import (
	"context"
	"math"
	"math/rand/v2"

	"google.golang.org/grpc/balancer"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftgraph/weft/datasources"
)

// endlessKey marks the contexts of streams that may go on for ever.
type endlessKey struct{}

// withEndless marks the context of a stream that may go on for ever, so that it leaves room for calls that end.
func withEndless(ctx context.Context) context.Context {
	return context.WithValue(ctx, endlessKey{}, true)
}

// noPlace is the error of a stream that no connection has a place for.
const noPlace = "no place for another stream"

// readySubchannel is a subchannel that has a connection.
type readySubchannel struct {
	*subchannel
	// picker is that of the library, which gives the connection.
	picker balancer.Picker
}

// picker chooses among the subchannels that are ready. It is immutable, and safe for concurrent use.
type picker struct {
	subchannels *subchannels
	ready       []readySubchannel // at least one
	// isGrowing tells that most of the subchannels that were added last are about to become ready; count is how many there are to each address, ready or not.
	isGrowing bool
	count     int32
}

// areMoreComing tells that there will be a picker with more subchannels.
func (p *picker) areMoreComing() bool { return p.isGrowing || p.subchannels.count.Load() > p.count }

var _ balancer.Picker = (*picker)(nil)

// Pick implements balancer.Picker. It takes no lock.
func (p *picker) Pick(info balancer.PickInfo) (balancer.PickResult, error) {
	isStream := info.Ctx.Value(endlessKey{}) != nil
	start := int(p.subchannels.turn.Add(1))
	if p.subchannels.balancing == datasources.LeastRequest {
		start = p.lighter()
	}
	if i := p.take(start, usualCalls, isStream); i >= 0 {
		return p.give(i, info, isStream)
	}
	isWaiting := p.areMoreComing()
	if !isWaiting && p.subchannels.canGrow() {
		p.subchannels.ask()
		isWaiting = true
	}
	if i := p.takeLightest(isStream); i >= 0 {
		return p.give(i, info, isStream)
	}
	if isStream && !isWaiting && p.areStreamsFull() {
		return balancer.PickResult{}, status.Error(codes.ResourceExhausted, noPlace)
	}
	p.subchannels.isAwaited.Store(true)
	// A place may have become free just before somebody was told to say so.
	if i := p.takeLightest(isStream); i >= 0 {
		return p.give(i, info, isStream)
	}
	return balancer.PickResult{}, balancer.ErrNoSubConnAvailable
}

// take counts the call in at the first subchannel from start on with room below limit, and returns its index, or -1.
func (p *picker) take(start int, limit int32, isStream bool) int {
	n := len(p.ready)
	for i := range n {
		i = int(uint(start+i) % uint(n))
		if p.ready[i].take(min(limit, p.ready[i].capacity()), isStream) {
			return i
		}
	}
	return -1
}

// takeLightest counts the call in at the subchannel with the fewest calls, or at another that has room, and returns its index, or -1.
func (p *picker) takeLightest(isStream bool) int {
	return p.take(p.lightest(), math.MaxInt32, isStream)
}

// lightest is the index of the subchannel with the fewest calls in flight.
func (p *picker) lightest() int {
	least := 0
	for i := range p.ready {
		if p.ready[i].calls.Load() < p.ready[least].calls.Load() {
			least = i
		}
	}
	return least
}

// lighter is the index of the one with fewer calls in flight of two subchannels that are drawn.
func (p *picker) lighter() int {
	n := len(p.ready)
	i, k := rand.IntN(n), rand.IntN(n)
	if p.ready[k].calls.Load() < p.ready[i].calls.Load() {
		return k
	}
	return i
}

// areStreamsFull tells that no subchannel has a place for a stream, even if all calls were over.
func (p *picker) areStreamsFull() bool {
	for i := range p.ready {
		if p.ready[i].streams.Load() < p.ready[i].streamCapacity() {
			return false
		}
	}
	return true
}

// give returns the connection of a subchannel at which the call is counted in.
func (p *picker) give(i int, info balancer.PickInfo, isStream bool) (balancer.PickResult, error) {
	result, err := p.ready[i].picker.Pick(info)
	done := p.ready[i].done(isStream)
	if err != nil {
		done(balancer.DoneInfo{})
		return result, err
	}
	if inner := result.Done; inner != nil {
		result.Done = func(d balancer.DoneInfo) {
			inner(d)
			done(d)
		}
		return result, nil
	}
	result.Done = done
	return result, nil
}
