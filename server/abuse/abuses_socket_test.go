package abuse_test

import (
	"strconv"
	"strings"
)

// Codes that WebSockets are closed with.
const (
	inOrder     = 1000
	noProtocol  = 1002
	tooBig      = 1009
	unknown     = 4400
	unconfirmed = 4401
	unspoken    = 4406
	forbidden   = 4403
	duplicate   = 4409
	initTwice   = 4429
)

// socketAbuses attack WebSockets, and the protocol of GraphQL on them.
func socketAbuses() []abuse {
	begun := message(initial)
	const half = "\x01" // a text message that is continued
	return []abuse{
		{name: "a page of another site", send: socketBy(handshake + "Origin: https://evil.example\r\n"), status: bad, code: "CSRF_PREVENTED"},
		{name: "a page of nowhere", send: socketBy(handshake + "Origin: null\r\n"), status: bad, code: "CSRF_PREVENTED"},
		{name: "two origins", send: socketBy(handshake + "Origin: http://localhost\r\nOrigin: https://evil.example\r\n"), status: bad, code: "CSRF_PREVENTED"},
		{name: "no key", send: socketBy(strings.Replace(handshake, "Sec-WebSocket-Key", "X-Key", 1)), status: bad},
		{name: "another protocol", send: socketBy(strings.Replace(handshake, "graphql-transport-ws", "wonders", 1)), status: unspoken},
		{name: "an offer to compress, and compressed frames", send: socketBy(handshake+"Sec-WebSocket-Extensions: permessage-deflate\r\n", frame("\xc1", "xxx")), status: noProtocol},
		{name: "an operation before all", send: socket(subscribe("1", "{ __typename }")), status: unconfirmed},
		{name: "10,000 operations before all", send: socket(strings.Repeat(subscribe("1", "{ __typename }"), 10_000)), status: unconfirmed},
		{name: "an initialisation twice", send: socket(begun, begun), status: initTwice},
		{name: "bytes", send: socket(frame(binaries, initial)), status: unknown},
		{name: "invalid UTF-8", send: socket(message("{\"type\":\"ping\",\"payload\":{\"a\":\"\xff\"}}")), status: unknown},
		{name: "no JSON", send: socket(message("hello")), status: unknown},
		{name: "lists 20,000 deep", send: socket(message(`{"type":"ping","payload":` + around(deep, "[", "", "]") + `}`)), status: unknown},
		{name: "400,000 values", send: socket(message(`{"type":"ping","payload":{"a":[` + strings.Repeat("1,", 400_000) + `1]}}`)), status: unknown},
		{name: "a message that servers send", send: socket(begun, message(`{"id":"1","type":"next","payload":{}}`)), status: unknown},
		{name: "an id of 100 KB", send: socket(begun, subscribe(strings.Repeat("x", 100_000), "{ __typename }")), status: unknown},
		{name: "two megabytes", send: socket(message(strings.Repeat(" ", 2<<20))), status: tooBig},
		{name: "a length of an exabyte", send: socket("\x81\xff\x0f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00" + strings.Repeat(" ", 2<<20)), status: tooBig},
		{name: "a negative length", send: socket("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00"), status: 0},
		{name: "a frame without a mask", send: socket("\x81\x02{}"), status: 0},
		{name: "an opcode of the future", send: socket(frame("\x83", "")), status: noProtocol},
		{name: "reserved bits", send: socket(frame("\xf1", initial)), status: noProtocol},
		{name: "a ping in two frames", send: socket(frame("\x09", "")), status: noProtocol},
		{name: "a ping of a kilobyte", send: socket(frame(pinging, strings.Repeat("x", 1000))), status: noProtocol},
		{name: "an end without a beginning", send: socket(frame(continued, "")), status: noProtocol},
		{name: "a beginning in the middle", send: socket(frame(half, "{"), frame(textual, "}")), status: noProtocol},
		{name: "a message in 100,000 empty frames", send: socket(frame(half, initial), strings.Repeat(frame("\x00", ""), 100_000), frame(continued, ""), goodbye), status: inOrder},
		{name: "two megabytes in frames of a kilobyte", send: socket(frame(half, ""), strings.Repeat(frame("\x00", strings.Repeat(" ", 1000)), 2100)), status: tooBig},
		{name: "a code that nobody may close with", send: socket(frame(closing, "\x03\xed")), status: noProtocol},
		{name: "half a code", send: socket(frame(closing, "\x03")), status: noProtocol},
		{name: "250 pings at once", send: socket(strings.Repeat(frame(pinging, "x"), 250), goodbye), status: inOrder},
		{name: "one id twice", send: socket(begun, subscribe("1", "subscription { ticks { n } }"), subscribe("1", "{ __typename }")), status: duplicate},
		{name: "101 subscriptions", send: socket(begun, ticking(101)), status: inOrder, code: exceeded, limit: "websocket_operations"},
		{name: "subscriptions that are ended at once", send: socket(begun, strings.Repeat(subscribe("1", "subscription { ticks { n } }")+message(`{"id":"1","type":"complete"}`), 90), goodbye), status: inOrder},
		{name: "a document beyond a limit", send: socket(begun, subscribe("1", "{"+each(1001, "a%d:__typename ")+"}")), status: inOrder, code: exceeded, limit: "root_fields"},
		{name: "a header of 900 KB for all operations", send: socket(message(`{"type":"connection_init","payload":{"authorization":"` + strings.Repeat("x", 900_000) + `"}}`)), status: forbidden},
	}
}

// ticking subscribes n times.
func ticking(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(subscribe(strconv.Itoa(i), "subscription { ticks { n } }"))
	}
	return b.String()
}
