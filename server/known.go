package server

import (
	"hash/maphash"
	"sync/atomic"

	"github.com/weftgraph/weft/graph"
)

// Sizes of what is known: how many answers there is room for, and the longest body that is remembered.
const (
	knownSlots   = 256
	maxKnownBody = 4 << 10
)

// knownAnswers are the known answers of the generation that was asked last; those of the ones before are forgotten with it. The zero
// value is ready, and safe for concurrent use.
type knownAnswers struct{ current atomic.Pointer[known] }

// of returns the known answers of a generation.
func (k *knownAnswers) of(g *graph.Generation) *known {
	current := k.current.Load()
	if current != nil && current.generation == g {
		return current
	}
	fresh := &known{generation: g, seed: maphash.MakeSeed()}
	k.current.CompareAndSwap(current, fresh)
	return fresh
}

// known finds the answers of one generation to bodies of requests whose answers depend on nothing, by the bytes of the body: such a
// request is answered before it is read. Each body has one place, which the last one that belongs there takes.
type known struct {
	generation *graph.Generation
	seed       maphash.Seed
	slots      [knownSlots]atomic.Pointer[knownAnswer]
}

// knownAnswer is one answer. It is immutable.
type knownAnswer struct {
	body   string
	answer *graph.Answer
}

// get returns the answer to a body, or nil.
func (k *known) get(body []byte) *graph.Answer {
	a := k.slot(body).Load()
	if a == nil || a.body != string(body) {
		return nil
	}
	return a.answer
}

// put remembers an answer that is always the same for the body.
func (k *known) put(body []byte, answer *graph.Answer) {
	if len(body) <= maxKnownBody {
		k.slot(body).Store(&knownAnswer{string(body), answer})
	}
}

func (k *known) slot(body []byte) *atomic.Pointer[knownAnswer] {
	return &k.slots[maphash.Bytes(k.seed, body)%knownSlots]
}
