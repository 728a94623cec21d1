package main

// postRoom is more than the ids of all posts.
const postRoom = 1024

// deep makes one call for each level: users, then todos beside posts, then comments.
func (g gateway) deep(out []byte) ([]byte, error) {
	body, release, err := g.fetch("/users")
	if err != nil {
		return nil, err
	}
	defer release()
	var v [3][]byte
	todosTarget, postsTarget := newTarget("/todos", "userId"), newTarget("/posts", "userId")
	isFirst := true
	each(body, []string{"id"}, v[:1], func() {
		todosTarget.add(v[0], isFirst)
		postsTarget.add(v[0], isFirst)
		isFirst = false
	})
	todosReply := g.fetchBeside(string(todosTarget.b))
	postsBody, releasePosts, err := g.fetch(string(postsTarget.b))
	if err != nil {
		return nil, err
	}
	defer releasePosts()
	commentsTarget := newTarget("/comments", "postId")
	isFirst = true
	each(postsBody, []string{"id"}, v[:1], func() {
		commentsTarget.add(v[0], isFirst)
		isFirst = false
	})
	commentsBody, releaseComments, err := g.fetch(string(commentsTarget.b))
	if err != nil {
		return nil, err
	}
	defer releaseComments()
	todos := <-todosReply
	if todos.err != nil {
		return nil, todos.err
	}
	defer todos.release()
	return appendUsers(out, body,
		byParent(todos.body, []string{"userId", "id", "title"}, userRoom, nil),
		byParent(postsBody, []string{"userId", "id", "title"}, userRoom, byParent(commentsBody, []string{"postId", "id", "email"}, postRoom, nil)),
	), nil
}

// reply is what a fetch has given.
type reply struct {
	body    []byte
	release func()
	err     error
}

func (g gateway) fetchBeside(path string) <-chan reply {
	out := make(chan reply, 1)
	go func() {
		body, release, err := g.fetch(path)
		out <- reply{body, release, err}
	}()
	return out
}

// byParent returns the elements of each parent's list, every one with a comma behind it.
// The first of the keys is the parent's, the second the row's own; comments, if there are
// any, are lists that stand in the rows.
func byParent(body []byte, keys []string, room int, comments [][]byte) [][]byte {
	out := make([][]byte, room)
	var v [3][]byte
	each(body, keys, v[:], func() {
		n := atoi(v[0])
		b := appendOpenObject(out[n], keys[1:], v[1:])
		if comments != nil {
			b = append(b, `,"comments":[`...)
			b = closeList(append(b, comments[atoi(v[1])]...))
		}
		out[n] = append(b, '}', ',')
	})
	return out
}

func appendUsers(out, users []byte, todos, posts [][]byte) []byte {
	out = append(out, `{"data":{"users":[`...)
	keys := []string{"id", "name"}
	var v [2][]byte
	each(users, keys, v[:], func() {
		n := atoi(v[0])
		out = append(appendOpenObject(out, keys, v[:]), `,"todos":[`...)
		out = closeList(append(out, todos[n]...))
		out = append(out, `,"posts":[`...)
		out = closeList(append(out, posts[n]...))
		out = append(out, '}', ',')
	})
	return append(closeList(out), `}}`...)
}
