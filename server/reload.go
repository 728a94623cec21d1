package server

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/weftgraph/weft/datasources/gosource"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/model"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server/config"
)

// Outcome is what became of a reload.
type Outcome uint8

// The outcomes.
const (
	// Unchanged definitions and contracts cost nothing, and change nothing.
	Unchanged Outcome = iota
	// Replaced means that new requests get what was loaded.
	Replaced
	// Refused means that the diagnostics have errors; what was served is served on.
	Refused
)

// DefaultDrain is how long streams go on with what has been replaced, where the configuration does not say.
const DefaultDrain = time.Minute

// warmPlans is how many plans are made before a generation takes over: those that the one before uses most.
const warmPlans = 200

// Reload makes the gateway serve another definition, whose executables are those of the one before. It is built and checked beside what is
// served, and takes over at once: requests that have begun finish on what they began with; streams go on with it until the drain period
// (`reload.drain`) is over. Sources that are as they were keep their connections, limits and figures. Where listeners are is not changed.
//
// Reloads wait for each other. Nothing changes when ctx ends before the definition has taken over.
func (g *Gateway) Reload(ctx context.Context, d Definition) (Outcome, diag.List) {
	g.reloading.Lock()
	defer g.reloading.Unlock()
	if g.audit != nil {
		g.audit.Reopen() // whoever rotates files from outside asks for it by SIGHUP
	}
	outcome, diags := g.replace(ctx, d)
	g.note(outcome, diags)
	return outcome, diags
}

// note remembers what the console tells of a reload: that what stands in the files is not served.
func (g *Gateway) note(outcome Outcome, diags diag.List) {
	if outcome != Refused {
		g.refused.Store(nil)
		return
	}
	change := &model.RefusedChange{At: time.Now()}
	for _, d := range diags {
		if d.Severity == diag.Error && len(change.Problems) < maxTold {
			change.Problems = append(change.Problems, d.Error())
		}
	}
	g.refused.Store(change)
}

// maxTold bounds the problems of a refused change that the console tells of. The report has all.
const maxTold = 20

// replace is Reload for whoever holds the lock.
func (g *Gateway) replace(ctx context.Context, d Definition) (Outcome, diag.List) {
	d = d.withDefaults()
	old := g.current.Load()
	if d.equals(old.definition) && !g.pool.HaveContractsChanged() {
		g.pool.Settled()
		return Unchanged, nil
	}
	next, diags := g.load(ctx, d, old.generation.Number()+1)
	if next == nil {
		return Refused, diags
	}
	diags.Add(g.atStart.restartNeeded(d)...)
	g.pool.Settled()
	next.generation.Warm(old.generation, warmPlans)
	g.current.Store(next)
	g.schema.Swap(next.generation)
	for _, h := range g.handlers {
		next.callers.start(h.log)
		h.handler.Configure(g.options(h))
	}
	old.issued.closeUnlessIn(next.issued, g.log)
	old.callers.close(next.callers)
	//nolint:contextcheck // what was replaced lives on when the reload is over
	g.replaced.add(old, cmp.Or(d.Config.Reload.Drain, DefaultDrain), cmp.Or(old.definition.Config.Timeout, DefaultTimeout))
	return Replaced, diags
}

// equals tells that two definitions say the same. The time of loading, and where they were read, are no part of that.
func (d Definition) equals(o Definition) bool {
	return slices.EqualFunc(d.Documents, o.Documents, func(a, b sdl.Input) bool { return a.File == b.File && a.Text == b.Text }) &&
		slices.EqualFunc(d.Executables, o.Executables, func(a, b gosource.Executable) bool { return a.Name == b.Name }) &&
		slices.Equal(d.Allow, o.Allow) && d.trusted.equals(o.trusted) &&
		(d.Config == o.Config || d.Config.Digest != [32]byte{} && d.Config.Digest == o.Config.Digest)
}

// atStart is what holds for listeners as long as they are open, whatever is reloaded.
type atStart struct {
	listen, admin string
	connections   config.Connections
	tls           *config.ServerTLS
}

func (d Definition) atStart() atStart {
	return atStart{d.Listen(), d.AdminListen(), d.Config.Connections.OfListener(), d.Config.TLS}
}

// restartNeeded warns of what a reload cannot change, as long as the definition is not again as the listeners are.
func (a atStart) restartNeeded(d Definition) diag.List {
	var diags diag.List
	now := d.atStart()
	for _, setting := range []struct{ key, old, now string }{
		{"supergraph.listen", a.listen, now.listen},
		{"admin.listen", a.admin, now.admin},
	} {
		if setting.old != setting.now {
			diags.Warnf(codeGateway, diag.Span{}, "%s has changed from %s to %s: that takes a restart", setting.key,
				quoted(setting.old), quoted(setting.now))
		}
	}
	if a.connections != now.connections {
		diags.Warnf(codeGateway, diag.Span{}, "what limits says of connections has changed: that takes a restart")
	}
	if !a.tls.IsReplaceableBy(now.tls) {
		diags.Warnf(codeGateway, diag.Span{}, "tls.supergraph has changed: that takes a restart, unless the files alone have changed")
	}
	return diags
}

// quoted shows an address; an empty one is not in the configuration.
func quoted(address string) string {
	if address == "" {
		return "the default"
	}
	return strconv.Quote(address)
}
