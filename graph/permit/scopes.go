package permit

import (
	"iter"
	"slices"
	"strings"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/sdl"
)

// Scopes are those that the directives of a graph ask for, sorted.
func Scopes(g *sdl.Graph) []string {
	var out []string
	for a := range accessOf(g) {
		if a.Kind == sdl.Scopes {
			for _, all := range a.AnyOf {
				for _, s := range all {
					out = append(out, s.String())
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// UnknownScope tells whether nothing of a graph asks for a scope, neither a directive nor a policy that spells it, and which one it might be meant
// to be; that is empty where none is near. policies are the named ones.
func UnknownScope(g *sdl.Graph, policies map[string]string, scope string) (nearest string, isUnknown bool) {
	known := Scopes(g)
	if slices.Contains(known, scope) {
		return "", false
	}
	for a := range accessOf(g) {
		for _, all := range a.AnyOf {
			for _, t := range all {
				text := t.String()
				if expression, isNamed := policies[text]; isNamed {
					text = expression
				}
				if a.Kind == sdl.Policies && strings.Contains(text, scope) {
					return "", false
				}
			}
		}
	}
	return diag.Nearest(scope, known), true
}

// accessOf goes over all that restricts access in a graph.
func accessOf(g *sdl.Graph) iter.Seq[*sdl.Access] {
	return func(yield func(*sdl.Access) bool) {
		var lists [][]sdl.Access
		for i := range g.Types {
			lists = append(lists, g.Types[i].Access)
		}
		for i := range g.Fields {
			lists = append(lists, g.Fields[i].Access)
		}
		for _, list := range lists {
			for i := range list {
				if !yield(&list[i]) {
					return
				}
			}
		}
	}
}
