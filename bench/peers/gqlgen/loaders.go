package main

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/graph-gophers/dataloader/v7"
)

type loaders struct {
	user     *dataloader.Loader[int, *User]
	posts    *dataloader.Loader[int, []*Post]
	todos    *dataloader.Loader[int, []*Todo]
	comments *dataloader.Loader[int, []*Comment]
}

type loadersKey struct{}

func newLoaders() *loaders {
	return &loaders{
		user:     one("/users", "id", func(u *User) int { return u.ID }),
		posts:    many("/posts", "userId", func(p *Post) int { return p.UserID }),
		todos:    many("/todos", "userId", func(t *Todo) int { return t.UserID }),
		comments: many("/comments", "postId", func(c *Comment) int { return c.PostID }),
	}
}

func load(ctx context.Context) *loaders { return ctx.Value(loadersKey{}).(*loaders) }

// wait is how long a loader collects keys: the shortest time in which it gets them all.
const wait = time.Millisecond

func filter(path, key string, ids []int) string {
	var b strings.Builder
	b.WriteString(path)
	sep := byte('?')
	for _, id := range ids {
		b.WriteByte(sep)
		sep = '&'
		b.WriteString(key)
		b.WriteByte('=')
		b.WriteString(strconv.Itoa(id))
	}
	return b.String()
}

// fill puts each key's value, or an error for all, in the loader's order.
func fill[V any](ids []int, err error, value func(id int) V) []*dataloader.Result[V] {
	out := make([]*dataloader.Result[V], len(ids))
	for i, id := range ids {
		if err != nil {
			out[i] = &dataloader.Result[V]{Error: err}
		} else {
			out[i] = &dataloader.Result[V]{Data: value(id)}
		}
	}
	return out
}

func one[V any](path, key string, id func(V) int) *dataloader.Loader[int, V] {
	return dataloader.NewBatchedLoader(func(ctx context.Context, ids []int) []*dataloader.Result[V] {
		rows, err := get[[]V](ctx, filter(path, key, ids))
		by := make(map[int]V, len(rows))
		for _, r := range rows {
			by[id(r)] = r
		}
		return fill(ids, err, func(id int) V { return by[id] })
	}, dataloader.WithWait[int, V](wait), dataloader.WithBatchCapacity[int, V](1000))
}

func many[V any](path, key string, parent func(V) int) *dataloader.Loader[int, []V] {
	return dataloader.NewBatchedLoader(func(ctx context.Context, ids []int) []*dataloader.Result[[]V] {
		rows, err := get[[]V](ctx, filter(path, key, ids))
		by := make(map[int][]V, len(ids))
		for _, r := range rows {
			by[parent(r)] = append(by[parent(r)], r)
		}
		return fill(ids, err, func(id int) []V { return by[id] })
	}, dataloader.WithWait[int, []V](wait), dataloader.WithBatchCapacity[int, []V](1000))
}
