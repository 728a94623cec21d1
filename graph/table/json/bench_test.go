package json_test

import (
	"bytes"
	stdjson "encoding/json"
	"fmt"
	"testing"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	tablejson "github.com/weftgraph/weft/graph/table/json"
	"github.com/weftgraph/weft/graph/value"
)

// users is a reply as public test services make it: pretty-printed, most of it not wanted.
func users(n int) []byte {
	var b bytes.Buffer
	b.WriteString("[\n")
	for i := range n {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, `  {
    "id": %d,
    "name": "Leanne Graham %d",
    "username": "Bret%d",
    "email": "Sincere%d@april.biz",
    "address": {"street": "Kulas Light", "suite": "Apt. %d", "city": "Gwenborough", "zipcode": "92998-3874", "geo": {"lat": "-37.3159", "lng": "81.1496"}},
    "phone": "1-770-736-8031 x56442",
    "website": "hildegard%d.org",
    "company": {"name": "Romaguera-Crona", "catchPhrase": "Multi-layered client-server neural-net", "bs": "harness real-time e-markets"}
  }`, i, i, i, i, i, i)
	}
	b.WriteString("\n]")
	return b.Bytes()
}

// posts is a reply with long strings, nearly all of it wanted.
func posts(n int) []byte {
	var b bytes.Buffer
	b.WriteString("[\n")
	for i := range n {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, `  {
    "userId": %d,
    "id": %d,
    "title": "sunt aut facere repellat provident occaecati excepturi optio reprehenderit %d",
    "body": "quia et suscipit\nsuscipit recusandae consequuntur expedita et cum\nreprehenderit molestiae ut aut quas totam\nnostrum rerum est autem sunt rem eveniet architecto"
  }`, i%100+1, i, i)
	}
	b.WriteString("\n]")
	return b.Bytes()
}

var (
	usersMapping = `$ { id name city: address.city company { name } }`
	postsMapping = `$ { id title author: userId }`
)

func usersShape() *table.Shape {
	return &table.Shape{List: true, Levels: []table.Level{
		{Types: []string{"User"}, Members: []table.Member{
			{Path: []string{"id"}, Type: &table.Type{Leaf: table.ID, NonNull: true}, NonNull: true},
			leafMember("name", table.String),
			leafMember("city", table.String),
			{Path: []string{"company"}, Child: 1},
			{Path: []string{"id"}},
		}},
		{Types: []string{"Company"}, Members: []table.Member{leafMember("name", table.String)}},
	}, Keys: []int{4}}
}

func postsShape() *table.Shape {
	return objects(true, leafMember("id", table.ID), leafMember("title", table.String), leafMember("author", table.Raw))
}

func compile(tb testing.TB, text string, shape *table.Shape) (*mapping.Mapping, *tablejson.Program) {
	tb.Helper()
	m := parse(tb, text)
	program, ok := tablejson.Compile(m.Picks(), shape)
	if !ok {
		tb.Fatal("does not compile")
	}
	return m, program
}

func BenchmarkReply(b *testing.B) {
	for _, set := range []struct {
		name  string
		make  func(int) []byte
		text  string
		shape *table.Shape
	}{
		{"users", users, usersMapping, usersShape()},
		{"posts", posts, postsMapping, postsShape()},
	} {
		m, program := compile(b, set.text, set.shape)
		for _, n := range []int{1, 10, 100, 1000} {
			body := set.make(n)
			run := func(name string, decode func() error) {
				b.Run(fmt.Sprintf("%s=%d/%s", set.name, n, name), func(b *testing.B) {
					b.SetBytes(int64(len(body)))
					b.ReportAllocs()
					for b.Loop() {
						if err := decode(); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
			run("scan", func() error { return program.Scan(table.NewBuilder(set.shape, body)) })
			run("evaluate", func() error {
				v, err := value.Parse(body)
				table.NewBuilder(set.shape, body).Fill(m.Eval(v, nil))
				return err
			})
			run("maps", func() error {
				var data any
				return stdjson.Unmarshal(body, &data)
			})
		}
	}
}
