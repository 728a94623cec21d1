package config

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/value"
)

// Code is the code of all diagnostics about configuration.
const Code = "WEFT_CONFIG"

// Loaded is what was loaded from a file.
type Loaded struct {
	// Config is nil when the diagnostics have errors.
	Config *Config
	// Text is the file's, as far as it could be read.
	Text string
	// Files are those that were read, or were to be: the file, and those that its texts expand to.
	Files []string
}

// Load reads a configuration file, and no file if the name is empty. See Read. It also reports settings that
// contradict each other.
func Load(file string, env func(string) (string, bool)) (Loaded, diag.List) {
	var text []byte
	if file != "" {
		var err error
		if text, err = os.ReadFile(file); err != nil { //nolint:gosec // the operator names the file
			var diags diag.List
			diags.Errorf(Code, diag.Span{File: file}, "%v", errors.Unwrap(err))
			return Loaded{Files: []string{file}}, diags
		}
	}
	r := newReader(file, string(text), env)
	loaded := Loaded{Config: r.read(), Text: string(text), Files: r.files}
	if file != "" {
		loaded.Files = append(loaded.Files, file)
	}
	if loaded.Config != nil {
		r.diags.Add(loaded.Config.conflicts(file)...)
		loaded.Config.Digest = r.digest()
	}
	if r.diags.HasErrors() {
		loaded.Config = nil
	}
	return loaded, r.diags
}

// Read reads the text of a configuration; file names it and gives `${file.PATH}` its folder, env looks up environment
// variables. All problems are reported; the Config is nil when the diagnostics have errors.
func Read(file, text string, env func(string) (string, bool)) (*Config, diag.List) {
	r := newReader(file, text, env)
	return r.read(), r.diags
}

// read reads the text; it returns nil when there are errors.
func (r *reader) read() *Config {
	d := &draft{config: Config{Sources: map[string]Source{}, Documents: map[string]Source{}}}
	if n := r.parse(); n != nil {
		root().Read(r, n, d)
	}
	d.finish(r)
	r.diags.Sort()
	if r.diags.HasErrors() {
		return nil
	}
	return &d.config
}

// reader reads one text. Forms report to it what is wrong.
type reader struct {
	file, text string
	lines      *diag.Lines
	env        func(string) (string, bool)
	diags      diag.List
	// path leads to what is being read.
	path  []string
	names []usedName
	// rules are where rate limits are, in their order.
	rules []*node
	// tokens are where issuers and endpoints are.
	tokens tokenPlaces
	// files are those that texts have expanded to, contents what the digest is made of.
	files    []string
	contents []content
}

// content is the text of a file; the configuration itself has no name here.
type content struct{ file, text string }

func newReader(file, text string, env func(string) (string, bool)) *reader {
	r := &reader{file: file, text: text, lines: diag.NewLines(text), env: env}
	r.contents = []content{{text: text}}
	return r
}

// digest is that of everything that was read.
func (r *reader) digest() [sha256.Size]byte {
	var all []byte
	for _, c := range r.contents {
		all = append(strconv.AppendInt(all, int64(len(c.text)), 10), ':')
		all = append(all, c.text...)
	}
	return sha256.Sum256(all)
}

// leaveOut takes one expansion of a file out of the digest: whoever uses it looks at the file by itself.
func (r *reader) leaveOut(file string) {
	if i := slices.IndexFunc(r.contents, func(c content) bool { return c.file == file }); i >= 0 {
		r.contents = slices.Delete(r.contents, i, i+1)
	}
}

// parse returns the only document of the text, or nil when it is empty or cannot be read.
func (r *reader) parse() *node {
	parsed, err := parser.ParseBytes([]byte(r.text), 0)
	if err != nil {
		var syntax yaml.Error
		if errors.As(err, &syntax) {
			r.errorf(r.spanOf(syntax.GetToken()), "%s", syntax.GetMessage())
			return nil
		}
		r.errorf(diag.Span{File: r.file}, "%v", err)
		return nil
	}
	var root *node
	for _, doc := range parsed.Docs {
		if doc.Body == nil {
			continue
		}
		if root != nil {
			r.errorf(r.spanOf(doc.Body.GetToken()), "a configuration is one YAML document")
			return nil
		}
		root = r.tree(doc.Body, 0)
	}
	return root
}

// within reads below a key.
func (r *reader) within(key string, read func()) {
	r.path = append(r.path, key)
	read()
	r.path = r.path[:len(r.path)-1]
}

// where returns the path of what is being read.
func (r *reader) where() []string { return slices.Clone(r.path) }

func (r *reader) errorf(at diag.Span, format string, args ...any) {
	r.diags.Add(diag.Diagnostic{Code: Code, Message: fmt.Sprintf(format, args...), Span: at})
}

func (r *reader) unsupported(f field) {
	r.diags.Warnf(Code, f.span, "%q is known but not implemented and has no effect", f.name)
}

// wrong reports a node of the wrong kind.
func (r *reader) wrong(n *node, wanted string) {
	got := "a " + n.kind.String()
	switch n.kind {
	case value.KindNull:
		got = "nothing"
	case value.KindArray:
		got = "a list"
	case value.KindObject:
		got = "a mapping"
	}
	r.errorf(n.span, "expected %s but got %s", wanted, got)
}

// notOneOf reports a string that is none of some words.
func (r *reader) notOneOf(n *node, wanted string, words []string) {
	r.diags.Add(diag.Diagnostic{
		Code: Code, Message: fmt.Sprintf("expected %s but got %s", wanted, n.shown()), Span: n.span,
		Nearest: diag.Nearest(n.text, words),
	})
}
