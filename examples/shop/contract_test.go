package shop_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/examples/shop"
)

// contract is the part of OpenAPI that the shop's description uses.
type contract struct {
	Paths      map[string]map[string]operation `yaml:"paths"`
	Components struct {
		Parameters map[string]parameter `yaml:"parameters"`
		Responses  map[string]response  `yaml:"responses"`
		Schemas    map[string]schema    `yaml:"schemas"`
	} `yaml:"components"`
}

type operation struct {
	Parameters  []parameter         `yaml:"parameters"`
	RequestBody response            `yaml:"requestBody"`
	Responses   map[string]response `yaml:"responses"`
}

type parameter struct {
	Ref     string `yaml:"$ref"`
	Name    string `yaml:"name"`
	In      string `yaml:"in"`
	Example any    `yaml:"example"`
}

type response struct {
	Ref     string `yaml:"$ref"`
	Content map[string]struct {
		Schema schema `yaml:"schema"`
	} `yaml:"content"`
}

type schema struct {
	Ref        string            `yaml:"$ref"`
	Type       any               `yaml:"type"` // a name or a list of names
	Required   []string          `yaml:"required"`
	Properties map[string]schema `yaml:"properties"`
	Closed     *bool             `yaml:"additionalProperties"`
	Items      *schema           `yaml:"items"`
	Enum       []any             `yaml:"enum"`
	Example    any               `yaml:"example"`
}

func readContract(t *testing.T) contract {
	t.Helper()
	text, err := shop.Contract()
	if err != nil {
		t.Fatal(err)
	}
	var doc contract
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestContractDescribesExactlyTheEndpoints(t *testing.T) {
	t.Parallel()
	c := newClient(t, shop.Options{})
	for path, operations := range readContract(t).Paths {
		var described []string
		for method := range operations {
			described = append(described, strings.ToUpper(method))
		}
		slices.Sort(described)
		// Asked for a method that nobody has, the service lists the others.
		target := strings.NewReplacer("{id}", "1", "{sku}", "KIT-001").Replace(path)
		refused := c.must(http.MethodTrace, target, "", "")
		if diff := cmp.Diff(strings.Join(described, ", "), refused.header.Get("Allow")); diff != "" {
			t.Errorf("%s (-described +served):\n%s", path, diff)
		}
	}
}

func TestEveryDescribedGetAnswersAsDescribed(t *testing.T) {
	t.Parallel()
	c, doc := newClient(t, shop.Options{}), readContract(t)
	for path, operations := range doc.Paths {
		get, ok := operations["get"]
		if !ok {
			t.Errorf("%s: no GET", path)
			continue
		}
		target := doc.request(path, get.Parameters)
		doc.check(t, get, "GET "+target, c.get(target))
		if strings.Contains(path, "{") {
			missing := strings.NewReplacer("{id}", "0", "{sku}", "none").Replace(path)
			doc.check(t, get, "GET "+missing, c.get(missing))
		} else {
			bad := path + "?limit=x"
			doc.check(t, get, "GET "+bad, c.get(bad))
		}
	}
}

func TestDescribedPostAnswersAsDescribed(t *testing.T) {
	t.Parallel()
	c, doc := newClient(t, shop.Options{}), readContract(t)
	post := doc.Paths["/reviews"]["post"]
	example, err := json.Marshal(doc.resolve(post.RequestBody.Content["application/json"].Schema).Example)
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{string(example), `{}`, `{`, strings.Repeat(" ", 70_000)} {
		doc.check(t, post, "POST /reviews", c.post("/reviews", body))
	}
	doc.check(t, post, "POST /reviews", c.must(http.MethodPost, "/reviews", "text/plain", "good"))
}

// request fills a path and a query with the parameters' examples.
func (doc contract) request(path string, parameters []parameter) string {
	query := url.Values{}
	for _, p := range parameters {
		if p.Ref != "" {
			p = doc.Components.Parameters[lastSegment(p.Ref)]
		}
		switch examples, isList := p.Example.([]any); {
		case p.Example == nil:
		case p.In == "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(fmt.Sprint(p.Example)))
		case isList:
			for _, example := range examples {
				query.Add(p.Name, fmt.Sprint(example))
			}
		default:
			query.Set(p.Name, fmt.Sprint(p.Example))
		}
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// lastData is the data of the last event.
func lastData(stream []byte) []byte {
	_, data, _ := bytes.Cut(stream[max(0, bytes.LastIndex(stream, []byte("\ndata: "))):], []byte("data: "))
	return data
}

// check compares an answer with the operation's response of that status.
func (doc contract) check(t *testing.T, op operation, what string, answer got) {
	t.Helper()
	described, ok := op.Responses[fmt.Sprint(answer.status)]
	if !ok {
		t.Errorf("%s: status %d is not described", what, answer.status)
		return
	}
	if described.Ref != "" {
		described = doc.Components.Responses[lastSegment(described.Ref)]
	}
	content, ok := described.Content[answer.header.Get("Content-Type")]
	if !ok {
		t.Errorf("%s: type %q is not described", what, answer.header.Get("Content-Type"))
		return
	}
	body := answer.body
	if answer.header.Get("Content-Type") == "text/event-stream" {
		body = lastData(body)
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	for _, problem := range doc.problems(content.Schema, value, "$") {
		t.Errorf("%s: status %d: %s", what, answer.status, problem)
	}
	if rows, isList := value.([]any); isList && len(rows) == 0 {
		t.Errorf("%s: the examples find nothing", what)
	}
}

func lastSegment(ref string) string { return ref[strings.LastIndex(ref, "/")+1:] }

func (doc contract) resolve(s schema) schema {
	for s.Ref != "" {
		s = doc.Components.Schemas[lastSegment(s.Ref)]
	}
	return s
}

// problems lists how a value differs from a schema.
func (doc contract) problems(s schema, value any, at string) []string {
	s = doc.resolve(s)
	var problems []string
	if !s.allows(kindOf(value)) {
		return []string{fmt.Sprintf("%s: %v is not of type %v", at, value, s.Type)}
	}
	if s.Enum != nil && !slices.Contains(s.Enum, value) {
		problems = append(problems, fmt.Sprintf("%s: %v is not one of %v", at, value, s.Enum))
	}
	switch v := value.(type) {
	case []any:
		for i, element := range v {
			problems = append(problems, doc.problems(*s.Items, element, fmt.Sprintf("%s[%d]", at, i))...)
		}
	case map[string]any:
		for _, name := range s.Required {
			if _, ok := v[name]; !ok {
				problems = append(problems, fmt.Sprintf("%s: %s is missing", at, name))
			}
		}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			member, known := s.Properties[name]
			switch {
			case known:
				problems = append(problems, doc.problems(member, v[name], at+"."+name)...)
			case s.Closed != nil && !*s.Closed:
				problems = append(problems, fmt.Sprintf("%s: %s is not described", at, name))
			}
		}
	}
	return problems
}

func (s schema) allows(kind string) bool {
	switch types := s.Type.(type) {
	case []any:
		return slices.Contains(types, any(kind)) || kind == "integer" && slices.Contains(types, any("number"))
	default:
		return types == kind || kind == "integer" && types == "number"
	}
}

func kindOf(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case json.Number:
		if _, err := v.Int64(); err == nil {
			return "integer"
		}
		return "number"
	case []any:
		return "array"
	default:
		return "object"
	}
}
