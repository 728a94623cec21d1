package server_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/weftgraph/weft/graph/value"
)

// scenario is one of the requests of the comparison with other gateways (bench/README.md), with a back end of its own.
type scenario struct {
	name, query string
	// ids makes requests differ: $id goes from 1 to it. 0 is a query without variables.
	ids int
	// objects is how many objects the answer has.
	objects int
	// back makes the back end. Its lists have so many times the rows of the comparison, and their keys stay as few.
	back func(times int) canned
}

// Sizes of the back end, which are those of the comparison: how many rows there are, and words in the texts of posts.
const (
	fewUsers, manyUsers   = 10, 100
	fewPosts, manyPosts   = 100, 1_000
	postsOfOne            = 10
	allTodos, allComments = 200, 500
	allItems              = 10_000
	scenarioIDs           = 20
	short, long           = 22, 100
)

func scenarios() []scenario {
	return []scenario{
		{
			name: "greet", query: `{greet}`, objects: 2,
			back: func(int) canned { return canned{} },
		},
		{
			name: "posts", query: `{posts{title}}`, objects: 2 + fewPosts,
			back: func(times int) canned {
				return lists{"/posts": {times * fewPosts, posts(fewUsers, short)}}.back()
			},
		},
		{
			name: "nested", query: `{posts{id userId title user{id name email}}}`, objects: 2 + 2*fewPosts,
			back: func(times int) canned {
				return lists{"/posts": {times * fewPosts, posts(fewUsers, short)}, "/users?": {fewUsers, oneUser}}.back()
			},
		},
		{
			name: "distinct", query: `query($id:Int!){user(id:$id){id name email posts{id title}}}`, ids: scenarioIDs, objects: 3 + postsOfOne,
			back: func(times int) canned {
				of := lists{}
				for id := range scenarioIDs {
					of[fmt.Sprint("/posts?userId=", id+1)] = rows{times * postsOfOne, func(i int) []byte { return onePost(i, id, short) }}
				}
				back := of.back()
				for id := range scenarioIDs {
					back.replyTo(fmt.Sprint("/users/", id+1), oneUser(id))
				}
				return back
			},
		},
		{
			name: "deep", query: `{users{id name todos{id title} posts{id title comments{id email}}}}`,
			objects: 2 + fewUsers + allTodos + fewPosts + allComments,
			back: func(times int) canned {
				return lists{
					"/users": {fewUsers, oneUser}, "/posts?": {fewPosts, posts(fewUsers, short)},
					"/todos?": {times * allTodos, oneTodo}, "/comments?": {times * allComments, oneComment},
				}.back()
			},
		},
		{
			name: "big", query: `{bigPosts{id userId title body user{id name email phone website}}}`, objects: 2 + 2*manyPosts,
			back: func(times int) canned {
				return lists{"/bigposts": {times * manyPosts, posts(manyUsers, long)}, "/users?": {manyUsers, oneUser}}.back()
			},
		},
		{
			name: "rows", query: `{items{id sku name price stock}}`, objects: 2 + allItems,
			back: func(times int) canned { return lists{"/items": {times * allItems, oneItem}}.back() },
		},
	}
}

// bodies are the requests, which are sent in turn.
func (s scenario) bodies() [][]byte {
	if s.ids == 0 {
		return [][]byte{bodyOf(s.query)}
	}
	out := make([][]byte, s.ids)
	for i := range out {
		out[i] = fmt.Appendf(nil, `{"query":%s,"variables":{"id":%d}}`, value.AppendString(nil, s.query), i+1)
	}
	return out
}

// bodyOf is the request for a query without variables.
func bodyOf(query string) []byte {
	return append(value.AppendString([]byte(`{"query":`), query), '}')
}

// Budgets mean something only if the answers are there.
func TestScenariosAreAnsweredInFull(t *testing.T) {
	t.Parallel()
	for _, s := range scenarios() {
		client := newAsking(t, postsGateway(t, s.back(1)))
		for _, body := range s.bodies() {
			answer := client.ask(t, body)
			n, isPartial := bytes.Count(answer, []byte{'{'}), bytes.Contains(answer, []byte("null"))
			if n != s.objects || isPartial || bytes.Contains(answer, []byte(`"errors"`)) {
				t.Errorf("%s: %d objects, expected %d: %.300s", s.name, n, s.objects, answer)
			}
		}
	}
}
