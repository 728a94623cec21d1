package config

import (
	"errors"
	"fmt"
	"os"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"

	"github.com/weftgraph/weft/graph/diag"
)

// Code is the code of all diagnostics about configuration.
const Code = "WEFT_CONFIG"

// Load reads a configuration file. See Read.
func Load(file string, env func(string) (string, bool)) (*Config, string, diag.List) {
	text, err := os.ReadFile(file) //nolint:gosec // the operator names the file
	if err != nil {
		var diags diag.List
		diags.Errorf(Code, diag.Span{File: file}, "%v", errors.Unwrap(err))
		return nil, "", diags
	}
	c, diags := Read(file, string(text), env)
	return c, string(text), diags
}

// Read reads the text of a configuration; file names it and gives `${file.PATH}` its folder, env looks up environment
// variables. All problems are reported; the Config is nil when the diagnostics have errors.
func Read(file, text string, env func(string) (string, bool)) (*Config, diag.List) {
	r := &reader{
		file: file, text: text, lines: diag.NewLines(text), env: env,
		config: &Config{Sources: map[string]Source{}, Documents: map[string]Source{}},
	}
	r.read()
	r.diags.Sort()
	if r.diags.HasErrors() {
		return nil, r.diags
	}
	return r.config, r.diags
}

// reader turns one text into a Config.
type reader struct {
	file, text string
	lines      *diag.Lines
	env        func(string) (string, bool)
	diags      diag.List
	config     *Config
}

func (r *reader) read() {
	parsed, err := parser.ParseBytes([]byte(r.text), 0)
	if err != nil {
		var syntax yaml.Error
		if errors.As(err, &syntax) {
			r.errorf(r.spanOf(syntax.GetToken()), "%s", syntax.GetMessage())
			return
		}
		r.errorf(diag.Span{File: r.file}, "%v", err)
		return
	}
	bodies := 0
	for _, doc := range parsed.Docs {
		if doc.Body == nil {
			continue
		}
		if bodies++; bodies > 1 {
			r.errorf(r.spanOf(doc.Body.GetToken()), "a configuration is one YAML document")
			return
		}
		r.root(r.tree(doc.Body, 0))
	}
}

func (r *reader) errorf(at diag.Span, format string, args ...any) {
	r.diags.Add(diag.Diagnostic{Code: Code, Message: fmt.Sprintf(format, args...), Span: at})
}
