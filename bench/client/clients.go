package main

import (
	"bytes"
	"context"
	"net/http"

	"github.com/valyala/fasthttp"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/httpcall"
)

const maxReply = 16 << 20

// client makes one call, and gives the reply as sources want it: with its header, and with memory of its own.
type client interface {
	call(ctx context.Context, url string) (*datasources.Reply, error)
}

// way is one of the ways to compare.
type way struct {
	name string
	open func(connections int) client
}

func ways() []way {
	return []way{
		{"net/http", func(n int) client {
			return calls{&httpcall.Client{Transport: transport(n).Transport, MaxReply: maxReply}}
		}},
		{"fasthttp", func(n int) client { return fast{&fasthttp.Client{MaxConnsPerHost: n}} }},
		{"net/http's pieces", func(int) client { return &pieces{} }},
		{"ours", func(n int) client { return calls{&httpcall.Client{Transport: transport(n), MaxReply: maxReply}} }},
	}
}

func transport(connections int) *httpcall.Transport {
	return httpcall.NewTransport(datasources.Settings{MaxConcurrent: connections})
}

// header is what every request has.
func header() http.Header {
	h := http.Header{}
	httpcall.SetDefaults(h)
	return h
}

// calls are those of Weft.
type calls struct{ client *httpcall.Client }

func (c calls) call(ctx context.Context, url string) (*datasources.Reply, error) {
	return c.client.Do(ctx, &datasources.Request{Method: http.MethodGet, URL: url, Header: header()})
}

// fast are those of fasthttp. Its replies are copied, as they end with the call.
type fast struct{ client *fasthttp.Client }

func (f fast) call(ctx context.Context, url string) (*datasources.Reply, error) {
	request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(request)
	defer fasthttp.ReleaseResponse(response)
	request.SetRequestURI(url)
	for name, values := range header() {
		for _, value := range values {
			request.Header.Add(name, value)
		}
	}
	// It knows no contexts, so that a call could not be cancelled.
	deadline, _ := ctx.Deadline()
	if err := f.client.DoDeadline(request, response, deadline); err != nil {
		return nil, err
	}
	reply := &datasources.Reply{Status: response.StatusCode(), Header: http.Header{}, Body: bytes.Clone(response.Body())}
	for name, value := range response.Header.All() {
		reply.Header.Add(string(name), string(value))
	}
	return reply, nil
}
