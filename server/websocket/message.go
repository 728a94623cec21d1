package websocket

import (
	"fmt"

	"github.com/weftgraph/weft/graph/value"
)

// messageType is the `type` of a message.
type messageType string

const (
	connectionInit messageType = "connection_init"
	connectionAck  messageType = "connection_ack"
	ping           messageType = "ping"
	pong           messageType = "pong"
	subscribe      messageType = "subscribe"
	next           messageType = "next"
	failure        messageType = "error"
	complete       messageType = "complete"
)

// maxID bounds the ids of operations, which are repeated in every message.
const maxID = 256

// message is what a client sends.
type message struct {
	kind messageType
	// id is that of an operation; it is empty for messages that are about none.
	id string
	// payload is an object, null or MISSING; it is an object for `subscribe`.
	payload value.Value
}

// readMessage reads and checks a message of a client that has no more values than it may. The error says what is wrong with it, in few words.
func readMessage(text []byte, maxValues int) (message, error) {
	v, err := value.ParseAtMost(text, maxValues)
	if err != nil {
		return message{}, fmt.Errorf("it is not JSON: %w", err)
	}
	if v.Kind() != value.KindObject {
		return message{}, fmt.Errorf("it must be an object")
	}
	m := message{kind: messageType(v.Get("type").Text()), payload: v.Get("payload")}
	switch m.kind {
	case connectionInit, ping, pong:
		if !isObjectOrNothing(m.payload) {
			return message{}, fmt.Errorf("the payload of %q must be an object", m.kind)
		}
		return m, nil
	case subscribe, complete:
	default:
		return message{}, fmt.Errorf("clients send no message of this type")
	}
	if m.id = v.Get("id").Text(); m.id == "" || len(m.id) > maxID || v.Get("id").Kind() != value.KindString {
		return message{}, fmt.Errorf("the id of %q must be a string of 1 to %d bytes", m.kind, maxID)
	}
	if m.kind == complete {
		return m, nil
	}
	return m, checkRequest(m.payload)
}

// checkRequest checks the payload of `subscribe`. It may have no query where something else may name a document that the server knows:
// `extensions`, `documentId` or Relay's `doc_id`.
func checkRequest(payload value.Value) error {
	if payload.Kind() != value.KindObject {
		return fmt.Errorf("the payload of %q must be an object", subscribe)
	}
	query, extensions := payload.Get("query"), payload.Get("extensions")
	isNamed := !isNothing(extensions) || !isNothing(payload.Get("documentId")) || !isNothing(payload.Get("doc_id"))
	switch {
	case query.Kind() != value.KindString && (!isNothing(query) || !isNamed):
		return fmt.Errorf("the query must be a string")
	case !isObjectOrNothing(payload.Get("variables")):
		return fmt.Errorf("the variables must be an object")
	case !isObjectOrNothing(extensions):
		return fmt.Errorf("the extensions must be an object")
	}
	if name := payload.Get("operationName"); name.Kind() != value.KindString && !isNothing(name) {
		return fmt.Errorf("the operation name must be a string")
	}
	return nil
}

func isNothing(v value.Value) bool { return v.IsMissing() || v.IsNull() }

func isObjectOrNothing(v value.Value) bool { return v.Kind() == value.KindObject || isNothing(v) }

// appendMessage appends a message to a client. id and payload, which is JSON, may be empty.
func appendMessage(dst []byte, kind messageType, id string, payload []byte) []byte {
	dst = append(dst, '{')
	if id != "" {
		dst = append(value.AppendString(append(dst, `"id":`...), id), ',')
	}
	dst = append(append(append(dst, `"type":"`...), kind...), '"')
	if len(payload) > 0 {
		dst = append(append(dst, `,"payload":`...), payload...)
	}
	return append(dst, '}')
}
