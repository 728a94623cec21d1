package scenario

import (
	"context"
	"fmt"
	"strings"
)

// only returns the members of a row that keys, divided by blanks, name.
func only(r row, keys string) row {
	out := row{}
	for key := range strings.FieldsSeq(keys) {
		out[key] = r[key]
	}
	return out
}

func pick(rows []row, keys string) []any {
	return each(rows, func(r row) row { return only(r, keys) })
}

func each(rows []row, of func(row) row) []any {
	out := make([]any, 0, len(rows))
	for _, r := range rows {
		out = append(out, of(r))
	}
	return out
}

// withUsers returns a list of posts, each with its user.
func (o *Oracle) withUsers(ctx context.Context, target, postKeys, userKeys string) []any {
	return each(o.rows(ctx, target), func(p row) row {
		out := only(p, postKeys)
		out["user"] = only(o.user(ctx, p["userId"]), userKeys)
		return out
	})
}

func (o *Oracle) userWithPosts(ctx context.Context, id int) row {
	out := only(o.user(ctx, id), "id name email")
	out["posts"] = pick(o.rows(ctx, fmt.Sprintf("/posts?userId=%d", id)), "id title")
	return out
}

func (o *Oracle) usersInDepth(ctx context.Context) []any {
	return each(o.rows(ctx, "/users"), func(u row) row {
		out := only(u, "id name")
		out["todos"] = pick(o.rows(ctx, fmt.Sprintf("/todos?userId=%v", u["id"])), "id title")
		out["posts"] = each(o.rows(ctx, fmt.Sprintf("/posts?userId=%v", u["id"])), func(p row) row {
			out := only(p, "id title")
			out["comments"] = pick(o.rows(ctx, fmt.Sprintf("/comments?postId=%v", p["id"])), "id email")
			return out
		})
		return out
	})
}

func (o *Oracle) user(ctx context.Context, id any) row {
	found := o.rows(ctx, fmt.Sprintf("/users?id=%v", id))
	if len(found) != 1 {
		return row{}
	}
	return found[0]
}
