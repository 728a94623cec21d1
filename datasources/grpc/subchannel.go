package grpc

import (
	"math"
	"sync"
	"sync/atomic"

	"google.golang.org/grpc/balancer"

	"github.com/weftgraph/weft/datasources"
)

// usualCalls is how many calls one connection carries before another is opened: one connection has one reader and one writer, whatever the
// server allows.
const usualCalls = 32

// subchannel is a place for one connection to one address: the connection may be lost and made again. It is safe for concurrent use.
type subchannel struct {
	// key is the address as the library sees it; number counts the subchannels to one address.
	key    string
	number int
	all    *subchannels
	// allowed is how many streams the server has allowed on the connection (RFC 9113, 6.5.2); 0 means that it has said nothing.
	allowed atomic.Uint32
	// calls are those in flight, streams included; streams are those that may go on for ever.
	calls, streams atomic.Int32
	// doneCall and doneStream count them out. They are kept because they are given to the library with each call.
	doneCall, doneStream func(balancer.DoneInfo)
}

func newSubchannel(key string, number int, all *subchannels) *subchannel {
	l := &subchannel{key: key, number: number, all: all}
	l.doneCall = func(balancer.DoneInfo) {
		l.calls.Add(-1)
		all.wake()
	}
	l.doneStream = func(balancer.DoneInfo) {
		l.streams.Add(-1)
		l.calls.Add(-1)
		all.wake()
	}
	return l
}

// capacity is how many calls the connection carries at the same time.
func (l *subchannel) capacity() int32 {
	allowed := l.allowed.Load()
	if allowed == 0 || allowed > math.MaxInt32 {
		return math.MaxInt32
	}
	return max(1, int32(allowed)-l.all.watched)
}

// streamCapacity is how many of them may be streams: some places are left to calls that end, or a few subscriptions could stop everything.
func (l *subchannel) streamCapacity() int32 {
	capacity := l.capacity()
	if capacity == 1 {
		return 1
	}
	return capacity - max(1, capacity/4)
}

// take counts a call in if no more than limit are then in flight, and the streams are not too many.
func (l *subchannel) take(limit int32, isStream bool) bool {
	if l.calls.Load() >= limit || isStream && l.streams.Load() >= l.streamCapacity() {
		return false // without a write that others would wait for
	}
	if l.calls.Add(1) > limit {
		l.doneCall(balancer.DoneInfo{}) // somebody may have found no place because of this
		return false
	}
	if isStream && l.streams.Add(1) > l.streamCapacity() {
		l.doneStream(balancer.DoneInfo{})
		return false
	}
	return true
}

// done is what ends a call that was counted in.
func (l *subchannel) done(isStream bool) func(balancer.DoneInfo) {
	if isStream {
		return l.doneStream
	}
	return l.doneCall
}

// subchannels are all subchannels of one back end. They are safe for concurrent use.
type subchannels struct {
	balancing datasources.Balancing
	// max bounds the subchannels to one address; watched is how many streams of a connection are not for calls.
	max, watched int32
	// count is how many subchannels there are to each address; more asks the resolver for further ones.
	count atomic.Int32
	more  chan struct{}
	// isCalm tells that there were more than were needed at the last look, and no more since.
	isCalm atomic.Bool
	// turn counts calls, for taking subchannels in turn.
	turn atomic.Uint32
	// isAwaited tells that calls wait for a place on some subchannel; policy is told when there is one.
	isAwaited atomic.Bool
	policy    atomic.Pointer[policy]

	mu    sync.Mutex
	byKey map[string]*subchannel
}

func newSubchannels(t datasources.GRPCTransport) *subchannels {
	l := &subchannels{balancing: t.Balancing, max: int32(t.MaxConnections), more: make(chan struct{}, 1), byKey: map[string]*subchannel{}}
	if l.max <= 0 {
		l.max = datasources.DefaultMaxConnections
	}
	if t.IsHealthChecked() {
		l.watched = 1
	}
	l.count.Store(1)
	return l
}

// canGrow tells that there may be more subchannels.
func (l *subchannels) canGrow() bool { return l.count.Load() < l.max }

// ask asks for more subchannels. It does not wait for them.
func (l *subchannels) ask() {
	select {
	case l.more <- struct{}{}:
	default:
	}
}

// grow doubles the number of subchannels to each address, and tells whether that has changed anything.
func (l *subchannels) grow() bool {
	before := l.count.Load()
	l.count.Store(min(before*2, l.max))
	l.isCalm.Store(false)
	return l.count.Load() != before
}

// shrink takes half of each address's subchannels away, and tells whether it has, if twice of what is in flight had room on the others at two
// looks one after the other. It is called at each look.
func (l *subchannels) shrink(addresses int) bool {
	count := l.count.Load()
	if count == 1 || !l.haveRoom(int64(count/2)*int64(addresses)) {
		l.isCalm.Store(false)
		return false
	}
	if !l.isCalm.Swap(true) {
		return false
	}
	l.count.Store(count / 2)
	return true
}

// haveRoom tells that so many subchannels have room for twice of what is in flight.
func (l *subchannels) haveRoom(count int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	var calls, room int64
	for _, one := range l.byKey {
		calls += int64(one.calls.Load())
		room = max(room, int64(min(one.capacity(), usualCalls)))
	}
	return 2*calls <= room*count
}

// of returns the subchannel with the key.
func (l *subchannels) of(key string, number int) *subchannel {
	l.mu.Lock()
	defer l.mu.Unlock()
	if known := l.byKey[key]; known != nil {
		return known
	}
	made := newSubchannel(key, number, l)
	l.byKey[key] = made
	return made
}

// keep forgets all subchannels but those with the keys. What is in flight on the others is counted on.
func (l *subchannels) keep(keys map[string]bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for key := range l.byKey {
		if !keys[key] {
			delete(l.byKey, key)
		}
	}
}

// wake lets the calls that wait look again.
func (l *subchannels) wake() {
	if !l.isAwaited.Load() || !l.isAwaited.CompareAndSwap(true, false) {
		return
	}
	if p := l.policy.Load(); p != nil {
		p.refresh()
	}
}
