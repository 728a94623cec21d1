package server

import (
	"hash/maphash"
	"sync/atomic"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server/auditlog"
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
	// answer is the one that every such request gets, or nil; then asked and touched are what the audit log is told.
	answer    *graph.Answer
	asked     auditlog.Asked
	touched   *graph.Touched
	arguments value.Value
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
	k.store(body, query, knownBody{answer: answer})
}

// putRun is put for a run that has an answer which is always the same.
func (k *known) putRun(body []byte, query graph.Query, run *graph.Run, answer *graph.Answer) {
	k.store(body, query, knownBody{answer: answer, asked: describe(run, &query), touched: run.Prepared().Touched(), arguments: run.Arguments()})
}

func (k *known) store(body []byte, query graph.Query, b knownBody) {
	if len(body) <= maxKnownBody && query.Variables.Len() == 0 {
		b.body, b.query = string(body), graph.Query{
			Text: query.Text, ID: query.ID, Hash: query.Hash, Operation: query.Operation, Variables: query.Variables,
		}
		k.slot(body).Store(&b)
	}
}

func (k *known) slot(body []byte) *atomic.Pointer[knownBody] {
	return &k.slots[maphash.Bytes(k.seed, body)%knownSlots]
}
