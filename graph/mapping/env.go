package mapping

import "github.com/weftgraph/weft/graph/value"

// Env is what an evaluation can see besides its input. It belongs to one
// evaluation at a time; copying it is cheap and allowed, and the copies share
// Problems.
type Env struct {
	// Vars holds the variables; reading one that is MISSING is a problem
	// ("Variable $x not found").
	Vars [NumVars]value.Value
	// Others holds further variables by their names without the dollar sign, for
	// tools that let authors invent some; usually nil. It is only read.
	Others map[string]value.Value
	// Problems collects what went wrong; nil means that nobody asks, which
	// makes evaluation cheaper.
	Problems *Problems
}

// Problem is something that a mapping stumbled over. It is never a GraphQL
// error; it is shown to whoever debugs the mapping.
type Problem struct {
	Message string // such as "Property .name not found in object"
	Path    string // where in the data, such as "items.@.name"
	Count   int    // how often
}

// maxProblems is how many different problems are told apart; later ones are
// dropped. A mapping is finite, but `->get(@.id)` over foreign data is not.
const maxProblems = 200

// Problems collects problems, grouped by message and path. The zero value is
// ready. It is not safe for concurrent use.
type Problems struct {
	list  []Problem
	index map[problemKey]int
}

type problemKey struct{ message, path string }

// Add counts one problem.
func (p *Problems) Add(message, path string) { p.add(message, path, 1) }

func (p *Problems) add(message, path string, count int) {
	key := problemKey{message, path}
	if at, ok := p.index[key]; ok {
		p.list[at].Count += count
		return
	}
	if len(p.list) == maxProblems {
		return
	}
	if p.index == nil {
		p.index = make(map[problemKey]int)
	}
	p.index[key] = len(p.list)
	p.list = append(p.list, Problem{Message: message, Path: path, Count: count})
}

// List returns the problems in the order of their first occurrence, to be read
// only. It may be called on nil.
func (p *Problems) List() []Problem {
	if p == nil {
		return nil
	}
	return p.list
}

// merge adds all of the other's problems.
func (p *Problems) merge(other *Problems) {
	for _, problem := range other.List() {
		p.add(problem.Message, problem.Path, problem.Count)
	}
}
