package openapi_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources/rest/openapi"
)

func load(t *testing.T, text string) (*openapi.Contract, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "openapi.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return openapi.Load(file)
}

const contract = `openapi: 3.1.0
info: { title: A, version: "1" }
servers: [ { url: "http://a.test/v1" }, { url: "/" } ]
paths:
  /users:
    get: { responses: { "404": { description: no }, "200": { description: ok, content: { application/json: { schema: { type: array, items: { $ref: "#/components/schemas/User" } } } } } } }
  /users/{id}:
    get: { responses: { "2XX": { description: ok, content: { application/json: { schema: { $ref: "#/components/schemas/User" } } } } } }
  /users/me:
    get: { responses: { default: { description: ok, content: { "application/problem+json": { schema: { type: object, properties: { mine: {} } } } } } } }
  /image:
    get: { responses: { "200": { description: ok, content: { image/png: {} } } } }
components:
  schemas:
    User:
      allOf:
        - { type: object, properties: { id: { type: integer }, boss: { $ref: "#/components/schemas/User" } } }
        - oneOf:
            - { type: [object, "null"], properties: { company: { type: string } } }
            - { $ref: "#/components/schemas/Student" }
    Student:
      type: object
      properties:
        school: { type: string }
        marks: { type: object, additionalProperties: { type: integer } }
        notes: { type: array }
        free: { type: object }
        either: { anyOf: [ { type: object, properties: { a: {} } }, true ] }
`

func TestTheBestFittingPathIsFound(t *testing.T) {
	t.Parallel()
	c, err := load(t, contract)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"/image", "/users", "/users/me", "/users/{id}"}, c.Paths()); diff != "" {
		t.Error(diff)
	}
	for _, tt := range []struct {
		method, path string
		want         []string
		isMissing    bool
	}{
		{"GET", "/users", []string{"boss", "company", "either", "free", "id", "marks", "notes", "school"}, false},
		{"GET", "users/{}?x={}#y", []string{"boss", "company", "either", "free", "id", "marks", "notes", "school"}, false},
		{"GET", "/v1/users/7/", []string{"boss", "company", "either", "free", "id", "marks", "notes", "school"}, false},
		{"GET", "/users/me", []string{"mine"}, false},
		{"GET", "/image", nil, false},
		{"POST", "/users", nil, true},
		{"GET", "/v2/users", nil, true},
		{"GET", "/users/1/2", nil, true},
	} {
		reply, ok := c.Find(tt.method, tt.path)
		if ok == tt.isMissing {
			t.Errorf("%s %s: found %t", tt.method, tt.path, ok)
		}
		if diff := cmp.Diff(tt.want, reply.Properties()); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", tt.method, tt.path, diff)
		}
	}
}

func TestWhatAContractLeavesOpenIsThere(t *testing.T) {
	t.Parallel()
	c, err := load(t, contract)
	if err != nil {
		t.Fatal(err)
	}
	user, _ := c.Find("GET", "/users")
	image, _ := c.Find("GET", "/image")
	for _, tt := range []struct {
		of   openapi.Schema
		path []string
		want bool
	}{
		{user, []string{"id"}, true},
		{user, []string{"id", "x"}, false},
		{user, []string{"nope"}, false},
		{user, []string{"boss", "boss", "company"}, true},
		{user, []string{"boss", "boss", "nope"}, false},
		{user, []string{"school"}, true},
		{user, []string{"marks", "anything"}, true},
		{user, []string{"marks", "anything", "x"}, true},
		{user, []string{"notes", "x"}, true},
		{user, []string{"free", "x", "y"}, true},
		{user, []string{"either", "b"}, true},
		{image, []string{"x"}, true},
	} {
		s, ok := tt.of, true
		for _, name := range tt.path {
			if ok {
				s, ok = s.Property(name)
			}
		}
		if ok != tt.want {
			t.Errorf("%v is there: %t", tt.path, ok)
		}
	}
}

func TestContractsThatCannotBeReadAreErrors(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no YAML":         "openapi: [",
		"another version": "swagger: \"2.0\"\ninfo: { title: A, version: \"1\" }\npaths: {}",
		"the network":     "openapi: 3.0.0\ninfo: { title: A, version: \"1\" }\npaths: { /a: { $ref: \"http://localhost:1/a.yaml\" } }",
		"a missing file":  "openapi: 3.0.0\ninfo: { title: A, version: \"1\" }\npaths: { /a: { $ref: \"./nowhere.yaml\" } }",
	} {
		if _, err := load(t, text); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := openapi.Load(filepath.Join(t.TempDir(), "nowhere.yaml")); err == nil {
		t.Error("no file: no error")
	}
	if c, err := load(t, "openapi: 3.1.0\ninfo: { title: A, version: \"1\" }"); err != nil || len(c.Paths()) != 0 {
		t.Errorf("no paths: %v", err)
	}
}
