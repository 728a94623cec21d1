package httpcall

import (
	"context"
	"io"
	"net/http"

	"github.com/weftgraph/weft/datasources"
)

// Incoming is a reply whose body has not been read. It is used by one goroutine; Close may be called by any.
type Incoming struct {
	Status int
	Header http.Header
	// body is decompressed, wire as it comes.
	body io.Reader
	wire io.Closer
}

// Open sends one request and reads the head of its reply, whose body may go on for as long as ctx. It goes by net/http: what our own client
// saves is nothing to a stream, and net/http ends it at once when ctx is over. Every error is a *datasources.Error.
func (c *Client) Open(ctx context.Context, r *datasources.Request) (*Incoming, error) {
	if t, isOurs := c.Transport.(*Transport); isOurs {
		var err error
		if r, err = t.compressed(r); err != nil {
			return nil, noReply(ctx, err)
		}
	}
	req, err := wireRequest(ctx, r)
	if err != nil {
		return nil, CannotBuild(err)
	}
	resp, err := c.Transport.RoundTrip(req)
	if err != nil {
		return nil, noReply(ctx, err)
	}
	// Nothing is read of the body for it, unless it is compressed.
	body, err := decompress(resp.Header, resp.Body)
	if err != nil {
		_ = resp.Body.Close() // it is given up
		return nil, badReply(ctx, err, resp.StatusCode)
	}
	return &Incoming{Status: resp.StatusCode, Header: resp.Header, body: body, wire: resp.Body}, nil
}

// Read implements io.Reader. An error other than io.EOF is put into words by Failure.
func (i *Incoming) Read(p []byte) (int, error) { return i.body.Read(p) }

// Whole reads all of the body, which is that of a reply like others, within a limit of bytes.
func (i *Incoming) Whole(ctx context.Context, limit int64) (*datasources.Reply, error) {
	w, err := readInto(i.body, 0, limit)
	if err != nil {
		return nil, badReply(ctx, err, i.Status)
	}
	return &datasources.Reply{Status: i.Status, Header: i.Header, Body: w.bytes, Memory: w.memory}, nil
}

// Failure is the error of a body that could not be read to its end.
func (i *Incoming) Failure(ctx context.Context, err error) *datasources.Error {
	return badReply(ctx, err, i.Status)
}

// Close gives the reply up.
func (i *Incoming) Close() {
	_ = i.wire.Close() // what is given up has no other end
}

// TooLarge is the error of a part of a reply with this status that is larger than the limit.
func TooLarge(status int) *datasources.Error {
	return invalid("The server returned more data than the limit allows.", status, errTooLarge)
}
