package server_test

import (
	"fmt"
	"strings"
)

// lists are the lists of a back end by their targets.
type lists map[string]rows

// rows says how many rows a list has, and what row i is.
type rows struct {
	n   int
	row func(i int) []byte
}

func (l lists) back() canned {
	out := canned{}
	for target, of := range l {
		out.replyTo(target, of.list())
	}
	return out
}

// list is the JSON array.
func (r rows) list() []byte {
	out := []byte{'['}
	for i := range r.n {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, r.row(i)...)
	}
	return append(out, ']')
}

// words are some words, others for each seed.
func words(seed, n int) string {
	known := [...]string{"sunt", "aut", "facere", "provident", "occaecati", "optio", "qui", "est", "molestias", "quasi", "et", "dolorem"}
	out := make([]string, n)
	for i := range out {
		out[i] = known[(seed*7+i*5+seed*i)%len(known)]
	}
	return strings.Join(out, " ")
}

// posts makes posts that some users have written in turn, in texts of some words.
func posts(users, length int) func(i int) []byte {
	return func(i int) []byte { return onePost(i, i%users, length) }
}

// onePost has a line break in its text, so that an escape of JSON is met as it is in life.
func onePost(i, user, length int) []byte {
	return fmt.Appendf(nil, `{"userId":%d,"id":%d,"title":"%s","body":"%s\n%s"}`,
		user+1, i+1, words(i, 6), words(i+1, length/2), words(i+2, length/2))
}

// oneUser is more than anybody asks for: a gateway has to get past that.
func oneUser(i int) []byte {
	return fmt.Appendf(nil, `{"id":%[1]d,"name":"User %[1]d","username":"user.%[1]d","email":"user%[1]d@example.test",`+
		`"address":{"street":"%[2]s","geo":{"lat":"-37.3159","lng":"81.1496"}},"phone":"1-770-736-%04[1]d","website":"w%[1]d.example",`+
		`"company":{"name":"%[2]s","bs":"%[2]s"}}`, i+1, words(i, 3))
}

func oneTodo(i int) []byte {
	return fmt.Appendf(nil, `{"userId":%d,"id":%d,"title":"%s","completed":%t}`, i%fewUsers+1, i+1, words(i, 6), i%3 == 0)
}

func oneComment(i int) []byte {
	return fmt.Appendf(nil, `{"postId":%d,"id":%d,"name":"%s","email":"c%[2]d@example.test","body":"%s"}`,
		i%fewPosts+1, i+1, words(i, 5), words(i, 16))
}

func oneItem(i int) []byte {
	return fmt.Appendf(nil, `{"id":%d,"sku":"SKU-%05[1]d","name":"%s","price":%d.%02d,"stock":%d,"active":%t,"updated":"2025-%02d-%02dT10:30:00Z"}`,
		i+1, words(i, 3), i%90+1, i%100, i*31%500, i%5 != 0, i%12+1, i%28+1)
}
