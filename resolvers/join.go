package resolvers

import (
	"slices"

	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/table"
)

// place makes a call's table, or its failure, part of a result and returns its index there.
func place(r *execute.Result, c *call) uint32 {
	if c.failure != nil {
		r.Failures = append(r.Failures, c.failure)
		return uint32(len(r.Failures) - 1)
	}
	if c.table == nil {
		return 0
	}
	r.Tables = append(r.Tables, c.table)
	rows := c.rows // nil for places, which are ranges of the table's own rows
	if c.loader.bound.plan.Grouped {
		rows = c.groups.Rows
	}
	r.Rows = append(r.Rows, rows)
	return uint32(len(r.Tables) - 1)
}

// joinKey says where the value of one key of a call is, whose table or failure is at the index at.
func joinKey(r *execute.Result, c *call, key int, at uint32) execute.Join {
	switch {
	case c.failure != nil:
		return execute.Join{State: execute.Failed, Failure: at}
	case c.table == nil:
		return execute.Join{}
	case c.places != nil:
		return c.placeJoin(r, key-c.from, at)
	case c.loader.bound.plan.Mode == plan.Batch:
		return batchJoin(c, key-c.from, at)
	case c.table.Root == table.Mismatch:
		return execute.Join{State: execute.Mismatched, Table: at}
	case c.table.Root.IsNull():
		return execute.Join{}
	}
	lo, hi := c.table.Root.Rows()
	return execute.Join{State: execute.Found, Table: at, Lo: lo, Hi: hi}
}

// placeJoin says where the rows of the i-th key of a batch are, whose source answers in the order of the keys.
func (c *call) placeJoin(r *execute.Result, i int, at uint32) execute.Join {
	p := c.places[i]
	switch {
	case p.Err != nil:
		f := c.failures[p.Err]
		known := slices.Index(r.Failures, f)
		if known < 0 {
			known = len(r.Failures)
			r.Failures = append(r.Failures, f)
		}
		return execute.Join{State: execute.Failed, Failure: uint32(known)}
	case p.IsNull:
		return execute.Join{}
	default:
		return execute.Join{State: execute.Found, Table: at, Lo: p.Lo, Hi: p.Hi}
	}
}

// batchJoin says where the rows of the i-th key of a batch are: an index into the result's Rows.
func batchJoin(c *call, i int, at uint32) execute.Join {
	if c.loader.bound.plan.Grouped {
		return execute.Join{
			State: execute.Found, Table: at,
			Lo: uint32(c.groups.Offsets[i]), Hi: uint32(c.groups.Offsets[i+1]),
		}
	}
	if c.rows[i] == table.NoRow {
		return execute.Join{}
	}
	return execute.Join{State: execute.Found, Table: at, Lo: uint32(i), Hi: uint32(i) + 1}
}
