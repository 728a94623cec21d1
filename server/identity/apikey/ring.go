package apikey

import (
	"time"

	"github.com/weftgraph/weft/graph/caller"
)

// ring are the keys of a file, by their ids. It is immutable.
type ring map[string]*entry

// entry is a key with the callers that it makes known: one for each secret, since they end at different times.
type entry struct {
	key     Key
	callers []*caller.Caller
}

func newRing(keys []Key) ring {
	r := make(ring, len(keys))
	for _, k := range keys {
		e := &entry{key: k, callers: make([]*caller.Caller, len(k.Secrets))}
		for i, s := range k.Secrets {
			e.callers[i] = caller.New(caller.Identity{
				Method: caller.APIKey, Subject: k.ID, Owner: k.Owner, Scopes: k.Scopes, Expires: earlier(k.Expires, s.Until),
			})
		}
		r[k.ID] = e
	}
	return r
}

// find returns the caller that a token makes known, or what is said to whoever shows it. Who does not have the secret learns nothing of the
// key, not even whether there is one with the id; who has it learns why it does not hold.
func (r ring) find(t token, now time.Time) (*caller.Caller, string) {
	given := t.hash()
	e := r[t.id]
	if e == nil {
		given.equals(hash{}) // as much work as for an id that there is
		return nil, messageUnknown
	}
	found := -1
	for i, s := range e.key.Secrets {
		if s.hash.equals(given) {
			found = i
		}
	}
	if found < 0 {
		return nil, messageUnknown
	}
	if state := e.key.State(now); state != Active {
		return nil, "The API key is " + string(state) + "."
	}
	if isOver(e.key.Secrets[found].Until, now) {
		return nil, "The API key has been replaced by a newer one."
	}
	return e.callers[found], ""
}

// What is said of keys that are none.
const (
	messageUnknown   = "The API key is not known."
	messageMalformed = "The API key is malformed: it has been cut off or mistyped."
	messageSeveral   = "The request has several API keys: send one."
)
