package scenario

import (
	"encoding/json"
	"testing"
)

func TestFirstDifferenceIsNamedWithItsPlace(t *testing.T) {
	t.Parallel()
	const want = `{"users":[{"id":1,"posts":[]},{"id":2,"posts":[{"title":"a"}]}]}`
	for got, place := range map[string]string{
		`{"users":[{"posts":[],"id":1.0},{"id":2,"posts":[{"title":"a"}]}]}`: "",
		`{"users":[{"id":1,"posts":[]},{"id":2,"posts":[{"title":"b"}]}]}`:   "data.users[1].posts[0].title: want a, got b",
		`{"users":[{"id":1,"posts":[]}]}`:                                    "data.users: want 2 elements, got 1",
		`{"users":[{"id":1},{"id":2}]}`:                                      `data.users[0]: want the members ["id" "posts"], got ["id"]`,
		`{"users":null}`:                                                     "data.users: want [map[id:1 posts:[]] map[id:2 posts:[map[title:a]]]], got <nil>",
		`null`:                                                               "data: want map[users:[map[id:1 posts:[]] map[id:2 posts:[map[title:a]]]]], got <nil>",
	} {
		if d := difference("data", value(t, want), value(t, got)); d != place {
			t.Errorf("%s:\nwant %q\ngot  %q", got, place, d)
		}
	}
}

func value(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}
