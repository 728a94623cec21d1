package server_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server"
)

const crowdDocument = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@inaccessible"])
  @source(name: "crowd", http: { baseURL: "BASE" })

type Query {
  people(from: Int!, count: Int!): [Person]
    @connect(source: "crowd", http: { GET: "/people", queryParams: "from: $args.from count: $args.count" }, selection: "id name")
}
type Person
  @connect(source: "crowd", http: { GET: "/ages", queryParams: "id: $batch.id" }, batch: { maxSize: 7 }, selection: "id age") {
  id: ID!
  name: String
  age: Int
  of: ID @inaccessible
  friends: [Person]
    @connect(source: "crowd", http: { GET: "/friends", queryParams: "of: $batch.id" }, batch: { maxSize: 5, by: "id: of" },
             selection: "id name of")
}
`

func personName(id int) string { return strings.Repeat(fmt.Sprint("person ", id, " "), id%5+1) }

// crowd is a back end that knows everybody.
func crowd(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	number := func(text string) int {
		var n int
		_, _ = fmt.Sscan(text, &n)
		return n
	}
	rows := []value.Value{}
	switch r.URL.Path {
	case "/people":
		for i := range number(q.Get("count")) {
			id := number(q.Get("from")) + i
			rows = append(rows, object("id", id, "name", personName(id)))
		}
	case "/ages":
		for _, id := range q["id"] {
			rows = append(rows, object("id", id, "age", number(id)%90))
		}
	case "/friends":
		for _, of := range q["of"] {
			for i := range number(of) % 3 {
				id := number(of)*10 + i
				rows = append(rows, object("id", id, "name", personName(id), "of", of))
			}
		}
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(value.Array(rows).AppendJSON(nil))
}

// object makes an object of names and values in turn.
func object(members ...any) value.Value {
	var fields []value.Field
	for i := 0; i < len(members); i += 2 {
		fields = append(fields, value.Field{Name: fmt.Sprint(members[i]), Value: value.From(members[i+1])})
	}
	return value.Object(fields)
}

// people is the answer that a query of people has to get.
func people(from, count int, withFriends bool) string {
	list := []value.Value{}
	for id := from; id < from+count; id++ {
		p := []any{"id", fmt.Sprint(id), "name", personName(id), "age", id % 90}
		if withFriends {
			friends := []value.Value{}
			for i := range id % 3 {
				friend := id*10 + i
				friends = append(friends, object("id", fmt.Sprint(friend), "name", personName(friend), "age", friend%90))
			}
			p = append(p, "friends", value.Array(friends))
		}
		list = append(list, object(p...))
	}
	return object("data", object("people", value.Array(list))).String()
}

// Runs leave their memory to those that follow, and clients that ask the same at the same time share one answer. Whatever is used
// again too early shows as somebody else's data.
func TestNobodyGetsDataOfOthers(t *testing.T) {
	t.Parallel()
	back := httptest.NewServer(http.HandlerFunc(crowd))
	t.Cleanup(back.Close)
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "crowd.graphql", Text: strings.Replace(crowdDocument, "BASE", back.URL, 1)}}, Now: time.Unix(1, 0),
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	front := httptest.NewServer(gateway.Handler(zap.NewNop(), server.Exposure{}))
	t.Cleanup(front.Close)

	const clients, rounds = 16, 60
	var wg sync.WaitGroup
	for c := range clients {
		random := rand.New(rand.NewPCG(1, uint64(c)))
		wg.Go(func() {
			for range rounds {
				// Few different ones, so that clients meet, of sizes that differ, so that memory does not fit by chance.
				from, count, withFriends := random.IntN(4), 1+20*random.IntN(4), random.IntN(2) == 0
				fields := "id name age"
				if withFriends {
					fields += " friends { id name age }"
				}
				got := ask(t, front.URL,
					"query($from: Int!, $count: Int!) { people(from: $from, count: $count) { "+fields+" } }",
					fmt.Sprintf(`{"from":%d,"count":%d}`, from, count))
				if diff := cmp.Diff(people(from, count, withFriends), got.body); diff != "" {
					t.Errorf("people from %d to %d: %s", from, from+count, diff)
					return
				}
			}
		})
	}
	wg.Wait()
}
