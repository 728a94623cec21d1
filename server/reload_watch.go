package server

import (
	"cmp"
	"context"
	"fmt"
	"runtime/debug"
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
	// Told is called for each reload that changed something or was refused, with the definition. It is also called with Unchanged: when
	// Now has asked, and when what was refused is again as it is served.
	Told func(outcome Outcome, d Definition, diags diag.List, took time.Duration)
}

// Watch reloads the gateway whenever the files of its definition or of its contracts have changed, until ctx is over. A definition with errors
// is told, and nothing else happens until files change again.
func (g *Gateway) Watch(ctx context.Context, w Watcher) {
	files, last := g.current.Load().definition.Files, ""
	for isAsked := false; ; {
		// Signatures are made before files are read, so that no change falls between the two. The files of a contract are only known when
		// they have been read: then the set has another signature, and everything is looked at once more.
		seen := files.With(g.pool.Contracts()...).Signature()
		files, last = g.reload(ctx, w, files, last, isAsked)
		isAsked = g.wait(ctx, w, files.With(g.pool.Contracts()...), seen)
		if ctx.Err() != nil {
			return
		}
	}
}

// wait waits for a change, or until ctx is over; it tells whether somebody has asked instead.
func (g *Gateway) wait(ctx context.Context, w Watcher, set watch.Set, seen watch.Signature) (isAsked bool) {
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
		return true
	}
	return false
}

// reload loads the definition and returns its files, which were others before. Why it was refused is returned as text, and not told again when
// it has been the last time.
func (g *Gateway) reload(ctx context.Context, w Watcher, files watch.Set, last string, isAsked bool) (watch.Set, string) {
	start := time.Now()
	d, outcome, diags := g.attempt(ctx, w, files)
	if ctx.Err() != nil {
		return d.Files, ""
	}
	refused := ""
	if outcome == Refused {
		refused = fmt.Sprint(diags)
	}
	if outcome == Replaced || refused != last || isAsked {
		w.Told(outcome, d, diags, time.Since(start))
	}
	return d.Files, refused
}

// attempt loads the definition and reloads. A definition that makes something panic is refused like any other that is wrong: what is served
// is served on, and what was looked at is looked at on.
func (g *Gateway) attempt(ctx context.Context, w Watcher, files watch.Set) (d Definition, outcome Outcome, diags diag.List) {
	outcome, d.Files = Refused, files
	defer func() {
		if p := recover(); p != nil {
			outcome = Refused
			diags.Errorf(codeGateway, diag.Span{}, "internal error, please report it: %v\n%s", p, debug.Stack())
			g.note(outcome, diags)
		}
	}()
	loaded, diags := w.Load()
	d = loaded
	if diags.HasErrors() {
		g.note(outcome, diags)
		return d, outcome, diags
	}
	outcome, found := g.Reload(ctx, d)
	diags.Add(found...)
	return d, outcome, diags
}
