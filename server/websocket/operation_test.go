package websocket_test

import (
	"fmt"
	"testing"

	"github.com/weftgraph/weft/server/websocket"
)

const (
	result   = `{"id":%q,"type":"next","payload":%s}`
	finished = `{"id":%q,"type":"complete"}`
)

func TestOneResultIsFollowedByItsEnd(t *testing.T) {
	t.Parallel()
	c := ready(t, serve(t, newScript(), nil))
	// The id may be used again as soon as its end was told.
	for range 100 {
		c.subscribe("a\\u00e4", "once")
		c.expect(`{"id":"aä","type":"next","payload":{"data":1}}`, `{"id":"aä","type":"complete"}`)
	}
}

func TestWhatIsNotExecutedIsAnErrorWithoutAnEnd(t *testing.T) {
	t.Parallel()
	c := ready(t, serve(t, newScript(), nil))
	c.subscribe("1", "fail")
	c.expect(`{"id":"1","type":"error","payload":[{"message":"no"}]}`)
	c.subscribe("1", "once")
	c.expect(fmt.Sprintf(result, "1", `{"data":1}`), fmt.Sprintf(finished, "1"))
}

func TestDocumentsMayBeNamedInsteadOfSent(t *testing.T) {
	t.Parallel()
	s := newScript()
	c := ready(t, serve(t, s, nil))
	for _, payload := range []string{`{"extensions":{}}`, `{"documentId":"x"}`, `{"query":null,"doc_id":"x"}`} {
		c.send(`{"id":"1","type":"subscribe","payload":` + payload + `}`)
		wait(t, s.began, "")
		c.expect(fmt.Sprintf(finished, "1"))
	}
}

func TestOperationsRunBesideEachOther(t *testing.T) {
	t.Parallel()
	s := newScript()
	c := ready(t, serve(t, s, nil))
	c.subscribe("slow", "wait")
	c.subscribe("fast", "once")
	c.expect(fmt.Sprintf(result, "fast", `{"data":1}`), fmt.Sprintf(finished, "fast"))
	close(s.release)
	c.expect(fmt.Sprintf(result, "slow", `{"data":"late"}`), fmt.Sprintf(finished, "slow"))
}

func TestNothingComesOfAnOperationThatTheClientHasCompleted(t *testing.T) {
	t.Parallel()
	s := newScript()
	c := ready(t, serve(t, s, nil))
	for range 50 {
		c.subscribe("1", "stream")
		c.expect(fmt.Sprintf(result, "1", `{"data":2}`))
		// The same id at once: what comes before the pong may be of the first, what comes after it may not.
		c.send(`{"id":"1","type":"complete"}`, `{"type":"ping"}`)
		for got := ""; got != `{"type":"pong"}`; {
			got = c.read()
		}
		c.subscribe("1", "once")
		c.expect(fmt.Sprintf(result, "1", `{"data":1}`), fmt.Sprintf(finished, "1"))
		wait(t, s.began, "stream")
		wait(t, s.began, "once")
	}
	// What has ended, or never was, can be completed, too.
	c.send(`{"id":"1","type":"complete"}`, `{"id":"never","type":"complete"}`, `{"type":"ping"}`)
	c.expect(`{"type":"pong"}`)
}

func TestOperationsBeyondTheLimitAreRefusedAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	s := newScript()
	c := ready(t, serve(t, s, func(o *websocket.Options) { o.MaxOperations = 2 }))
	c.subscribe("1", "wait")
	c.subscribe("2", "quiet")
	c.subscribe("3", "once")
	c.expect(`{"id":"3","type":"error","payload":[{"message":"too many"}]}`)
	// One that is completed counts until it has really ended.
	c.send(`{"id":"1","type":"complete"}`)
	c.subscribe("3", "once")
	c.expect(`{"id":"3","type":"error","payload":[{"message":"too many"}]}`)
	close(s.release)
	wait(t, s.ended, "wait")
	for {
		c.subscribe("3", "once")
		if c.read() == fmt.Sprintf(result, "3", `{"data":1}`) {
			break // it has been counted out
		}
	}
	c.expect(fmt.Sprintf(finished, "3"))
}

func TestOperationsEndWithTheConnection(t *testing.T) {
	t.Parallel()
	s := newScript()
	c := ready(t, serve(t, s, nil))
	c.subscribe("1", "quiet")
	wait(t, s.began, "quiet")
	_ = c.ws.CloseNow() // without a word
	wait(t, s.ended, "quiet")
}

func TestAStoppingServerEndsStreamsAndLetsTheRestFinish(t *testing.T) {
	t.Parallel()
	s, stop := newScript(), make(chan struct{})
	url := serve(t, s, func(o *websocket.Options) { o.Stop = stop })
	unused, busy := dial(t, url), ready(t, url)
	busy.subscribe("stream", "quiet")
	busy.subscribe("query", "wait")
	waitAll(t, s.began, "quiet", "wait")
	close(stop)
	wait(t, s.ended, "quiet")
	if got := unused.closed(); got.Code != 1001 {
		t.Error(got)
	}
	// Nothing more is begun, and nobody is told that anything was complete that was not.
	busy.subscribe("more", "once")
	busy.send(`{"type":"ping"}`)
	busy.expect(`{"type":"pong"}`)
	close(s.release)
	busy.expect(fmt.Sprintf(result, "query", `{"data":"late"}`), fmt.Sprintf(finished, "query"))
	if got := busy.closed(); got.Code != 1001 {
		t.Error(got)
	}
}

func TestAnOperationThatIsCutOffMakesClientsConnectAgain(t *testing.T) {
	t.Parallel()
	s := newScript()
	c := ready(t, serve(t, s, nil))
	c.subscribe("old", "restart")
	c.subscribe("new", "quiet")
	waitAll(t, s.began, "restart", "quiet")
	close(s.release)
	waitAll(t, s.ended, "restart", "quiet")
	if got := c.closed(); got.Code != 1012 {
		t.Error(got)
	}
}
