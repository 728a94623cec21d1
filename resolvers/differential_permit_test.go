package resolvers_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/graph/execute"
)

// TestAnswersOfCallersEqualThoseOfASlowExecutor is TestAnswersEqualThoseOfASlowExecutor with graphs that demand things of their callers. The slow
// executor has null for what a caller may not read, and asks nobody for it; Weft may make no call that it does not need.
func TestAnswersOfCallersEqualThoseOfASlowExecutor(t *testing.T) {
	t.Parallel()
	graphs := uint64(max(1, *opsFlag/opsPerGraph/4))
	var denied, void atomic.Int64
	t.Cleanup(func() {
		t.Logf("of %d answers %d lacked something; %d nulls had propagated", graphs*opsPerGraph, denied.Load(), void.Load())
		if graphs > 10 && (denied.Load() < int64(graphs*opsPerGraph/10) || void.Load() < int64(graphs)) {
			t.Error("that is too few to know anything")
		}
	})
	for seed := *seedFlag; seed < *seedFlag+graphs; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			runRestrictedGraph(t, seed, &denied, &void)
		})
	}
}

func runRestrictedGraph(t *testing.T, seed uint64, denied, void *atomic.Int64) {
	t.Helper()
	model := makeModel(seed)
	restrict(model)
	slow := &backEnd{g: model}
	weft := map[string]*served{
		"scanned":   serveModel(t, model, response.Auto),
		"evaluated": serveModel(t, model, response.EvaluateOnly),
	}
	callers := newRand(seed, 4)
	for op := range uint64(opsPerGraph) {
		text, variables := makeQuery(model, op)
		doc, errs := weft["scanned"].generation.Prepare(text)
		if len(errs) > 0 {
			t.Fatalf("seed %d, operation %d is not valid: %v\n%s\n%s", seed, op, errs, text, model.sdl())
		}
		who := pick(callers, modelCallers()...)
		x := newSlowExecutor(model, slow, variables)
		x.who, x.voids = &who, true
		data := x.execute(doc.Query().Operations[0])
		calls := slow.take()
		if len(x.denied) > 0 {
			denied.Add(1)
		}
		void.Add(int64(x.void))
		for name, s := range weft {
			s.caller = who.caller()
			w, err := s.answer(t.Context(), text, variables)
			if err == nil {
				told := w.errors
				w.errors, err = compareDenied(told, x.denied, 0)
				err = errors.Join(err, compareOccasions(told, x), compare(w, data, x, calls))
			}
			if err != nil {
				t.Fatal(report(failed{model, op, fmt.Sprintf("%s as %+v", name, who), text, variables, w, data, x, calls}, err))
			}
		}
	}
}

// compareDenied takes the errors of what is denied out of an answer's. They come first, at most one for each path. Of parts, each fragment that has
// failed may tell of one again.
func compareDenied(have gqlerror.List, want []string, failed int) (gqlerror.List, error) {
	var paths []string
	for _, e := range have {
		if isDenied(e) {
			paths = append(paths, pathOf(e))
		}
	}
	rest := slices.DeleteFunc(slices.Clone(have), isDenied)
	for i, p := range paths {
		if slices.Contains(paths[:i], p) {
			failed--
		}
		if failed < 0 {
			return rest, fmt.Errorf("%s is denied twice", p)
		}
		if !slices.Contains(want, p) {
			return rest, fmt.Errorf("%s is denied and should not be", p)
		}
	}
	return rest, nil
}

func isDenied(e *gqlerror.Error) bool { return codeOf(e) == execute.CodeUnauthorized }

// compareOccasions compares what a whole answer tells to be denied with what the slow executor has withheld: nothing else is told, but for what holds
// for objects of all types, which is told whatever the data is, and for what is below an object that is null because of something else that may not be read.
func compareOccasions(have gqlerror.List, x *slowExecutor) error {
	isLate := false
	told := map[string]bool{}
	for _, e := range have {
		if !isDenied(e) {
			isLate = true
			continue
		}
		if isLate {
			return errors.New("an error about permissions comes late")
		}
		told[pathOf(e)] = true
	}
	for _, p := range x.denied {
		switch {
		case told[p]:
			if !x.certain[p] && !x.withheld[p] && x.void == 0 {
				return fmt.Errorf("%s is told to be denied, and nothing was withheld there", p)
			}
		case x.certain[p], x.withheld[p]:
			return fmt.Errorf("%s was withheld, and nobody is told", p)
		}
	}
	return nil
}

// modelCaller is somebody who asks.
type modelCaller struct {
	isKnown bool
	scopes  []string
}

func modelCallers() []modelCaller {
	return []modelCaller{{}, {isKnown: true}, {true, []string{"s1"}}, {true, []string{"s2"}}, {true, []string{"s1", "s2", "s3"}}}
}

func (c modelCaller) caller() *caller.Caller {
	if !c.isKnown {
		return nil
	}
	return caller.New(caller.Identity{Method: caller.JWT, Subject: "somebody", Scopes: c.scopes})
}

// modelAccess is what a field or a type demands. The zero one demands nothing.
type modelAccess struct {
	isKnown bool
	// anyOf are alternatives of scopes; nil demands none.
	anyOf [][]string
	// arg has to be equal to a literal; empty demands nothing.
	arg, literal string
}

// restrict makes some fields and types of a model demand something.
func restrict(g *modelGraph) {
	r := newRand(g.seed, 3)
	types := append([]*modelType{g.query}, g.types...)
	if g.mutation != nil {
		types = append(types, g.mutation)
	}
	g.isRestricted = true
	for _, t := range types {
		if !t.isUnion && t != g.query && t != g.mutation && r.IntN(100) < 8 {
			t.access = randomAccess(r, nil)
		}
		for _, f := range t.fields {
			if r.IntN(100) < 15 {
				f.access = randomAccess(r, f)
			}
		}
	}
}

func randomAccess(r *rand.Rand, f *modelField) modelAccess {
	if f != nil && r.IntN(2) == 0 {
		for _, a := range f.args {
			switch strings.TrimSuffix(a.typ, "!") {
			case "Int":
				return modelAccess{arg: a.name, literal: strconv.Itoa(r.IntN(4))}
			case "Boolean":
				return modelAccess{arg: a.name, literal: strconv.FormatBool(r.IntN(2) == 0)}
			}
		}
	}
	switch r.IntN(3) {
	case 0:
		return modelAccess{isKnown: true}
	case 1:
		return modelAccess{anyOf: [][]string{{"s1"}}}
	default:
		return modelAccess{anyOf: [][]string{{"s1", "s2"}, {"s2"}, {"s3"}}}
	}
}

// text is the directive.
func (a modelAccess) text() string {
	switch {
	case a.isKnown:
		return " @authenticated"
	case a.anyOf != nil:
		text, _ := json.Marshal(a.anyOf)
		return " @requiresScopes(scopes: " + string(text) + ")"
	case a.arg != "":
		return fmt.Sprintf(" @policy(policies: [[\"args.%s == %s\"]])", a.arg, a.literal)
	default:
		return ""
	}
}

// may tells whether the caller of an operation may read an occurrence of a field by what the field or a type demands; node is nil for a type.
func (x *slowExecutor) may(a modelAccess, f *modelField, node *ast.Field) bool {
	switch {
	case a.isKnown:
		return x.who.isKnown
	case a.anyOf != nil:
		return slices.ContainsFunc(a.anyOf, func(all []string) bool {
			return !slices.ContainsFunc(all, func(s string) bool { return !slices.Contains(x.who.scopes, s) })
		})
	case a.arg != "":
		return fmt.Sprint(x.argumentOf(f, a.arg, node)) == a.literal
	default:
		return true
	}
}

// argumentOf is the coerced value of an argument.
func (x *slowExecutor) argumentOf(f *modelField, name string, node *ast.Field) any {
	if a := node.Arguments.ForName(name); a != nil {
		if v := x.argument(a.Value); v != (absent{}) {
			return v
		}
	}
	for _, def := range f.args {
		if def.name == name && def.literal != "" {
			return def.literal
		}
	}
	return nil
}

// isDenied tells whether any occurrence of a field of a concrete type may not be read: by the type, the field, what it leads to, and all of that for
// the interfaces that the type implements.
func (x *slowExecutor) isDenied(t *modelType, group []*ast.Field) bool {
	if x.who == nil {
		return false
	}
	return slices.ContainsFunc(group, func(node *ast.Field) bool {
		return slices.ContainsFunc(append([]*modelType{t}, t.implements...), func(t *modelType) bool { return !x.mayRead(t, node) })
	})
}

func (x *slowExecutor) maySee(t *modelType) bool {
	return !slices.ContainsFunc(append([]*modelType{t}, t.implements...), func(t *modelType) bool { return !x.may(t.access, nil, nil) })
}

func (x *slowExecutor) mayRead(t *modelType, node *ast.Field) bool {
	if !x.maySee(t) {
		return false
	}
	for _, f := range t.fields {
		if f.name == node.Name {
			return x.may(f.access, f, node) && (f.target == nil || x.maySee(f.target))
		}
	}
	return true // __typename
}

// isDoomed tells whether an object of a type is null because of a field that may not be read, whatever the data.
func (x *slowExecutor) isDoomed(t *modelType, sets []ast.SelectionSet) bool {
	if x.who == nil || !x.voids {
		return false
	}
	return slices.ContainsFunc(x.collect(t, sets), func(group []*ast.Field) bool {
		f := t.field(group[0].Name)
		isNonNull := group[0].Name == "__typename" || f.typ.NonNull
		return isNonNull && (x.isDenied(t, group) || x.isVoid(f, group))
	})
}

// isVoid tells whether the value of a field is null because of a field below it that may not be read, whatever the data.
func (x *slowExecutor) isVoid(f *modelField, group []*ast.Field) bool {
	if x.who == nil || !x.voids || f == nil || f.target == nil || listDepth(f.typ) > 0 {
		return false
	}
	return !slices.ContainsFunc(f.target.possible(), func(t *modelType) bool { return !x.isDoomed(t, setsOf(group)) })
}

// findDenied collects the paths of the operation that may not be read, whatever the data; those that hold for all types are certain.
func (x *slowExecutor) findDenied(types []*modelType, sets []ast.SelectionSet, path string, isCertain bool) {
	denied, reading := map[string]int{}, map[string]int{}
	for _, t := range types {
		for _, group := range x.collect(t, sets) {
			at := path + "." + group[0].Alias
			if reading[at]++; x.isDenied(t, group) {
				denied[at]++
			}
		}
	}
	for _, t := range types {
		for _, group := range x.collect(t, sets) {
			at := path + "." + group[0].Alias
			if x.isDenied(t, group) {
				if !slices.Contains(x.denied, at) {
					x.denied = append(x.denied, at)
				}
				if isCertain && denied[at] == len(types) {
					x.certain[at] = true
				}
				continue
			}
			if f := t.field(group[0].Name); f != nil && f.target != nil {
				isCertain := isCertain && reading[at] == len(types) && denied[at] == 0
				x.findDenied(f.target.possible(), setsOf(group), at+strings.Repeat(".@", listDepth(f.typ)), isCertain)
			}
		}
	}
}

// withhold notes what is not answered where the executor is.
func (x *slowExecutor) withhold() {
	path := slices.Clone(x.path)
	for i, p := range path {
		if _, isIndex := p.(int); isIndex {
			path[i] = "@"
		}
	}
	x.withheld[pathText(path)] = true
}
