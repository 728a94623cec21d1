package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/weftgraph/weft/datasources"
)

// pieces is a client with connections of its own that has package net/http write requests and read replies, in the goroutine of the
// caller. It is as good as it has to be for a comparison, and no better.
type pieces struct {
	mu   sync.Mutex
	idle []*link
}

type link struct {
	net.Conn
	in  *bufio.Reader
	out *bufio.Writer
}

func (p *pieces) call(ctx context.Context, url string) (*datasources.Reply, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	request.Header = header()
	c, err := p.take(ctx, request.URL.Host)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	reply, err := c.exchange(request)
	if stop() && err == nil && c.in.Buffered() == 0 {
		p.put(c)
	} else {
		_ = c.Close()
	}
	return reply, err
}

func (l *link) exchange(request *http.Request) (*datasources.Reply, error) {
	if err := request.Write(l.out); err != nil {
		return nil, err
	}
	if err := l.out.Flush(); err != nil {
		return nil, err
	}
	response, err := http.ReadResponse(l.in, request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var body bytes.Buffer
	if n := response.ContentLength; n > 0 {
		body.Grow(int(n) + bytes.MinRead)
	}
	if _, err := body.ReadFrom(io.LimitReader(response.Body, maxReply)); err != nil {
		return nil, err
	}
	return &datasources.Reply{Status: response.StatusCode, Header: response.Header, Body: body.Bytes()}, nil
}

func (p *pieces) take(ctx context.Context, address string) (*link, error) {
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		c := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return c, nil
	}
	p.mu.Unlock()
	var dialer net.Dialer
	c, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &link{Conn: c, in: bufio.NewReader(c), out: bufio.NewWriter(c)}, nil
}

func (p *pieces) put(c *link) {
	p.mu.Lock()
	p.idle = append(p.idle, c)
	p.mu.Unlock()
}
