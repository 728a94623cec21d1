package graph

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"maps"
	"slices"

	"github.com/weftgraph/weft/graph/plan"
)

// CachedPlan is a plan that a generation remembers.
type CachedPlan struct {
	// Plan is the plan itself: it names its operation, its conditions and its predicted calls.
	Plan *plan.Plan
	// Document is the SHA-256 of the query document's text, in hexadecimal digits.
	Document string
	// Uses counts the operations that were run by the plan.
	Uses uint64
	// text is the query document's.
	text string
}

// Plans returns remembered plans, the most used first, at most the given number of them. One that is being made is waited for.
func (g *Generation) Plans(first int) []CachedPlan {
	var all []CachedPlan
	for doc := range g.remembered() {
		for _, op := range doc.operations {
			all = append(all, op.cached()...)
		}
	}
	slices.SortFunc(all, func(a, b CachedPlan) int {
		return cmp.Or(
			cmp.Compare(b.Uses, a.Uses),
			cmp.Compare(a.text, b.text),
			cmp.Compare(a.Plan.Name, b.Plan.Name),
			slices.Compare(a.Plan.Conditions, b.Plan.Conditions),
		)
	})
	all = all[:max(0, min(first, len(all)))]
	for i := range all {
		sum := sha256.Sum256([]byte(all[i].text))
		all[i].Document = hex.EncodeToString(sum[:])
	}
	return all
}

// CachedDocuments returns how many query documents are remembered, registered ones among them.
func (g *Generation) CachedDocuments() int {
	n := 0
	for range g.remembered() {
		n++
	}
	return n
}

// CachedPlans returns how many plans are remembered.
func (g *Generation) CachedPlans() int {
	n := 0
	for doc := range g.remembered() {
		for _, op := range doc.operations {
			n += op.variantCount()
		}
	}
	return n
}

// remembered are the documents that the generation remembers, each once: a registered one may be known by several texts.
func (g *Generation) remembered() iter.Seq[*Document] {
	return func(yield func(*Document) bool) {
		if g.trusted != nil {
			for _, doc := range g.trusted.documents {
				if !yield(doc) {
					return
				}
			}
		}
		for doc := range g.documents.cache.Values() {
			if !doc.isTrusted && !yield(doc) {
				return
			}
		}
	}
}

// cached returns the operation's plans, but for those that could not be made.
func (o *Operation) cached() []CachedPlan {
	o.mu.Lock()
	variants := slices.Collect(maps.Values(o.variants))
	o.mu.Unlock()
	plans := make([]CachedPlan, 0, len(variants))
	for _, variant := range variants {
		if p, err := variant(); err == nil {
			plans = append(plans, CachedPlan{Plan: p.Plan, Uses: p.uses.Load(), text: o.document.text})
		}
	}
	return plans
}
