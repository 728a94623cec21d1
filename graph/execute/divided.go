package execute

import (
	"context"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/plan"
)

// maxFragments bounds the fragments of one answer: each costs some hundred bytes while it is pending, however little it adds.
const maxFragments = 100_000

// divided is the state of a run whose answer has several parts. All objects that have one deferred fragment are answered in one part: their
// fetches are the same ones.
type divided struct {
	*coordinator
	// dead tells what a null has been propagated to in all parts so far; nil when there were no doubts.
	dead *marks
	// given are the parts of the plan that have been answered.
	given plan.PartSet
	// fragments are what was announced, by deferral; next is the number of the next one, and open how many are still to be answered.
	fragments  [][]fragment
	next, open int
	// isFull tells that there were more than may be announced.
	isFull bool
	// lost are, by deferral, the rows whose fragment has failed: a null reached it. hasLost tells that there are any.
	lost    []rowSet
	hasLost bool
}

// fragment is one deferred fragment in one object, a row of the deferral's layer.
type fragment struct {
	id    int
	nodes []plan.Node
	row   int
	path  ast.Path
}

// rowSet is a set of rows.
type rowSet []uint64

func (s rowSet) has(row int) bool { return len(s) > row/64 && s[row/64]&(1<<(row%64)) != 0 }

// nextPart returns the next part of an answer that has several. The fetches that it waits for have then been completed, and those of later parts
// are under way.
func (r *run) nextPart(ctx context.Context) *Part {
	r.release()
	part, d := &Part{}, r.divided
	if d == nil {
		part, d = r.firstPart(ctx)
		r.divided = d
	} else {
		r.out = takeBuffer(0)
		for !d.answer(ctx, part, r.out) {
			d.step(ctx)
		}
		part.Calls = d.waterfall()
		if r.in.CountRows {
			part.Rows = d.countRows()
		}
	}
	if part.HasNext = d.open > 0; !part.HasNext {
		r.divided = nil
		r.finish(d.coordinator)
	}
	return part
}

// firstPart begins the run, and returns the part that has all that is not deferred.
func (r *run) firstPart(ctx context.Context) (*Part, *divided) {
	d := &divided{
		coordinator: r.in.Memory.take(r.plan, r.in),
		given:       plan.FirstPart.Only(),
		fragments:   make([][]fragment, len(r.plan.Deferrals)),
		lost:        make([]rowSet, len(r.plan.Deferrals)),
	}
	d.begin()
	for !d.areDone(r.plan.First) {
		d.step(ctx)
	}
	part, dead := r.first(ctx, d.coordinator)
	d.dead = dead
	if string(part.Data) != "null" {
		d.announce(plan.FirstPart, part)
	}
	return part, d
}

// areDone tells whether fetches are complete.
func (c *coordinator) areDone(ids []plan.FetchID) bool {
	return !slices.ContainsFunc(ids, func(id plan.FetchID) bool { return !c.fetches[id].done })
}

// answer adds the deferrals that can be answered to a part, whose data it writes to a buffer, and tells whether clients get to know
// anything by it.
func (d *divided) answer(ctx context.Context, part *Part, out *buffer) bool {
	buf := out.bytes[:0]
	for i := range d.plan.Deferrals {
		x := &d.plan.Deferrals[i]
		if d.given.Has(x.Part) || !d.given.Has(x.Around) || !d.areDone(x.Fetches) {
			continue
		}
		buf = d.answerAll(ctx, x, part, buf)
		d.given |= x.Part.Only()
		d.announce(x.Part, part)
	}
	// The buffer has grown to where it is now.
	end := 0
	for i := range part.Patches {
		p := &part.Patches[i]
		p.Data = buf[end : end+len(p.Data) : end+len(p.Data)]
		end += len(p.Data)
	}
	out.bytes = buf
	return len(part.Completed) > 0
}

// answerAll answers the fragments of a deferral.
func (d *divided) answerAll(ctx context.Context, x *plan.Deferral, part *Part, buf []byte) []byte {
	hasDoubts := d.hasDoubts()
	switch {
	case hasDoubts && d.dead == nil:
		d.dead = newMarks(d.plan, d.layers)
	case hasDoubts:
		d.dead.cover(d.plan, d.layers)
	}
	patches, completed := len(part.Patches), len(part.Completed)
	fragments := d.fragments[x.Part-1]
	d.fragments[x.Part-1] = nil
	d.open -= len(fragments)
	for i := range fragments {
		f := &fragments[i]
		p := patcher{divided: d, deferral: x, fragment: f, part: part}
		p.writer = writer{coordinator: d.coordinator, ctx: ctx, buf: buf, dead: d.dead, parts: x.Part.Only()}
		if hasDoubts {
			p.check()
		}
		buf = p.write()
	}
	if len(fragments) > 0 && len(d.plan.Denied) > 0 {
		errs, why := d.denied(x.Part), hiddenDenied()
		if d.in.HidesDenied {
			part.Denied, errs = append(part.Denied, errs...), nil
		} else {
			why = d.anyDenied(x.Part)
		}
		tellDenied(part, patches, completed, errs, why)
	}
	return buf
}

// announce adds the fragments that stand in a part which has just been answered, as many as there may be. Those in objects that are null are not there, and neither are
// those in fragments that were lost.
func (d *divided) announce(around plan.PartID, part *Part) {
	for i := range d.plan.Deferrals {
		x := &d.plan.Deferrals[i]
		if x.Around != around {
			continue
		}
		w := walker{divided: d, part: x.Part}
		w.visit = func(nodes []plan.Node, selection int, id plan.LayerID, row int) bool {
			if selection != x.Selection {
				return true
			}
			if x.Tags.Has(d.tag(id, &d.layers[id], row)) {
				d.found(x, fragment{nodes: nodes, row: row, path: clone(w.path)}, part)
			}
			return false
		}
		w.object(d.plan.Output, plan.AtRoot, 0, 0)
	}
}

// found announces one fragment, unless it is lost.
func (d *divided) found(x *plan.Deferral, f fragment, part *Part) {
	if d.isLost(x.Around, x.Layer, f.row) {
		return
	}
	if d.next == maxFragments {
		if !d.isFull {
			part.Errors = append(part.Errors, tooManyFragments())
		}
		d.isFull = true
		return
	}
	f.id = d.next
	d.next++
	d.open++
	d.fragments[x.Part-1] = append(d.fragments[x.Part-1], f)
	part.Pending = append(part.Pending, Pending{ID: f.id, Label: x.Label, Path: f.path})
}

// lose notes that the fragment of a row has failed. Those in it will never be answered.
func (d *divided) lose(x *plan.Deferral, row int) {
	d.hasLost = true
	lost := &d.lost[x.Part-1]
	if *lost == nil {
		*lost = make(rowSet, d.layers[x.Layer].n/64+1)
	}
	(*lost)[row/64] |= 1 << (row % 64)
}

// isLost tells whether the fragment that a row is in, of a deferral or of one around it, is lost. The row's layer is the deferral's or below.
func (d *divided) isLost(part plan.PartID, id plan.LayerID, row int) bool {
	for d.hasLost && part != plan.FirstPart {
		x := &d.plan.Deferrals[part-1]
		for id != x.Layer && id != 0 {
			row = d.layers[id].parentRow(row)
			id = d.plan.Layers[id].Parent
		}
		if id == x.Layer && d.lost[part-1].has(row) {
			return true
		}
		part = x.Around
	}
	return false
}

// givenAt are the parts that have been answered at a row: those of lost fragments have not been.
func (d *divided) givenAt(id plan.LayerID, row int) plan.PartSet {
	given := d.given
	if !d.hasLost {
		return given
	}
	for i := range d.plan.Deferrals {
		if part := plan.PartID(i + 1); d.isLost(part, id, row) {
			given &^= part.Only()
		}
	}
	return given
}
