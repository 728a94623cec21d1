package server_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql/introspection"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

// typeRef is a type as introspection gives it.
type typeRef struct {
	Kind   string   `json:"kind"`
	Name   string   `json:"name"`
	OfType *typeRef `json:"ofType"`
}

// String writes the type as SDL does.
func (t *typeRef) String() string {
	switch t.Kind {
	case "NON_NULL":
		return t.OfType.String() + "!"
	case "LIST":
		return "[" + t.OfType.String() + "]"
	default:
		return t.Name
	}
}

// inputValue is an argument or input field.
type inputValue struct {
	Name         string   `json:"name"`
	Type         *typeRef `json:"type"`
	DefaultValue *string  `json:"defaultValue"`
}

// outputField is a field of an object or interface.
type outputField struct {
	Name string       `json:"name"`
	Type *typeRef     `json:"type"`
	Args []inputValue `json:"args"`
}

// fullType is a type with its parts.
type fullType struct {
	Kind        string        `json:"kind"`
	Name        string        `json:"name"`
	Description string        `json:"description"`
	Fields      []outputField `json:"fields"`
	InputFields []inputValue  `json:"inputFields"`
	EnumValues  []inputValue  `json:"enumValues"`
}

func TestIntrospectionDescribesTheWholeGraph(t *testing.T) {
	t.Parallel()
	base := serve(t, nil, server.Exposure{})
	// Asked twice: the second answer is the remembered one.
	first, again := ask(t, base, introspection.Query, ""), ask(t, base, introspection.Query, "")
	if first.body != again.body {
		t.Error("the remembered answer differs")
	}
	var answer struct {
		Data struct {
			Schema struct {
				QueryType    fullType   `json:"queryType"`
				MutationType fullType   `json:"mutationType"`
				Types        []fullType `json:"types"`
				Directives   []fullType `json:"directives"`
			} `json:"__schema"`
		} `json:"data"`
		Errors []any `json:"errors"`
	}
	if err := json.Unmarshal([]byte(first.body), &answer); err != nil || len(answer.Errors) > 0 {
		t.Fatalf("%v: %s", err, first.body[:min(len(first.body), 500)])
	}
	schema := answer.Data.Schema
	if schema.QueryType.Name != "Query" || schema.MutationType.Name != "Mutation" || len(schema.Directives) < 5 {
		t.Errorf("roots %+v %+v, directives %v", schema.QueryType, schema.MutationType, schema.Directives)
	}
	g, diags := sdl.Build([]sdl.Input{{File: "test.graphql", Text: document}}, sdl.Options{})
	if g == nil {
		t.Fatal(diags)
	}
	got := map[string]string{}
	for _, typ := range schema.Types {
		got[typ.Name] = describeAnswer(typ)
	}
	want := map[string]string{}
	for name, def := range g.Schema.Types {
		want[name] = describeDefinition(def)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// describeAnswer and describeDefinition write a type the same way, from an answer and from the schema itself.
func describeAnswer(typ fullType) string {
	var b strings.Builder
	b.WriteString(typ.Kind + " " + typ.Description + "\n")
	for _, f := range typ.Fields {
		b.WriteString(f.Name)
		for _, a := range f.Args {
			b.WriteString(" " + a.Name + ":" + a.Type.String())
			if a.DefaultValue != nil {
				b.WriteString("=" + *a.DefaultValue)
			}
		}
		b.WriteString(" → " + f.Type.String() + "\n")
	}
	for _, f := range typ.InputFields {
		b.WriteString(f.Name + ":" + f.Type.String() + "\n")
	}
	for _, v := range typ.EnumValues {
		b.WriteString(v.Name + "\n")
	}
	return b.String()
}

func describeDefinition(def *ast.Definition) string {
	var b strings.Builder
	b.WriteString(string(def.Kind) + " " + def.Description + "\n")
	for _, f := range def.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		if def.Kind == ast.InputObject {
			b.WriteString(f.Name + ":" + f.Type.String() + "\n")
			continue
		}
		b.WriteString(f.Name)
		for _, a := range f.Arguments {
			b.WriteString(" " + a.Name + ":" + a.Type.String())
			if a.DefaultValue != nil {
				b.WriteString("=" + a.DefaultValue.String())
			}
		}
		b.WriteString(" → " + f.Type.String() + "\n")
	}
	for _, v := range def.EnumValues {
		b.WriteString(v.Name + "\n")
	}
	return b.String()
}

func TestIntrospectionReadsVariablesAndFragments(t *testing.T) {
	t.Parallel()
	base := serve(t, nil, server.Exposure{})
	const query = `query($name: String!, $with: Boolean!) {
		first: __type(name: $name) { ...t kind @include(if: $with) }
		__type(name: "Nothing") { name }
		__typename
		echo(text: "x")
	}
	fragment t on __Type { name fields { name } fs: fields(includeDeprecated: true) { name } enumValues { name } }`
	for variables, want := range map[string]string{
		`{"name":"User","with":true}`:  `{"data":{"first":{"name":"User","fields":[{"name":"id"},{"name":"role"}],"fs":[{"name":"id"},{"name":"name"},{"name":"role"}],"enumValues":null,"kind":"OBJECT"},"__type":null,"__typename":"Query","echo":"x"}}`,
		`{"name":"Role","with":false}`: `{"data":{"first":{"name":"Role","fields":null,"fs":null,"enumValues":[{"name":"ADMIN"},{"name":"USER"}]},"__type":null,"__typename":"Query","echo":"x"}}`,
	} {
		if diff := cmp.Diff(want, ask(t, base, query, variables).body); diff != "" {
			t.Error(diff)
		}
	}
}

func TestIntrospectionCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	base := serve(t, func(c *config.Config) { c.IntrospectionOff = true }, server.Exposure{})
	got := ask(t, base, "{ __schema { queryType { name } } }", "")
	want := `{"errors":[{"message":"Introspection is switched off, but the query contains __schema.",` +
		`"locations":[{"line":1,"column":3}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`
	if diff := cmp.Diff(want, got.body); diff != "" {
		t.Error(diff)
	}
}
