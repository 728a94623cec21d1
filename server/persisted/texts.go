package persisted

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/maypok86/otter/v2"
)

// Defaults of the bounds of Texts.
const (
	DefaultTexts = 512
	DefaultBytes = 8 << 20
)

// largestShare is which part of all bytes one text may have at most.
const largestShare = 16

// remembered says of how many times as many texts as there is room for the uses are counted. With less, a flood of new texts would make
// forgotten which of the others are used.
const (
	remembered    = 16
	maxRemembered = 1 << 16
)

// Texts keeps the texts of documents by the SHA-256 of these, within two bounds: their number, and their bytes. It is safe for
// concurrent use.
//
// Which text goes when there are too many is decided by how often texts are asked for, not by how long ago: a text that is new has to
// be asked for more often than one that it would replace. So whoever sends one new text after the other replaces their own, and those
// that nobody else uses. A text weighs what it has in bytes, and at least its share of the number.
type Texts struct {
	cache   *otter.Cache[string, string]
	longest int
}

// NewTexts returns an empty store for a number of texts and their bytes; zero or less means the default.
func NewTexts(number int, bytes int64) (*Texts, error) {
	if number <= 0 {
		number = DefaultTexts
	}
	if bytes <= 0 {
		bytes = DefaultBytes
	}
	// Both bounds are one if every text weighs at least what there is on average.
	number = int(min(int64(number), bytes))
	least := bytes / int64(number)
	cache, err := otter.New(&otter.Options[string, string]{
		MaximumWeight: uint64(bytes),
		// The cache counts uses of as many texts as this, whether it keeps them or not.
		InitialCapacity: min(remembered*number, maxRemembered),
		Weigher: func(hash, text string) uint32 {
			return uint32(min(max(int64(len(hash)+len(text)), least), maxWeight))
		},
	})
	if err != nil {
		return nil, fmt.Errorf("store of persisted queries: %w", err)
	}
	return &Texts{cache: cache, longest: int(min(max(bytes/largestShare, least), maxWeight))}, nil
}

// maxWeight keeps weights within what otter counts with.
const maxWeight = 1 << 30

// Get returns the text with a hash.
func (t *Texts) Get(hash string) (string, bool) { return t.cache.GetIfPresent(hash) }

// Put keeps a text, whose hash the caller has compared. A text that is longer than 1/16 of all bytes is not kept: a few of them would
// replace everything else.
func (t *Texts) Put(hash, text string) {
	if len(hash)+len(text) <= t.longest {
		// What came with a request is a part of that, and would keep all of it.
		t.cache.SetIfAbsent(strings.Clone(hash), strings.Clone(text))
	}
}

// Drop forgets a text.
func (t *Texts) Drop(hash string) { t.cache.Invalidate(hash) }

// HashOf returns the hash of a text as clients write it: SHA-256 in lower-case hexadecimal digits.
func HashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
