package datasources

import (
	"context"
	"net/http"
	"sync"
	"testing"
)

func benchmarkRequest() Request {
	r := get("http://localhost:3000/users?id=1&id=2&id=3&id=4&id=5&id=6&id=7&id=8&id=9&id=10")
	r.Header = http.Header{
		"Accept": {"*/*"}, "Accept-Encoding": {"gzip, deflate, br"}, "User-Agent": {"weft"},
		"Authorization": {"Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0"},
	}
	return r
}

// The difference is what a call costs that nobody joins.
func BenchmarkUnsharedCall(b *testing.B) {
	for _, bb := range []struct {
		name    string
		noShare bool
	}{{"shareable", false}, {"switched off", true}} {
		b.Run(bb.name, func(b *testing.B) {
			f := Guard(instant{}, NewLimits(Settings{Kind: HTTP, NoShare: bb.noShare}), nil)
			r := benchmarkRequest()
			r.Reader = new(int)
			ctx, cancel := context.WithCancel(b.Context())
			defer cancel()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := f.Do(ctx, &r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// The call is in flight until 63 others have joined it.
func BenchmarkCallThat64Share(b *testing.B) {
	const callers = 64
	s := newShare(httpSettings)
	b.ReportAllocs()
	for b.Loop() {
		var joined, all sync.WaitGroup
		joined.Add(callers - 1)
		do := func(context.Context, *Request) (*Reply, error) {
			joined.Wait()
			return &Reply{}, nil
		}
		for i := range callers {
			all.Go(func() {
				r := benchmarkRequest()
				r.Reader = i
				f, isMine := s.board(s.hash(&r), &r)
				if isMine {
					_, _ = s.lead(b.Context(), f, do)
					return
				}
				joined.Done()
				_, _ = s.follow(b.Context(), f)
			})
		}
		all.Wait()
	}
}
