package datasources

import (
	"net/http"

	"github.com/weftgraph/weft/graph/mapping"
)

// ruledFetcher applies rules to the header of every request.
type ruledFetcher struct {
	Fetcher
	rules HeaderRules
}

// ruledStreamer is a ruledFetcher whose requests are answered by streams.
type ruledStreamer struct {
	ruledFetcher
	Streamer
}

// around returns a fetcher whose requests have headers by the rules. It is a Streamer if f is one.
func (r HeaderRules) around(f Fetcher) Fetcher {
	ruled := ruledFetcher{f, r}
	if s, isStreamer := f.(Streamer); isStreamer {
		return ruledStreamer{ruled, s}
	}
	return ruled
}

// Request implements Fetcher.
func (f ruledFetcher) Request(env *mapping.Env) (*Request, error) {
	r, err := f.Fetcher.Request(env)
	if err != nil {
		return nil, err
	}
	switch {
	case r.Fixed != nil:
		r.Header, r.Fixed = r.Header.Clone(), nil
	case r.Header == nil:
		r.Header = http.Header{}
	}
	// The request is ours until it is returned.
	f.rules.Apply(r.Header, HTTPHeaders(), env)
	if r.Header["User-Agent"] == nil {
		// net/http has an opinion of its own about a header that is not there at all.
		r.Header["User-Agent"] = nil
	}
	return r, nil
}
