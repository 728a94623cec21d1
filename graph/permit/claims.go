package permit

import (
	"slices"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"

	"github.com/weftgraph/weft/graph/sdl"
)

// CodeClaim is the code of a policy that reads a claim which may not be there. It is a warning.
const CodeClaim = "WEFT_UNGUARDED_CLAIM"

// claimReads are the claims that an expression reads by their names.
type claimReads struct {
	reads []argumentRead
	// guarded are the names of which it asks whether they are there, as `has(claims.x)` and `'x' in claims` do, or that it reads as optional.
	guarded []string
}

func (f *finder) claim(name string, id int64, isGuard bool) {
	if isGuard {
		f.claims.guarded = append(f.claims.guarded, name)
		return
	}
	start, end := f.place(id)
	f.claims.reads = append(f.claims.reads, argumentRead{name, start, end})
}

// membership looks at the operands of `in`.
func (f *finder) membership(list []ast.Expr) {
	if len(list) != 2 || list[0].Kind() != ast.LiteralKind || !isVariable(list[1], "claims") {
		return
	}
	if name, ok := list[0].AsLiteral().(types.String); ok {
		f.claims.guarded = append(f.claims.guarded, string(name))
	}
}

// unguarded are the first reads of the names that are not guarded anywhere, but for those that every token has.
func (c *claimReads) unguarded() []argumentRead {
	var out []argumentRead
	for _, r := range c.reads {
		if r.name == "sub" || r.name == "iss" || r.name == "exp" {
			continue
		}
		isSame := func(o argumentRead) bool { return o.name == r.name }
		if !slices.Contains(c.guarded, r.name) && !slices.ContainsFunc(out, isSame) {
			out = append(out, r)
		}
	}
	return out
}

// warnClaims warns of claims that a policy reads and that may not be there: whoever lacks them is denied, also by `claims.x != 1`.
func (c *compiler) warnClaims(e *expression, t sdl.Text) {
	_, isNamed := c.named[t.String()]
	for _, r := range e.unguarded {
		at, read := t.Whole(), "claims."+r.name
		if !isNamed {
			at = t.Span(r.start, r.end)
		}
		if strings.ContainsFunc(r.name, func(c rune) bool { return c >= 0x80 || !isWordByte(byte(c)) || c == '-' }) {
			read = "claims[" + quote(r.name) + "]"
		}
		of := ""
		if isNamed {
			of = "the policy " + quote(t.String()) + " of weft.yaml: "
		}
		guard := "has(" + read + ")"
		if strings.HasSuffix(read, "]") {
			guard = quote(r.name) + " in claims"
		}
		c.found.Warnf(CodeClaim, at, "%s%s is read without %s: whoever has no such claim is denied, whatever the rest of the expression says", of, read, guard)
	}
}

func quote(s string) string { return "'" + s + "'" }
