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

// known finds the answers to bodies of requests whose answers depend on nothing, by the bytes of the body: such a request is answered
// before it is read. It is safe for concurrent use.
type known struct {
	seed    maphash.Seed
	current atomic.Pointer[knownAnswers]
}

// knownAnswers are those of one generation, which has to be let go of as a whole. Each body has one place, which the last one that
// belongs there takes.
type knownAnswers struct {
	generation *graph.Generation
	slots      [knownSlots]atomic.Pointer[knownAnswer]
}

// knownAnswer is one answer. It is immutable.
type knownAnswer struct {
	body   string
	answer *graph.Answer
}

func newKnown() *known { return &known{seed: maphash.MakeSeed()} }

// get returns the answer of a generation to a body, or nil.
func (k *known) get(body []byte, g *graph.Generation) *graph.Answer {
	answers := k.current.Load()
	if answers == nil || answers.generation != g {
		return nil
	}
	a := answers.slots[k.slot(body)].Load()
	if a == nil || a.body != string(body) {
		return nil
	}
	return a.answer
}

// put remembers an answer that is always the same for the body, and forgets those of another generation.
func (k *known) put(body []byte, g *graph.Generation, answer *graph.Answer) {
	if len(body) > maxKnownBody {
		return
	}
	answers := k.current.Load()
	if answers == nil || answers.generation != g {
		answers = &knownAnswers{generation: g}
		k.current.Store(answers)
	}
	answers.slots[k.slot(body)].Store(&knownAnswer{string(body), answer})
}

func (k *known) slot(body []byte) uint64 { return maphash.Bytes(k.seed, body) % knownSlots }
