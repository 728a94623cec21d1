package stream

import (
	"errors"
	"io"
)

// ErrTooLarge says that a message has more bytes than it may have. The stream cannot be read on.
var ErrTooLarge = errors.New("a message of the stream is larger than the limit")

// Reader reads the messages of one body. It is used by one goroutine.
type Reader interface {
	// Next returns the next message, which is the caller's. The error is io.EOF at the end of the body, ErrTooLarge, or that of the
	// body. It reads no more of the body than a buffer of a fixed size takes.
	Next() ([]byte, error)
}

// NewReader returns a reader for the format of a media type, such as "text/event-stream", that bounds the bytes of a message. It is nil for a
// type that is none of a stream.
func NewReader(media string, body io.Reader, limit int) Reader {
	switch media {
	case "text/event-stream":
		return NewEvents(body, limit)
	case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonl", "application/jsonlines",
		"application/x-jsonlines", "application/json-lines":
		return newJSONLines(body, limit)
	case "application/json-seq":
		return newJSONSequence(body, limit)
	default:
		return nil
	}
}

// Accept is what to ask a server for that may have any of the formats.
const Accept = "text/event-stream, application/x-ndjson;q=0.9, application/jsonl;q=0.9, application/json-seq;q=0.9"
