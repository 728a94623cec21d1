package datasources

import "context"

// Streamer is what a Fetcher is, too, when the requests of its connector are answered by streams: by any number of replies, each of which
// Decode takes like one that Do has returned. A connector whose Stream is set has no other use for its Fetcher than this; Do fails then.
type Streamer interface {
	// Stream sends the request and returns when the source has begun to answer with a stream, within the source's limits. An error is
	// an *Error: there is no stream. ctx is that of the whole stream: when it is over, so is the stream.
	Stream(ctx context.Context, r *Request) (Stream, error)
}

// Stream is one open stream. Nothing is read ahead but for what lies in buffers of a fixed size, so that a source which sends faster than
// replies are taken is held up. It is used by one goroutine at a time; Close may be called by any.
type Stream interface {
	// Next waits for the next reply, which is the caller's. The error is io.EOF after the last one; any other is an *Error: the stream
	// broke, or ctx is over, and nothing follows.
	Next(ctx context.Context) (*Reply, error)
	// Close ends the stream and releases what it holds. A Next that waits returns. It may be called more than once.
	Close()
}

// errIsStream is why a connector of a stream cannot be called for one reply.
const errIsStream = "The connector gives a stream of events, which only a subscription can ask for."

// StreamOnly is the error of a call for one reply, of a connector that is answered by streams.
func StreamOnly() *Error { return &Error{Code: CodeFetch, Message: errIsStream} }
