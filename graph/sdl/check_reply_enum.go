package sdl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/mapping/form"
)

// enum compares the texts that are given with the values of an enum.
func (k *replyCheck) enum(o *mapping.Output, f form.Form, t *Type, where string) {
	texts, ok := f.Texts()
	if pair := [2]string{t.Name, f.Type()}; f.Type() != "" && k.enums[pair] || !ok {
		return
	} else if f.Type() != "" {
		k.enums[pair] = true
	}
	values := make([]string, len(t.Values))
	for i, v := range t.Values {
		values[i] = v.Name
	}
	var lacking []string
	for _, text := range texts {
		if !slices.Contains(values, text) {
			lacking = append(lacking, text)
		}
	}
	if len(lacking) == 0 {
		return
	}
	k.errorf(o, "%s is of the enum %s, which lacks %s: where a reply has it, the field is null, with an error", where, t.Name, lackingOf(lacking, f))
	if len(lacking) < len(texts) {
		k.found[len(k.found)-1].Severity = diag.Warning
	}
	if prefix := prefixOf(lacking, values); prefix != "" && k.c.Call.Kind() == datasources.GRPC {
		k.notef("stripEnumPrefixes: true in the source's grpc argument makes %q of %q", strings.TrimPrefix(lacking[0], prefix), lacking[0])
	} else if len(lacking) == 1 {
		k.found[len(k.found)-1].Nearest = diag.Nearest(lacking[0], values)
	}
}

// prefixOf is what stands in front of all texts, where the rests are values; empty when there is none.
func prefixOf(texts, values []string) string {
	for _, v := range values {
		prefix, ok := strings.CutSuffix(texts[0], "_"+v)
		if !ok {
			continue
		}
		prefix += "_"
		if !slices.ContainsFunc(texts, func(text string) bool {
			return !strings.HasPrefix(text, prefix) || !slices.Contains(values, text[len(prefix):])
		}) {
			return prefix
		}
	}
	return ""
}

// maxListed is how many names a message lists.
const maxListed = 5

func listed(names []string) string {
	if more := len(names) - maxListed; more > 1 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:maxListed], ", "), more)
	}
	return strings.Join(names, ", ")
}

func lackingOf(names []string, f form.Form) string {
	if f.Type() == "" {
		return listed(names)
	}
	return listed(names) + " of " + f.Type()
}
