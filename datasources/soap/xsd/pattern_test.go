package xsd

import (
	"strings"
	"testing"
)

// TestPatternsMeanWhatXMLSchemaSays: anchors are characters, sets are those of Unicode, and the whole text has to match.
func TestPatternsMeanWhatXMLSchemaSays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern  string
		yes, not string // texts, with | between them
	}{
		{`[A-Z]{2}\d{3}`, "AB123|AB١٢٣", "ab123|AB1234|xAB123|AB12"},
		{`a|b`, "a|b", "ab|ac|xb"},
		{`^a$`, "^a$", "a"},
		{`a.c`, "abc|a\u2028c", "a\nc|a\rc|ac"},
		{`\s\S`, " a|\nä", "\u00a0a|aa|  "},
		{`[\S-]+`, "a-b", "a b"},
		{`\D`, "a", "1|٣"},
		{`[a-z\-.]+@[\d-]+`, "a.b-c@1-2", "a@|a b@1"},
		{`\p{Lu}\P{Lu}`, "Aa|Ä1", "aa|AA"},
		{`[\p{L}\d]*`, "ä1|", "-"},
		{`[^a-c\]]`, "d|^", "a|]|dd"},
		{`[-+]?[0-9]+(\.[0-9]{1,2})?`, "+1|-10.25|7", "1.|1.234|--1"},
		{`[a^&&~-]+`, "a^&~-", "b"},
		{`[a-z&&[b]]`, "anything", ""},
		{`[!-~]+`, "a!~", "ä"},
		{`\.\\\?\*\+\{\}\(\)\[\]\|\-\^\$`, `.\?*+{}()[]` + "\x00" + `-^$`, ``},
		{`(a|b)*c{2,}`, "cc|abccc", "abc"},
		{``, "", "a"},
		{`[\t-\r]`, "anything", ""},
		{`(x(y)?)+`, "xxy", "yx"},
	} {
		p := Pattern{alternatives: []string{c.pattern}}
		split := func(texts string) []string {
			return strings.Split(strings.ReplaceAll(texts, "\x00", "\x01"), "|")
		}
		if c.pattern == `\.\\\?\*\+\{\}\(\)\[\]\|\-\^\$` {
			split = func(texts string) []string { return []string{strings.ReplaceAll(texts, "\x00", "|")} }
			c.not = "."
		}
		for _, text := range split(c.yes) {
			if !p.Allows(text) {
				t.Errorf("%s does not allow %q", c.pattern, text)
			}
		}
		for _, text := range split(c.not) {
			if c.not != "" && p.Allows(text) {
				t.Errorf("%s allows %q", c.pattern, text)
			}
		}
	}
}

// TestPatternsThatCannotBeCheckedAllowEverything: it is better to leave them to the server than to refuse what is right.
func TestPatternsThatCannotBeCheckedAllowEverything(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{
		`[a-z-[aeiou]]`, `\i\c*`, `\w+`, `[\w.]+`, `\W`, `\p{IsBasicLatin}+`, `[\i-[:]]`, `a{2000}`, `(?:a)`, `(?i)a`, `a*?`, `a++`, `*a`, `a{,3}`, `a{3`, `(a`, `a)`, `a)|(b`, `a]`,
		`\bword\b`, `\1`, `[]`, `[`, `[a`, `[a-`, `[z-a]`, `\`, `\p{L`, `\pL}`, `\p{X}`, strings.Repeat("a", maxPattern+1), `((a{100}){100}){100}`,
	} {
		p := Pattern{alternatives: []string{`b`, pattern}}
		if !p.Allows("!") {
			t.Errorf("%s is checked", pattern)
		}
	}
	if p := (Pattern{alternatives: []string{"a*"}}); !p.Allows(strings.Repeat("b", maxPattern+1)) || p.Allows("b") {
		t.Error("a long text is checked")
	}
}

func FuzzPattern(f *testing.F) {
	f.Add(`[A-Z]{2}\d{3}|[\d\-.]+(x|y)*`, "AB123")
	f.Add(`[a-z-[aeiou]]\p{Lu}.\S`, "bA")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 200 || len(text) > 1000 {
			return
		}
		one := Pattern{alternatives: []string{pattern}}
		two := Pattern{alternatives: []string{pattern, pattern}}
		if one.Allows(text) != two.Allows(text) {
			t.Errorf("%q and %q", pattern, text)
		}
	})
}
