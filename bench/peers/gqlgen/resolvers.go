package main

import (
	"context"
	"strconv"
)

type root struct{}

func (root) Query() QueryResolver { return queryResolver{} }
func (root) Post() PostResolver   { return postResolver{} }
func (root) User() UserResolver   { return userResolver{} }

type queryResolver struct{}

func (queryResolver) Greet(context.Context) (string, error) { return "Hello World!", nil }

func (queryResolver) Posts(ctx context.Context) ([]*Post, error) {
	return get[[]*Post](ctx, "/posts")
}

func (queryResolver) BigPosts(ctx context.Context) ([]*Post, error) {
	return get[[]*Post](ctx, "/bigposts")
}

func (queryResolver) Items(ctx context.Context) ([]*Item, error) {
	return get[[]*Item](ctx, "/items")
}

func (queryResolver) Users(ctx context.Context) ([]*User, error) {
	return get[[]*User](ctx, "/users")
}

func (queryResolver) User(ctx context.Context, id int) (*User, error) {
	return get[*User](ctx, "/users/"+strconv.Itoa(id))
}

type postResolver struct{}

func (postResolver) User(ctx context.Context, p *Post) (*User, error) {
	return load(ctx).user.Load(ctx, p.UserID)()
}

func (postResolver) Comments(ctx context.Context, p *Post) ([]*Comment, error) {
	return load(ctx).comments.Load(ctx, p.ID)()
}

type userResolver struct{}

func (userResolver) Posts(ctx context.Context, u *User) ([]*Post, error) {
	return load(ctx).posts.Load(ctx, u.ID)()
}

func (userResolver) Todos(ctx context.Context, u *User) ([]*Todo, error) {
	return load(ctx).todos.Load(ctx, u.ID)()
}
