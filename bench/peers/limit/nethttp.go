package main

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"time"
)

func serveNetHTTP(address, upstream string) error {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: callers, MaxIdleConns: callers, DisableCompression: true}}
	buffers := newBuffers()
	g := gateway{fetch: func(path string) ([]byte, func(), error) {
		response, err := client.Get(upstream + path) //nolint:noctx // contexts cost, and the floor has none
		if err != nil {
			return nil, nil, err
		}
		defer response.Body.Close()
		return buffers.read(response.Body, response.ContentLength)
	}}
	const headerTimeout = 5 * time.Second
	server := &http.Server{Addr: address, ReadHeaderTimeout: headerTimeout, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request, release, err := buffers.read(r.Body, r.ContentLength)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		defer release()
		p := buffers.get()
		defer buffers.Put(p)
		out, err := g.answer(request, (*p)[:0])
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		w.Header()["Content-Type"] = []string{"application/json"}
		w.Header()["Content-Length"] = []string{strconv.Itoa(len(out))}
		_, _ = w.Write(out) // a client that has gone misses nothing
		*p = out
	})}
	return server.ListenAndServe()
}

// read reads n bytes, or an unknown number if n is negative, into one of the buffers.
func (b *buffers) read(from io.Reader, n int64) ([]byte, func(), error) {
	p := b.get()
	into := bytes.NewBuffer((*p)[:0])
	if n > 0 {
		into.Grow(int(n) + bytes.MinRead)
	}
	_, err := into.ReadFrom(from)
	*p = into.Bytes()
	if err != nil {
		b.Put(p)
		return nil, nil, err
	}
	return *p, func() { b.Put(p) }, nil
}
