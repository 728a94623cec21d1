package oidc

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"time"
)

const (
	// maxQuestions bounds the tokens that are asked about or wait for that, maxOfClient those among them that one client was the first to show:
	// whoever makes up tokens leaves places to others.
	maxQuestions = 1000
	maxOfClient  = 125
)

// questions are those about tokens of which nothing is known. Each token is asked about once, for all who show it at the same time. It is safe
// for concurrent use.
type questions struct {
	tasks *Tasks
	known *remembered

	mu      sync.Mutex
	running map[digest]*question
	// clients count the questions that each client has begun.
	clients map[netip.Addr]int
}

// question is one about a token. done is closed when there is an answer, which does not change any more.
type question struct {
	done   chan struct{}
	answer *checked
	why    *reason
}

// asker asks about one token.
type asker struct {
	// client shows it.
	client netip.Addr
	key    digest
	now    time.Time
	// ask returns the answer, and until when it is remembered that it is a refusal; zero if it is not.
	ask func(ctx context.Context) (*checked, *reason, time.Time)
}

var (
	errTooManyQuestions = fmt.Errorf("%d tokens are being asked about", maxQuestions)
	errTooManyOfClient  = fmt.Errorf("%d tokens that the client's address has shown first are being asked about", maxOfClient)
)

func newQuestions(tasks *Tasks, known *remembered) *questions {
	return &questions{tasks: tasks, known: known, running: map[digest]*question{}, clients: map[netip.Addr]int{}}
}

// begin returns the question about a token, which is being asked or has an answer.
func (q *questions) begin(ctx context.Context, a *asker) (*question, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if running := q.running[a.key]; running != nil {
		return running, nil
	}
	// The answer may have come since the asker has looked. None has a key, so that nothing is waited for here.
	if c, why := q.known.find(ctx, a.key, a.now); c != nil || why != nil {
		return answered(c, why), nil
	}
	if len(q.running) >= maxQuestions {
		return nil, errTooManyQuestions
	}
	if q.clients[a.client] >= maxOfClient {
		return nil, errTooManyOfClient
	}
	asked := &question{done: make(chan struct{})}
	if !q.tasks.run(func(ctx context.Context) { q.run(ctx, a, asked) }) {
		return nil, errClosed
	}
	q.running[a.key] = asked
	q.clients[a.client]++
	return asked, nil
}

func answered(c *checked, why *reason) *question {
	q := &question{done: make(chan struct{}), answer: c, why: why}
	close(q.done)
	return q
}

// run asks a question. Its answer is remembered before it is taken out: whoever does not find the one finds the other.
func (q *questions) run(ctx context.Context, a *asker, asked *question) {
	var until time.Time
	asked.answer, asked.why, until = a.ask(ctx)
	switch {
	case asked.why == nil:
		q.known.good.Set(a.key, asked.answer)
	case !until.IsZero():
		q.known.keepRefused(a.key, asked.why, until)
	}
	q.mu.Lock()
	delete(q.running, a.key)
	if q.clients[a.client]--; q.clients[a.client] == 0 {
		delete(q.clients, a.client)
	}
	q.mu.Unlock()
	close(asked.done)
}
