package graph

import (
	"sync/atomic"

	"github.com/weftgraph/weft/graph/cost"
	"github.com/weftgraph/weft/graph/plan"
)

// Touched is what the plan of an operation touches. It is not changed.
type Touched struct {
	// Fields are the coordinates of the fields that are answered, such as "User.name", in the order of the answer; each is there once, and
	// so are the Connectors that are called, such as "shop:User.orders[0]". What a plan reads besides, for keys, is in neither.
	Fields, Connectors []string
	// byLoader has the index in Connectors of each loader, -1 for one that makes no calls.
	byLoader []int
}

// Touched returns what the plan touches. It is found out when somebody asks for the first time.
func (p *Prepared) Touched() *Touched {
	p.touching.Do(func() { p.touched = touchedBy(p.Plan) })
	return p.touched
}

func touchedBy(p *plan.Plan) *Touched {
	t := &Touched{byLoader: make([]int, len(p.Loaders))}
	known := map[string]bool{}
	var walk func(nodes []plan.Node)
	walk = func(nodes []plan.Node) {
		for i := range nodes {
			n := &nodes[i]
			if n.Kind != plan.Typename && !known[n.Coordinate] {
				known[n.Coordinate] = true
				t.Fields = append(t.Fields, n.Coordinate)
			}
			walk(n.Nodes)
		}
	}
	walk(p.Output)
	index := map[string]int{}
	for i := range p.Loaders {
		l := &p.Loaders[i]
		if l.Source == "" {
			t.byLoader[i] = -1
			continue
		}
		at, ok := index[l.Coordinate]
		if !ok {
			at = len(t.Connectors)
			index[l.Coordinate] = at
			t.Connectors = append(t.Connectors, l.Coordinate)
		}
		t.byLoader[i] = at
	}
	return t
}

// Usage is what a run has used.
type Usage struct {
	// Calls has the number of calls of each of the plan's Touched.Connectors. Calls that another request made at the same time count for that.
	Calls []int
	// Shared tells that the whole answer is that of another run.
	Shared bool
	// Estimated and Actual are the cost, -1 where nobody works it out: the graph's cost control is off, or nothing was executed.
	Estimated, Actual int64
}

// measurements count what a run uses; nil if nobody wants to know.
type measurements struct {
	// calls are by loader. Calls that a run has left behind count them on.
	calls []atomic.Int64
	// of are the rows of an answer that was another run's, spent is the cost of events that are over, -1 if there was none.
	of    cost.Rows
	spent int64
	// shared tells that the answer is that of another run.
	shared bool
}

func newMeasurements(p *plan.Plan) *measurements {
	return &measurements{calls: make([]atomic.Int64, len(p.Loaders)), spent: -1}
}

// counters are what calls are counted in, nil if they are not.
func (m *measurements) counters() []atomic.Int64 {
	if m == nil {
		return nil
	}
	return m.calls
}

// share takes over what a flight has used. It may be called on nil.
func (m *measurements) share(f *flight) {
	if m == nil {
		return
	}
	m.shared, m.of = true, f.rows
	if f.measured != nil {
		m.calls = f.measured.calls
	}
}

// countsRows tells that the cost of what was answered is wanted.
func (r *Run) countsRows() bool {
	return r.explain.asksCost() || r.measured != nil && r.generation.cost.Enabled
}

// spend adds the cost of an event that is over.
func (r *Run) spend(rows cost.Rows) {
	if r.measured != nil && rows != nil {
		r.measured.spent = max(0, r.measured.spent) + r.generation.costProgram(r.prepared).Actual(rows, r.variables)
	}
}

// Usage returns what the run has used so far. The query has asked for it (Query.Measured), and the run is not closed.
func (r *Run) Usage() Usage {
	u := Usage{Estimated: r.cost, Actual: -1}
	if r.measured == nil {
		return u
	}
	u.Shared, u.Actual = r.measured.shared, r.measured.spent
	rows := r.measured.of
	if rows == nil && r.part != nil {
		rows = r.part.Rows
	}
	if rows != nil {
		u.Actual = max(0, u.Actual) + r.generation.costProgram(r.prepared).Actual(rows, r.variables)
	}
	t := r.prepared.Touched()
	u.Calls = make([]int, len(t.Connectors))
	for i := range r.measured.calls {
		if at := t.byLoader[i]; at >= 0 {
			u.Calls[at] += int(r.measured.calls[i].Load())
		}
	}
	return u
}
