package httpcall

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"

	"github.com/weftgraph/weft/datasources"
)

// Client sends requests and reads replies whole. It is immutable and safe for concurrent use, as far as its transport is.
type Client struct {
	// Transport sends the requests. A *Transport sends some of them without net/http; any other is used for all.
	Transport http.RoundTripper
	// MaxReply bounds the bytes of a decompressed reply.
	MaxReply int64
}

// Do sends one request and reads its reply within ctx: what datasources.Fetcher.Do promises. Redirects are not followed.
// Every error is a *datasources.Error.
func (c *Client) Do(ctx context.Context, r *datasources.Request) (*datasources.Reply, error) {
	t, isOurs := c.Transport.(*Transport)
	if !isOurs {
		return c.roundTrip(ctx, r)
	}
	r, err := t.compressed(r)
	if err != nil {
		return nil, noReply(ctx, err)
	}
	address := SplitAddress(r.URL)
	if o, isPlain := t.plainOrigin(r, address); isPlain {
		return c.exchange(ctx, t.plain, o, r, address)
	}
	return c.roundTrip(ctx, r)
}

// roundTrip makes the call by net/http, or by what a test has instead.
func (c *Client) roundTrip(ctx context.Context, r *datasources.Request) (*datasources.Reply, error) {
	req, err := wireRequest(ctx, r)
	if err != nil {
		return nil, CannotBuild(err)
	}
	start := time.Now()
	// RoundTrip and not http.Client: no redirects, no cookies, and a request header that is only read.
	resp, err := c.Transport.RoundTrip(req)
	if err != nil {
		return nil, noReply(ctx, err)
	}
	defer resp.Body.Close()
	body, err := c.read(resp)
	if err != nil {
		return nil, badReply(ctx, err, resp.StatusCode)
	}
	return &datasources.Reply{
		Status:   resp.StatusCode,
		Header:   resp.Header,
		Trailer:  resp.Trailer,
		Body:     body.bytes,
		Memory:   body.memory,
		Start:    start,
		Duration: time.Since(start),
	}, nil
}

// wireRequest is the request as net/http sends it.
func wireRequest(ctx context.Context, r *datasources.Request) (*http.Request, error) {
	u, err := WireURL(r.URL)
	if err != nil {
		return nil, err
	}
	req := &http.Request{
		Method:        r.Method,
		URL:           u,
		Header:        r.Header,
		Host:          u.Host,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Body:          http.NoBody,
		ContentLength: int64(len(r.Body)),
	}
	if hosts := r.Header["Host"]; len(hosts) > 0 {
		// net/http leaves Host out of the header it writes.
		req.Host = hosts[0]
	}
	switch {
	case r.Content != nil && r.Content.Length > 0:
		req.GetBody, req.ContentLength = r.Content.Open, r.Content.Length
		if req.Body, err = req.GetBody(); err != nil {
			return nil, err
		}
	case len(r.Body) > 0:
		// GetBody lets the transport start over on a connection that the server had just closed.
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(r.Body)), nil }
		req.Body, _ = req.GetBody()
	}
	if u.User != nil && len(r.Header["Authorization"]) == 0 {
		req.Header = r.Header.Clone()
		password, _ := u.User.Password()
		req.SetBasicAuth(u.User.Username(), password)
	}
	return req.WithContext(ctx), nil
}

// read reads the whole body.
func (c *Client) read(resp *http.Response) (whole, error) {
	return readWhole(resp.Header, resp.Body, resp.ContentLength, c.MaxReply)
}
