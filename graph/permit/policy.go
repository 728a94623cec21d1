package permit

import (
	"maps"
	"regexp"
	"slices"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/sdl"
)

// maxPolicies bounds the different policies of a graph: each has to be compiled.
const maxPolicies = 2000

// policy is one policy.
type policy struct {
	// text is what the directive names: the name of a policy, or an expression.
	text string
	// compiled is nil for one that is wrong: it denies.
	compiled       *expression
	readsArguments bool
	// readsOperation tells that the operation is read.
	readsOperation bool
}

// name tells what can only have been meant as the name of a policy.
var name = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_]*)([.:/@ -]?[A-Za-z0-9_]+)*$`)

// isName tells whether a text looks like the name of a policy rather than an expression.
func isName(text string) bool {
	m := name.FindStringSubmatch(text)
	if m == nil {
		return false
	}
	switch m[1] {
	case "claims", "caller", "request", "args", "true", "false":
		return false
	default:
		return true
	}
}

// policy finds or compiles the policy of a text that stands at a field, nil for a type.
func (c *compiler) policy(t sdl.Text, of *sdl.Field) *policy {
	text := t.String()
	p := c.policies[text]
	if p == nil {
		p = &policy{text: text}
		if p.compiled = c.compile(t); p.compiled != nil {
			p.readsArguments, p.readsOperation = p.compiled.readsArguments, p.compiled.readsOperation
		}
		c.policies[text] = p
	}
	if p.compiled != nil {
		c.checkArguments(p, t, of)
	}
	return p
}

// compile compiles what a text means; nil if it is wrong, which is reported.
func (c *compiler) compile(t sdl.Text) *expression {
	text := t.String()
	if len(c.policies) >= maxPolicies {
		c.found.Errorf(CodePolicy, t.Whole(), "the graph has more than %d different policies", maxPolicies)
		return nil
	}
	source, isNamed := c.named[text]
	if !isNamed {
		if isName(text) {
			where := "name it in authorization.policies of weft.yaml"
			if len(c.named) == 0 {
				where += " and give that by --config"
			}
			c.found.Errorf(CodePolicy, t.Whole(), "there is no policy %q: %s, or write an expression", text, where)
			c.last().Nearest = diag.Nearest(text, slices.Sorted(maps.Keys(c.named)))
			return nil
		}
		source = text
	}
	if c.language == nil {
		l, err := newLanguage()
		if err != nil {
			c.found.Errorf(CodePolicy, t.Whole(), "%s", err)
			return nil
		}
		c.language = l
	}
	e, wrong := c.language.compile(source)
	switch {
	case wrong == nil:
		c.warnClaims(e, t)
		return e
	case isNamed:
		c.found.Errorf(CodePolicy, t.Whole(), "the policy %q of weft.yaml: %s", text, wrong.Message)
	default:
		c.found.Errorf(CodePolicy, t.Span(wrong.Start, wrong.End), "%s", wrong.Message)
	}
	c.last().Nearest = wrong.Nearest
	return nil
}

// checkArguments checks that the field has the arguments that a policy reads.
func (c *compiler) checkArguments(p *policy, t sdl.Text, of *sdl.Field) {
	if !p.readsArguments {
		return
	}
	if of == nil {
		at := t.Whole()
		if _, isNamed := c.named[p.text]; !isNamed && len(p.compiled.reads) > 0 {
			at = t.Span(p.compiled.reads[0].start, p.compiled.reads[0].end)
		}
		c.found.Errorf(CodePolicy, at, "a type has no arguments, so that its policy cannot read args")
		return
	}
	var known []string
	for _, a := range of.Args {
		known = append(known, a.Name)
	}
	for _, r := range p.compiled.reads {
		if slices.Contains(known, r.name) {
			continue
		}
		at := t.Whole()
		if _, isNamed := c.named[p.text]; !isNamed {
			at = t.Span(r.start, r.end)
		}
		c.found.Errorf(CodePolicy, at, "field %s.%s has no argument %q", c.g.Type(of.Parent).Name, of.Name, r.name)
		c.last().Nearest = diag.Nearest(r.name, known)
	}
}

func (c *compiler) last() *diag.Diagnostic { return &c.found[len(c.found)-1] }

// decision is one decision under way.
type decision struct{ variables }

// holds tells whether a policy allows. One that fails denies.
func (d *decision) holds(p *policy) bool {
	if p.compiled == nil {
		return false
	}
	allows, err := p.compiled.allows(&d.variables)
	if err != nil && d.in.Failed != nil {
		d.in.Failed(p.text, err)
	}
	return allows
}

// mightHold is holds for a decision whose arguments and operation are not known.
func (d *decision) mightHold(p *policy) bool {
	return p.readsArguments || p.readsOperation || d.holds(p)
}
