package datasources

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// Pool keeps the live sources of all generations. Sources with equal settings, whose contracts are as they were, are one: a reload that
// leaves a source as it was keeps its connections and the state of its limits. A Pool is safe for concurrent use.
type Pool struct {
	open map[Kind]Open

	mu sync.Mutex
	// entries are by the settings' canonical text. Those with one text differ in what they have read; the last is the one acquired last.
	entries map[string][]*entry
	// failed are the contracts of sources that could not be opened, by the settings' canonical text.
	failed  map[string]*contractReads
	closed  bool
	opening sync.WaitGroup
}

// entry is one live source, or one that is being opened. Its fields are written before ready is closed and read after that, but for refs and
// isOld, which belong to the pool's lock.
type entry struct {
	key  string
	refs int
	// isOld tells that the contract is to be fetched again: the source is what is left if that fails.
	isOld    bool
	isRemote bool
	reads    contractReads
	cancel   context.CancelFunc // gives up the opening
	ready    chan struct{}
	source   *guardedSource
	err      error
}

// isReady tells that the source was opened, or that this failed.
func (e *entry) isReady() bool {
	select {
	case <-e.ready:
		return true
	default:
		return false
	}
}

// Lease is the right to use a pooled source until Release.
type Lease struct {
	pool     *Pool
	entry    *entry
	outdated error
	release  sync.Once
}

var errPoolClosed = errors.New("the pool of sources is closed")

// NewPool returns an empty pool that opens sources of each kind with the function given for it. The map is not changed
// afterwards, neither by the pool nor by the caller.
func NewPool(open map[Kind]Open) *Pool {
	return &Pool{open: open, entries: map[string][]*entry{}, failed: map[string]*contractReads{}}
}

// Acquire returns a lease of the source with these settings and opens it when nobody holds one, or when the files of its contract have
// changed since. Concurrent calls for equal settings open once and share the error when that fails; a later call tries anew. The opening
// lasts as long as somebody waits for it: a caller whose context ends does not take the source from the others.
//
// The bindings of a pooled source are guarded by the limits that its settings name (see Guard); these are shared by all leases.
func (p *Pool) Acquire(ctx context.Context, s Settings) (*Lease, error) {
	key := s.Canonical()
	e, err := p.join(ctx, key, s)
	if err != nil {
		return nil, err
	}
	select {
	case <-e.ready:
	case <-ctx.Done():
		p.leave(e)
		return nil, fmt.Errorf("source %q: %w", s.Name, ctx.Err())
	}
	if e.err != nil {
		p.leave(e)
		if old := p.joinOld(key); old != nil {
			return &Lease{pool: p, entry: old, outdated: e.err}, nil
		}
		return nil, fmt.Errorf("source %q: %w", s.Name, e.err)
	}
	return &Lease{pool: p, entry: e}, nil
}

// Source returns the leased source. It must not be used after Release.
func (l *Lease) Source() Source { return l.entry.source }

// Outdated is why a contract that was to be fetched again could not be: the source goes on with the one that it has. It is nil for a source
// that is as it should be.
func (l *Lease) Outdated() error { return l.outdated }

// Release gives the source back; the last one closes it. Further calls do nothing.
func (l *Lease) Release() {
	l.release.Do(func() { l.pool.leave(l.entry) })
}

// Close closes all sources, whoever still holds a lease, waits for openings to give up, and makes Acquire fail from now on.
func (p *Pool) Close() error {
	p.mu.Lock()
	p.closed = true
	var entries []*entry
	for _, some := range p.entries {
		entries = append(entries, some...)
	}
	p.entries = map[string][]*entry{}
	p.mu.Unlock()

	for _, e := range entries {
		e.cancel()
	}
	p.opening.Wait()
	var errs []error
	for _, e := range entries {
		if e.source != nil {
			errs = append(errs, e.source.Close())
		}
	}
	return errors.Join(errs...)
}

// join counts the caller in at an entry for the settings whose contract is as it was, and starts the opening of one when there is none.
func (p *Pool) join(ctx context.Context, key string, s Settings) (*entry, error) {
	open := p.open[s.Kind]
	if open == nil {
		return nil, fmt.Errorf("source %q: no %s sources in this program", s.Name, s.Kind)
	}
	changed := map[*entry]bool{}
	for {
		p.mu.Lock()
		if p.closed {
			p.mu.Unlock()
			return nil, errPoolClosed
		}
		e := p.candidate(key, changed)
		if e == nil {
			e = p.begin(ctx, open, key, s)
		}
		e.refs++
		p.mu.Unlock()
		// Files are not read under the lock, and not for a source that is just being opened.
		if isLive := e.isReady() && e.err == nil; !isLive || !e.reads.haveChanged() {
			return e, nil
		}
		changed[e] = true
		p.leave(e)
	}
}

// candidate returns the youngest entry that may be joined, or nil, and makes it the last of its list. The pool's lock is held.
func (p *Pool) candidate(key string, changed map[*entry]bool) *entry {
	entries := p.entries[key]
	for i, e := range slices.Backward(entries) {
		if !e.isOld && !changed[e] {
			copy(entries[i:], entries[i+1:])
			entries[len(entries)-1] = e
			return e
		}
	}
	return nil
}

// begin starts the opening of a source. The pool's lock is held.
func (p *Pool) begin(ctx context.Context, open Open, key string, s Settings) *entry {
	// The opening keeps the first caller's values (tracing), but not its end.
	openCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	e := &entry{key: key, isRemote: s.HasRemoteContract(), cancel: cancel, ready: make(chan struct{})}
	p.entries[key] = append(p.entries[key], e)
	p.opening.Go(func() { p.run(openCtx, open, e.reads.recording(s), e) })
	return e
}

// run opens the entry's source.
func (p *Pool) run(ctx context.Context, open Open, s Settings, e *entry) {
	source, err := openGuarded(ctx, open, s)
	p.mu.Lock()
	abandoned := e.refs == 0
	if err != nil || abandoned {
		p.forget(e)
	}
	if delete(p.failed, e.key); err != nil {
		p.failed[e.key] = &e.reads
	}
	if err == nil && !abandoned {
		e.source = source
	}
	e.err = err
	close(e.ready)
	p.mu.Unlock()
	if err == nil && abandoned {
		// Everybody gave up while the source came up after all; there is nobody to tell of an error.
		_ = source.Close()
	}
}

// openGuarded opens a source whose bindings are guarded. A panic while a contract is loaded must not end the process: it
// becomes an error of this source.
func openGuarded(ctx context.Context, open Open, s Settings) (guarded *guardedSource, err error) {
	defer containPanic(&err)
	source, err := open(ctx, s)
	if err != nil {
		return nil, err
	}
	return guardSource(source, s), nil
}

// leave counts a caller out, and closes the source or gives up its opening when it was the last.
func (p *Pool) leave(e *entry) {
	p.mu.Lock()
	e.refs--
	var last *guardedSource
	if e.refs == 0 {
		e.cancel()
		// After Close the entry is no longer listed, and its source is closed there.
		if p.forget(e) {
			last = e.source
		}
	}
	p.mu.Unlock()
	if last != nil {
		// The source is not used any more: an error while closing idle connections changes nothing.
		_ = last.Close()
	}
}

// forget takes the entry out of the list and tells whether it was there. The pool's lock is held.
func (p *Pool) forget(e *entry) bool {
	i := slices.Index(p.entries[e.key], e)
	if i < 0 {
		return false
	}
	if p.entries[e.key] = slices.Delete(p.entries[e.key], i, i+1); len(p.entries[e.key]) == 0 {
		delete(p.entries, e.key)
	}
	return true
}
