package permit

import (
	"errors"
	"fmt"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// Bounds of an expression. They are far beyond what people write; together they keep loading and deciding cheap.
const (
	// maxExpression is the length of an expression in characters.
	maxExpression = 4096
	// maxExpressionDepth bounds how deep it nests.
	maxExpressionDepth = 64
	// maxExpressionNodes bounds its parts, once macros are expanded.
	maxExpressionNodes = 2000
	// maxPatternSize bounds the programs of regular expressions, which are RE2's: they take linear time.
	maxPatternSize = 1000
	// maxDecisionCost bounds what one evaluation may cost, in CEL's units: about one for each step and each item looked at.
	maxDecisionCost = 100_000
	// maxOperationCost bounds what all evaluations for one operation may cost together that a client can make dear: an operation may have a field
	// a thousand times, each with other arguments, which may be long.
	maxOperationCost = 1_000_000
)

// expression is a compiled CEL expression. It is immutable and safe for concurrent use.
type expression struct {
	program cel.Program
	reads   []argumentRead
	// unguarded are the places where claims are read that may not be there, the first of each name.
	unguarded []argumentRead
	// readsArguments tells that `args` is read in any way.
	readsArguments bool
	// readsOperation tells that `request` is read, but for its headers.
	readsOperation bool
	// isCosted tells that evaluations have a cost: those whose cost is not bounded by the size of the expression.
	isCosted bool
}

// argumentRead is a place where an expression reads an argument, or a claim, by its name.
type argumentRead struct {
	name       string
	start, end int
}

// ExpressionError is what is wrong with an expression.
type ExpressionError struct {
	// Message is one sentence without a period.
	Message string
	// Start and End are byte offsets into the expression.
	Start, End int
	// Nearest is the spelling that was probably meant, or empty.
	Nearest string
}

// Error returns the message with the suggestion.
func (e *ExpressionError) Error() string {
	if e.Nearest == "" {
		return e.Message
	}
	return fmt.Sprintf("%s; did you mean %q?", e.Message, e.Nearest)
}

// language compiles expressions.
type language struct{ env *cel.Env }

// newLanguage declares what expressions can name. It fails only if the declarations are wrong.
func newLanguage() (*language, error) {
	p, err := newProvider()
	if err != nil {
		return nil, err
	}
	claims := cel.MapType(cel.StringType, cel.DynType)
	env, err := cel.NewEnv(
		cel.CustomTypeProvider(p), cel.CustomTypeAdapter(adapter(p)),
		cel.Variable("claims", claims), cel.Variable("args", claims),
		cel.Variable("caller", callerType), cel.Variable("request", requestType),
		cel.OptionalTypes(), cel.CrossTypeNumericComparisons(true),
		cel.ParserExpressionSizeLimit(maxExpression), cel.ParserRecursionLimit(maxExpressionDepth),
		cel.ParserErrorRecoveryLimit(0), cel.ExpressionNodeLimit(maxExpressionNodes), cel.RegexProgramSizeLimit(maxPatternSize),
	)
	if err != nil {
		return nil, fmt.Errorf("declare the language of policies: %w", err)
	}
	return &language{env}, nil
}

// compile parses, checks and plans an expression.
func (l *language) compile(text string) (*expression, *ExpressionError) {
	checked, issues := l.env.Compile(text)
	if issues.Err() != nil {
		return nil, l.explain(text, issues)
	}
	if t := checked.OutputType(); !t.IsExactType(cel.BoolType) && !t.IsExactType(cel.DynType) {
		return nil, &ExpressionError{
			Message: fmt.Sprintf("a policy has to be true or false, and this is of type %s", cel.FormatCELType(t)), End: len(text),
		}
	}
	f := finder{text: text, info: checked.NativeRep().SourceInfo()}
	ast.PreOrderVisit(checked.NativeRep().Expr(), ast.NewExprVisitor(f.visit))
	if f.wrong != nil {
		return nil, f.wrong
	}
	options := []cel.ProgramOption{cel.EvalOptions(cel.OptOptimize)}
	isCosted := f.repeats || f.readsArguments
	if isCosted {
		options = append(options, cel.CostLimit(maxDecisionCost))
	}
	program, err := l.env.Program(checked, options...)
	if err != nil {
		return nil, &ExpressionError{Message: oneLine(err.Error()), End: len(text)}
	}
	return &expression{
		program: program, reads: f.reads, unguarded: f.claims.unguarded(), readsArguments: f.readsArguments, readsOperation: f.requests > f.headers, isCosted: isCosted,
	}, nil
}

// ErrMissing is why a policy denies that reads something that is not there.
var ErrMissing = errors.New("there is no such key")

// missingKey is how the errors begin that CEL has for it: they have no other mark.
const missingKey = "no such key: "

// allows evaluates the expression.
func (e *expression) allows(v *variables) (bool, error) {
	b := v.in.Budget
	if e.isCosted && b.isSpent() {
		return false, errSpent
	}
	out, details, err := e.program.Eval(v)
	if e.isCosted {
		b.spend(details)
	}
	if err != nil {
		if key, isMissing := strings.CutPrefix(err.Error(), missingKey); isMissing {
			return false, fmt.Errorf("%w: %s", ErrMissing, key)
		}
		return false, err //nolint:wrapcheck // whoever logs it says of what
	}
	if _, ok := out.(types.Bool); !ok {
		return false, fmt.Errorf("it is of type %s, which is neither true nor false", out.Type().TypeName())
	}
	return out == types.True, nil
}

// finder looks through an expression for what it reads.
type finder struct {
	text           string
	info           *ast.SourceInfo
	reads          []argumentRead
	readsArguments bool
	claims         claimReads
	// requests counts the uses of `request`, headers those that read its headers.
	requests, headers int
	// repeats tells that there are loops, so that the cost is not bounded by the size of the expression and what it reads.
	repeats bool
	wrong   *ExpressionError
}

func (f *finder) visit(e ast.Expr) {
	switch e.Kind() {
	case ast.IdentKind:
		f.readsArguments = f.readsArguments || isVariable(e, "args")
		if isVariable(e, "request") {
			f.requests++
		}
	case ast.ComprehensionKind:
		f.repeats = true
	case ast.SelectKind:
		s := e.AsSelect()
		if isVariable(s.Operand(), "args") {
			f.argument(s.FieldName(), e.ID())
		}
		if isVariable(s.Operand(), "claims") {
			f.claim(s.FieldName(), e.ID(), s.IsTestOnly())
		}
		if isHeaders(e) {
			f.headers++
		}
	case ast.CallKind:
		f.call(e)
	}
}

// call looks at reads by a constant: `args["id"]`, `args.?id`, `request.headers["x-tenant"]`.
func (f *finder) call(e ast.Expr) {
	call := e.AsCall()
	switch call.FunctionName() {
	case operators.Index, operators.OptIndex, operators.OptSelect:
	case operators.In:
		f.membership(call.Args())
		return
	default:
		return
	}
	list := call.Args()
	if len(list) != 2 || list[1].Kind() != ast.LiteralKind {
		return
	}
	name, ok := list[1].AsLiteral().(types.String)
	switch of := list[0]; {
	case !ok:
	case isVariable(of, "args"):
		f.argument(string(name), list[1].ID())
	case isVariable(of, "claims"):
		f.claim(string(name), list[1].ID(), call.FunctionName() != operators.Index)
	case isHeaders(of):
		f.header(string(name), list[1].ID())
	}
}

func isVariable(e ast.Expr, name string) bool {
	return e.Kind() == ast.IdentKind && strings.TrimPrefix(e.AsIdent(), ".") == name
}

// isHeaders tells `request.headers`.
func isHeaders(e ast.Expr) bool {
	return e.Kind() == ast.SelectKind && e.AsSelect().FieldName() == "headers" && isVariable(e.AsSelect().Operand(), "request")
}

func (f *finder) argument(name string, id int64) {
	start, end := f.place(id)
	f.reads = append(f.reads, argumentRead{name, start, end})
}

// header refuses names that no header has here.
func (f *finder) header(name string, id int64) {
	if lower := strings.ToLower(name); lower != name && f.wrong == nil {
		start, end := f.place(id)
		f.wrong = &ExpressionError{
			Message: fmt.Sprintf("the names of request.headers are in lower case, and %q is not", name), Start: start, End: end, Nearest: lower,
		}
	}
}

// place finds the word that a part of the expression begins with.
func (f *finder) place(id int64) (start, end int) {
	at := f.info.GetStartLocation(id)
	return word(f.text, offsetOf(f.text, at.Line(), at.Column()), `.?"'[ `)
}

// offsetOf is the byte at a line, from 1, and a column in characters, from 0.
func offsetOf(text string, line, column int) int {
	offset := 0
	for ; line > 1; line-- {
		next := strings.IndexByte(text[offset:], '\n')
		if next < 0 {
			break
		}
		offset += next + 1
	}
	for i := range text[offset:] {
		if column == 0 {
			return offset + i
		}
		column--
	}
	return len(text)
}

// word is the range of the word at an offset, or behind what may stand before it there; without one that of the character.
func word(text string, start int, before string) (from, to int) {
	from = min(start, len(text))
	for from < len(text) && strings.IndexByte(before, text[from]) >= 0 {
		from++
	}
	to = from
	for to < len(text) && isWordByte(text[to]) {
		to++
	}
	if to == from {
		return min(start, len(text)), min(start+1, len(text))
	}
	return from, to
}

func isWordByte(c byte) bool {
	return c == '_' || c == '-' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || c >= 0x80
}
