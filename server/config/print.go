package config

import (
	"slices"
	"strconv"
	"strings"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/value"
)

// Print returns the settings that hold, as YAML: what the file says, and the defaults of what it does not say. Expansions are shown
// as they are written and not with what they give, which may be secret; private keys that stand in the file are not shown at all.
// What is read from the result is what is read from the file. The arguments are those of Read; the result is empty when the
// diagnostics have errors.
func Print(file, text string, env func(string) (string, bool)) (string, diag.List) {
	_, diags := Read(file, text, env)
	if diags.HasErrors() {
		return "", diags
	}
	p := printer{env: env}
	p.mapping(root().Shape(), newReader(file, text, env).parse())
	return p.out.String(), diags
}

// notShown is printed for secrets that stand in the file.
const notShown = "(not shown)"

// printer writes YAML.
type printer struct {
	out   strings.Builder
	env   func(string) (string, bool)
	depth int
}

// mapping writes all keys that are given or have a default. n may be nil.
func (p *printer) mapping(s *shape, n *node) {
	for _, k := range s.keys {
		var given *node
		if f := n.field(k.name); f != nil {
			given = f.value
		}
		switch {
		case given != nil && k.state == lacking:
			p.line("# " + k.name + " has no effect")
		case given != nil && !isEmptyMapping(given):
			p.key(k.name)
			p.value(k.shape, given)
		case p.variable(k) || k.isOptIn && given == nil:
		case k.shape.kind == mappingShape && k.shape.isOptional:
			p.standards(k, given)
		case k.standard != "" && given == nil:
			p.key(k.name)
			p.standard(k.standard)
		case given != nil:
			p.key(k.name)
			p.out.WriteString(" {}\n")
		}
	}
}

// standards writes a section whose keys are not given, if one has a default.
func (p *printer) standards(k shapeKey, given *node) {
	below := printer{env: p.env, depth: p.depth + 1}
	below.mapping(k.shape, nil)
	switch {
	case below.out.Len() > 0:
		p.key(k.name)
		p.out.WriteString("\n" + below.out.String())
	case given != nil:
		p.key(k.name)
		p.out.WriteString(" {}\n")
	}
}

// variable writes a key that an environment variable sets, and tells whether one does.
func (p *printer) variable(k shapeKey) bool {
	if k.variable == "" {
		return false
	}
	v, ok := p.env(k.variable)
	if !ok || v == "" {
		return false
	}
	p.key(k.name)
	p.out.WriteString(" " + v + " # from " + k.variable + "\n")
	return true
}

// value writes what is given behind a key, or behind the dash of a list.
func (p *printer) value(s *shape, n *node) {
	switch {
	case n.kind == value.KindObject && s.kind == mappingShape:
		below := printer{env: p.env, depth: p.depth + 1}
		below.mapping(s, n)
		if isAllComments(below.out.String()) {
			p.out.WriteString(" {}")
		}
		p.out.WriteString("\n" + below.out.String())
	case n.kind == value.KindObject && len(n.fields) > 0:
		p.below(func() { p.entries(s, n) })
	case n.kind == value.KindArray && len(n.items) > 0:
		p.below(func() { p.items(s, n) })
	default:
		p.out.WriteString(" " + p.scalar(s, n) + "\n")
	}
}

func isAllComments(text string) bool {
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(strings.TrimSpace(line), "#") {
			return false
		}
	}
	return true
}

// entries writes what is given, and no defaults: they are those of the section for all.
func (p *printer) entries(s *shape, n *node) {
	for _, f := range n.fields {
		below := s.below(f.name)
		if below == nil {
			p.line("# " + f.name + " has no effect")
			continue
		}
		p.key(f.name)
		switch {
		case isEmptyMapping(f.value):
			p.out.WriteString(" " + p.scalar(below, f.value) + "\n")
		case f.value.kind == value.KindObject:
			p.below(func() { p.entries(below, f.value) })
		default:
			p.value(below, f.value)
		}
	}
}

func (p *printer) items(s *shape, n *node) {
	item := s.entry
	if item == nil {
		item = s
	}
	for _, i := range n.items {
		p.indent()
		p.out.WriteString("-")
		if isEmptyMapping(i) {
			p.out.WriteString(" " + p.scalar(item, i) + "\n")
			continue
		}
		if i.kind == value.KindObject {
			// The dash takes the place of the first key's indentation.
			below := printer{env: p.env, depth: p.depth + 1}
			below.entries(item, i)
			p.out.WriteString(" " + strings.TrimLeft(below.out.String(), " "))
			continue
		}
		p.value(item, i)
	}
}

// below returns the shape of a field, or nil if it has no effect.
func (s *shape) below(name string) *shape {
	switch s.kind {
	case mappingShape:
		i := slices.IndexFunc(s.keys, func(k shapeKey) bool { return k.name == name })
		if i < 0 || s.keys[i].state == lacking {
			return nil
		}
		return s.keys[i].shape
	case entriesShape:
		return s.entry
	default:
		return s
	}
}

// scalar is what has no parts. An expansion stays as it is written, with a word about variables that are not set.
func (p *printer) scalar(s *shape, n *node) string {
	switch {
	case n.kind == value.KindObject:
		return "{}"
	case n.kind == value.KindArray:
		return "[]"
	case n.kind != value.KindString:
		return n.String()
	case s.isSecret && !n.isExpanded:
		return quote(notShown)
	case n.isExpanded:
		return quote(n.raw) + p.unset(n.raw)
	default:
		return quote(n.raw)
	}
}

// unset tells of variables that are not set, so that their defaults hold.
func (p *printer) unset(raw string) string {
	var names []string
	for _, part := range strings.Split(raw, "${env.")[1:] {
		name, _, hasDefault := strings.Cut(part, ":-")
		if v, _ := p.env(name); hasDefault && v == "" && !strings.Contains(name, "}") {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return " # not set: " + strings.Join(names, ", ")
}

func (p *printer) key(name string) {
	p.indent()
	p.out.WriteString(quote(name) + ":")
}

func (p *printer) line(text string) {
	p.indent()
	p.out.WriteString(text + "\n")
}

func (p *printer) indent() { p.out.WriteString(strings.Repeat("  ", p.depth)) }

func (p *printer) below(write func()) {
	p.out.WriteString("\n")
	p.depth++
	write()
	p.depth--
}

func isEmptyMapping(n *node) bool {
	return n.kind == value.KindNull || n.kind == value.KindObject && len(n.fields) == 0
}

// quote spells a string: as it is where no reader of YAML can take it for something else.
func quote(s string) string {
	if isPlain(s) {
		return s
	}
	return string(value.String(s).AppendJSON(nil))
}

// isPlain tells that a string needs no quotes: a word that is none of YAML's, or a number with a unit.
func isPlain(s string) bool {
	switch strings.ToLower(s) {
	case "", "true", "false", "null", "yes", "no", "on", "off", "y", "n":
		return false
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return false // also what says inf or nan
	}
	for i := range len(s) {
		c := s[i]
		isLetter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c == '$' && len(s) > 1 || c == '/'
		isInside := '0' <= c && c <= '9' && !strings.ContainsAny(s[:1], "0x") || c == '.' || c == '-'
		if !isLetter && (i == 0 && !('1' <= c && c <= '9') || i > 0 && !isInside) {
			return false
		}
	}
	return true
}

// standard writes a default behind its key: a list as one that is given.
func (p *printer) standard(standard string) {
	items, isList := strings.CutPrefix(standard, "[")
	if !isList || items == "]" {
		p.out.WriteString(" " + scalarOrFlow(standard) + "\n")
		return
	}
	p.below(func() {
		for item := range strings.SplitSeq(strings.TrimSuffix(items, "]"), ", ") {
			p.line("- " + item)
		}
	})
}

// scalarOrFlow spells a default, which is YAML as it stands in a description.
func scalarOrFlow(standard string) string {
	if strings.Contains(standard, ":") {
		return quote(standard)
	}
	return standard
}
