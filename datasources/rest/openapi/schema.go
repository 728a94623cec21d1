package openapi

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// Schema is what a contract says of a value: it fits all schemas that apply to it, of which some are alternatives. The zero Schema
// says nothing.
type Schema struct{ refs []*openapi3.SchemaRef }

func refsOf(ref *openapi3.SchemaRef) []*openapi3.SchemaRef {
	if ref == nil {
		return nil
	}
	return []*openapi3.SchemaRef{ref}
}

// maxParts bounds the schemas that one value is made of, whatever recursion a contract has.
const maxParts = 1000

// parts gathers the schemas that a value can have, through lists, compositions and alternatives. isOpen tells that it may be
// something else, too.
func (s Schema) parts() (parts []*openapi3.Schema, isOpen bool) {
	if len(s.refs) == 0 {
		return nil, true
	}
	seen := map[*openapi3.Schema]bool{}
	queue := slices.Clone(s.refs)
	for len(queue) > 0 {
		ref := queue[0]
		queue = queue[1:]
		if ref == nil || ref.Value == nil || len(seen) > maxParts {
			return nil, true
		}
		v := ref.Value
		if seen[v] {
			continue
		}
		seen[v] = true
		parts = append(parts, v)
		for _, list := range []openapi3.SchemaRefs{v.AllOf, v.OneOf, v.AnyOf, v.PrefixItems} {
			queue = append(queue, list...)
		}
		for _, more := range []*openapi3.SchemaRef{v.Items, v.Then, v.Else} {
			queue = append(queue, refsOf(more)...)
		}
		isOpen = isOpen || saysNothing(v)
	}
	return parts, isOpen
}

// saysNothing tells that a schema leaves open what the value is.
func saysNothing(v *openapi3.Schema) bool {
	switch {
	case v.Always != nil, v.DynamicRef != "":
		return true
	case v.AdditionalProperties.Schema != nil, v.AdditionalProperties.Has != nil && *v.AdditionalProperties.Has:
		return true
	case v.UnevaluatedProperties.Schema != nil, v.UnevaluatedProperties.Has != nil && *v.UnevaluatedProperties.Has:
		return true
	case len(v.PatternProperties) > 0, len(v.DependentSchemas) > 0:
		return true
	}
	isComposed := len(v.AllOf)+len(v.OneOf)+len(v.AnyOf)+len(v.PrefixItems) > 0 || v.Then != nil || v.Else != nil
	switch {
	case len(v.Properties) > 0 || isComposed || len(v.Enum) > 0 || v.Const != nil || v.Items != nil:
		return false
	case v.Type == nil || len(*v.Type) == 0:
		return true
	default:
		// An object without properties, and a list without items, may have anything in them.
		return v.Type.Includes("object") || v.Type.Includes("array")
	}
}

// Property returns what the contract says of a property; ok is false when no value that fits the contract has it. Lists are
// transparent: the property is that of their elements.
func (s Schema) Property(name string) (property Schema, ok bool) {
	parts, isOpen := s.parts()
	for _, part := range parts {
		if ref, has := part.Properties[name]; has {
			property.refs = append(property.refs, ref)
		}
	}
	if len(property.refs) == 0 {
		return Schema{}, isOpen
	}
	if isOpen {
		return Schema{}, true // it may as well be something that the contract does not name
	}
	return property, true
}

// Properties are the names that the contract has for properties of the value, sorted.
func (s Schema) Properties() []string {
	parts, _ := s.parts()
	var names []string
	for _, part := range parts {
		for name := range part.Properties {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
