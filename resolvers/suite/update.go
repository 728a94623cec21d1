package suite

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"

	"github.com/weftgraph/weft/graph/value"
)

// Update rewrites the expectations of a file by what the tests gave: those parts that each test expects, and for a test that
// expects nothing the request and the value. Everything else in the file stays as it is.
func (f *File) Update(results []*Result) error {
	file, err := parser.ParseBytes(f.text, parser.ParseComments)
	if err != nil {
		return fmt.Errorf("%s: %w", f.Path, err)
	}
	changed := false
	for _, r := range results {
		if len(r.Differences) == 0 && !r.Test.Expect.isEmpty() {
			continue
		}
		changed = true
		text, err := yaml.MarshalWithOptions(r.expectation(), yaml.Indent(2), yaml.IndentSequence(true))
		if err != nil {
			return fmt.Errorf("%s: %w", f.Path, err)
		}
		at := fmt.Sprintf("$.tests[%d]", r.Test.index)
		if r.Test.Expect.isEmpty() {
			err = merge(at, yaml.MapSlice{{Key: "expect", Value: r.expectation()}}, func(p *yaml.Path, text []byte) error {
				return p.MergeFromReader(file, bytes.NewReader(text)) //nolint:wrapcheck // wrapped below
			})
		} else {
			var p *yaml.Path
			if p, err = yaml.PathString(at + ".expect"); err == nil {
				err = p.ReplaceWithReader(file, bytes.NewReader(text))
			}
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %w", f.Path, r.Test.Line, err)
		}
	}
	if !changed {
		return nil
	}
	text := strings.TrimRight(file.String(), "\n") + "\n"
	if err := os.WriteFile(f.Path, []byte(text), 0o600); err != nil {
		return fmt.Errorf("write expectations: %w", err)
	}
	return nil
}

func merge(at string, what yaml.MapSlice, into func(p *yaml.Path, text []byte) error) error {
	text, err := yaml.MarshalWithOptions(what, yaml.IndentSequence(true))
	if err != nil {
		return fmt.Errorf("write expectations: %w", err)
	}
	p, err := yaml.PathString(at)
	if err != nil {
		return fmt.Errorf("write expectations: %w", err)
	}
	return into(p, text)
}

func (e Expectation) isEmpty() bool {
	return e.Request == nil && e.Response.IsMissing() && e.Error.IsMissing() && e.Problems == nil
}

// expectation is what came out, for YAML.
func (r *Result) expectation() yaml.MapSlice {
	var out yaml.MapSlice
	want, got := r.Test.Expect, r.actual
	if got.request != nil && (want.Request != nil || want.isEmpty()) {
		out = append(out, yaml.MapItem{Key: "connectorRequest", Value: requestItems(got.request)})
	}
	switch {
	case !got.failure.IsMissing():
		out = append(out, yaml.MapItem{Key: "connectorError", Value: plain(got.failure)})
	case !want.Response.IsMissing() || !want.Error.IsMissing() || want.isEmpty():
		out = append(out, yaml.MapItem{Key: "connectorResponse", Value: plain(got.response)})
	}
	if want.Problems != nil {
		messages := []string{}
		for _, p := range got.problems {
			messages = append(messages, p.Message)
		}
		out = append(out, yaml.MapItem{Key: "problems", Value: messages})
	}
	return out
}

// isOwnHeader tells whether every request has a header, whatever its connector: a test that lists it would only be longer.
func isOwnHeader(name string) bool {
	return slices.Contains([]string{"accept", "accept-encoding", "user-agent"}, name)
}

func requestItems(r *ExpectedRequest) yaml.MapSlice {
	var out yaml.MapSlice
	if r.Method != "" {
		out = append(out, yaml.MapItem{Key: "method", Value: r.Method})
	}
	out = append(out, yaml.MapItem{Key: "url", Value: r.URL})
	if len(r.Headers) > 0 {
		var headers yaml.MapSlice
		for _, name := range slices.Sorted(maps.Keys(r.Headers)) {
			if isOwnHeader(name) {
				continue
			}
			headers = append(headers, yaml.MapItem{Key: name, Value: r.Headers[name]})
		}
		if headers != nil {
			out = append(out, yaml.MapItem{Key: "headers", Value: headers})
		}
	}
	if !r.Body.IsMissing() {
		out = append(out, yaml.MapItem{Key: "body", Value: plain(r.Body)})
	}
	return out
}

// plain is a value as the YAML library writes it, properties in their order.
func plain(v value.Value) any {
	switch v.Kind() {
	case value.KindBool:
		return v.AsBool()
	case value.KindInt:
		if i, ok := v.AsInt(); ok {
			return i
		}
		return v.Text()
	case value.KindFloat:
		f, _ := v.AsFloat()
		return f
	case value.KindString:
		return text(v.Text())
	case value.KindArray:
		out := make([]any, 0, v.Len())
		for _, e := range v.Elems() {
			out = append(out, plain(e))
		}
		return out
	case value.KindObject:
		out := make(yaml.MapSlice, 0, v.Len())
		for _, f := range v.Fields() {
			out = append(out, yaml.MapItem{Key: f.Name, Value: plain(f.Value)})
		}
		return out
	default:
		return nil
	}
}

// text is a string that stays on one line: the library would break its lines and indent them wrongly when the node is put into
// a file.
type text string

// MarshalYAML implements yaml.BytesMarshaler.
func (t text) MarshalYAML() ([]byte, error) {
	if strings.Contains(string(t), "\n") {
		return value.AppendString(nil, string(t)), nil
	}
	return yaml.Marshal(string(t)) //nolint:wrapcheck // a string cannot fail
}
