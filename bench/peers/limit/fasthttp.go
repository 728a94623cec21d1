package main

import (
	"strings"
	"sync"

	"github.com/valyala/fasthttp"
)

// callers is how many calls may be made at the same time.
const callers = 1024

func serveFastHTTP(address, upstream string) error {
	client := &fasthttp.HostClient{Addr: strings.TrimPrefix(upstream, "http://"), MaxConns: callers, NoDefaultUserAgentHeader: true}
	g := gateway{fetch: func(path string) ([]byte, func(), error) {
		request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
		request.SetRequestURI(upstream + path)
		err := client.Do(request, response)
		fasthttp.ReleaseRequest(request)
		if err != nil {
			fasthttp.ReleaseResponse(response)
			return nil, nil, err
		}
		return response.Body(), func() { fasthttp.ReleaseResponse(response) }, nil
	}}
	buffers := newBuffers()
	server := &fasthttp.Server{NoDefaultServerHeader: true, NoDefaultDate: true, Handler: func(ctx *fasthttp.RequestCtx) {
		p := buffers.get()
		defer buffers.Put(p)
		out, err := g.answer(ctx.PostBody(), (*p)[:0])
		if err != nil {
			ctx.Error(err.Error(), fasthttp.StatusBadGateway)
			return
		}
		ctx.SetContentType("application/json")
		*p = ctx.Response.SwapBody(out)
	}}
	return server.ListenAndServe(address)
}

// buffers are used again and again for answers.
type buffers struct{ sync.Pool }

func newBuffers() *buffers {
	const usual = 16 << 10
	return &buffers{sync.Pool{New: func() any { b := make([]byte, 0, usual); return &b }}}
}

func (b *buffers) get() *[]byte {
	p, ok := b.Get().(*[]byte)
	if !ok {
		return new([]byte)
	}
	return p
}
