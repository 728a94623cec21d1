package upstream

import (
	"bytes"
	"strconv"

	"github.com/valyala/fasthttp"
)

// resource is a path of the mock.
type resource struct {
	rows *table
	// key is the parameter that filters; "" for a list that cannot be filtered.
	key string
	// The names under which calls are counted.
	list, filtered, one string
}

// mock is the REST service.
type mock struct {
	meter     *Meter
	resources map[string]resource
}

func newMock(meter *Meter) (*mock, error) {
	d, err := newData()
	if err != nil {
		return nil, err
	}
	m := &mock{meter: meter, resources: map[string]resource{}}
	for name, r := range map[string]resource{
		"users":    {rows: d.users, key: "id"},
		"posts":    {rows: d.posts, key: "userId"},
		"bigposts": {rows: d.bigPosts},
		"comments": {rows: d.comments, key: "postId"},
		"todos":    {rows: d.todos, key: "userId"},
		"items":    {rows: d.items},
	} {
		r.list, r.filtered, r.one = "/"+name, "/"+name+"?"+r.key, "/"+name+"/{id}"
		m.resources[name] = r
	}
	return m, nil
}

// serve answers GET /name, GET /name?key=1&key=2 and GET /name/1.
func (m *mock) serve(ctx *fasthttp.RequestCtx) {
	name, id, hasID := bytes.Cut(bytes.TrimPrefix(ctx.Path(), []byte{'/'}), []byte{'/'})
	r, isKnown := m.resources[string(name)]
	query := ctx.QueryArgs()
	switch {
	case !isKnown:
		m.count(ctx, "other", notFound)
	case hasID:
		m.count(ctx, r.one, func(ctx *fasthttp.RequestCtx) { r.answerOne(ctx, id) })
	case r.key != "" && query.Len() > 0:
		m.count(ctx, r.filtered, func(ctx *fasthttp.RequestCtx) { ctx.SetBody(r.rows.filter(r.key, query)) })
	default:
		m.count(ctx, r.list, func(ctx *fasthttp.RequestCtx) { ctx.Response.SetBodyRaw(r.rows.list) })
	}
}

func (m *mock) count(ctx *fasthttp.RequestCtx, route string, answer fasthttp.RequestHandler) {
	m.meter.begin(route)
	defer m.meter.end()
	ctx.SetContentType("application/json; charset=utf-8")
	answer(ctx)
}

func (r resource) answerOne(ctx *fasthttp.RequestCtx, id []byte) {
	n, err := strconv.Atoi(string(id))
	if err != nil || n < 1 || n > len(r.rows.rows) {
		notFound(ctx)
		return
	}
	ctx.Response.SetBodyRaw(r.rows.rows[n-1])
}

func notFound(ctx *fasthttp.RequestCtx) {
	ctx.SetStatusCode(fasthttp.StatusNotFound)
	ctx.SetBodyString("{}")
}
