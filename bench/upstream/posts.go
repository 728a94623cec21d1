package upstream

import "fmt"

type post struct {
	UserID int    `json:"userId"`
	ID     int    `json:"id"`
	Title  string `json:"title"`
	Body   string `json:"body"`
}

type comment struct {
	PostID int    `json:"postId"`
	ID     int    `json:"id"`
	Name   string `json:"name"`
	Email  string `json:"email"`
	Body   string `json:"body"`
}

type todo struct {
	UserID    int    `json:"userId"`
	ID        int    `json:"id"`
	Title     string `json:"title"`
	Completed bool   `json:"completed"`
}

// Words of the texts.
const (
	titleWords, bodyWords, bigBodyWords = 6, 22, 100
	commentNameWords, commentWords      = 5, 16
)

// parentOf is the parent of a row when each has so many.
func parentOf(id, per int) int { return (id-1)/per + 1 }

func (p prose) post(id int) any {
	return post{
		UserID: parentOf(id, postsPerUser), ID: id,
		Title: p.line(id, titleWords), Body: p.body(id+5000, bodyWords),
	}
}

// bigPost has four times the text, and its user is any of the hundred: neighbours have
// different ones.
func (p prose) bigPost(id int) any {
	return post{
		UserID: id*7%userCount + 1, ID: id,
		Title: p.line(id, titleWords), Body: p.body(id+9000, bigBodyWords),
	}
}

func (p prose) comment(id int) any {
	return comment{
		PostID: parentOf(id, commentsPerPost), ID: id,
		Name:  p.line(id+20000, commentNameWords),
		Email: fmt.Sprintf("c%d@example.test", id),
		Body:  p.body(id+30000, commentWords),
	}
}

func (p prose) todo(id int) any {
	return todo{
		UserID: parentOf(id, todosPerUser), ID: id,
		Title: p.line(id+40000, titleWords), Completed: id%3 == 0,
	}
}
