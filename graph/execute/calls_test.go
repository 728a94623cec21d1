package execute_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// chainDocument has a chain of keys over three sources: posts, their authors, and the authors' groups.
const chainDocument = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://api.test" })
type Query {
  posts: [Post!] @connect(source: "api", http: { GET: "/posts" }, selection: "id title author: { id: authorId }")
  strictPosts: [Post!]! @connect(source: "api", http: { GET: "/posts" }, selection: "id title author: { id: authorId }")
  users: [User] @connect(source: "api", http: { GET: "/users" }, selection: "id")
  post: Post @connect(source: "api", http: { GET: "/post" }, selection: "id title author: { id: authorId }")
}
type Post { id: ID! title: String author: User }
type User @connect(source: "api", http: { GET: "/users", queryParams: "id: $batch.id" }, batch: {}, selection: "id name mustName group: { id: groupId }") {
  id: ID!
  name: String
  mustName: String!
  group: Group
  score: Int @connect(source: "api", http: { GET: "/scores/{$this.id}" }, selection: "$")
}
type Group @connect(source: "api", http: { GET: "/groups", queryParams: "id: $batch.id" }, batch: {}, selection: "id name") {
  id: ID!
  name: String
}`

func TestCallsAreMadeWithWhatIsKnown(t *testing.T) {
	t.Parallel()
	g := build(t, chainDocument)
	const (
		posts  = `[{"id":1,"title":"A","author":{"id":7}},{"id":2,"title":"B","author":{"id":8}},{"id":3,"title":"C","author":{"id":7}},{"id":4,"title":"D"}]`
		users  = `[{"id":8,"name":"Bo","mustName":"Bo","group":{"id":"x"}},{"id":7,"name":"Al","mustName":"Al","group":{"id":"x"}}]`
		groups = `[{"id":"x","name":"X"}]`
	)
	for _, tt := range []struct {
		name, query string
		replies     replies
		data        string
		errors      []string
		// log is what was asked, with "|" for each flush.
		log string
	}{
		{
			"one key set for all rows, each key once", `{ posts { title author { name } } }`,
			replies{"Query.posts": posts, "User": users},
			`{"posts":[{"title":"A","author":{"name":"Al"}},{"title":"B","author":{"name":"Bo"}},{"title":"C","author":{"name":"Al"}},{"title":"D","author":null}]}`,
			nil, "Query.posts() | User(7,8) |",
		},
		{
			"a chain of keys", `{ posts { author { group { name } } } }`,
			replies{"Query.posts": posts, "User": users, "Group": groups},
			`{"posts":[{"author":{"group":{"name":"X"}}},{"author":{"group":{"name":"X"}}},{"author":{"group":{"name":"X"}}},{"author":null}]}`,
			nil, `Query.posts() | User(7,8) | Group("x") |`,
		},
		{
			"root fields start together", `{ posts { id } users { id } }`,
			replies{"Query.posts": `[]`, "Query.users": `[]`},
			`{"posts":[],"users":[]}`, nil, "Query.posts() Query.users() |",
		},
		{
			"followers of one event start together", `{ posts { author { name score } } }`,
			replies{"Query.posts": posts, "User": users, "User.score": `5`},
			`{"posts":[{"author":{"name":"Al","score":5}},{"author":{"name":"Bo","score":5}},{"author":{"name":"Al","score":5}},{"author":null}]}`,
			nil, "Query.posts() | User(7,8) User.score(7,8) |",
		},
		{
			"nobody is asked for no keys", `{ posts { author { group { name } } } }`,
			replies{"Query.posts": `[{"id":4,"title":"D"}]`},
			`{"posts":[{"author":null}]}`, nil, "Query.posts() |",
		},
		{
			"an entity that does not exist has only its key", `{ posts { author { id name } } }`,
			replies{"Query.posts": posts, "User": `[{"id":7,"name":"Al"}]`},
			`{"posts":[{"author":{"id":"7","name":"Al"}},{"author":{"id":"8","name":null}},{"author":{"id":"7","name":"Al"}},{"author":null}]}`,
			nil, "Query.posts() | User(7,8) |",
		},
		{
			"and is null where a field of it must not be", `{ posts { author { mustName } } }`,
			replies{"Query.posts": posts, "User": `[{"id":7,"mustName":"Al"}]`},
			`{"posts":[{"author":{"mustName":"Al"}},{"author":null},{"author":{"mustName":"Al"}},{"author":null}]}`,
			[]string{"NULL_IN_NON_NULL posts[1].author.mustName"},
			"Query.posts() | User(7,8) |",
		},
		{
			"a failed root is null", `{ posts { id author { name } } users { id } }`,
			replies{"Query.posts": "!CONNECTOR_FETCH", "Query.users": `[{"id":1}]`},
			`{"posts":null,"users":[{"id":"1"}]}`,
			[]string{"CONNECTOR_FETCH posts"},
			"Query.posts() Query.users() |",
		},
		{
			"and so is everything where it must not be null", `{ users { id } strictPosts { id } }`,
			replies{"Query.strictPosts": "!CONNECTOR_FETCH", "Query.users": `[{"id":1}]`},
			`null`,
			[]string{"CONNECTOR_FETCH strictPosts"},
			"Query.users() Query.strictPosts() |",
		},
		{
			"a failed call is one error at the first position that it feeds", `{ posts { author { id name } } }`,
			replies{"Query.posts": posts, "User": "!GATEWAY_TIMEOUT"},
			`{"posts":[{"author":{"id":"7","name":null}},{"author":{"id":"8","name":null}},{"author":{"id":"7","name":null}},{"author":null}]}`,
			[]string{"GATEWAY_TIMEOUT posts[0].author.name *3"},
			"Query.posts() | User(7,8) |",
		},
		{
			"that of a failed entity makes an object null", `{ posts { author { mustName } } }`,
			replies{"Query.posts": posts, "User": "!GATEWAY_TIMEOUT"},
			`{"posts":[{"author":null},{"author":null},{"author":null},{"author":null}]}`,
			[]string{"GATEWAY_TIMEOUT posts[0].author.mustName *3"},
			"Query.posts() | User(7,8) |",
		},
		{
			"a key that a failed call should have given is not asked for", `{ posts { author { id group { name } } } }`,
			replies{"Query.posts": posts, "User": "!CONNECTOR_FETCH", "Group": groups},
			`{"posts":[{"author":{"id":"7","group":null}},{"author":{"id":"8","group":null}},{"author":{"id":"7","group":null}},{"author":null}]}`,
			[]string{"CONNECTOR_FETCH posts[0].author.group *3"},
			"Query.posts() | User(7,8) |",
		},
		{
			"aliases share the call and its error", `{ a: post { title } b: post { id } }`,
			replies{"Query.post": "!CONNECTOR_FETCH"},
			`{"a":null,"b":null}`,
			[]string{"CONNECTOR_FETCH a *2"},
			"Query.post() |",
		},
		{
			"errors of several calls are in the order of the answer", `{ users { score name } post { author { name } } }`,
			replies{"Query.users": `[{"id":1},null]`, "Query.post": `{"author":{"id":2}}`, "User": "!SECOND", "User.score": "!FIRST"},
			`{"users":[{"score":null,"name":null},null],"post":{"author":{"name":null}}}`,
			[]string{"FIRST users[0].score", "SECOND users[0].name", "SECOND post.author.name"},
			"",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, loads := run(t.Context(), t, g, tt.query, tt.replies)
			if got.data != tt.data {
				t.Errorf("data %s\nwant %s", got.data, tt.data)
			}
			if diff := cmp.Diff(tt.errors, got.errors); diff != "" {
				t.Errorf("errors (-want +got)\n%s", diff)
			}
			if log := strings.Join(loads.log, " "); tt.log != "" && log != tt.log {
				t.Errorf("asked %q, want %q", log, tt.log)
			}
		})
	}
}

// When the time of a request is over, what has come is answered, and each position that still waited has the error.
func TestAbandonedRequestsAnswerWhatHasCome(t *testing.T) {
	t.Parallel()
	g := build(t, chainDocument)
	// The authors never come, and so their groups are never asked for.
	never := replies{"Query.posts": `[{"id":1,"title":"A","author":{"id":7}}]`, "Query.users": `[]`}
	const query = `{ posts { title author { id name group { name } } } users { id } }`
	want := answered{
		data:   `{"posts":[{"title":"A","author":{"id":"7","name":null,"group":null}}],"users":[]}`,
		errors: []string{"REQUEST_TIMEOUT posts[0].author.name *2"},
	}
	for name, cause := range map[string]error{
		"the deadline is over": context.DeadlineExceeded,
		"the client has gone":  errors.New("the client has gone"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancelCause(t.Context())
			got := runWith(ctx, t, g, query, &fakeLoads{t: t, replies: never, unanswered: func() { cancel(cause) }})
			if got.data != want.data {
				t.Errorf("data %s\nwant %s", got.data, want.data)
			}
			if diff := cmp.Diff(want.errors, got.errors); diff != "" {
				t.Errorf("errors (-want +got)\n%s", diff)
			}
		})
	}
}

// overdue is a context whose deadline has passed and whose timer has not fired yet.
type overdue struct{ context.Context } //nolint:containedctx // it is a context

func (overdue) Deadline() (time.Time, bool) { return time.Unix(1, 0), true }

// A call ends with its request's time, by a timer of its own, which may be the first to fire. Clients are told the same.
func TestCallsThatEndWithTheTimeOfTheRequestDoNotBlameTheirSource(t *testing.T) {
	t.Parallel()
	g := build(t, chainDocument)
	got, loads := run(overdue{t.Context()}, t, g, `{ posts { title author { name group { name } } } }`,
		replies{"Query.posts": `[{"id":1,"title":"A","author":{"id":7}}]`, "User": "!GATEWAY_TIMEOUT"})
	if want := `{"posts":[{"title":"A","author":{"name":null,"group":null}}]}`; got.data != want {
		t.Errorf("data %s", got.data)
	}
	if diff := cmp.Diff([]string{"REQUEST_TIMEOUT posts[0].author.name *2"}, got.errors); diff != "" {
		t.Errorf("errors (-want +got)\n%s", diff)
	}
	if log := strings.Join(loads.log, " "); log != "Query.posts() | User(7) |" {
		t.Errorf("asked %q", log)
	}
}
