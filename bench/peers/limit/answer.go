package main

import (
	"bytes"
	"errors"
	"strconv"
)

// gateway answers the operations of the comparison.
type gateway struct {
	// fetch gets a path from upstream. The body is valid until release is called, which
	// is called once unless there is an error.
	fetch func(path string) (body []byte, release func(), err error)
}

// answer appends the response to a request.
func (g gateway) answer(request, out []byte) ([]byte, error) {
	has := func(s string) bool { return bytes.Contains(request, []byte(s)) }
	switch {
	case has("{greet}"):
		return append(out, `{"data":{"greet":"Hello World!"}}`...), nil
	case has("{items{"):
		return g.flat(out, "/items", "items", []string{"id", "sku", "name", "price", "stock"})
	case has("{posts{title}}"):
		return g.flat(out, "/posts", "posts", []string{"title"})
	case has("{posts{id"):
		return g.withUsers(out, "/posts", "posts", []string{"id", "userId", "title"}, []string{"id", "name", "email"})
	case has("{bigPosts{"):
		return g.withUsers(out, "/bigposts", "bigPosts",
			[]string{"id", "userId", "title", "body"}, []string{"id", "name", "email", "phone", "website"})
	case has("user(id:"):
		return g.userWithPosts(out, request)
	case has("{users{"):
		return g.deep(out)
	default:
		return nil, errors.New("this is no operation of the comparison")
	}
}

// flat answers with some members of every row.
func (g gateway) flat(out []byte, path, field string, keys []string) ([]byte, error) {
	body, release, err := g.fetch(path)
	if err != nil {
		return nil, err
	}
	defer release()
	v := make([][]byte, len(keys))
	out = append(append(append(out, `{"data":{"`...), field...), `":[`...)
	each(body, keys, v, func() {
		out = append(appendObject(out, keys, v), ',')
	})
	return append(closeList(out), `}}`...), nil
}

// userWithPosts asks for the user and then for the posts, as a gateway must that takes
// the key from the user's reply.
func (g gateway) userWithPosts(out, request []byte) ([]byte, error) {
	id := strconv.Itoa(lastID(request))
	body, release, err := g.fetch("/users/" + id)
	if err != nil {
		return nil, err
	}
	defer release()
	var v [3][]byte
	keys := []string{"id", "name", "email"}
	object(body, keys, v[:])
	out = append(out, `{"data":{"user":`...)
	out = append(appendOpenObject(out, keys, v[:]), `,"posts":[`...)
	posts, releasePosts, err := g.fetch("/posts?userId=" + id)
	if err != nil {
		return nil, err
	}
	defer releasePosts()
	keys = []string{"id", "title"}
	each(posts, keys, v[:2], func() {
		out = append(appendObject(out, keys, v[:2]), ',')
	})
	return append(closeList(out), `}}}`...), nil
}

// lastID reads the variable, which stands last in a request.
func lastID(request []byte) int {
	const name = `"id":`
	rest := request[bytes.LastIndex(request, []byte(name))+len(name):]
	return atoi(rest[:valueLen(rest)])
}
