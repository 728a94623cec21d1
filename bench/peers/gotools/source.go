package main

import (
	"bytes"
	"context"
	"net/http"
	"os"

	"github.com/wundergraph/graphql-go-tools/v2/pkg/engine/datasource/httpclient"
)

var (
	upstream = os.Getenv("UPSTREAM")
	client   = &http.Client{Transport: &http.Transport{MaxIdleConns: 1024, MaxIdleConnsPerHost: 1024, DisableCompression: true}}
)

func get(ctx context.Context, path string, out []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, upstream+path, nil)
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	b := bytes.NewBuffer(out)
	if n := resp.ContentLength; n > 0 {
		b.Grow(int(n) + bytes.MinRead + 8)
	}
	_, err = b.ReadFrom(resp.Body)
	return b.Bytes(), err
}

// rest gets a path (the fetch's input) and puts the answer under field.
type rest struct{ field string }

func (r rest) Load(ctx context.Context, _ http.Header, input []byte) ([]byte, error) {
	out, err := get(ctx, string(input), append(make([]byte, 0, 512), `{"`+r.field+`":`...))
	return append(out, '}'), err
}

func (r rest) LoadWithFiles(ctx context.Context, h http.Header, input []byte, _ []*httpclient.FileUpload) ([]byte, error) {
	return r.Load(ctx, h, input)
}

// batch turns a list of keys into one filtered call and deals the rows out in the order
// of the keys: [{field: row-or-rows}, …].
type batch struct {
	path, param, field, parent string
	many                       bool
}

func (s batch) Load(ctx context.Context, _ http.Header, input []byte) ([]byte, error) {
	path := append(make([]byte, 0, 1024), s.path...)
	sep := byte('?')
	var keys []int
	var v [1][]byte
	each(input, []string{"k"}, v[:], func() {
		keys = append(keys, atoi(v[0]))
		path = append(append(append(append(path, sep), s.param...), '='), v[0]...)
		sep = '&'
	})
	body, err := get(ctx, string(path), nil)
	if err != nil {
		return nil, err
	}
	by := map[int][]byte{}
	pos, size := 1, 0
	eachRow(body, []string{s.parent}, v[:], func(end int) {
		k := atoi(v[0])
		if s.many && by[k] != nil {
			by[k] = append(append(by[k], ','), body[pos:end]...)
		} else {
			by[k] = body[pos:end:end]
		}
		size += end - pos + 1
		pos = end + 1
	})
	out := append(make([]byte, 0, size+len(keys)*32), `{"data":[`...)
	for _, k := range keys {
		out = append(append(append(out, `{"`...), s.field...), `":`...)
		switch {
		case s.many:
			out = append(append(append(out, '['), by[k]...), ']')
		case by[k] == nil:
			out = append(out, "null"...)
		default:
			out = append(out, by[k]...)
		}
		out = append(out, '}', ',')
	}
	return append(bytes.TrimSuffix(out, []byte{','}), ']', '}'), nil
}

func (s batch) LoadWithFiles(ctx context.Context, h http.Header, input []byte, _ []*httpclient.FileUpload) ([]byte, error) {
	return s.Load(ctx, h, input)
}

// eachRow is each, with the offset at which every row ends.
func eachRow(b []byte, keys []string, v [][]byte, row func(end int)) {
	for i := 1; i < len(b) && b[i] == '{'; i++ {
		i += object(b[i:], keys, v)
		row(i)
		if i < len(b) && b[i] != ',' {
			return
		}
	}
}

// hello needs no call.
type hello struct{}

func (hello) Load(context.Context, http.Header, []byte) ([]byte, error) {
	return []byte(`{"greet":"Hello World!"}`), nil
}

func (h hello) LoadWithFiles(ctx context.Context, hd http.Header, in []byte, _ []*httpclient.FileUpload) ([]byte, error) {
	return h.Load(ctx, hd, in)
}
