package permit

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Sight is what a caller may see of a graph: for each demand of its Rules, by ID, '1' if it is met and '0' if it is not. Equal sights see the same.
type Sight string

// Sight tells what a caller may see, whatever is asked: policies that read arguments or the operation hold.
func (r *Rules) Sight(in Input) Sight {
	bits := make([]byte, len(r.demands))
	for i, d := range r.demands {
		bits[i] = '0'
		if d.MightAllow(in) {
			bits[i] = '1'
		}
	}
	return Sight(bits)
}

// meets tells whether a demand is met; nil is.
func (s Sight) meets(d *Demand) bool { return d == nil || s[d.id] == '1' }

// IsWhole tells that everything is seen.
func (s Sight) IsWhole() bool { return strings.IndexByte(string(s), '0') < 0 }

// Least is what everybody sees, whoever asks: no demand is met.
func (r *Rules) Least() Sight { return Sight(strings.Repeat("0", len(r.demands))) }

// WholeSchema is the schema that clients who may read everything see. It must not be changed.
func (r *Rules) WholeSchema() *ast.Schema { return r.graph.Schema }
