package server_test

import (
	"runtime"
	"testing"
)

// manyRowsCases are queries for 10,000 rows.
func manyRowsCases() []struct {
	name, query string
	back        canned
} {
	const n = 10_000
	return []struct {
		name, query string
		back        canned
	}{
		{"all members", `{bigPosts{id userId title body}}`, lists{"/bigposts": {n, posts(manyUsers, short)}}.back()},
		{"long texts", `{bigPosts{id userId title body}}`, lists{"/bigposts": {n, posts(manyUsers, long)}}.back()},
		{
			"with users", `{bigPosts{id userId title body user{id name}}}`,
			lists{"/bigposts": {n, posts(manyUsers, short)}, "/users?": {manyUsers, oneUser}}.back(),
		},
		{"some members", `{items{id sku name price stock}}`, lists{"/items": {n, oneItem}}.back()},
	}
}

// footprint returns the bytes that answering a request allocates, and those of the answer.
func (a *asking) footprint(tb testing.TB, body []byte) (allocated, answer int) {
	tb.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := a.send(body)
	runtime.ReadMemStats(&after)
	if err != nil {
		tb.Fatal(err)
	}
	return int(after.TotalAlloc - before.TotalAlloc), len(a.answer.body)
}

// A long answer takes three times its bytes at most, even when it is the first of its plan: the reply, the answer, and less than one
// more for cells and rows. Where the reply is the longer one, because nobody asks for some of its members, it is that which counts.
func TestFirstAnswerOf10000RowsTakesThreeTimesItsBytes(t *testing.T) {
	// Not parallel: bytes are counted for the whole process.
	if hasRaceDetector {
		t.Skip("the race detector makes pools forget things")
	}
	for _, tt := range manyRowsCases() {
		client := newAsking(t, postsGateway(t, tt.back))
		client.answer.body = make([]byte, 0, 16<<20)
		client.ask(t, bodyOf(`{greet}`))
		// Twice, so that pools have nothing left of other tests.
		runtime.GC()
		runtime.GC()
		allocated, answer := client.footprint(t, bodyOf(tt.query))
		moved := answer
		for _, reply := range tt.back {
			moved = max(moved, len(reply))
		}
		t.Logf("%s: %.2f of the answer, %.2f of what moves", tt.name, float64(allocated)/float64(answer), float64(allocated)/float64(moved))
		if allocated > 3*moved {
			t.Errorf("%s: %d bytes for an answer of %d", tt.name, allocated, answer)
		}
	}
}

// Once the plan has run, the memory is there: for replies, answers and tables of up to 4 MB each, which "long texts" are beyond.
func TestFurtherAnswersOf10000RowsTakeNextToNothing(t *testing.T) {
	// Not parallel, as above.
	if hasRaceDetector {
		t.Skip("the race detector makes pools forget things")
	}
	for _, tt := range manyRowsCases() {
		client, body := newAsking(t, postsGateway(t, tt.back)), bodyOf(tt.query)
		least, answer := client.footprint(t, body)
		for range 5 { // the collector may empty the pools at any time, but not every time
			allocated, _ := client.footprint(t, body)
			least = min(least, allocated)
		}
		budget := answer / 50
		if answer > 4<<20 {
			budget = 5 * answer / 2
		}
		if least > budget {
			t.Errorf("%s: %d bytes for an answer of %d that was given before", tt.name, least, answer)
		}
	}
}
