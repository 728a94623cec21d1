package websocket_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	coder "github.com/coder/websocket"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/weftgraph/weft/server/websocket"
)

const hello = `{"type":"connection_init"}`

func TestConnectionsAreClosedWithTheCodeOfTheReason(t *testing.T) {
	t.Parallel()
	once := `{"id":"1","type":"subscribe","payload":{"query":"once"}}`
	quiet := `{"id":"1","type":"subscribe","payload":{"query":"quiet"}}`
	for name, c := range map[string]struct {
		code   int
		reason string
		sent   []string
	}{
		"no JSON":              {4400, "Invalid message received: it is not JSON: ", []string{"hello"}},
		"bad UTF-8":            {4400, "Invalid message received: it is not JSON: ", []string{"\"\xff\""}},
		"no object":            {4400, "Invalid message received: it must be an object", []string{`[1]`}},
		"no type":              {4400, "Invalid message received: clients send no message of this type", []string{`{}`}},
		"a type of ours":       {4400, "Invalid message received: clients send no message of this type", []string{hello, `{"type":"next","id":"1"}`}},
		"a type that is new":   {4400, "Invalid message received: clients send no message of this type", []string{hello, `{"type":"start","id":"1"}`}},
		"payload of init":      {4400, `Invalid message received: the payload of "connection_init" must be an object`, []string{`{"type":"connection_init","payload":1}`}},
		"payload of ping":      {4400, `Invalid message received: the payload of "ping" must be an object`, []string{`{"type":"ping","payload":"x"}`}},
		"no id":                {4400, `Invalid message received: the id of "subscribe" must be a string of 1 to 256 bytes`, []string{hello, `{"type":"subscribe","payload":{"query":"once"}}`}},
		"a number as id":       {4400, `Invalid message received: the id of "complete" must be a string of 1 to 256 bytes`, []string{hello, `{"type":"complete","id":1}`}},
		"a long id":            {4400, `Invalid message received: the id of "complete" must be a string of 1 to 256 bytes`, []string{hello, `{"type":"complete","id":"` + strings.Repeat("x", 257) + `"}`}},
		"no payload":           {4400, `Invalid message received: the payload of "subscribe" must be an object`, []string{hello, `{"type":"subscribe","id":"1"}`}},
		"no query":             {4400, "Invalid message received: the query must be a string", []string{hello, `{"type":"subscribe","id":"1","payload":{}}`}},
		"a query that is none": {4400, "Invalid message received: the query must be a string", []string{hello, `{"type":"subscribe","id":"1","payload":{"query":1,"extensions":{}}}`}},
		"variables":            {4400, "Invalid message received: the variables must be an object", []string{hello, `{"type":"subscribe","id":"1","payload":{"query":"once","variables":[]}}`}},
		"extensions":           {4400, "Invalid message received: the extensions must be an object", []string{hello, `{"type":"subscribe","id":"1","payload":{"query":"once","extensions":1}}`}},
		"operation name":       {4400, "Invalid message received: the operation name must be a string", []string{hello, `{"type":"subscribe","id":"1","payload":{"query":"once","operationName":1}}`}},
		"before init":          {4401, "Unauthorized", []string{once}},
		"refused":              {4403, "Forbidden", []string{`{"type":"connection_init","payload":{"as":"stranger"}}`}},
		"refused, and why":     {4403, "The token has expired.", []string{`{"type":"connection_init","payload":{"as":"expired"}}`}},
		"a reason too long":    {1013, "Try again later", []string{`{"type":"connection_init","payload":{"as":"talkative"}}`}},
		"twice an id":          {4409, "Subscriber for 1 already exists", []string{hello, quiet, once}},
		"twice a long id":      {4409, "Subscriber already exists", []string{hello, strings.Replace(quiet, "1", strings.Repeat("x", 200), 1), strings.Replace(once, "1", strings.Repeat("x", 200), 1)}},
		"twice init":           {4429, "Too many initialisation requests", []string{hello, hello}},
		"trouble at init":      {4500, "Internal server error", []string{`{"type":"connection_init","payload":{"as":"trouble"}}`}},
		"trouble":              {4500, "Internal server error", []string{hello, quiet, `{"id":"2","type":"subscribe","payload":{"query":"panic"}}`}},
		"too big":              {1009, "", []string{`{"type":"ping","payload":{"x":"` + strings.Repeat("x", 1000) + `"}}`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := dial(t, serve(t, newScript(), nil))
			client.send(c.sent...)
			if got := client.closed(); int(got.Code) != c.code || !strings.HasPrefix(got.Reason, c.reason) {
				t.Errorf("%d %q, want %d %q", got.Code, got.Reason, c.code, c.reason)
			}
		})
	}
}

func TestBinaryMessagesAreRefused(t *testing.T) {
	t.Parallel()
	c := dial(t, serve(t, newScript(), nil))
	if err := c.ws.Write(t.Context(), coder.MessageBinary, []byte(hello)); err != nil {
		t.Fatal(err)
	}
	if got := c.closed(); got.Code != 4400 {
		t.Error(got)
	}
}

func TestOtherProtocolsAreRefusedWithACode(t *testing.T) {
	t.Parallel()
	url := serve(t, newScript(), nil)
	for _, protocols := range [][]string{{"graphql-ws"}, {"mqtt"}, {}} {
		if got := dial(t, url, append(protocols, []string{}...)...).closed(); got.Code != 4406 || !strings.Contains(got.Reason, websocket.Subprotocol) {
			t.Errorf("%v: %v", protocols, got)
		}
	}
	// Who speaks both is served.
	c := dial(t, url, "graphql-ws", websocket.Subprotocol)
	c.send(hello)
	c.expect(`{"type":"connection_ack"}`)
}

func TestClientsIntroduceThemselvesInTime(t *testing.T) {
	t.Parallel()
	url := serve(t, newScript(), func(o *websocket.Options) { o.InitTimeout = 50 * time.Millisecond })
	late := dial(t, url)
	if got := late.closed(); got.Code != 4408 {
		t.Error(got)
	}
	punctual := ready(t, url)
	<-time.After(100 * time.Millisecond)
	punctual.send(`{"type":"ping"}`)
	punctual.expect(`{"type":"pong"}`)
}

func TestPingsAreAnsweredWithWhatTheySay(t *testing.T) {
	t.Parallel()
	c := dial(t, serve(t, newScript(), nil))
	c.send(`{"type":"ping"}`, `{"type":"ping","payload":null}`, `{"type":"pong"}`, `{"type":"ping","payload":{"n":1.50}}`)
	c.expect(`{"type":"pong"}`, `{"type":"pong"}`, `{"type":"pong","payload":{"n":1.50}}`)
}

func TestPanicsAreLogged(t *testing.T) {
	t.Parallel()
	core, logs := observer.New(zap.ErrorLevel)
	c := ready(t, serve(t, newScript(), func(o *websocket.Options) { o.Log = zap.New(core) }))
	c.subscribe("1", "panic")
	c.closed()
	entries := logs.All()
	if len(entries) != 1 {
		t.Fatalf("%d entries", len(entries))
	}
	stack, _ := entries[0].ContextMap()["stack"].(string)
	if !strings.Contains(stack, "client_test.go") {
		t.Errorf("stack %s", stack)
	}
}

func TestTheConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	o := websocket.Options{MaxConnections: 3, MaxPerAddress: 2}
	var connections websocket.Connections
	first, second := connections.Admit(&o, netip.MustParseAddr("192.0.2.1")), connections.Admit(&o, netip.MustParseAddr("192.0.2.1"))
	if first == nil || second == nil || connections.Admit(&o, netip.MustParseAddr("192.0.2.1")) != nil {
		t.Error("two from one address")
	}
	if connections.Admit(&o, netip.MustParseAddr("2001:db8::1")) == nil || connections.Admit(&o, netip.MustParseAddr("192.0.2.2")) != nil {
		t.Error("three in all")
	}
	second()
	if connections.Admit(&o, netip.MustParseAddr("192.0.2.1")) == nil {
		t.Error("no place for the next")
	}
}
