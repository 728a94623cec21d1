package server_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/weftgraph/weft/graph"
)

// BenchmarkGrowthOfDocuments measures what comes before the execution, for query documents of some sizes: "cold" makes everything, as
// for a document that was never seen; "warm" finds it by its text.
func BenchmarkGrowthOfDocuments(b *testing.B) {
	for _, size := range []int{1 << 10, 10 << 10, 100 << 10} {
		text := documentOf(size)
		b.Run(fmt.Sprintf("size=%dKB/cold", size>>10), func(b *testing.B) { benchmarkCold(b, text) })
		b.Run(fmt.Sprintf("size=%dKB/warm", size>>10), func(b *testing.B) {
			g := postsGateway(b, canned{}).Schema().Generation()
			begin(b, g, graph.Query{Text: "query Q " + text})
			query := graph.Query{Text: "query Q " + text} // other bytes, as those of another request: they have to be compared
			b.ReportAllocs()
			for b.Loop() {
				begin(b, g, query)
			}
		})
	}
}

// BenchmarkColdQuery measures parsing, validation, planning and binding for a query of 200 fields on four levels, which
// are 40 fetches.
func BenchmarkColdQuery(b *testing.B) {
	benchmarkCold(b, treeOf(200))
}

// benchmarkCold begins a query that was never seen, under another name each time. What was prepared is kept as in a server, within the
// bounds of its cache.
func benchmarkCold(b *testing.B, text string) {
	b.Helper()
	g := postsGateway(b, canned{}).Schema().Generation()
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		begin(b, g, graph.Query{Text: fmt.Sprintf("query Q%d %s", n, text)})
	}
}

// begin does all of a query but to run it.
func begin(b *testing.B, g *graph.Generation, query graph.Query) {
	b.Helper()
	run, errs := g.Begin(query)
	if len(errs) > 0 {
		b.Fatal(errs)
	}
	run.Close()
}

// documentOf is a selection of about so many bytes: the fields of posts and their users, over and over again.
func documentOf(size int) string {
	var posts, users strings.Builder
	for i := 0; posts.Len()+users.Len() < size-60; i++ {
		fmt.Fprintf(&posts, "title_of_post_%05d: title\n", i)
		fmt.Fprintf(&users, "email_of_user_%05d: email\n", i)
	}
	return "{ posts {\n" + posts.String() + "user {\n" + users.String() + "} } }"
}

// treeOf is a selection of so many fields, 20 for each of some users with their posts, the comments on these, and what is to do.
func treeOf(fields int) string {
	var b strings.Builder
	b.WriteString("{\n")
	for i := range fields / 20 {
		fmt.Fprintf(&b, "u%[1]d: user(id: %[1]d) { id name username email phone website "+
			"posts { id title body comments { id name email body } } todos { id title completed } }\n", i)
	}
	b.WriteString("}")
	return b.String()
}
