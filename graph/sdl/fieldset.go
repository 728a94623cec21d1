package sdl

import (
	"github.com/vektah/gqlparser/v2/ast"
)

// fieldSets are the parsed field sets of a document: by the directive that has them.
type fieldSets map[*ast.Directive][]Selection

// checkFieldSets parses the field sets of @key, @requires and @provides and checks them against the document's types.
func (b *builder) checkFieldSets(d *document) {
	d.fieldSets = fieldSets{}
	for _, t := range d.order {
		if !t.isComposite() {
			continue
		}
		t.keyFields = map[string]bool{}
		for _, key := range d.applications(t.directives, identityFederation, "key") {
			for _, s := range b.fieldSet(d, key, t, codeKeyFields) {
				t.keyFields[s.Name] = true
			}
		}
		for _, f := range t.fields {
			for _, requires := range d.applications(f.Directives, identityFederation, "requires") {
				b.fieldSet(d, requires, t, codeRequiresFields)
			}
			for _, provides := range d.applications(f.Directives, identityFederation, "provides") {
				b.fieldSet(d, provides, d.types[f.Type.Name()], codeProvidesFields)
			}
		}
	}
}

// fieldSet parses and checks the argument `fields` of a directive. on may be nil: the fields are not checked then.
func (b *builder) fieldSet(d *document, applied *ast.Directive, on *docType, code string) []Selection {
	a := applied.Arguments.ForName("fields")
	if a == nil || !isString(a.Value) {
		return nil // reported as a wrong argument
	}
	p := fieldSetParser{builder: b, code: code, text: newText(d.file, a.Value.Position.Start, a.Value.Position.End)}
	p.lexer = lexer{text: p.text.String(), report: p.reportf}
	p.token = p.lexer.next()
	if p.token.kind == '{' { // some tools write the outer braces
		p.next()
		p.outer = true
	}
	before := b.diags.errors
	set := p.selections(on, 1)
	if len(set) == 0 && !p.failed {
		p.reportf(0, len(p.text.String()), "the field set is empty")
	}
	if b.diags.errors == before { // half a field set, whose error is allowed, would be another one
		d.fieldSets[applied] = set
	}
	return set
}

// fieldSetParser reads `id org { id }` and looks the fields up as it goes.
type fieldSetParser struct {
	*builder
	code  string
	text  Text
	lexer lexer
	token token
	// outer tells that the whole set stands in braces.
	outer bool
	// failed is set by an error of the grammar, after which nothing more is read.
	failed bool
}

func (p *fieldSetParser) next() { p.token = p.lexer.next() }

// reportf reports an error of the grammar.
func (p *fieldSetParser) reportf(start, end int, format string, args ...any) {
	p.failed = true
	p.diags.Errorf(p.code, p.text.Span(start, end), format, args...)
}

// wrongf reports a field that cannot stand in the set.
func (p *fieldSetParser) wrongf(field token, format string, args ...any) {
	p.diags.Errorf(p.code, p.text.Span(field.start, field.end), format, args...)
}

// selections reads fields up to the closing bracket or the end, and takes the bracket.
func (p *fieldSetParser) selections(on *docType, depth int) []Selection {
	var set []Selection
	for {
		t := p.token
		name := p.text.String()[t.start:t.end]
		switch {
		case t.kind == '}' && (depth > 1 || p.outer):
			p.next()
			return set
		case t.kind == tokenEnd:
			if depth > 1 || p.outer {
				p.reportf(t.start, t.end, `"}" is missing in the field set`)
			}
			return set
		case t.kind != tokenName:
			p.reportf(t.start, t.end, "expected the name of a field, found %q", name)
			p.next()
			return set
		}
		p.next()
		set = append(set, p.selection(on, t, name, depth))
		if p.failed {
			return set
		}
	}
}

// selection reads what follows a field's name.
func (p *fieldSetParser) selection(on *docType, at token, name string, depth int) Selection {
	s := Selection{Name: name}
	below, isKnown := p.lookUp(on, at, name)
	switch {
	case p.token.kind == '{' && depth >= maxNesting:
		p.reportf(p.token.start, p.token.end, "nested more than %d levels deep", maxNesting)
	case p.token.kind == '{':
		if isKnown && (below == nil || !below.isComposite()) {
			p.wrongf(at, "field %q of %q has no fields of its own", name, on.name)
			below = nil
		}
		p.next()
		s.Sub = p.selections(below, depth+1)
		if len(s.Sub) == 0 && !p.failed {
			p.reportf(at.start, at.end, "the fields of %q are missing between the brackets", name)
		}
	case below != nil && below.isComposite():
		p.wrongf(at, "field %q is of type %q: say which of its fields, as in %q", name, below.name, name+" { … }")
	}
	return s
}

// lookUp finds a field and returns its type, nil for one that is not the document's, such as a built-in scalar. isKnown is
// false where nothing more can be said about the field.
func (p *fieldSetParser) lookUp(on *docType, at token, name string) (below *docType, isKnown bool) {
	if on == nil || name == "__typename" {
		return nil, false
	}
	field := on.field(name)
	if field == nil {
		if !on.isBroken {
			p.wrongf(at, "%q has no field %q", on.name, name)
			p.suggest(name, on.fieldNames())
		}
		return nil, false
	}
	if len(field.Arguments) > 0 && p.code == codeKeyFields {
		p.wrongf(at, "field %q of %q has arguments, so that it cannot be part of a key", name, on.name)
	}
	below = on.doc.types[field.Type.Name()]
	return below, below != nil || isBuiltInScalar(field.Type.Name())
}
