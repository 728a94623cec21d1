package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/weftgraph/weft/graph/value"
)

// noVariables is an environment without variables.
func noVariables(string) (string, bool) { return "", false }

// compiled is the JSON Schema, ready for use.
func compiled(tb testing.TB) *jsonschema.Schema {
	tb.Helper()
	text, err := Schema()
	if err != nil {
		tb.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		tb.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(schemaID, document); err != nil {
		tb.Fatal(err)
	}
	s, err := c.Compile(schemaID)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// validate holds a text against the schema, expansions as they are written. Nothing is no file at all.
func validate(tb testing.TB, s *jsonschema.Schema, text string) error {
	tb.Helper()
	n := newReader("weft.yaml", text, noVariables).parse()
	if n == nil {
		return nil
	}
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(asWritten(n).AppendJSON(nil)))
	if err != nil {
		tb.Fatal(err)
	}
	return s.Validate(instance)
}

// asWritten is the node as data, without expansions.
func asWritten(n *node) value.Value {
	switch n.kind {
	case value.KindString:
		return value.String(n.raw)
	case value.KindArray:
		items := make([]value.Value, len(n.items))
		for i, item := range n.items {
			items[i] = asWritten(item)
		}
		return value.Array(items)
	case value.KindObject:
		fields := make([]value.Field, len(n.fields))
		for i, f := range n.fields {
			fields[i] = value.Field{Name: f.name, Value: asWritten(f.value)}
		}
		return value.Object(fields)
	default:
		return n.value()
	}
}

// eachKey calls f for every key below a shape.
func eachKey(s *shape, path string, f func(path string, k shapeKey)) {
	for _, k := range s.keys {
		f(path+k.name, k)
		eachKey(k.shape, path+k.name+".", f)
	}
	switch s.kind {
	case entriesShape:
		eachKey(s.entry, path+s.placeholder+".", f)
	case listShape:
		eachKey(s.entry, path+"[].", f)
	}
}

func TestEveryKeyIsDescribedWithAnExampleThatIsRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	chain, key := certificatePair(t)
	for name, content := range map[string]string{"ca.pem": chain, "client.pem": chain, "client.key": key, "server.pem": chain, "server.key": key} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	schema := compiled(t)
	eachKey(root().Shape(), "", func(path string, k shapeKey) {
		isSection := k.shape.kind == mappingShape || k.shape.kind == entriesShape
		switch {
		case k.state == lacking || k.state == accepted || k.state == refused:
			return
		case k.doc == "":
			t.Errorf("%s has no doc", path)
		case k.example == "" && !isSection && k.shape.kind != listShape:
			t.Errorf("%s has no example", path)
		}
		if k.example == "" || strings.Contains(path, "[]") || k.shape.isSecret || strings.Contains(path, "_rate_limit.") ||
			strings.Contains(path, "client_authentication.") || strings.Contains(path, "tls.supergraph.") ||
			strings.Contains(path, "api_keys.") {
			return // parts of a whole, whose example has them
		}
		text := below(strings.NewReplacer("<name>", "a-b", "<document>", "a", "<source>", "b", "<policy>", "p").Replace(path), k.example)
		if _, diags := Read(filepath.Join(dir, "weft.yaml"), text, noVariables); diags.HasErrors() {
			t.Errorf("%s: %v\n%s", path, diags, text)
		}
		if err := validate(t, schema, text); err != nil {
			t.Errorf("%s: %v\n%s", path, err, text)
		}
	})
}

// below writes a value below a dotted path of keys.
func below(path, leaf string) string {
	var out strings.Builder
	for depth, name := range strings.Split(path, ".") {
		fmt.Fprintf(&out, "\n%s%q:", strings.Repeat(" ", depth), name)
	}
	return out.String() + " " + leaf + "\n"
}

func TestDefaultsOfTheDescriptionAreValid(t *testing.T) {
	t.Parallel()
	printed, diags := Print("weft.yaml", "", noVariables)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	if _, diags := Read("weft.yaml", printed, noVariables); len(diags) > 0 {
		t.Errorf("%v\n%s", diags, printed)
	}
	if err := validate(t, compiled(t), printed); err != nil {
		t.Error(err)
	}
}

func TestSchemaAllowsExpansionsEverywhere(t *testing.T) {
	t.Parallel()
	text := `
supergraph: { listen: '${env.A}', path: '${env.A:-/x}', introspection: '${env.A}' }
limits: { max_depth: '${env.A}' }
traffic_shaping: { connector: { all: { timeout: '${env.A}', compression: '${env.A}', global_rate_limit: { capacity: '${env.A}', interval: '${env.A}s' } } } }
tls: { connector: { all: { certificate_authorities: '${file.ca.pem}', client_authentication: { certificate_chain: '${file.c}', key: '${file.k}' } } } }
headers: { connector: { all: { request: [{ insert: { name: '${env.A}', value: '${env.A}' } }] } } }
`
	if err := validate(t, compiled(t), text); err != nil {
		t.Error(err)
	}
}

// FuzzReaderAndSchemaAgree makes a document of a seed and asks both.
func FuzzReaderAndSchemaAgree(f *testing.F) {
	for seed := range uint64(80) {
		f.Add(seed)
	}
	schema := compiled(f)
	chain, key := certificatePair(f)
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := generator{Rand: rand.New(rand.NewPCG(seed, 0)), texts: append(slices.Clone(sampleTexts()), chain, key)}
		document, err := json.Marshal(g.document(root().Shape()))
		if err != nil {
			t.Fatal(err)
		}
		_, diags := Read("weft.yaml", string(document), noVariables)
		refusal := validate(t, schema, string(document))
		if diags.HasErrors() != (refusal != nil) {
			t.Errorf("%s\nthe reader says %v\nthe schema says %v", document, diags, refusal)
		}
	})
}

// sampleTexts are strings of which every text of a configuration allows some and refuses others.
func sampleTexts() []string {
	return []string{
		"", "a", "a b", "a\nb", ":4000", "127.0.0.1:4000", "host", "/graphql", "/", "/health/x", "/a{b}", "30s", "1m 30s", "0s", "0m 0s",
		"5 days", "1.5h", "s", "-5s", "12 parsecs", "99999999999 weeks", "x-a", "Connection", "CONTENT-length", "te", "te2", "$1",
		"gzip", "br", "enable", "ipv4_only", "true", "5", "http://x",
	}
}

// generator makes documents, most of whose parts are right.
type generator struct {
	*rand.Rand
	texts []string
}

func (g generator) oneIn(n int) bool { return g.IntN(n) == 0 }

func (g generator) document(s *shape) any {
	if g.oneIn(60) {
		return g.anything(2)
	}
	switch s.kind {
	case mappingShape:
		return g.object(s)
	case entriesShape:
		out := map[string]any{}
		if s.placeholder == "<policy>" { // which a schema cannot check
			return map[string]any{"billing-admin": "'billing' in claims.roles"}
		}
		for range g.IntN(3) {
			out[g.texts[g.IntN(len(g.texts))]] = g.document(s.entry)
		}
		return out
	case listShape:
		out := make([]any, g.IntN(3))
		for i := range out {
			out[i] = g.document(s.entry)
		}
		return out
	case dataShape:
		return map[string]any{"a": g.anything(2)}
	case flagShape:
		return g.oneIn(2)
	case integerShape:
		return []any{1, 100, json.Number("5.0"), 1 << 52, json.Number("1e3"), 0, -1, 2.5, 1 << 60}[min(g.IntN(30), 8)%(1+g.IntN(9))]
	case choiceShape:
		return s.options[g.IntN(len(s.options))]
	case textShape:
		return g.text(s)
	default:
		return g.anything(2)
	}
}

// text is one that the patterns allow, most times.
func (g generator) text(s *shape) string {
	for range 200 {
		candidate := g.texts[g.IntN(len(g.texts))]
		if (text{all: s.all, none: s.none}).allows(candidate) {
			return candidate
		}
		if g.oneIn(300) {
			return candidate
		}
	}
	return "x"
}

func (g generator) object(s *shape) map[string]any {
	out := map[string]any{}
	for _, k := range s.keys {
		isWanted := g.oneIn(3)
		switch {
		case slices.Contains(s.required, k.name):
			isWanted = !g.oneIn(40)
		case slices.Contains(s.oneOf, k.name):
			isWanted = false
		case k.state == lacking || k.state == refused:
			isWanted = g.oneIn(40)
		}
		if isWanted {
			out[k.name] = g.document(k.shape)
		}
	}
	for range g.IntN(20)/19 + min(1, len(s.oneOf)) {
		if len(s.oneOf) > 0 {
			name := s.oneOf[g.IntN(len(s.oneOf))]
			i := slices.IndexFunc(s.keys, func(k shapeKey) bool { return k.name == name })
			out[name] = g.document(s.keys[i].shape)
		}
	}
	if g.oneIn(40) {
		out[[]string{"unknown", "experimental_x", "timeouts", "preview_y"}[g.IntN(4)]] = g.anything(1)
	}
	return out
}

func (g generator) anything(depth int) any {
	switch g.IntN(8) {
	case 0:
		return nil
	case 1:
		return g.oneIn(2)
	case 2:
		return g.IntN(5) - 2
	case 3:
		return 1.5
	case 4:
		if depth > 0 {
			return []any{g.anything(depth - 1)}
		}
		return []any{}
	case 5:
		if depth > 0 {
			return map[string]any{"a": g.anything(depth - 1)}
		}
		return map[string]any{}
	default:
		return g.texts[g.IntN(len(g.texts))]
	}
}
