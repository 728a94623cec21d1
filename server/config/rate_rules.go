package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server/quota"
	"github.com/weftgraph/weft/server/ratelimit"
)

// checkRules reports what is wrong with rules although each key is right for itself, which the JSON Schema does not know.
func (c *Config) checkRules() (found diag.List) {
	seen := map[string]bool{}
	for i := range c.RateLimits.Rules {
		rule := &c.RateLimits.Rules[i]
		for _, problem := range problemsOf(rule) {
			found.Errorf(Code, c.rules[i].span, "rate limit %q: %s", rule.Name, problem)
		}
		if seen[rule.Name] || rule.Name == GlobalRateLimit && !c.GlobalRate.IsZero() {
			found.Errorf(Code, c.rules[i].span, "rate limit %q: there is another one with this name", rule.Name)
		}
		if slices.Contains(quota.Rules(), rule.Name) {
			found.Errorf(Code, c.rules[i].span, "rate limit %q: quotas of API keys are called so in headers and errors, where both are told: choose another name", rule.Name)
		}
		seen[rule.Name] = true
	}
	return found
}

// problemsOf are those of one rule.
func problemsOf(r *ratelimit.Rule) []string {
	var problems []string
	note := func(isWrong bool, problem string) {
		if isWrong {
			problems = append(problems, problem)
		}
	}
	per := func(dimensions ...ratelimit.Dimension) bool {
		return slices.ContainsFunc(dimensions, func(d ratelimit.Dimension) bool { return slices.Contains(r.Per, d) })
	}
	note(len(r.Per) == 0, `"per" names nobody: [everyone] is one limit for all together`)
	note(per(ratelimit.Everyone) && len(r.Per) > 1, `"everyone" in "per" stands alone`)
	note(per(ratelimit.Field) && r.Unit != ratelimit.Fields, `"field" in "per" needs "fields"`)
	note(r.Unit == ratelimit.Fields && len(r.Fields) == 0, `"fields.of" names no field`)
	if r.Unit == ratelimit.Failures {
		note(per(ratelimit.Caller, ratelimit.Key, ratelimit.Owner, ratelimit.Operation),
			`"per" of failed authentications is [ip] or [everyone]: nobody knows yet who asks`)
		for _, m := range []*ratelimit.Match{&r.Match, &r.Except} {
			note(m.Authenticated != nil || len(m.Methods)+len(m.Callers)+len(m.Owners)+len(m.Scopes)+len(m.Operations)+len(m.Kinds) > 0,
				`failed authentications are matched by "addresses" alone: nobody knows yet who asks`)
		}
	}
	return problems
}

// checkRuleFields reports fields of rules that the graph does not have: a limit that is misspelled protects nothing.
func (c *Config) checkRuleFields(g *sdl.Graph) (found diag.List) {
	for i := range c.RateLimits.Rules {
		for j, coordinate := range c.RateLimits.Rules[i].Fields {
			if problem, nearest := missingField(g, coordinate); problem != "" {
				found.Add(diag.Diagnostic{
					Code: Code, Span: c.fieldSpan(i, j), Nearest: nearest,
					Message: fmt.Sprintf("rate limit %q: %s", c.RateLimits.Rules[i].Name, problem),
				})
			}
		}
	}
	return found
}

// fieldSpan is where a field of a rule is, nowhere for settings that come from no file.
func (c *Config) fieldSpan(rule, field int) diag.Span {
	if rule >= len(c.rules) {
		return diag.Span{}
	}
	return c.rules[rule].field("fields").value.field("of").value.items[field].span
}

// missingField says what a graph does not have of a coordinate, and what is spelled like it.
func missingField(g *sdl.Graph, coordinate string) (problem, nearest string) {
	typeName, field, _ := strings.Cut(coordinate, ".")
	def := g.Schema.Types[typeName]
	if def == nil || len(def.Fields) == 0 {
		var types []string
		for name := range g.Schema.Types {
			types = append(types, name)
		}
		return fmt.Sprintf("the graph has no type %q with fields", typeName), diag.Nearest(typeName, types)
	}
	if def.Fields.ForName(field) != nil {
		return "", ""
	}
	names := make([]string, len(def.Fields))
	for i, f := range def.Fields {
		names[i] = typeName + "." + f.Name
	}
	return fmt.Sprintf("the graph has no field %q", coordinate), diag.Nearest(coordinate, names)
}
