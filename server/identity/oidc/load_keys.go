package oidc

import (
	"context"
	"fmt"

	"go.uber.org/zap"
)

// run makes a load, after the one before.
func (k *keys) run(ctx context.Context, l, before *load) {
	if before != nil {
		<-before.done
	}
	begins, stop := k.timer(l.begins.Sub(k.now()))
	defer stop()
	select {
	case <-begins:
	case <-ctx.Done():
		k.mu.Lock()
		defer k.mu.Unlock()
		k.end(l, errClosed)
		return
	}
	k.mu.Lock()
	k.next, k.running, k.begun = nil, l, k.now()
	k.mu.Unlock()

	bounded, cancel := context.WithTimeout(ctx, k.issuer.Connection.Timeout)
	defer cancel()
	set, left, err := k.loader.load(bounded)

	k.mu.Lock()
	defer k.mu.Unlock()
	k.tell(set, left, err)
	k.loads++
	if err != nil {
		k.badLoads++
		k.failures, k.failure, k.failed = k.failures+1, err, k.now()
	} else {
		k.failures, k.failure = 0, nil
		k.current.Store(set)
	}
	k.end(l, err)
}

// end says how a load has ended. The caller holds the lock.
func (k *keys) end(l *load, err error) {
	if k.next == l {
		k.next = nil
	}
	if k.running == l {
		k.running = nil
	}
	l.err = err
	close(l.done)
}

// tell logs what is news of a load.
func (k *keys) tell(set *keySet, left []error, err error) {
	log, name := k.log.Load(), zap.String("issuer", k.issuer.Name())
	for _, why := range left {
		log.Debug("a key of an issuer is not used", name, zap.Error(why))
	}
	switch {
	case err == nil && k.failures > 0:
		log.Info("the keys of an issuer are there again", name, zap.Int("keys", len(set.keys)))
	case err == nil:
		log.Debug("the keys of an issuer were loaded", name, zap.Int("keys", len(set.keys)))
	case k.failures == 0:
		log.Warn("the keys of an issuer cannot be loaded", name, zap.String("problem", shortened(err.Error(), maxCause)),
			zap.Bool("older_are_used", k.current.Load() != nil))
	default:
		log.Debug("the keys of an issuer still cannot be loaded", name, zap.String("problem", shortened(err.Error(), maxCause)))
	}
}

// wait waits for a load. Where it begins too late for that, or too many wait, it tells so at once.
func (k *keys) wait(ctx context.Context, l *load) *reason {
	limit, now := k.issuer.Connection.Timeout, k.now()
	if ahead := l.begins.Sub(now); ahead > limit {
		k.mu.Lock()
		defer k.mu.Unlock()
		return unavailable(ahead, fmt.Errorf("the issuer %s is not to be reached: %w", k.issuer.Name(), k.failure))
	}
	if k.waiting.Add(1) > maxWaiting {
		k.waiting.Add(-1)
		return unavailable(0, fmt.Errorf("%d requests wait for the keys of %s", maxWaiting, k.issuer.Name()))
	}
	defer k.waiting.Add(-1)
	late, stop := k.timer(limit + max(0, l.begins.Sub(now)))
	defer stop()
	select {
	case <-l.done:
		if l.err != nil {
			return unavailable(0, fmt.Errorf("the issuer %s is not to be reached: %w", k.issuer.Name(), l.err))
		}
		return nil
	case <-late:
		return unavailable(0, fmt.Errorf("the keys of %s have not come in time", k.issuer.Name()))
	case <-ctx.Done():
		return unavailable(0, fmt.Errorf("waiting for the keys of %s: %w", k.issuer.Name(), ctx.Err()))
	}
}
