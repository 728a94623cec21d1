package suite

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/weftgraph/weft/graph/value"
)

// File is one file of tests. It is immutable.
type File struct {
	// Path is the path as given.
	Path string
	// Schema are the documents that the file names, relative to its folder; empty when it names none.
	Schema []string
	Tests  []Test

	text []byte
}

// Test is one test.
type Test struct {
	Name string
	// Line is where the test begins in its file.
	Line int
	// Target is a connector's coordinate, with or without the document, or its `id`.
	Target string
	// Variables are by name, with their dollar sign.
	Variables map[string]value.Value
	Reply     Reply
	Expect    Expectation

	index int
}

// Reply is what a back end is taken to answer.
type Reply struct {
	Status int
	Header http.Header
	Body   string
}

// Expectation is what must come out. What is not expected is not compared.
type Expectation struct {
	Request *ExpectedRequest
	// Response is the mapped value, and Error the error that clients would get; a value that is MISSING expects nothing.
	Response, Error value.Value
	// Problems are the messages of the mapping's problems, in order; nil expects nothing of them.
	Problems []string
}

// ExpectedRequest is a request. Empty parts are not compared.
type ExpectedRequest struct {
	Method  string
	URL     string
	Headers map[string][]string
	// Body is a JSON value, or the text itself.
	Body value.Value
}

// The types that a file is decoded into.
type (
	fileText struct {
		Config struct {
			Schema oneOrMany `yaml:"schema"`
		} `yaml:"config"`
		Tests []testText `yaml:"tests"`
	}
	testText struct {
		Name      string               `yaml:"name"`
		Target    string               `yaml:"target"`
		Variables jsonText             `yaml:"variables"`
		Status    int                  `yaml:"apiResponseStatus"`
		Headers   map[string]oneOrMany `yaml:"apiResponseHeaders"`
		Body      string               `yaml:"apiResponseBody"`
		Expect    expectText           `yaml:"expect"`
	}
	expectText struct {
		Request  *requestText `yaml:"connectorRequest"`
		Response jsonText     `yaml:"connectorResponse"`
		Error    jsonText     `yaml:"connectorError"`
		Problems []string     `yaml:"problems"`
	}
	requestText struct {
		Method  string               `yaml:"method"`
		URL     string               `yaml:"url"`
		Headers map[string]oneOrMany `yaml:"headers"`
		Body    jsonText             `yaml:"body"`
	}
)

// oneOrMany is a string or a list of strings.
type oneOrMany []string

// UnmarshalYAML implements yaml.BytesUnmarshaler.
func (o *oneOrMany) UnmarshalYAML(text []byte) error {
	var one string
	if yaml.Unmarshal(text, &one) == nil {
		*o = oneOrMany{one}
		return nil
	}
	var many []string
	if err := yaml.Unmarshal(text, &many); err != nil {
		return errors.New("expected a string or a list of strings")
	}
	*o = many
	return nil
}

// jsonText is any value; its properties keep their order.
type jsonText struct{ value.Value }

// UnmarshalYAML implements yaml.BytesUnmarshaler.
func (j *jsonText) UnmarshalYAML(text []byte) error {
	converted, err := yaml.YAMLToJSON(text)
	if err != nil {
		return fmt.Errorf("read a value: %w", err)
	}
	j.Value, err = value.Parse([]byte(strings.TrimSpace(string(converted))))
	if err != nil {
		return fmt.Errorf("read a value: %w", err)
	}
	return nil
}

// maxFileBytes bounds a file of tests.
const maxFileBytes = 16 << 20

// Read reads a file of tests. The error names the place in the file.
func Read(path string) (*File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read tests: %w", err)
	}
	if info.Size() > maxFileBytes {
		return nil, fmt.Errorf("%s has %d bytes, more than the limit of %d", path, info.Size(), maxFileBytes)
	}
	text, err := os.ReadFile(path) //nolint:gosec // reading the named file is what it is for
	if err != nil {
		return nil, fmt.Errorf("read tests: %w", err)
	}
	return parse(path, text)
}

func parse(path string, text []byte) (*File, error) {
	var in fileText
	if err := yaml.UnmarshalWithOptions(text, &in, yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("%s:%w", path, err)
	}
	f := &File{Path: path, Schema: in.Config.Schema, text: text}
	lines, err := testLines(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for i, t := range in.Tests {
		test := Test{
			Name: t.Name, Target: t.Target, Variables: map[string]value.Value{}, index: i,
			Reply:  Reply{Status: t.Status, Header: header(t.Headers), Body: t.Body},
			Expect: Expectation{Response: t.Expect.Response.Value, Error: t.Expect.Error.Value, Problems: t.Expect.Problems},
		}
		if i < len(lines) {
			test.Line = lines[i]
		}
		if t.Target == "" {
			return nil, fmt.Errorf("%s:%d: the test has no target: name a connector, such as Query.user[0], or its id", path, test.Line)
		}
		for _, v := range t.Variables.Fields() {
			test.Variables["$"+strings.TrimPrefix(v.Name, "$")] = v.Value
		}
		if r := t.Expect.Request; r != nil {
			test.Expect.Request = &ExpectedRequest{
				Method: r.Method, URL: r.URL, Headers: manyByName(r.Headers), Body: r.Body.Value,
			}
		}
		f.Tests = append(f.Tests, test)
	}
	return f, nil
}

func header(in map[string]oneOrMany) http.Header {
	h := http.Header{}
	for name, values := range in {
		for _, v := range values {
			h.Add(name, v)
		}
	}
	return h
}

func manyByName(in map[string]oneOrMany) map[string][]string {
	out := make(map[string][]string, len(in))
	for name, values := range in {
		out[strings.ToLower(name)] = values
	}
	return out
}

// testLines finds the line of each test.
func testLines(text []byte) ([]int, error) {
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, fmt.Errorf("read tests: %w", err)
	}
	path, err := yaml.PathString("$.tests")
	if err != nil {
		return nil, fmt.Errorf("read tests: %w", err)
	}
	node, err := path.FilterFile(file)
	if err != nil {
		return nil, nil //nolint:nilerr // a file without tests has no lines
	}
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		return nil, nil
	}
	lines := make([]int, 0, len(list.Values))
	for _, v := range list.Values {
		lines = append(lines, v.GetToken().Position.Line)
	}
	return lines, nil
}
