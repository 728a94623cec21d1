package scenario

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// difference returns where decoded values differ first, as a path, and how; "" if they
// do not.
func difference(path string, want, got any) string {
	if reflect.DeepEqual(want, got) {
		return ""
	}
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			break
		}
		names := slices.Sorted(maps.Keys(w))
		if have := slices.Sorted(maps.Keys(g)); !slices.Equal(names, have) {
			return fmt.Sprintf("%s: want the members %q, got %q", path, names, have)
		}
		for _, name := range names {
			if d := difference(path+"."+name, w[name], g[name]); d != "" {
				return d
			}
		}
	case []any:
		g, ok := got.([]any)
		if !ok {
			break
		}
		if len(w) != len(g) {
			return fmt.Sprintf("%s: want %d elements, got %d", path, len(w), len(g))
		}
		for i := range w {
			if d := difference(fmt.Sprintf("%s[%d]", path, i), w[i], g[i]); d != "" {
				return d
			}
		}
	}
	return fmt.Sprintf("%s: want %.100v, got %.100v", path, want, got)
}
