package websocket

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"

	"go.uber.org/zap"
)

// maxKeptMessage is the largest buffer that a stream keeps for its next message.
const maxKeptMessage = 64 << 10

// errOver is what Next returns when nobody listens any more.
var errOver = errors.New("the operation is over")

// operation is one that was asked for and has not ended.
type operation struct {
	id     string
	cancel context.CancelFunc

	// mu is held while a message of the operation is sent: when it is over, nothing more of it comes.
	mu     sync.Mutex
	isOver bool
	buffer []byte
}

// subscribe begins an operation, or returns how the connection is to be closed because it must not begin.
func (c *conn) subscribe(ctx, operations context.Context, m message) closure {
	running, cancel := context.WithCancel(operations)
	op := &operation{id: m.id, cancel: cancel}
	isTooMany, refused := c.admit(op)
	if op.isOver {
		cancel()
		if isTooMany {
			c.send(ctx, failure, m.id, c.options.TooMany)
		}
		return refused
	}
	c.running.Go(func() {
		defer cancel()
		c.finish(ctx, running, op, c.run(running, Operation{
			Payload: m.payload,
			Next:    func(result []byte) error { return c.next(ctx, op, result) },
			Stop:    c.stop,
		}))
	})
	return closure{}
}

// admit counts an operation in. One that must not begin is over.
func (c *conn) admit(op *operation) (isTooMany bool, refused closure) {
	c.mu.Lock()
	defer c.mu.Unlock()
	op.isOver = true
	switch _, isRunning := c.operations[op.id]; {
	case !c.isInit:
		return false, usual(Unauthorized)
	case isRunning:
		reason := fmt.Sprintf("Subscriber for %s already exists", op.id)
		if len(reason) > maxReason {
			reason = "Subscriber already exists"
		}
		return false, closure{Duplicate, reason}
	case c.closing.code != 0:
		return false, closure{} // the client will ask again, elsewhere
	case c.count >= c.options.MaxOperations:
		return true, closure{}
	}
	op.isOver = false
	c.operations[op.id] = op
	c.count++
	return false, closure{}
}

// run asks the caller. A panic closes the connection.
func (c *conn) run(ctx context.Context, asked Operation) (end End) {
	defer func() {
		if p := recover(); p != nil {
			c.logPanic(p)
			end = End{Code: Internal}
		}
	}()
	return c.caller.Run(ctx, asked)
}

func (c *conn) logPanic(p any) {
	c.options.Log.Error("panic on a WebSocket", zap.Any("panic", p), zap.ByteString("stack", debug.Stack()))
}

// next sends a result of an operation.
func (c *conn) next(ctx context.Context, op *operation, result []byte) error {
	op.mu.Lock()
	defer op.mu.Unlock()
	if op.isOver {
		return errOver
	}
	op.buffer = appendMessage(op.buffer[:0], next, op.id, result)
	err := c.write(ctx, op.buffer)
	if cap(op.buffer) > maxKeptMessage {
		op.buffer = nil
	}
	return err
}

// complete ends an operation because the client wants no more of it.
func (c *conn) complete(id string) {
	c.mu.Lock()
	op := c.operations[id]
	delete(c.operations, id)
	c.mu.Unlock()
	if op == nil {
		return // it has ended at the same moment
	}
	op.cancel()
	// The client may use the id again at once, so nothing of this operation may come any more.
	op.mu.Lock()
	op.isOver = true
	op.mu.Unlock()
}

// finish tells the client how an operation has ended.
func (c *conn) finish(ctx, running context.Context, op *operation, end End) {
	op.mu.Lock()
	// The client may use the id again as soon as it is told, so it is given free before.
	c.mu.Lock()
	if c.operations[op.id] == op {
		delete(c.operations, op.id)
	}
	c.mu.Unlock()
	switch {
	case op.isOver, running.Err() != nil, end.Code != 0:
	case end.Errors != nil:
		c.send(ctx, failure, op.id, end.Errors)
	default:
		c.send(ctx, complete, op.id, nil)
	}
	op.isOver = true
	op.mu.Unlock()

	if end.Code != 0 && end.Code != Internal {
		c.closeWhenIdle(because(end.Code, end.Reason))
	}
	c.mu.Lock()
	if c.count--; c.count == 0 && c.closing.code != 0 {
		close(c.idle)
	}
	c.mu.Unlock()
	if end.Code == Internal {
		c.close(usual(Internal))
	}
}
