package websocket

import (
	"context"
	"time"
)

// drainTime is how long a connection that is about to be closed waits for its operations. It is shorter than the time that a stopping
// server has.
const drainTime = 25 * time.Second

// guard watches over the connection until it ends: the client has to introduce itself in time and to give signs of life, and a connection
// that is to be closed is closed when it is idle.
func (c *conn) guard(ctx context.Context) {
	intro := time.NewTimer(c.options.InitTimeout)
	defer intro.Stop()
	beat := time.NewTicker(c.options.PingInterval)
	defer beat.Stop()
	stop := c.options.Stop
	for {
		select {
		case <-ctx.Done():
			return
		case <-intro.C:
			if !c.isInitialised() {
				c.close(usual(InitTimeout))
				return
			}
		case <-beat.C:
			if !c.isTaking() && !c.isAlive(ctx) {
				c.cancel()
				return
			}
		case <-stop:
			stop = nil
			c.closeWhenIdle(usual(GoingAway))
		case <-c.stop:
			c.drain(ctx)
			return
		}
	}
}

func (c *conn) isInitialised() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.isInit
}

// muchWritten is more than what the buffers on the way take of somebody who is gone, again and again.
const muchWritten = 64 << 10

// isTaking tells that the client takes messages, or has the time for one that it takes slowly. A ping would not get past them.
func (c *conn) isTaking() bool {
	isWriting := c.writing.Load() > 0
	return c.written.Swap(0) >= muchWritten || isWriting
}

// isAlive asks the client for a sign of life. Once the connection is to be closed nobody cares.
func (c *conn) isAlive(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, c.options.PingInterval)
	defer cancel()
	answered := make(chan error, 1)
	c.running.Go(func() { answered <- c.ws.Ping(ctx) })
	select {
	case err := <-answered:
		return err == nil
	case <-c.stop:
	case <-c.options.Stop:
	}
	return true
}

// drain closes a connection that takes no more operations, when the last one has ended.
func (c *conn) drain(ctx context.Context) {
	patience := time.NewTimer(drainTime)
	defer patience.Stop()
	select {
	case <-c.idle:
	case <-patience.C:
	case <-ctx.Done():
		return
	}
	c.mu.Lock()
	how := c.closing
	c.mu.Unlock()
	c.close(how)
}

// closeWhenIdle takes no more operations and closes the connection when the last one has ended. What it was told first holds.
func (c *conn) closeWhenIdle(how closure) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing.code != 0 {
		return
	}
	c.closing = how
	close(c.stop)
	if c.count == 0 {
		close(c.idle)
	}
}
