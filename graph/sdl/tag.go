package sdl

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// tags adds the names that the `@tag`s of an element give in one document to those that are known.
func (d *document) tags(known []string, list ast.DirectiveList) []string {
	for _, applied := range d.applications(list, identityFederation, "tag") {
		if name := argument(applied, "name"); name != nil && !slices.Contains(known, name.Raw) {
			known = append(known, name.Raw)
		}
	}
	return known
}

// tagsOf are the tags of an argument in a field's parts.
func (f *mergedField) tagsOf(name string) (tags []string) {
	for _, p := range f.parts {
		if a := p.Arguments.ForName(name); a != nil {
			tags = p.on.doc.tags(tags, a.Directives)
		}
	}
	return tags
}

// tagsOf are the tags of a value in an enum's parts.
func (t *mergedType) tagsOf(value string) (tags []string) {
	for _, p := range t.parts {
		for _, v := range p.values {
			if v.Name == value {
				tags = p.doc.tags(tags, v.Directives)
			}
		}
	}
	return tags
}
