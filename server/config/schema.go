package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/weftgraph/weft/graph/value"
)

// schemaID names the JSON Schema. Nothing has to be there.
const schemaID = "https://weftgraph.dev/schemas/weft.schema.json"

// Schema returns the JSON Schema (draft 2020-12) of weft.yaml, for editors and other tools. It allows what Read allows, as far as
// that can be seen in the file: neither what expansions give, nor whether certificates and regular expressions are sound.
func Schema() ([]byte, error) {
	s := root().Shape().jsonSchema()
	s.Schema, s.ID = "https://json-schema.org/draft/2020-12/schema", schemaID
	s.Title, s.Description = "weft.yaml", "The settings of Weft. No file at all is valid: every key has a safe default."
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(s); err != nil {
		return nil, fmt.Errorf("write the schema: %w", err)
	}
	return out.Bytes(), nil
}

// jsonSchema is a schema, its members in the order in which they are written.
type jsonSchema struct {
	Schema               string            `json:"$schema,omitempty"`
	ID                   string            `json:"$id,omitempty"`
	Title                string            `json:"title,omitempty"`
	Description          string            `json:"description,omitempty"`
	Deprecated           bool              `json:"deprecated,omitempty"`
	Type                 any               `json:"type,omitempty"`
	Enum                 []string          `json:"enum,omitempty"`
	Pattern              string            `json:"pattern,omitempty"`
	Minimum              int64             `json:"minimum,omitempty"`
	Maximum              int64             `json:"maximum,omitempty"`
	Properties           properties        `json:"properties,omitempty"`
	PatternProperties    properties        `json:"patternProperties,omitempty"`
	AdditionalProperties any               `json:"additionalProperties,omitempty"`
	Required             []string          `json:"required,omitempty"`
	Items                *jsonSchema       `json:"items,omitempty"`
	AnyOf                []*jsonSchema     `json:"anyOf,omitempty"`
	OneOf                []*jsonSchema     `json:"oneOf,omitempty"`
	AllOf                []*jsonSchema     `json:"allOf,omitempty"`
	Not                  *jsonSchema       `json:"not,omitempty"`
	Default              json.RawMessage   `json:"default,omitempty"`
	Examples             []json.RawMessage `json:"examples,omitempty"`
}

// properties keep their order.
type properties []property

type property struct {
	name   string
	schema *jsonSchema
}

// MarshalJSON implements json.Marshaler.
func (p properties) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, f := range p {
		if i > 0 {
			out = append(out, ',')
		}
		content, err := json.Marshal(f.schema)
		if err != nil {
			return nil, err
		}
		out = append(append(value.String(f.name).AppendJSON(out), ':'), content...)
	}
	return append(out, '}'), nil
}

// expansionPattern finds an expansion in a string, whose value nobody knows.
const expansionPattern = `\$\{`

func expansion() *jsonSchema { return &jsonSchema{Type: "string", Pattern: expansionPattern} }

// jsonSchema is what the shape allows.
func (s *shape) jsonSchema() *jsonSchema {
	switch s.kind {
	case mappingShape:
		return s.mappingSchema()
	case entriesShape:
		return &jsonSchema{Type: []string{"object", "null"}, AdditionalProperties: s.entry.jsonSchema()}
	case listShape:
		return &jsonSchema{Type: "array", Items: s.entry.jsonSchema()}
	case dataShape:
		return &jsonSchema{Type: "object"}
	case textShape:
		return s.textSchema()
	case flagShape:
		return &jsonSchema{AnyOf: []*jsonSchema{{Type: "boolean"}, expansion()}}
	case integerShape:
		return &jsonSchema{AnyOf: []*jsonSchema{{Type: "integer", Minimum: 1, Maximum: maxInteger}, expansion()}}
	case choiceShape:
		return &jsonSchema{AnyOf: []*jsonSchema{{Enum: s.options}, expansion()}}
	default:
		return &jsonSchema{}
	}
}

func (s *shape) mappingSchema() *jsonSchema {
	out := &jsonSchema{Type: "object", AdditionalProperties: false, Required: s.required}
	if s.isOptional {
		out.Type = []string{"object", "null"}
	}
	for _, k := range s.keys {
		if k.state != refused {
			out.Properties = append(out.Properties, property{k.name, k.jsonSchema()})
		}
	}
	if s.tolerates {
		for _, prefix := range triedPrefixes() {
			out.PatternProperties = append(out.PatternProperties, property{"^" + prefix, &jsonSchema{}})
		}
	}
	for _, name := range s.oneOf {
		out.OneOf = append(out.OneOf, &jsonSchema{Required: []string{name}})
	}
	for _, pair := range s.apart {
		out.AllOf = append(out.AllOf, &jsonSchema{Not: &jsonSchema{Required: pair[:]}})
	}
	return out
}

// textSchema allows what the patterns do, and every text with an expansion.
func (s *shape) textSchema() *jsonSchema {
	if len(s.all)+len(s.none) == 0 {
		return &jsonSchema{Type: "string"}
	}
	plain := &jsonSchema{Type: "string"}
	for _, p := range s.all {
		plain.AllOf = append(plain.AllOf, &jsonSchema{Pattern: p})
	}
	for _, p := range s.none {
		plain.AllOf = append(plain.AllOf, &jsonSchema{Not: &jsonSchema{Pattern: p}})
	}
	return &jsonSchema{AnyOf: []*jsonSchema{plain, expansion()}}
}

// jsonSchema is that of the key's value, with what people want to know of the key.
func (k shapeKey) jsonSchema() *jsonSchema {
	out := k.shape.jsonSchema()
	out.Description = k.description()
	out.Deprecated = k.state == deprecated || k.state == lacking
	if k.standard != "" {
		out.Default = asJSON(k.standard)
	}
	if k.example != "" {
		out.Examples = []json.RawMessage{asJSON(k.example)}
	}
	return out
}

// description is a sentence or more.
func (k shapeKey) description() string {
	doc := strings.ReplaceAll(k.doc, "`", "")
	if doc != "" {
		doc = strings.ToUpper(doc[:1]) + strings.TrimSuffix(doc[1:], ".") + "."
	}
	switch k.state {
	case lacking:
		return strings.TrimSpace("Known, and without effect. " + doc)
	case accepted:
		return strings.TrimSpace("Accepted, and without effect. " + doc)
	case deprecated:
		return "Deprecated: " + k.instead + ". " + doc
	default:
		return doc
	}
}

// asJSON converts YAML that stands in a description of a key; what is none would be found by every test.
func asJSON(text string) json.RawMessage {
	content, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		return json.RawMessage("null")
	}
	return bytes.TrimSpace(content)
}
