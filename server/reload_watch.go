package server

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/server/watch"
)

// defaultInterval is the time between two looks at files, where the configuration does not say.
const defaultInterval = time.Second

// Watcher says how a gateway is kept as its files are. All of its fields are set.
type Watcher struct {
	// Load reads the definition anew. Files of it are what was read, even when the diagnostics have errors.
	Load func() (Definition, diag.List)
	// Now makes it look at once, and fetch contracts from the network again. It may be nil.
	Now <-chan struct{}
	// Told is called for each reload that changed something or was refused, with the definition.
	Told func(outcome Outcome, d Definition, diags diag.List, took time.Duration)
}

// Watch reloads the gateway whenever the files of its definition or of its contracts have changed, until ctx is over. A definition with errors
// is told, and nothing else happens until files change again.
func (g *Gateway) Watch(ctx context.Context, w Watcher) {
	files, told := g.current.Load().definition.Files, ""
	for {
		// Signatures are made before files are read, so that no change falls between the two. The files of a contract are only known when
		// they have been read: then the set has another signature, and everything is looked at once more.
		seen := files.With(g.pool.Contracts()...).Signature()
		files, told = g.reload(ctx, w, told)
		if !g.wait(ctx, w, files.With(g.pool.Contracts()...), seen) {
			return
		}
	}
}

// wait waits for a change; it tells whether there was one before ctx was over.
func (g *Gateway) wait(ctx context.Context, w Watcher, set watch.Set, seen watch.Signature) bool {
	waiting, stop := context.WithCancel(ctx)
	defer stop()
	changed := make(chan struct{})
	if c := g.config().Reload; !c.Off {
		go func() {
			defer close(changed)
			_, _ = watch.Changed(waiting, set, seen, cmp.Or(c.Interval, defaultInterval)) // an error is that of the context
		}()
	} else {
		context.AfterFunc(waiting, func() { close(changed) })
	}
	select {
	case <-changed:
	case <-w.Now:
		g.pool.Refetch()
		stop()
		<-changed
	}
	return ctx.Err() == nil
}

// reload loads the definition and returns its files. What it tells is returned as text, and not told again when it has been the last time.
func (g *Gateway) reload(ctx context.Context, w Watcher, last string) (watch.Set, string) {
	start := time.Now()
	d, diags := w.Load()
	outcome := Refused
	if diags.HasErrors() {
		g.note(Refused, diags)
	} else {
		var found diag.List
		outcome, found = g.Reload(ctx, d)
		diags.Add(found...)
	}
	if outcome == Unchanged || ctx.Err() != nil {
		return d.Files, ""
	}
	told := fmt.Sprint(outcome, diags)
	if outcome == Replaced || told != last {
		w.Told(outcome, d, diags, time.Since(start))
	}
	return d.Files, told
}
