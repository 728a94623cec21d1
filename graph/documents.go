package graph

import (
	"fmt"
	"strings"

	"github.com/maypok86/otter/v2"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Bounds of the document cache, by the documents' text. A document takes some ten to fifty times its text in memory, its
// plans about as much again.
const (
	maxCachedBytes  = 8 << 20
	documentBaseFee = 256
)

// documents keeps the valid documents of one generation, found by their full text: a hash alone is not an identity.
// Invalid ones are not kept; whoever sends them pays for finding out again.
type documents struct {
	cache *otter.Cache[string, *Document]
}

func newDocuments() (*documents, error) {
	cache, err := otter.New(&otter.Options[string, *Document]{
		MaximumWeight: maxCachedBytes,
		Weigher: func(text string, _ *Document) uint32 {
			return uint32(len(text)) + documentBaseFee
		},
	})
	if err != nil {
		return nil, fmt.Errorf("document cache: %w", err)
	}
	return &documents{cache: cache}, nil
}

// get returns the document for a text, and makes it when it is not known. Several requests may make the same document at
// the same time; they all get the first one that was done, so that they share its plans.
func (d *documents) get(text string, prepare func(string) (*Document, gqlerror.List)) (*Document, gqlerror.List) {
	if doc, ok := d.cache.GetIfPresent(text); ok {
		return doc, nil
	}
	text = strings.Clone(text) // it may be a part of something larger, a whole request, which it would keep
	doc, errs := prepare(text)
	if len(errs) > 0 {
		return nil, errs
	}
	kept, _ := d.cache.SetIfAbsent(text, doc)
	return kept, nil
}
