package upstream

import (
	"encoding/json"
	"fmt"
)

// table holds rows as ready JSON. Ids count from 1; the rows of one parent lie side by
// side, the parents' in order.
type table struct {
	rows [][]byte // the row with id i+1
	list []byte   // the answer without a filter
	per  int      // rows for each parent
}

// tableParams say what a table is made of.
type tableParams struct {
	rows   int // how many there are
	listed int // how many of them the unfiltered list has
	per    int // how many a parent has
	row    func(id int) any
}

func newTable(p tableParams) (*table, error) {
	t := &table{per: p.per, rows: make([][]byte, 0, p.rows)}
	for id := 1; id <= p.rows; id++ {
		b, err := json.Marshal(p.row(id))
		if err != nil {
			return nil, fmt.Errorf("writing row %d: %w", id, err)
		}
		t.rows = append(t.rows, b)
	}
	t.list = appendList(nil, t.rows[:p.listed])
	return t, nil
}

// parents is how many parents have rows.
func (t *table) parents() int { return len(t.rows) / t.per }

// of returns the rows of a parent.
func (t *table) of(parent int) [][]byte { return t.rows[(parent-1)*t.per : parent*t.per] }

func appendList(dst []byte, rows [][]byte) []byte {
	dst = append(dst, '[')
	for i, r := range rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, r...)
	}
	return append(dst, ']')
}

// data is all that the mock knows.
type data struct{ users, posts, bigPosts, comments, todos, items *table }

// Sizes of the tables: 100 users, 1,000 posts (10 a user), 5 comments a post, 20 todos a
// user. The unfiltered lists are JSONPlaceholder's; the rest is reached by id or filter.
const (
	userCount, postsPerUser, commentsPerPost, todosPerUser = 100, 10, 5, 20
	listedUsers, listedPosts, listedComments, listedTodos  = 10, 100, 500, 200
	postCount                                              = userCount * postsPerUser
	itemCount                                              = 10_000
)

func newData() (*data, error) {
	p := newProse()
	d := &data{}
	for _, t := range []struct {
		into **table
		of   tableParams
	}{
		{&d.users, tableParams{rows: userCount, listed: listedUsers, per: 1, row: p.user}},
		{&d.posts, tableParams{rows: postCount, listed: listedPosts, per: postsPerUser, row: p.post}},
		{&d.bigPosts, tableParams{rows: postCount, listed: postCount, per: postsPerUser, row: p.bigPost}},
		{&d.comments, tableParams{rows: postCount * commentsPerPost, listed: listedComments, per: commentsPerPost, row: p.comment}},
		{&d.todos, tableParams{rows: userCount * todosPerUser, listed: listedTodos, per: todosPerUser, row: p.todo}},
		{&d.items, tableParams{rows: itemCount, listed: itemCount, per: 1, row: p.item}},
	} {
		made, err := newTable(t.of)
		if err != nil {
			return nil, err
		}
		*t.into = made
	}
	return d, nil
}
