package oidc

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
)

const (
	// maxPause bounds the pause between loads that fail, which is doubled each time.
	maxPause = 15 * time.Second
	// maxWaiting bounds the requests that wait for the keys of one issuer at the same time.
	maxWaiting = 1000
	// maxMissing bounds the keys of which it is remembered that they are not there, and missingTime is how long it is.
	maxMissing  = 1000
	missingTime = 30 * time.Second
)

// keys are the keys of one issuer over time. It is safe for concurrent use.
type keys struct {
	issuer *Issuer
	tasks  *Tasks
	now    func() time.Time
	// timer returns a channel that gets something after a while, and what stops that.
	timer func(time.Duration) (<-chan time.Time, func() bool)
	log   atomic.Pointer[zap.Logger]

	current atomic.Pointer[keySet]
	waiting atomic.Int64

	mu     sync.Mutex
	loader loader
	// next is the load that is to begin, running the one that has begun; nil without one.
	next, running *load
	// begun is when the last load began, failures how many have failed one after the other, the last with failure when it was failed.
	begun    time.Time
	failures int
	failure  error
	failed   time.Time
	// loads counts those that are over, badLoads those of them that have failed.
	loads, badLoads int64
	// missing has when it was found out that there is no key with some name, and no key that has signed some token without one.
	missing map[string]time.Time
}

// load is one load of keys. done is closed when it is over, with err if it has failed.
type load struct {
	begins time.Time
	done   chan struct{}
	err    error
}

func newKeys(i *Issuer, tasks *Tasks, now func() time.Time) *keys {
	k := &keys{issuer: i, tasks: tasks, now: now, timer: startTimer, missing: map[string]time.Time{}}
	k.loader = loader{issuer: i, client: tasks.client(i.Connection, 0), now: now} // the next request is minutes away
	k.log.Store(zap.NewNop())
	return k
}

func startTimer(d time.Duration) (<-chan time.Time, func() bool) {
	t := time.NewTimer(d)
	return t.C, t.Stop
}

// start has the keys loaded if there are none, and gives a log.
func (k *keys) start(log *zap.Logger) {
	k.log.Store(log)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.current.Load() == nil && k.running == nil {
		k.plan(k.now())
	}
}

// errClosed is why nothing is loaded any more.
var errClosed = errors.New("the server stops")

// errOutdated is why keys are not used any more.
var errOutdated = errors.New("the issuer has not been reached for too long")

// get returns the keys as far as they may be used now. Those that are old are loaded, in the background if they may be used until then.
func (k *keys) get(ctx context.Context) (*keySet, *reason) {
	set, now := k.current.Load(), k.now()
	if set != nil && now.Before(set.fresh) {
		return set, nil
	}
	if set == nil || !now.Before(set.loaded.Add(k.issuer.MaxStale)) {
		return k.await(ctx)
	}
	// Nobody has asked for a time: what was taken out since then must not count. While an issuer is down nobody waits.
	isIdle := now.Sub(set.loaded) >= 2*set.fresh.Sub(set.loaded)
	k.mu.Lock()
	isIdle = isIdle && k.failures == 0
	k.plan(now)
	k.mu.Unlock()
	if isIdle {
		if newer, why := k.await(ctx); why == nil {
			return newer, nil
		}
	}
	return set, nil
}

// await returns keys that are loaded now.
func (k *keys) await(ctx context.Context) (*keySet, *reason) {
	k.mu.Lock()
	l := k.running
	if l == nil {
		l = k.plan(k.now())
	}
	k.mu.Unlock()
	if why := k.wait(ctx, l); why != nil {
		return nil, why
	}
	if set := k.current.Load(); set != nil && k.now().Before(set.loaded.Add(k.issuer.MaxStale)) {
		return set, nil
	}
	return nil, unavailable(0, errOutdated) // unreachable but for clocks that jump
}

// newer returns the keys after a load that begins from now on, for a token whose key is not there. It is nil if it is known since a short
// while that there is no such key; name stands for the key.
func (k *keys) newer(ctx context.Context, name string) (*keySet, *reason) {
	now := k.now()
	k.mu.Lock()
	if at, ok := k.missing[name]; ok && now.Sub(at) < missingTime {
		k.mu.Unlock()
		return nil, nil
	}
	l := k.plan(now)
	k.mu.Unlock()
	if why := k.wait(ctx, l); why != nil {
		return nil, why
	}
	return k.current.Load(), nil
}

// miss notes that there is no key.
func (k *keys) miss(name string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	if len(k.missing) >= maxMissing {
		for other, at := range k.missing {
			if now.Sub(at) >= missingTime || len(k.missing) >= maxMissing {
				delete(k.missing, other)
			}
		}
	}
	k.missing[name] = now
}

// plan has keys loaded as soon as may be, by a load that has not begun. The caller holds the lock.
func (k *keys) plan(now time.Time) *load {
	if k.next != nil {
		return k.next
	}
	pause := k.issuer.Cooldown
	if k.failures > 0 {
		pause = min(max(pause<<min(k.failures-1, 10), pause), max(pause, maxPause))
	}
	l := &load{begins: now, done: make(chan struct{})}
	if earliest := k.begun.Add(pause); !k.begun.IsZero() && earliest.After(now) {
		l.begins = earliest
	}
	k.next = l
	before := k.running
	if !k.tasks.run(func(ctx context.Context) { k.run(ctx, l, before) }) {
		k.end(l, errClosed)
	}
	return l
}
