package datasources

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/mapping"
)

// fixedFetcher makes requests with a fixed header.
type fixedFetcher struct {
	Fetcher
	fixed *FixedHeader
}

func (f fixedFetcher) Request(*mapping.Env) (*Request, error) {
	return &Request{Header: f.fixed.Header(), Fixed: f.fixed}, nil
}

func TestRulesLeaveAFixedHeaderAlone(t *testing.T) {
	t.Parallel()
	fixed := NewFixedHeader(http.Header{"A": {"1"}})
	r, err := ruledFetcher{fixedFetcher{fixed: fixed}, HeaderRules{InsertHeader{Name: "A", Value: "2"}}}.Request(&mapping.Env{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Header.Get("A") != "2" || r.Fixed != nil {
		t.Errorf("the request has %v, fixed %v", r.Header, r.Fixed)
	}
	if diff := cmp.Diff(http.Header{"A": {"1"}}, fixed.Header()); diff != "" {
		t.Error(diff)
	}
}

func TestAFixedHeaderIsComparedLikeAnyOther(t *testing.T) {
	t.Parallel()
	s := newShare(Settings{Kind: HTTP})
	with := func(text string, isFixed bool) Request {
		f := NewFixedHeader(http.Header{"A": {text}})
		if isFixed {
			return Request{Method: "GET", URL: "/u", Header: f.Header(), Fixed: f}
		}
		return Request{Method: "GET", URL: "/u", Header: f.Header()}
	}
	requests := []Request{with("1", true), with("1", true), with("1", false), with("2", true), with("2", false)}
	for i := range requests {
		for j := range requests {
			a, b := &requests[i], &requests[j]
			want := a.Header.Get("A") == b.Header.Get("A")
			if isSameRequest(a, b) != want || (s.hash(a) == s.hash(b)) != want {
				t.Errorf("%v and %v: the same is %t", a, b, !want)
			}
		}
	}
}
