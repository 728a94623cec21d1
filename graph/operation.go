package graph

import (
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
)

// maxVariants bounds the plans that one operation remembers: one for each combination of condition values. Six conditions
// that vary freely fit; with more, combinations come and go.
const maxVariants = 64

// Operation is one operation of a Document, with the plans that were made for it. It is safe for concurrent use.
type Operation struct {
	document *Document
	def      *ast.OperationDefinition
	// conditions are what plans are made for; see plan.Conditions.
	conditions []string
	// exceeds are the limits that it exceeds and that only warn.
	exceeds gqlerror.List

	// usual is the plan for no conditions and no labels, once it is made.
	usual    atomic.Pointer[Prepared]
	mu       sync.Mutex
	variants map[string]func() (*Prepared, error)
}

// Document returns the document that the operation belongs to.
func (o *Operation) Document() *Document { return o.document }

// Definition returns the parsed operation, to be read only.
func (o *Operation) Definition() *ast.OperationDefinition { return o.def }

// Exceeds returns an error for each limit that the operation exceeds and that Limits.WarnOnly lets pass; mostly there is none. The
// list is read only.
func (o *Operation) Exceeds() gqlerror.List { return o.exceeds }

// prepared returns the plan for these variables, a client that takes parts or not, and labels of @override, and makes it when there is none
// yet. However many requests ask for a plan at the same time, it is made once.
func (o *Operation) prepared(
	vars map[string]value.Value, takesParts bool, on sdl.Labels, compile func(map[string]bool) (*Prepared, error),
) (*Prepared, error) {
	isUsual := len(o.conditions) == 0 && on == 0
	if isUsual {
		if p := o.usual.Load(); p != nil {
			return p, nil
		}
	}
	conditions, bits, err := o.decide(vars, takesParts)
	if err != nil {
		return nil, err
	}
	if on != 0 {
		bits += "@" + strconv.FormatUint(uint64(on), 16)
	}
	p, err := o.variant(bits, func() (*Prepared, error) { return compile(conditions) })()
	if isUsual && err == nil {
		o.usual.Store(p)
	}
	return p, err
}

// variant returns the function that makes or remembers the plan for condition bits.
func (o *Operation) variant(bits string, compile func() (*Prepared, error)) func() (*Prepared, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if v, ok := o.variants[bits]; ok {
		return v
	}
	if o.variants == nil {
		o.variants = map[string]func() (*Prepared, error){}
	}
	if len(o.variants) >= maxVariants {
		// Any one will do: clients that use more combinations than fit have no order that could be predicted.
		for old := range o.variants {
			delete(o.variants, old)
			break
		}
	}
	v := sync.OnceValues(compile)
	o.variants[bits] = v
	return v
}

// decide reads the values of the conditions, as a map for the planner and as text of one character each for the cache.
func (o *Operation) decide(vars map[string]value.Value, takesParts bool) (map[string]bool, string, error) {
	if len(o.conditions) == 0 {
		return nil, "", nil
	}
	conditions := make(map[string]bool, len(o.conditions))
	var bits strings.Builder
	for _, name := range o.conditions {
		v := vars[name]
		if name == plan.TakesParts {
			v = value.Bool(takesParts)
		}
		if v.Kind() != value.KindBool {
			// A nullable variable with a default may be given as null (specification 5.8.5): an error of the request, since
			// the selection itself depends on it.
			return nil, "", codedError(CodeBadUserInput,
				`Variable "$%s" of null value used in position expecting type "Boolean!".`, name)
		}
		conditions[name] = v.AsBool()
		bits.WriteByte('0' + bit(v.AsBool()))
	}
	return conditions, bits.String(), nil
}

func bit(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// variantCount returns the number of plans that are remembered.
func (o *Operation) variantCount() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.variants)
}
