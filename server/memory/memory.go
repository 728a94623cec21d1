// Package memory fits the garbage collector to the machine and to what a gateway does: it has little that stays, and makes garbage
// with every request.
package memory

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

const (
	// share is the part of a container's memory that the heap may fill before the collector works harder. The rest is for stacks,
	// and for what the kernel counts in.
	share = 0.9
	// garbage is how much garbage may come together between two collections. Go's own measure, as much as there is of what stays,
	// would let a gateway with 5 MB of it collect several hundred times a second under load.
	garbage = 16 << 20
	// usualPercent is Go's own measure, and never undercut.
	usualPercent = 100
	// minLive is what stays at least in Go's own reckoning, also before the first collection.
	minLive = 4 << 20
)

// Tune sets the limit of memory from the container's, if there is one, and spreads collections out. Both are left alone where the
// environment says otherwise, by GOMEMLIMIT and GOGC. It is called once, at the start of a process. (GOMAXPROCS needs nothing: Go
// sets it from the container's share of the processors.)
func Tune() {
	// An error says that there is no limit to be found, as on a machine without containers.
	_, _ = memlimit.SetGoMemLimitWithOpts(memlimit.WithRatio(share), memlimit.WithProvider(memlimit.FromCgroup))
	if os.Getenv("GOGC") == "" {
		newPace().follow()
	}
}

// pace adapts the collector's percentage to the size of what stays. It looks after each collection.
type pace struct {
	percent int
	live    [1]metrics.Sample
}

func newPace() *pace {
	p := &pace{percent: usualPercent}
	p.live[0].Name = "/gc/heap/live:bytes"
	return p
}

// follow sets the percentage for the next collection, and comes back after it: the finalizer of something that nobody refers to
// runs once the collector has found that.
func (p *pace) follow() {
	metrics.Read(p.live[:])
	if p.live[0].Value.Kind() != metrics.KindUint64 {
		return
	}
	percent := percentFor(p.live[0].Value.Uint64())
	// To change it stops the world for a moment, which small differences are not worth.
	if 4*percent < 3*p.percent || 3*percent > 4*p.percent {
		debug.SetGCPercent(percent)
		p.percent = percent
	}
	sentinel := &struct{ *pace }{p}
	runtime.SetFinalizer(sentinel, func(s *struct{ *pace }) { s.follow() })
}

// percentFor is the percentage of what stays that makes up the garbage between two collections.
func percentFor(live uint64) int {
	return int(max(garbage*100/max(live, minLive), usualPercent))
}
