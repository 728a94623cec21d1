package sdl

import (
	"strings"

	"github.com/weftgraph/weft/graph/mapping"
)

// checkSourceTexts checks the variables, methods and inputs of a source's texts.
func (r *textReader) checkSourceTexts() {
	for _, t := range r.read {
		allowed, before := sourceVariables(t.phase), r.diags.errors
		r.checkMentions(t, allowed, nil)
		r.checkInput(t, allowed, nil)
		if r.diags.errors == before {
			r.checkForm(t, nil)
		}
		for _, v := range []mapping.Var{mapping.Args, mapping.This, mapping.Batch} {
			r.cannotRun = r.cannotRun || t.mapping.Uses(v).Used // connectors would take it for theirs
		}
	}
}

// checkMentions reports each variable and method that does not exist, and each variable that is not available to a text. c is
// nil for a source's.
func (b *builder) checkMentions(t readText, allowed variables, c *readConnector) {
	for _, m := range t.mapping.Mentions() {
		at := t.text.Span(m.Offset, m.End)
		isRoot := c != nil && c.d.rootOf(c.on.name) != ""
		switch {
		case m.IsMethod && !m.IsKnown && b.specified && t.mapping.Mode() == mapping.V02:
			// Before v0.3 nothing is said of methods (Connectors specification 8.5).
		case m.IsMethod && !m.IsKnown:
			b.diags.Errorf(t.code, at, "there is no method ->%s", m.Name)
			b.suggest(m.Name, mapping.Methods())
		case m.IsMethod || m.IsKnown && allowed.has(m.Var):
		case !m.IsKnown:
			b.diags.Errorf(t.code, at, "variable %s is not defined; there are %s", m.Name, strings.Join(allowed.names(), ", "))
			b.suggest(m.Name, allowed.names())
		case m.Var == mapping.Batch && c != nil && c.field != nil && c.d.Dialect == Public:
			b.diags.Errorf(t.code, at, "`$batch` may only be used when `@connect` is applied to a type")
		case (m.Var == mapping.This || m.Var == mapping.Batch) && isRoot:
			b.diags.Errorf(t.code, at, "%s is not available here: the fields of %s have no parent object", m.Name, c.on.name)
		default:
			b.diags.Errorf(t.code, at, "variable %s is not available here; there are %s", m.Name, strings.Join(allowed.names(), ", "))
		}
	}
}

// checkInput reports what a text reads of an input that does not exist: there is no reply while a request is made
// (Connectors specification 3.6). c is nil for a source's text.
func (b *builder) checkInput(t readText, allowed variables, c *readConnector) {
	reads := t.mapping.Reads()
	switch {
	case !reads.Used:
		return
	case t.phase == phaseSelection && c.isVirtual:
		b.warnOfNoReply(t, reads)
		return
	case t.phase != phaseURL && t.phase != phaseRequest:
		return
	}
	places := reads.Children
	if len(places) == 0 {
		places = []mapping.PathChild{{Paths: reads}}
	}
	for _, place := range places {
		b.diags.Errorf(t.code, t.text.Span(place.Paths.Offset, place.Paths.End),
			"there is no reply to read from while the request is made: a path must start with one of %s", strings.Join(allowed.names(), ", "))
		b.diags.last().Nearest = allowed.holding(place.Name, c)
	}
}

// warnOfNoReply points at a path of a virtual connector's selection, which is always missing. It is legal, and most often a
// forgotten "http".
func (b *builder) warnOfNoReply(t readText, reads *mapping.Paths) {
	if len(reads.Children) > 0 && !b.specified {
		first := reads.Children[0]
		b.diags.Warnf(t.code, t.text.Span(first.Paths.Offset, first.Paths.End),
			`the connector has no "http" and makes no request, so that there is no reply to read %q from`, first.Name)
	}
}

// holding returns how a path to a key was probably meant, "" when no variable is known to have the key.
func (s variables) holding(key string, c *readConnector) string {
	for _, name := range s.names() {
		if name == "$"+key {
			return name
		}
	}
	switch {
	case c == nil || key == "":
		return ""
	case s.has(mapping.Args) && c.field.Arguments.ForName(key) != nil:
		return "$args." + key
	case s.has(mapping.This) && c.on.field(key) != nil:
		return "$this." + key
	default:
		return ""
	}
}
