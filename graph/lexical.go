package graph

import (
	"errors"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
)

// maxNameBytes bounds one name. Suggestions for a misspelled name cost its length times the length of all alternatives.
const maxNameBytes = 256

// checkSize bounds a document before anything is done with it.
func checkSize(text string, limits Limits) *gqlerror.Error {
	if len(text) > limits.MaxBytes {
		return limitError(limitBytes, limits.MaxBytes, "The query has %d bytes", len(text))
	}
	return nil
}

// checkLexical reads the tokens of a document once, before the recursive parser sees it: it counts them, measures how deep
// they nest, and finds what is no token at all (the parser itself calls that an unexpected token and hides the reason).
func checkLexical(source *ast.Source, limits Limits) *gqlerror.Error {
	lex := lexer.New(source)
	nesting, directives := 0, 0
	for count := 0; ; count++ {
		token, err := lex.ReadToken()
		if err != nil {
			return parseError(err)
		}
		if token.Kind == lexer.EOF {
			return nil
		}
		if count >= limits.MaxTokens {
			return limitError(limitTokens, limits.MaxTokens, "The query has too many tokens")
		}
		switch token.Kind {
		case lexer.BraceL, lexer.BracketL, lexer.ParenL:
			nesting++
			if nesting > limits.MaxNesting {
				return limitError(limitNesting, limits.MaxNesting, "The query nests too deep")
			}
		case lexer.BraceR, lexer.BracketR, lexer.ParenR:
			nesting--
		case lexer.At:
			directives++
			if directives > limits.MaxDirectives {
				return limitError(limitDirectives, limits.MaxDirectives, "The query has too many directives")
			}
		case lexer.Name:
			if len(token.Value) > maxNameBytes {
				return limitError(limitName, maxNameBytes, "A name in the query has %d bytes", len(token.Value))
			}
		}
	}
}

// parseError gives an error of the lexer or the parser its code.
func parseError(err error) *gqlerror.Error {
	var found *gqlerror.Error
	if !errors.As(err, &found) {
		found = gqlerror.Wrap(err)
	}
	return withCode(found, CodeParseFailed)
}
