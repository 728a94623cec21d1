package resolvers_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph/plan"
)

// answered is what Weft answered to one operation.
type answered struct {
	data   []byte
	errors gqlerror.List
	// calls are the requests that the back end saw; waterfall is the number of calls that the answer tells of.
	calls     []string
	waterfall int
	plan      *plan.Plan
}

// compare checks Weft's answer against the slow executor's, and returns what is wrong with it.
func compare(w answered, data []byte, x *slowExecutor, slowCalls []string) error {
	canonical, err := canonicalJSON(w.data)
	if err != nil {
		return fmt.Errorf("the answer is no JSON: %w", err)
	}
	if !bytes.Equal(canonical, data) {
		return errors.New("the data differ")
	}
	var order error
	if w.plan.Kind == ast.Mutation && !hasMirrors(w.plan) {
		order = compareOrder(x.g, w.calls, slowCalls)
	}
	return errors.Join(order, compareErrors(w.errors, x.errors), compareCalls(w, x))
}

// canonicalJSON writes JSON again: properties in their order, numbers as they are spelled, strings in one way.
func canonicalJSON(text []byte) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	out, err := appendCanonicalJSON(nil, d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the value")
	}
	return out, nil
}

func appendCanonicalJSON(dst []byte, d *json.Decoder) ([]byte, error) {
	token, err := d.Token()
	if err != nil {
		return dst, err
	}
	delim, ok := token.(json.Delim)
	if !ok {
		return appendJSON(dst, token), nil
	}
	dst = append(dst, byte(delim))
	for n := 0; d.More(); n++ {
		if n > 0 {
			dst = append(dst, ',')
		}
		if delim == '{' {
			name, err := d.Token()
			if err != nil {
				return dst, err
			}
			dst = append(appendJSON(dst, name), ':')
		}
		if dst, err = appendCanonicalJSON(dst, d); err != nil {
			return dst, err
		}
	}
	_, err = d.Token()
	return append(dst, byte(delim)+2), err // '[' and ']', '{' and '}' are two apart
}

// compareErrors checks that every null has its error, and every error its null. Weft adds one error per cause, at the first
// position that it concerns, with a count of them.
func compareErrors(have gqlerror.List, want []slowError) error {
	var problems []error
	positions := map[string]int{}
	for _, e := range have {
		code, path := codeOf(e), pathOf(e)
		n, ok := e.Extensions["positions"].(int)
		if !ok {
			n = 1
		}
		positions[class(code)] += n
		if !slices.ContainsFunc(want, func(s slowError) bool { return s.path == path && s.code == code }) {
			problems = append(problems, fmt.Errorf("error that should not be: %s at %s", code, path))
		}
	}
	needed, allowed := map[string]int{}, map[string]int{}
	for _, s := range want {
		allowed[class(s.code)]++
		if s.optional {
			continue
		}
		needed[class(s.code)]++
		if !slices.ContainsFunc(have, func(e *gqlerror.Error) bool {
			counts := e.Extensions["positions"] != nil
			return class(codeOf(e)) == class(s.code) && (counts || sameField(pathOf(e), s))
		}) {
			problems = append(problems, fmt.Errorf("error that is not told: %s at %s", s.code, s.path))
		}
	}
	for c, n := range needed {
		// Elements of leaf lists share the error of their field, which does not count them all.
		if positions[c] < n && !(c == dataErrors && slices.ContainsFunc(want, slowError.isOfElement)) {
			problems = append(problems, fmt.Errorf("%s: %d positions, at least %d are wrong", c, positions[c], n))
		}
	}
	for c, n := range positions {
		if n > allowed[c] {
			problems = append(problems, fmt.Errorf("%s: %d positions, at most %d are wrong", c, n, allowed[c]))
		}
	}
	return errors.Join(problems...)
}

// sameField tells whether an error at a path tells of a null, too: at the same place, or, where values are wrong, in the same field.
func sameField(path string, s slowError) bool {
	return path == s.path || class(s.code) == dataErrors && indexes.ReplaceAllString(path, "") == indexes.ReplaceAllString(s.path, "")
}

// isOfElement tells whether the null is an element of a list.
func (s slowError) isOfElement() bool { return lastIndex.MatchString(s.path) }

var (
	indexes   = regexp.MustCompile(`\.[0-9]+`)
	lastIndex = regexp.MustCompile(`\.[0-9]+$`)
)

// dataErrors is the class of errors about values.
const dataErrors = "DATA"

// class is what errors about data have in common: one cause may be a null in one row and a wrong type in another.
func class(code string) string {
	if code == "TYPE_MISMATCH" || code == "NULL_IN_NON_NULL" {
		return dataErrors
	}
	return code
}

func codeOf(e *gqlerror.Error) string {
	code, _ := e.Extensions["code"].(string)
	return code
}

func pathOf(e *gqlerror.Error) string {
	path := make([]any, len(e.Path))
	for i, p := range e.Path {
		switch p := p.(type) {
		case ast.PathName:
			path[i] = string(p)
		case ast.PathIndex:
			path[i] = int(p)
		}
	}
	return pathText(path)
}

// compareCalls checks the calls against the plan's prediction, and against the requests that the slow executor could not do
// without. Where suppliers compete, the slow executor's choice of them need not be the best one for a place, so that its requests say
// nothing. Minima count on non-null values, so that they hold only where nothing
// is wrong.
func compareCalls(w answered, x *slowExecutor) error {
	n, needed, predicted := len(w.calls), len(x.asked), w.plan.Calls
	switch {
	case w.waterfall != n:
		return fmt.Errorf("the waterfall tells of %d calls, %d were made", w.waterfall, n)
	case x.g.strict && n > needed && !hasMirrors(w.plan):
		return fmt.Errorf("%d calls, %d suffice", n, needed)
	case predicted.Max != plan.Unbounded && n > predicted.Max:
		return fmt.Errorf("%d calls, predicted are at most %d", n, predicted.Max)
	case len(x.errors) == 0 && (x.voids || len(x.denied) == 0) && !x.g.damaged && !x.g.failing && n < predicted.Min:
		return fmt.Errorf("%d calls, predicted are at least %d", n, predicted.Min)
	}
	return nil
}

// compareOrder checks that the root fields of a mutation are called one after the other, each with all that is below it ([GraphQL]
// 6.2.2): between two of their calls only such suppliers are called as the slow executor calls there.
func compareOrder(g *modelGraph, have, want []string) error {
	h, w := serialCalls(g, have), serialCalls(g, want)
	if len(h) != len(w) {
		return fmt.Errorf("%d root fields were called, not %d", len(h), len(w))
	}
	for i := range h {
		if h[i].root != w[i].root {
			return fmt.Errorf("root field %d was answered by %s, not %s", i, h[i].root, w[i].root)
		}
		for below := range h[i].below {
			if g.strict && !w[i].below[below] {
				return fmt.Errorf("%s was called for root field %d", below, i)
			}
		}
	}
	return nil
}

// rootCalls are the addresses that were called for one root field of a mutation.
type rootCalls struct {
	root  string
	below map[string]bool
}

var endpoint = regexp.MustCompile(`/e[0-9]+`)

func serialCalls(g *modelGraph, calls []string) []rootCalls {
	roots := map[string]bool{}
	for _, f := range g.mutation.fields {
		roots[fmt.Sprintf("/e%d", f.own[0].id)] = true
	}
	var out []rootCalls
	for _, c := range calls {
		at := endpoint.FindString(c)
		switch {
		case roots[at]:
			out = append(out, rootCalls{at, map[string]bool{}})
		case len(out) > 0:
			out[len(out)-1].below[at] = true
		}
	}
	return out
}

// hasMirrors tells whether the plan completes values without keys from above. It then asks for rows that turn out not to be there.
func hasMirrors(p *plan.Plan) bool {
	return slices.ContainsFunc(p.Layers, func(l plan.Layer) bool {
		return len(l.Providers) > 1 && slices.ContainsFunc(l.Providers[1:], func(pr plan.Provider) bool { return pr.Kind != plan.ByKey })
	})
}
