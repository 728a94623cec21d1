package soap

import (
	"bytes"
	"time"

	"github.com/weftgraph/weft/datasources"
)

// stamps are the header blocks that no two messages have alike: ids, times, nonces. They are written when a message is sent, again each
// time, so that identical requests can still be one call before.
type stamps struct {
	dialect *dialect
	// security and addressing are nil where there is none.
	security   *security
	addressing *addressing
	now        func() time.Time
}

// header begins the header of an envelope. In messages that are stamped it is always there, and the first of this text: all else is escaped.
const header = "<soap:Header>"

// areNone tells that messages are sent as they are.
func (s *stamps) areNone() bool { return s.security == nil && s.addressing == nil }

// stamp returns the request with the blocks, and the id of the message, if it has one.
func (s *stamps) stamp(r *datasources.Request) (stamped *datasources.Request, id string) {
	const around = 2048
	before, after, _ := bytes.Cut(r.Body, []byte(header))
	body := make([]byte, 0, len(r.Body)+around)
	body = append(append(body, before...), header...)
	if s.addressing != nil {
		body, id = s.addressing.append(body)
	}
	if s.security != nil {
		body = s.security.append(body, s.dialect, s.now())
	}
	body = append(body, after...)
	out := *r
	out.Body = body
	return &out, id
}
