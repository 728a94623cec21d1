package apikey

import (
	"cmp"
	"context"
	"iter"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/server/quota"
	"github.com/weftgraph/weft/server/watch"
)

// lookPeriod is the time between two looks at the file. A change holds when two looks in a row have seen it.
const lookPeriod = 250 * time.Millisecond

// Keys are the keys of a file, as it is now. It is safe for concurrent use.
type Keys struct {
	settings Settings
	header   string
	now      func() time.Time
	log      *zap.Logger

	set   watch.Set
	ring  atomic.Pointer[ring]
	close func()

	// mu is held while the file is looked at. seen is what it looked like when it was read last, found what was wrong with it then.
	mu    sync.Mutex
	seen  watch.Signature
	found diag.List
}

// Params are what Keys are opened with. All fields are set.
type Params struct {
	Settings Settings
	// Now is the clock.
	Now func() time.Time
	// Log is told of changes, and of those that cannot be read.
	Log *zap.Logger
}

// Open reads the file, and looks at it from then on: a change holds within a second, and takes the place of what was there at once. One that has
// errors is told of, and so is a file that is gone: then the keys stay as they were. There are no keys when the diagnostics have errors.
// Whoever opened it closes it.
func Open(p Params) (*Keys, diag.List) {
	k := &Keys{
		settings: p.Settings, header: http.CanonicalHeaderKey(cmp.Or(p.Settings.Header, DefaultHeader)), now: p.Now, log: p.Log,
		set: watch.Set{Files: []string{p.Settings.File}},
	}
	diags := k.load()
	if diags.HasErrors() {
		return nil, diags
	}
	ctx, stop := context.WithCancel(context.Background())
	var watching sync.WaitGroup
	seen := k.seen
	watching.Go(func() { k.watch(ctx, seen) })
	k.close = func() {
		stop()
		watching.Wait()
	}
	return k, diags
}

// Close stops looking at the file. The keys stay as they are.
func (k *Keys) Close() { k.close() }

// Quota returns how much a key may use: nothing but zeros for one that is not known, or has no quota.
func (k *Keys) Quota(id string) quota.Quota {
	if key := k.Find(id); key != nil {
		return key.Quota
	}
	return quota.Quota{}
}

// All returns the keys, in no order. They are not changed.
func (k *Keys) All() iter.Seq[*Key] {
	return func(yield func(*Key) bool) {
		for _, e := range *k.ring.Load() {
			if !yield(&e.key) {
				return
			}
		}
	}
}

// Count is how many keys there are.
func (k *Keys) Count() int { return len(*k.ring.Load()) }

// Find returns the key with an id, which is not changed, or nil.
func (k *Keys) Find(id string) *Key {
	if e := (*k.ring.Load())[id]; e != nil {
		return &e.key
	}
	return nil
}

// load reads the file unless it looks as it did when it was read last, and takes what it has, if that has no errors. It returns what is wrong
// with it. Whoever calls it holds mu, or has the keys for itself.
func (k *Keys) load() diag.List {
	seen := k.set.Signature() // before the file is read, so that no change falls between the two
	if seen == k.seen {
		return k.found
	}
	keys, diags := Load(k.settings.File)
	k.seen, k.found = seen, diags
	if !diags.HasErrors() {
		r := newRing(keys)
		k.ring.Store(&r)
	}
	return diags
}

// watch follows the file until ctx is over.
func (k *Keys) watch(ctx context.Context, seen watch.Signature) {
	for {
		var err error
		if seen, err = watch.Changed(ctx, k.set, seen, lookPeriod); err != nil {
			return
		}
		k.mu.Lock()
		diags := k.load()
		k.mu.Unlock()
		k.tell(diags)
	}
}

// tell logs what a changed file has become.
func (k *Keys) tell(diags diag.List) {
	file := zap.String("file", k.settings.File)
	if diags.HasErrors() {
		k.log.Error("the API keys stay as they were, since the file has errors", file, zap.String("problems", diags.Error()))
		return
	}
	if len(diags) > 0 {
		k.log.Warn("about the API keys", file, zap.String("problems", diags.Error()))
	}
	k.log.Info("the API keys have changed", file, zap.Int("keys", len(*k.ring.Load())))
}

// look reads the file if it has changed: somebody shows a key that may have been made a moment ago. As long as it has not, whoever shows what
// is no key costs a look at it, which is less than the request does. What is broken is left for watch to tell of.
func (k *Keys) look() {
	k.mu.Lock()
	defer k.mu.Unlock()
	_ = k.load()
}
