package server

import (
	"hash/maphash"
	"sync/atomic"

	"github.com/weftgraph/weft/graph"
)

// Sizes of what is known: how many bodies there is room for, and the longest that is remembered.
const (
	knownSlots   = 256
	maxKnownBody = 4 << 10
)

// knownBodies are what is known of bodies of requests in the generation that was asked last; what was known in the ones before is
// forgotten with them. The zero value is ready, and safe for concurrent use.
type knownBodies struct{ current atomic.Pointer[known] }

// of returns what is known in a generation.
func (k *knownBodies) of(g *graph.Generation) *known {
	current := k.current.Load()
	if current != nil && current.generation == g {
		return current
	}
	fresh := &known{generation: g, seed: maphash.MakeSeed()}
	k.current.CompareAndSwap(current, fresh)
	return fresh
}

// known finds bodies without variables, which are the same again and again, by their bytes: what they ask, so that they are not parsed
// again, and the answer, if that depends on nothing. Each body has one place, which the last one that belongs there takes.
type known struct {
	generation *graph.Generation
	seed       maphash.Seed
	slots      [knownSlots]atomic.Pointer[knownBody]
}

// knownBody is what is known of one body. It is immutable.
type knownBody struct {
	body  string
	query graph.Query
	// answer is the one that every such request gets, or nil.
	answer *graph.Answer
}

// get returns what is known of a body, or nil.
func (k *known) get(body []byte) *knownBody {
	b := k.slot(body).Load()
	if b == nil || b.body != string(body) {
		return nil
	}
	return b
}

// put remembers what a body asks, and the answer, if that is always the same.
func (k *known) put(body []byte, query graph.Query, answer *graph.Answer) {
	if len(body) <= maxKnownBody && query.Variables.Len() == 0 {
		asked := graph.Query{
			Text: query.Text, ID: query.ID, Hash: query.Hash, Operation: query.Operation, Variables: query.Variables,
		}
		k.slot(body).Store(&knownBody{string(body), asked, answer})
	}
}

func (k *known) slot(body []byte) *atomic.Pointer[knownBody] {
	return &k.slots[maphash.Bytes(k.seed, body)%knownSlots]
}
