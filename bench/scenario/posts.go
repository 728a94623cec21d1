package scenario

import (
	"context"
	"time"
)

// Names that more than the tables need.
const (
	nestedName = "nested"
	bigName    = "big"
	rowsName   = "rows"
)

// posts returns the scenarios of the graph of posts. The first three are those of the
// field's public benchmark.
func posts() []Scenario {
	const slow = 20 * time.Millisecond
	return []Scenario{
		{
			Name: "greet", About: "no upstream call", Graph: Posts,
			Query:  `{greet}`,
			answer: func(context.Context, *Oracle, int) any { return row{"greet": "Hello World!"} },
		},
		{
			Name: "posts", About: "one call, 100 rows", Graph: Posts,
			Query: `{posts{title}}`,
			answer: func(ctx context.Context, o *Oracle, _ int) any {
				return row{"posts": pick(o.rows(ctx, "/posts"), "title")}
			},
		},
		{
			Name: nestedName, About: "N+1: 100 posts by 10 users", Graph: Posts,
			Query: `{posts{id userId title user{id name email}}}`,
			answer: func(ctx context.Context, o *Oracle, _ int) any {
				return row{"posts": o.withUsers(ctx, "/posts", "id userId title", "id name email")}
			},
		},
		{
			Name: "distinct", About: "requests differ, so that sharing between them cannot help", Graph: Posts, IDs: 100,
			Query:  `query($id:Int!){user(id:$id){id name email posts{id title}}}`,
			answer: func(ctx context.Context, o *Oracle, id int) any { return row{"user": o.userWithPosts(ctx, id)} },
		},
		{
			Name: "deep", About: "three levels and a sibling; the upstream answers in 20 ms", Graph: Posts, Latency: slow,
			Query:  `{users{id name todos{id title} posts{id title comments{id email}}}}`,
			answer: func(ctx context.Context, o *Oracle, _ int) any { return row{"users": o.usersInDepth(ctx)} },
		},
		{
			Name: bigName, About: "1,000 posts by 100 users, 0.95 MB", Graph: Posts,
			Query: `{bigPosts{id userId title body user{id name email phone website}}}`,
			answer: func(ctx context.Context, o *Oracle, _ int) any {
				return row{"bigPosts": o.withUsers(ctx, "/bigposts", "id userId title body", "id name email phone website")}
			},
		},
		{
			Name: rowsName, About: "one call, 10,000 flat rows, 0.85 MB", Graph: Posts,
			Query: `{items{id sku name price stock}}`,
			answer: func(ctx context.Context, o *Oracle, _ int) any {
				return row{"items": pick(o.rows(ctx, "/items"), "id sku name price stock")}
			},
		},
	}
}
