package resolvers

import (
	"errors"
	"time"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/table"
)

// call is one call for a range of keys of one key set. do fills it and closes done; afterwards it is read-only.
type call struct {
	loader   *loader
	keys     *table.Keys
	from, to int
	// done is nil where nobody waits for this call alone.
	done chan struct{}
	// isOverLimit tells that the operation may not make this call any more.
	isOverLimit bool
	// env is what the mappings see.
	env mapping.Env
	// reply is nil when none came.
	reply *datasources.Reply
	// builder makes the table. It is there before the call if that is made in the memory of another one.
	builder *table.Builder

	// table is nil when the call failed or found nothing; then failure tells.
	table  *table.Table
	rows   []int32 // of a batch: the row of each key, or NoRow
	groups table.Groups
	// places say the same for a source that answers in the order of its keys, and failures which keys have failed alone.
	places   []datasources.KeyRows
	failures map[*datasources.Error]*execute.Failure
	failure  *execute.Failure
	info     execute.Call
}

// do makes the call. It never panics, and it ends when the request does; if other requests wait for the same reply, when that has
// come.
func (c *call) do() {
	defer func() {
		if c.done != nil {
			close(c.done)
		}
	}()
	defer func() {
		if r := recover(); r != nil {
			c.fail(panicError(r))
		}
	}()
	if err := c.perform(); err != nil {
		c.fail(err)
	}
}

func (c *call) fail(err error) {
	var failed *datasources.Error
	if !errors.As(err, &failed) {
		failed = &datasources.Error{Code: datasources.CodeInternal, Message: "Internal server error", Cause: err}
	}
	c.table, c.info.Code = nil, failed.Code
	c.info.Shared = c.info.Shared || failed.Shared
	if b := c.loader.bound; failed.NotFound && (b.plan.Entity || b.connector.Entity) {
		return // an entity that does not exist is null, without an error, whether it is asked for by its key or by a client
	}
	c.failure = c.loader.failure(failed)
}

// request makes the environment of the mappings and the request.
func (c *call) request() (*datasources.Request, error) {
	b := c.loader.bound
	env := &c.env
	*env = b.env
	if c.loader.explain {
		env.Problems = &mapping.Problems{}
	}
	env.Vars[mapping.Request], env.Vars[mapping.Context] = c.loader.env.Vars[mapping.Request], c.loader.env.Vars[mapping.Context]
	if err := c.setVariables(env); err != nil {
		return nil, err
	}
	return b.fetcher.Request(env)
}

func (c *call) perform() error {
	b := c.loader.bound
	req, err := c.request()
	switch {
	case err != nil && b.isCall && !c.isOverLimit:
		c.loader.budget.giveBack(b.connector.Source)
		return err
	case err != nil:
		return err
	case c.isOverLimit:
		return &datasources.Error{Code: datasources.CodeRequestLimit, Message: "Request limit exceeded"}
	}
	if b.isCall {
		c.info = execute.Call{
			Source: b.source, Kind: b.connector.Call.Kind(), Coordinate: b.plan.Coordinate, Line: req.Line,
			Start: time.Now(), Keys: c.to - c.from,
		}
	}
	c.loader.count()
	req.Reader = c.loader.reader
	reply, err := b.fetcher.Do(c.loader.ctx, req)
	if b.isCall {
		c.info.Duration = c.took(reply)
		c.loader.uncount(reply, err)
	}
	if err != nil {
		return err
	}
	c.reply, c.info.Shared = reply, reply.Shared
	if c.builder == nil {
		c.builder = table.NewBuilder(b.plan.Shape, reply.Body)
	} else {
		c.builder.Recycle(reply.Body)
	}
	outcome, err := b.fetcher.Decode(reply, &c.env, c.builder)
	c.info.Status, c.info.Bytes, c.info.Rows, c.info.Problems = outcome.Status, outcome.Bytes, outcome.Rows, len(outcome.Problems)
	if err != nil {
		return err
	}
	c.table = c.builder.Finish()
	if c.places = outcome.Keys; c.places != nil {
		c.failKeys()
	} else {
		c.index()
	}
	return nil
}

// recycle makes the call empty, but for the memory of its table, to which nothing may refer any more.
func (c *call) recycle() {
	if c.reply != nil {
		c.reply.Memory.Release()
	}
	*c = call{builder: c.builder}
	if c.builder != nil {
		c.builder.Recycle(nil)
	}
}

// memory returns how many bytes a recycled call's table has room for.
func (c *call) memory() int {
	if c.builder == nil {
		return 0
	}
	return c.builder.Memory()
}

// took returns the time from the start of the call to the end of its reply, which the source has measured.
func (c *call) took(reply *datasources.Reply) time.Duration {
	if reply == nil {
		return time.Since(c.info.Start)
	}
	// A shared reply may have come in the moment before it was asked for.
	return max(0, reply.Start.Add(reply.Duration).Sub(c.info.Start))
}

// setVariables sets `$args`, and the keys as the loader's mode wants them.
func (c *call) setVariables(env *mapping.Env) error {
	if c.loader.argsErr != nil {
		return c.loader.argsErr
	}
	env.Vars[mapping.Args] = c.loader.args
	return setKeys(env, c.loader.bound, c.keys, c.from, c.to)
}

// failKeys makes the failures of keys that failed alone. What has one reason is one failure, so that clients see one error.
func (c *call) failKeys() {
	for i := range c.places {
		err := c.places[i].Err
		if err == nil || c.failures[err] != nil {
			continue
		}
		if c.failures == nil {
			c.failures = map[*datasources.Error]*execute.Failure{}
			c.info.Code = err.Code
		}
		c.failures[err] = c.loader.failure(err)
	}
}

// index finds the rows of a batch's keys.
func (c *call) index() {
	p := c.loader.bound.plan
	if p.Mode != plan.Batch {
		return
	}
	x := table.NewIndex(c.keys)
	if p.Grouped {
		c.groups = x.Group(c.table, p.Shape, c.from, c.to)
	} else {
		c.rows = x.Join(c.table, p.Shape, c.from, c.to)
	}
}
