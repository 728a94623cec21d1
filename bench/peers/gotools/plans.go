package main

import (
	"github.com/wundergraph/graphql-go-tools/v2/pkg/ast"
	"github.com/wundergraph/graphql-go-tools/v2/pkg/engine/resolve"
)

func static(s string) resolve.InputTemplate {
	return resolve.InputTemplate{Segments: []resolve.TemplateSegment{{SegmentType: resolve.StaticSegmentType, Data: []byte(s)}}}
}

func root(path, field string) *resolve.FetchTreeNode {
	return resolve.Single(&resolve.SingleFetch{InputTemplate: static(path), FetchConfiguration: resolve.FetchConfiguration{DataSource: rest{field}}})
}

func nest(key string, src batch, path ...resolve.FetchItemPathElement) *resolve.FetchTreeNode {
	item := resolve.NewGraphQLVariableResolveRenderer(&resolve.Object{Fields: []*resolve.Field{{Name: []byte("k"), Value: &resolve.Integer{Path: []string{key}}}}})
	return resolve.Single(&resolve.BatchEntityFetch{
		DataSource: src,
		Input: resolve.BatchInput{
			Header: static("["), Separator: static(","), Footer: static("]"),
			Items: []resolve.InputTemplate{{Segments: []resolve.TemplateSegment{{SegmentType: resolve.VariableSegmentType, VariableKind: resolve.ResolvableObjectVariableKind, Renderer: item}}}},
		},
		PostProcessing: resolve.PostProcessingConfiguration{SelectResponseDataPath: []string{"data"}},
	}, path...)
}

func field(name string, v resolve.Node) *resolve.Field {
	return &resolve.Field{Name: []byte(name), Value: v}
}
func num(n string) *resolve.Field { return field(n, &resolve.Integer{Path: []string{n}}) }
func dec(n string) *resolve.Field { return field(n, &resolve.Float{Path: []string{n}}) }
func str(n string) *resolve.Field { return field(n, &resolve.String{Path: []string{n}}) }
func obj(n string, f ...*resolve.Field) *resolve.Field {
	return field(n, &resolve.Object{Path: []string{n}, Nullable: true, Fields: f})
}

func list(n string, f ...*resolve.Field) *resolve.Field {
	return field(n, &resolve.Array{Path: []string{n}, Nullable: true, Item: &resolve.Object{Nullable: true, Fields: f}})
}

func plan(fetches *resolve.FetchTreeNode, fields ...*resolve.Field) *resolve.GraphQLResponse {
	return &resolve.GraphQLResponse{Fetches: fetches, Data: &resolve.Object{Fields: fields}, Info: &resolve.GraphQLResponseInfo{OperationType: ast.OperationTypeQuery}}
}

var (
	userOf     = batch{path: "/users", param: "id", field: "user", parent: "id"}
	postsOf    = batch{path: "/posts", param: "userId", field: "posts", parent: "userId", many: true}
	todosOf    = batch{path: "/todos", param: "userId", field: "todos", parent: "userId", many: true}
	commentsOf = batch{path: "/comments", param: "postId", field: "comments", parent: "postId", many: true}

	plans = map[string]*resolve.GraphQLResponse{
		`{greet}`:                          plan(resolve.Single(&resolve.SingleFetch{InputTemplate: static("-"), FetchConfiguration: resolve.FetchConfiguration{DataSource: hello{}}}), str("greet")),
		`{items{id sku name price stock}}`: plan(resolve.Sequence(root("/items", "items")), list("items", num("id"), str("sku"), str("name"), dec("price"), num("stock"))),
		`{posts{title}}`:                   plan(resolve.Sequence(root("/posts", "posts")), list("posts", str("title"))),
		`{posts{id userId title user{id name email}}}`: plan(
			resolve.Sequence(root("/posts", "posts"), nest("userId", userOf, resolve.ArrayPath("posts"))),
			list("posts", num("id"), num("userId"), str("title"), obj("user", num("id"), str("name"), str("email")))),
		`{bigPosts{id userId title body user{id name email phone website}}}`: plan(
			resolve.Sequence(root("/bigposts", "bigPosts"), nest("userId", userOf, resolve.ArrayPath("bigPosts"))),
			list("bigPosts", num("id"), num("userId"), str("title"), str("body"), obj("user", num("id"), str("name"), str("email"), str("phone"), str("website")))),
		`query($id:Int!){user(id:$id){id name email posts{id title}}}`: plan(
			resolve.Sequence(
				resolve.Single(&resolve.SingleFetch{FetchConfiguration: resolve.FetchConfiguration{DataSource: rest{"user"}}, InputTemplate: resolve.InputTemplate{Segments: []resolve.TemplateSegment{
					{SegmentType: resolve.StaticSegmentType, Data: []byte("/users/")},
					{SegmentType: resolve.VariableSegmentType, VariableKind: resolve.ContextVariableKind, VariableSourcePath: []string{"id"}, Renderer: resolve.NewPlainVariableRenderer()},
				}}}),
				nest("id", postsOf, resolve.ObjectPath("user"))),
			obj("user", num("id"), str("name"), str("email"), list("posts", num("id"), str("title")))),
		`{users{id name todos{id title} posts{id title comments{id email}}}}`: plan(
			resolve.Sequence(root("/users", "users"),
				resolve.Parallel(nest("id", todosOf, resolve.ArrayPath("users")), resolve.Sequence(nest("id", postsOf, resolve.ArrayPath("users")))),
				nest("id", commentsOf, resolve.ArrayPath("users"), resolve.ArrayPath("posts"))),
			list("users", num("id"), str("name"), list("todos", num("id"), str("title")),
				list("posts", num("id"), str("title"), list("comments", num("id"), str("email"))))),
	}
)
