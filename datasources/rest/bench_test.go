package rest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

// usersReply is a reply with n users of some 550 bytes, most of which nobody asks for.
func usersReply(n int) []byte {
	var b strings.Builder
	b.WriteString("[\n")
	for i := range n {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, `  {
    "id": %d,
    "name": "Leanne Graham %d",
    "username": "Bret%d",
    "email": "Sincere%d@april.biz",
    "address": {"street": "Kulas Light", "suite": "Apt. %d", "city": "Gwenborough", "zipcode": "92998-3874", "geo": {"lat": "-37.3159", "lng": "81.1496"}},
    "phone": "1-770-736-8031 x56442",
    "website": "hildegard%d.org",
    "company": {"name": "Romaguera-Crona", "catchPhrase": "Multi-layered client-server neural-net", "bs": "harness real-time e-markets"}
  }`, i, i, i, i, i, i)
	}
	b.WriteString("\n]")
	return []byte(b.String())
}

// usersFetcher asks for the key and three fields of a batch of users.
func usersFetcher(tb testing.TB, mode response.Mode) (datasources.Fetcher, *table.Shape) {
	tb.Helper()
	shape := &table.Shape{
		List: true,
		Levels: []table.Level{
			{Types: []string{"User"}, Members: []table.Member{
				rawKey(false, "id"),
				{Path: []string{"name"}, Type: &table.Type{Leaf: table.String}},
				{Path: []string{"email"}, Type: &table.Type{Leaf: table.String}},
				{Path: []string{"address"}, Child: 1},
			}},
			{Types: []string{"Address"}, Members: []table.Member{{Path: []string{"city"}, Type: &table.Type{Leaf: table.String}}}},
		},
		Keys: []int{0},
	}
	c := datasources.Connector{
		Batch:     true,
		Selection: parse(tb, "id name email phone address { street city } company { name }"),
		HTTP:      get(tb, "http://h/users"),
	}
	c.HTTP.QueryParams = parse(tb, "id: $batch.id")
	c.HTTP.Headers = headers(tb, "authorization", "<authorization", "x-version", "{$config.version}")
	s := datasources.Settings{Config: value.From(map[string]any{"version": "7"})}
	return prepare(tb, s, c, shape, Options{Mode: mode}), shape
}

// batchEnv has n keys and a client header.
func batchEnv(tb testing.TB, n int) *mapping.Env {
	tb.Helper()
	keys := make([]value.Value, n)
	for i := range keys {
		keys[i] = value.Object([]value.Field{{Name: "id", Value: value.Int(int64(i))}})
	}
	env := &mapping.Env{}
	env.Vars[mapping.Batch] = value.Array(keys)
	env.Vars[mapping.Request] = parseValue(tb, `{"headers":{"authorization":["Bearer abc"]}}`)
	return env
}

func BenchmarkRequest(b *testing.B) {
	for _, n := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("keys=%d", n), func(b *testing.B) {
			f, _ := usersFetcher(b, response.Auto)
			env := batchEnv(b, n)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := f.Request(env); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		for name, mode := range modes {
			b.Run(fmt.Sprintf("rows=%d/%s", n, name), func(b *testing.B) {
				f, shape := usersFetcher(b, mode)
				r := jsonReply(usersReply(n))
				env := &mapping.Env{}
				b.ReportAllocs()
				b.SetBytes(int64(len(r.Body)))
				for b.Loop() {
					if _, err := f.Decode(r, env, table.NewBuilder(shape, r.Body)); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func jsonReply(body []byte) *datasources.Reply {
	return &datasources.Reply{Status: 200, Header: http.Header{"Content-Type": {"application/json; charset=utf-8"}}, Body: body}
}

func TestScannedReplyAllocatesNothingPerRow(t *testing.T) {
	f, shape := usersFetcher(t, response.Auto)
	allocations := func(rows int) float64 {
		r := jsonReply(usersReply(rows))
		env := &mapping.Env{}
		return testing.AllocsPerRun(50, func() {
			if _, err := f.Decode(r, env, table.NewBuilder(shape, r.Body)); err != nil {
				t.Fatal(err)
			}
		})
	}
	// The slices of rows grow by doubling: 40 steps would be a row's.
	if few, many := allocations(10), allocations(1000); many > few+40 {
		t.Errorf("%v allocations for 10 rows, %v for 1000", few, many)
	}
}
