package grpc

import (
	"fmt"
	"slices"
	"strings"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping/form"
	"github.com/weftgraph/weft/graph/value"
)

// scalar checks what is given for a field that is no message: a literal by encoding it, everything else by its kinds.
func (c *messageCheck) scalar(f *field, p part) {
	if c.literal(p, func(e *encoder, v value.Value) *misfit { return e.element(f, v) }) {
		return
	}
	if p.form.IsNever(kindsFor(f)) {
		c.errorf(p.output, "%s is %s, and the mapping gives %s", place(p.path), f.describe(), given(p.form))
		return
	}
	if f.enum != nil && !f.enum.isNull {
		c.enum(f.enum, p)
	}
}

// kindsFor are the kinds of values that can be encoded as a scalar.
func kindsFor(f *field) form.Kinds {
	switch kind := kindsOf(f); {
	case f.enum != nil:
		return form.String | form.Int
	case kind == form.Bool, f.isBytes():
		return kind
	default:
		return form.String | form.Int | form.Float
	}
}

// literal checks a literal by encoding it, and reports whether there is one.
func (c *messageCheck) literal(p part, encode func(*encoder, value.Value) *misfit) bool {
	v := p.output.Const
	if p.output.Unknown || v.IsMissing() {
		return false
	}
	if !v.IsNull() {
		e := encoder{contract: c.binding.source.contract}
		if err := encode(&e, v); err != nil {
			c.report(p.output.Offset, p.output.End, diag.Diagnostic{Message: place(p.path) + ": " + err.reason, Nearest: err.nearest})
		}
	}
	return true
}

// enum compares the texts that can be given, such as the values of a GraphQL enum, with the names that the enum has.
func (c *messageCheck) enum(e *enum, p part) {
	texts, _ := p.form.Texts()
	lacking := slices.DeleteFunc(slices.Clone(texts), e.has)
	key := [2]string{string(e.name), p.form.Type()}
	if len(lacking) == 0 || key[1] != "" && c.seen[key] {
		return
	}
	c.seen[key] = true
	d := diag.Diagnostic{Message: fmt.Sprintf("%s: the enum %s lacks %s", place(p.path), e.name, strings.Join(lacking, ", "))}
	if key[1] != "" {
		d.Message += " of " + key[1]
	}
	if len(lacking) < len(texts) {
		d.Severity = diag.Warning
	}
	if short := e.stripped(); !e.isStripped && !slices.ContainsFunc(lacking, func(text string) bool { return !short.has(text) }) {
		d.Notes = []diag.Note{{Message: "stripEnumPrefixes: true in the source's grpc argument takes names without the enum's own in front"}}
	} else if len(lacking) == 1 {
		d.Nearest = e.nearest(lacking[0])
	}
	c.report(p.output.Offset, p.output.End, d)
}
