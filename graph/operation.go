package graph

import (
	"strconv"
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
	// demands are what callers have to meet to read all of it, nil if that is nothing. Which are met is a condition of plans, too.
	demands *plan.Demands
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

// choice is what the plan of an operation is chosen by.
type choice struct {
	vars       map[string]value.Value
	takesParts bool
	// on are the labels of @override.
	on sdl.Labels
	// met tells of each of the operation's demands whether the caller meets it: '0' or '1'.
	met []byte
}

// prepared returns the plan for a choice, and makes it when there is none yet. However many requests ask for a plan at the same time, it is made
// once.
func (o *Operation) prepared(g *Generation, c choice) (*Prepared, error) {
	isUsual := len(o.conditions) == 0 && c.on == 0 && o.demands == nil
	if isUsual {
		if p := o.usual.Load(); p != nil {
			return p, nil
		}
	}
	var scratch [64]byte
	bits, err := o.decide(scratch[:0], c)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	prepare, ok := o.variants[string(bits)]
	o.mu.Unlock()
	if !ok {
		prepare = o.variant(g, string(bits), c.on)
	}
	p, err := prepare()
	if isUsual && err == nil {
		o.usual.Store(p)
	}
	return p, err
}

// variant returns the function that makes or remembers the plan for bits that decide has written.
func (o *Operation) variant(g *Generation, bits string, on sdl.Labels) func() (*Prepared, error) {
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
	v := sync.OnceValues(func() (*Prepared, error) { return g.plan(o, o.choiceOf(g, bits, on)) })
	o.variants[bits] = v
	return v
}

// decide appends what tells the plans of the operation apart: a character for the value of each condition, one for each demand, and the labels.
func (o *Operation) decide(dst []byte, c choice) ([]byte, error) {
	for _, name := range o.conditions {
		v := c.vars[name]
		if name == plan.TakesParts {
			v = value.Bool(c.takesParts)
		}
		if v.Kind() != value.KindBool {
			// A nullable variable with a default may be given as null (specification 5.8.5): an error of the request, since
			// the selection itself depends on it.
			return dst, codedError(CodeBadUserInput,
				`Variable "$%s" of null value used in position expecting type "Boolean!".`, name)
		}
		dst = append(dst, '0'+bit(v.AsBool()))
	}
	dst = append(dst, c.met...)
	if c.on != 0 {
		dst = append(dst, '@')
		dst = strconv.AppendUint(dst, uint64(c.on), 16)
	}
	return dst, nil
}

// choiceOf is what a plan is made for, by bits that decide has written.
func (o *Operation) choiceOf(g *Generation, bits string, on sdl.Labels) plan.Choice {
	out := plan.Choice{Labels: on, Dry: g.authorization.DryRun}
	if len(o.conditions) > 0 {
		out.Conditions = make(map[string]bool, len(o.conditions))
		for i, name := range o.conditions {
			out.Conditions[name] = bits[i] == '1'
		}
	}
	if o.demands != nil {
		out.Denials = o.denials([]byte(bits[len(o.conditions):]))
	}
	return out
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
