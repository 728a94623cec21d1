package datasources

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// Pool keeps the live sources of all generations. Sources with equal settings are one: a reload that leaves a source as it
// was keeps its connections and the state of its limits. A Pool is safe for concurrent use.
type Pool struct {
	open map[Kind]Open

	mu      sync.Mutex
	entries map[string]*entry // by the settings' canonical text
	closed  bool
	opening sync.WaitGroup
}

// entry is one live source, or one that is being opened. Its fields but refs are written before ready is closed and read
// after that; refs belongs to the pool's lock.
type entry struct {
	key    string
	refs   int
	cancel context.CancelFunc // gives up the opening
	ready  chan struct{}
	source *guardedSource
	err    error
}

// Lease is the right to use a pooled source until Release.
type Lease struct {
	pool    *Pool
	entry   *entry
	release sync.Once
}

var errPoolClosed = errors.New("the pool of sources is closed")

// NewPool returns an empty pool that opens sources of each kind with the function given for it. The map is not changed
// afterwards, neither by the pool nor by the caller.
func NewPool(open map[Kind]Open) *Pool {
	return &Pool{open: open, entries: map[string]*entry{}}
}

// Acquire returns a lease of the source with these settings and opens it when nobody holds one. Concurrent calls for equal
// settings open once and share the error when that fails; a later call tries anew. The opening lasts as long as
// somebody waits for it: a caller whose context ends does not take the source from the others.
//
// The bindings of a pooled source are guarded by the limits that its settings name (see Guard); these are shared by all leases.
func (p *Pool) Acquire(ctx context.Context, s Settings) (*Lease, error) {
	e, err := p.join(ctx, s)
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
		return nil, fmt.Errorf("source %q: %w", s.Name, e.err)
	}
	return &Lease{pool: p, entry: e}, nil
}

// Source returns the leased source. It must not be used after Release.
func (l *Lease) Source() Source { return l.entry.source }

// Release gives the source back; the last one closes it. Further calls do nothing.
func (l *Lease) Release() {
	l.release.Do(func() { l.pool.leave(l.entry) })
}

// Close closes all sources, whoever still holds a lease, waits for openings to give up, and makes Acquire fail from now on.
func (p *Pool) Close() error {
	p.mu.Lock()
	p.closed = true
	entries := p.entries
	p.entries = map[string]*entry{}
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

// join counts the caller in at the entry for the settings, and starts the opening when it is the first.
func (p *Pool) join(ctx context.Context, s Settings) (*entry, error) {
	open := p.open[s.Kind]
	if open == nil {
		return nil, fmt.Errorf("source %q: no %s sources in this program", s.Name, s.Kind)
	}
	key := s.Canonical()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, errPoolClosed
	}
	e := p.entries[key]
	if e == nil {
		// The opening keeps the first caller's values (tracing), but not its end.
		openCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
		e = &entry{key: key, cancel: cancel, ready: make(chan struct{})}
		p.entries[key] = e
		p.opening.Go(func() { p.run(openCtx, open, s, e) })
	}
	e.refs++
	return e, nil
}

// run opens the entry's source.
func (p *Pool) run(ctx context.Context, open Open, s Settings, e *entry) {
	source, err := openGuarded(ctx, open, s)
	p.mu.Lock()
	abandoned := e.refs == 0
	if err != nil || abandoned {
		p.forget(e)
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
	if p.entries[e.key] != e {
		return false
	}
	delete(p.entries, e.key)
	return true
}
